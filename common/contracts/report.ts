// The report of a lesson, over REST.
import Type, { type Static } from 'typebox';
import { lessonStatuses } from '#domain/lesson.ts';
import { lessonKinds } from '#domain/lesson-kind.ts';
import { bankKinds } from '#domain/question.ts';
import { answerMarks } from '#domain/quiz.ts';
import { QuizResult } from './quiz.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

export const ReportRow = Closed({
  personId: Uuid, name: Type.String(), login: Type.String(),
  joinedAt: Nullable(Instant), leftAt: Nullable(Instant),
  /**
   * Minutes with one decimal: credited live, made up in the replay, both together, and held. What the learner missed and nobody could make up, because it was not
   * recorded, is no part of the held ones once the rest is made up.
   */
  creditedMinutes: Type.Number(), madeUpMinutes: Type.Number(), togetherMinutes: Type.Number(), heldMinutes: Type.Number(),
  /** Together over held, 0..1; null when nothing was held. */
  attendance: Nullable(Type.Number()),
  asked: Type.Integer(), answered: Type.Integer(), correct: Type.Integer(),
  /** 0..1; null when nothing was asked. */
  accuracy: Nullable(Type.Number()),
  /** How much of these comes from the replay: what was not asked of them in class and counts by the rule pack. */
  inReplay: Closed({ asked: Type.Integer(), answered: Type.Integer(), correct: Type.Integer() }),
  checks: Closed({ asked: Type.Integer(), matched: Type.Integer(), failed: Type.Integer(), missed: Type.Integer(), pending: Type.Integer() }),
  /** Minutes of replay watched, over all files of the lesson, whether they made anything up or not. */
  replayMinutes: Type.Number(),
  checkWay: OneOf(['face', 'alternative', 'undecided'] as const),
  /** Of the minutes credited live those that a correction credited, and those one took off (R114, R155). */
  correctedMinutes: Type.Number(), takenBackMinutes: Type.Number(),
  /** Below 80 % (R25, R27). */
  attendanceLow: Type.Boolean(), accuracyLow: Type.Boolean(),
});
export type ReportRow = Static<typeof ReportRow>;
export const LessonReport = Closed({
  lessonId: Uuid, title: Type.String(), courseTitle: Type.String(), cohortTitle: Type.String(), institutionName: Type.String(),
  status: OneOf(lessonStatuses), startsAt: Instant, plannedMinutes: Type.Integer(), /** Absent: live. Of a recorded one what was made up is what was studied. */ kind: Type.Optional(OneOf(lessonKinds)),
  startedAt: Nullable(Instant), endedAt: Nullable(Instant), heldMinutes: Type.Number(), interruptedMinutes: Type.Number(),
  /** Units that were held for less than the rules ask for, because of interruptions or an early end: to be held again (R42). */
  heldAgain: Type.Array(Closed({ ordinal: Type.Integer(), heldMinutes: Type.Number() })), leastHeldMinutes: Type.Integer(),
  /** `never_started`: nobody taught, so no figure may be read from the rows. */
  note: Nullable(OneOf(['never_started', 'cancelled', 'still_live'] as const)),
  threshold: Type.Number(),
  /** Rule pack and version the figures were reckoned by, as `default@1`. */
  rulePack: Type.String(),
  rows: Type.Array(ReportRow), generatedAt: Instant,
});
export type LessonReport = Static<typeof LessonReport>;

/** `replay`: given there, and whether it counts for accuracy; null for what was done in class. */
const LearnerMark = Closed({
  mark: OneOf(answerMarks), /** Came after the end, of somebody who was cut off at it (docs/decisions/047). */ afterCut: Type.Boolean(), replay: Nullable(OneOf(['counted', 'practice'] as const)),
});
export const LearnerAnswers = Closed({
  personId: Uuid, name: Type.String(), login: Type.String(),
  /** In the order of the questions, and of those placed in the replay. */
  answers: Type.Array(LearnerMark), placed: Type.Array(LearnerMark),
});
export type LearnerAnswers = Static<typeof LearnerAnswers>;
/**
 * Questions of a lesson that are over, in the order of asking, and what each learner who was asked made of them (R26); those placed in the replay that were put to somebody, with
 * figures of the replay. A learner gets the own row alone, and only questions that were put to them.
 */
export const LessonQuizzes = Closed({
  questions: Type.Array(Closed({ ...QuizResult.properties, openedAt: Instant, askedCount: Type.Integer() })),
  placed: Type.Array(Closed({ questionId: Uuid, stem: Type.String(), kind: OneOf(bankKinds), /** Empty without. */ knowledgePoint: Type.String(), askedCount: Type.Integer(), answeredCount: Type.Integer(), correctCount: Type.Integer() })),
  learners: Type.Array(LearnerAnswers),
});
export type LessonQuizzes = Static<typeof LessonQuizzes>;
