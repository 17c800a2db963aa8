// Exams: their settings, the questions put aside for them, attempts with their papers and answers, marks and decisions.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { AttemptStatus, DrawRule, ExamAnswer, ExamStatus, HoldOutcome, SubmitReason } from '#domain/exam.ts';

export type StoredFollows = { kind: 'unit'; unitId: string } | { kind: 'course'; courseId: string } | { kind: 'courses'; courseIds: string[] };
export interface StoredTask { taskId: string; prompt: string; guidance: string; points: number }

export const Exam = defineEntity({
  name: 'Exam',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), title: p.text(), instructions: p.text(), follows: p.json().$type<StoredFollows>(), parts: p.json().$type<DrawRule[]>(),
    fixed: p.json().$type<{ questionId: string; points: number }[]>(), freeText: p.json().$type<StoredTask[]>(),
    opensAt: p.datetime(), closesAt: p.datetime(), durationMinutes: p.integer(), passPercent: p.integer(), attempts: p.integer(), waitMinutes: p.integer(),
    shuffleQuestions: p.boolean(), shuffleOptions: p.boolean(), showRight: p.boolean(), status: p.text().$type<ExamStatus>(),
    /** Rises with each change of a draft. */
    revision: p.integer(), questionCount: p.integer(), maxPoints: p.integer(), copiedFrom: p.uuid().nullable(),
    createdAt: p.datetime(), changedBy: p.uuid(), changedAt: p.datetime(), publishedBy: p.uuid().nullable(), publishedAt: p.datetime().nullable(),
    endedBy: p.uuid().nullable(), endedAt: p.datetime().nullable(), endReason: p.text().nullable(),
  },
});
export const ExamCourse = defineEntity({ name: 'ExamCourse', properties: { examId: p.uuid().primary(), courseId: p.uuid().primary(), institutionId: p.uuid() } });
export const ExamCohort = defineEntity({ name: 'ExamCohort', properties: { examId: p.uuid().primary(), cohortId: p.uuid().primary(), institutionId: p.uuid() } });
/** What a published exam draws from: wordings as they stood then, by the number of the rule from 0; -1: asked of everybody. */
export const ExamPool = defineEntity({
  name: 'ExamPool', properties: { examId: p.uuid().primary(), part: p.integer().primary(), versionId: p.uuid().primary(), institutionId: p.uuid(), ordinal: p.integer() },
});
export const ExamAttempt = defineEntity({
  name: 'ExamAttempt',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), examId: p.uuid(), personId: p.uuid(), cohortId: p.uuid(), number: p.integer(), status: p.text().$type<AttemptStatus>(),
    /** The page that has it, and how often it changed hands. */
    deviceId: p.uuid(), turn: p.integer(),
    rulePack: p.text(),
    /** Draws the paper and the moments of spot checks; its hash is told at the beginning, the seed at the end. */
    seed: p.text(), seedHash: p.text(),
    maxPoints: p.integer(), begunAt: p.datetime(), startedAt: p.datetime().nullable(), deadlineAt: p.datetime().nullable(), submittedAt: p.datetime().nullable(),
    submitReason: p.text().$type<SubmitReason>().nullable(),
    /** What is awarded so far, and free texts that wait for a mark. */
    points: p.integer(), toMark: p.integer(),
    /** Spot checks asked, and when the next one is; null: none is to come. */
    spotsAsked: p.integer(), nextSpotAt: p.datetime().nullable(),
  },
});
/** A question of one paper. Option places of `answer` are those of the stored wording; `optionOrder` says how they were shown. */
export const ExamItem = defineEntity({
  name: 'ExamItem',
  properties: {
    attemptId: p.uuid().primary(), ordinal: p.integer().primary(), institutionId: p.uuid(), versionId: p.uuid().nullable(), taskId: p.uuid().nullable(), points: p.integer(),
    optionOrder: p.json().$type<number[]>(), answer: p.json().$type<ExamAnswer>().nullable(), revision: p.integer(), savedAt: p.datetime().nullable(), afterCut: p.boolean(),
    correct: p.boolean().nullable(), awarded: p.integer().nullable(),
  },
});
/** One time the device of an attempt was heard without a gap. */
export const ExamContact = defineEntity({ name: 'ExamContact', properties: { attemptId: p.uuid().primary(), fromAt: p.datetime().primary(), institutionId: p.uuid(), lastSeenAt: p.datetime() } });
/** Of a free text; the one that no other replaces counts. */
export const ExamMark = defineEntity({
  name: 'ExamMark',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), attemptId: p.uuid(), ordinal: p.integer(), points: p.integer(), comment: p.text(), markedBy: p.uuid(), markedAt: p.datetime(), replaces: p.uuid().nullable(),
  },
});
/** Of an attempt whose checks failed or were missed; the one that no other replaces counts. */
export const ExamDecision = defineEntity({
  name: 'ExamDecision',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), attemptId: p.uuid(), outcome: p.text().$type<HoldOutcome>(), reason: p.text(), decidedBy: p.uuid(), decidedAt: p.datetime(), replaces: p.uuid().nullable(),
  },
});
export type Exam = InferEntity<typeof Exam>;
export type ExamAttempt = InferEntity<typeof ExamAttempt>;
export type ExamItem = InferEntity<typeof ExamItem>;
export type ExamContact = InferEntity<typeof ExamContact>;
