// What happens in a live lesson: hands, stage, chat, questions and answers.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { BankKind } from '#domain/question.ts';

export const Hand = defineEntity({
  name: 'Hand',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), sessionId: p.uuid(), personId: p.uuid(), raisedAt: p.datetime(),
    loweredAt: p.datetime().nullable(), loweredBy: p.uuid().nullable(),
  },
});
export const StageVisit = defineEntity({
  name: 'StageVisit',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), sessionId: p.uuid(), personId: p.uuid(), invitedAt: p.datetime(),
    acceptedAt: p.datetime().nullable(), leftAt: p.datetime().nullable(),
  },
});
export const ChatMessage = defineEntity({
  name: 'ChatMessage',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), lessonId: p.uuid(), personId: p.uuid(), text: p.text(), sentAt: p.datetime(),
    /** For everybody: the words are not shown again, the row stays. */
    deletedAt: p.datetime().nullable(), deletedBy: p.uuid().nullable(),
    /** Said in this breakout group alone, or to the class and to all groups of this division. */
    groupId: p.uuid().nullable(), breakoutId: p.uuid().nullable(),
  },
});
/** Wording as it was asked; never changed. */
export const Question = defineEntity({
  name: 'Question',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), courseId: p.uuid(), kind: p.text().$type<BankKind>(), prompt: p.text(),
    options: p.json().$type<string[]>(), rightChoices: p.json().$type<number[]>(), explanation: p.text().nullable(), createdBy: p.uuid(), createdAt: p.datetime(),
    /** The wording of the bank it is; null where it was made up in class. `options` stand as they were shown: mixed, for ordering. */
    versionId: p.uuid().nullable(),
    /** `fillIn` only. */
    accepted: p.json().$type<string[]>().nullable(), pictureId: p.uuid().nullable(), knowledgePoint: p.text().nullable(),
  },
});
export const Quiz = defineEntity({
  name: 'Quiz',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), lessonId: p.uuid(), sessionId: p.uuid(), questionId: p.uuid(),
    openedAt: p.datetime(), deadlineAt: p.datetime(), closedAt: p.datetime().nullable(),
    /** From which set it was asked. */
    setId: p.uuid().nullable(),
  },
});
/** Who was shown a quiz: the denominator of accuracy. */
export const QuizAsked = defineEntity({
  name: 'QuizAsked',
  properties: { quizId: p.uuid().primary(), personId: p.uuid().primary(), institutionId: p.uuid(), askedAt: p.datetime() },
});
export const Answer = defineEntity({
  name: 'Answer',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), quizId: p.uuid(), personId: p.uuid(), choices: p.json().$type<number[]>(),
    correct: p.boolean(), answeredAt: p.datetime(),
    /** Came after the end, of somebody the server had lost at it. */
    afterCut: p.boolean().default(false),
    /** What was typed, `fillIn` only; `choices` is empty then. */
    text: p.text().nullable(),
  },
});
/** A learner drawn by lot among those present. */
export const PickedLearner = defineEntity({
  name: 'PickedLearner',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), lessonId: p.uuid(), sessionId: p.uuid(), personId: p.uuid(), pickedBy: p.uuid(), pickedAt: p.datetime(),
    candidates: p.integer(), present: p.integer(),
  },
});
export type Quiz = InferEntity<typeof Quiz>;
export type Question = InferEntity<typeof Question>;
