// The report of a lesson, over REST.
import Type, { type Static } from 'typebox';
import { lessonStatuses } from '#domain/lesson.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

export const ReportRow = Closed({
  personId: Uuid, name: Type.String(), login: Type.String(),
  joinedAt: Nullable(Instant), leftAt: Nullable(Instant),
  /** Minutes with one decimal. */
  creditedMinutes: Type.Number(), heldMinutes: Type.Number(),
  /** 0..1; null when nothing was held. */
  attendance: Nullable(Type.Number()),
  asked: Type.Integer(), answered: Type.Integer(), correct: Type.Integer(),
  /** 0..1; null when nothing was asked. */
  accuracy: Nullable(Type.Number()),
  checks: Closed({ asked: Type.Integer(), matched: Type.Integer(), failed: Type.Integer(), missed: Type.Integer(), pending: Type.Integer() }),
  /** Minutes of replay credited to the learner, over all files of the lesson. */
  replayMinutes: Type.Number(),
  checkWay: OneOf(['face', 'alternative', 'undecided'] as const),
  /** Below 80 % (R25, R27). */
  attendanceLow: Type.Boolean(), accuracyLow: Type.Boolean(),
});
export type ReportRow = Static<typeof ReportRow>;
export const LessonReport = Closed({
  lessonId: Uuid, title: Type.String(), courseTitle: Type.String(), cohortTitle: Type.String(), institutionName: Type.String(),
  status: OneOf(lessonStatuses), startsAt: Instant, plannedMinutes: Type.Integer(),
  startedAt: Nullable(Instant), endedAt: Nullable(Instant), heldMinutes: Type.Number(), interruptedMinutes: Type.Number(),
  /** `never_started`: nobody taught, so no figure may be read from the rows. */
  note: Nullable(OneOf(['never_started', 'cancelled', 'still_live'] as const)),
  threshold: Type.Number(), rows: Type.Array(ReportRow), generatedAt: Instant,
});
export type LessonReport = Static<typeof LessonReport>;
