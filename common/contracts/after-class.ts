// After a class, over REST: the page of its teacher (R10, R26, R27).
import Type, { type Static } from 'typebox';
import { checkMarks, happeningKinds, needs } from '#domain/after-class.ts';
import { lessonStatuses } from '#domain/lesson.ts';
import { presenceReasons } from '#domain/presence/facts.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

/** All moments of this page are whole ms from `startedAt`; ends are excluded. */
const Moment = Type.Integer();
const span = { fromMs: Moment, toMs: Moment };

/** A class larger than a page comes page by page. */
export const learnersPerPage = 200;
export const learnersPerPageOfMany = 50;

export const AfterClassQuery = Closed({
  /** 1 and up; beyond the last one is empty. */
  page: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,3}$' })),
  /** Part of a name or login. */
  search: Type.Optional(Type.String({ maxLength: 60 })),
});

export const AfterLearner = Closed({
  personId: Uuid, name: Type.String(), login: Type.String(),
  /** Why to look at this learner; null: nothing. */
  need: Nullable(OneOf(needs)),
  /** Live, without what was made up in the replay: minutes with one decimal. */
  creditedMinutes: Type.Number(), heldMinutes: Type.Number(),
  asked: Type.Integer(), correct: Type.Integer(), accuracy: Nullable(Type.Number()),
  /** What of the held time did not count, ascending, and why; the rest was credited. */
  away: Type.Array(Closed({ ...span, reason: OneOf(presenceReasons) })),
  checks: Type.Array(Closed({ atMs: Moment, result: OneOf(checkMarks) })),
  /** `question`: from 1, in the order of `questions`. Not answered: at the moment it was asked. */
  answers: Type.Array(Closed({ atMs: Moment, question: Type.Integer(), result: OneOf(['right', 'wrong', 'none'] as const) })),
  hands: Type.Array(Moment),
});
export type AfterLearner = Static<typeof AfterLearner>;

export const AfterClass = Closed({
  lessonId: Uuid, title: Type.String(), courseTitle: Type.String(), cohortTitle: Type.String(), startsAt: Instant, status: OneOf(lessonStatuses),
  /** Without figures: `not_over`, or nobody taught, or nobody ever will. */
  note: Nullable(OneOf(['not_over', 'never_started', 'cancelled'] as const)),
  startedAt: Nullable(Instant), lengthMs: Type.Integer(), rulePack: Type.String(), attendanceBelow: Type.Number(), accuracyBelow: Type.Number(),
  figures: Closed({
    learners: Type.Integer(), came: Type.Integer(),
    /** Most at once; and the mean over the held time, 0..1 of all learners. */
    most: Type.Integer(), meanThere: Nullable(Type.Number()),
  }),
  /** `there[n]`: how many were there at `fromMs + n * stepMs`. What lies between two stretches was not held. */
  stepMs: Type.Integer(), curve: Type.Array(Closed({ ordinal: Type.Integer(), ...span, there: Type.Array(Type.Integer()) })),
  /** Largest first. */
  drops: Type.Array(Closed({
    ...span, before: Type.Integer(), after: Type.Integer(), during: Type.Array(Closed({ kind: OneOf(happeningKinds), label: Type.String(), count: Type.Integer() })),
  })),
  /** Accuracy as in the report: correct of asked, 0..1 (R27). */
  questions: Type.Array(Closed({
    quizId: Uuid, prompt: Type.String(), /** Empty without. */ knowledgePoint: Type.String(), atMs: Moment, asked: Type.Integer(), answered: Type.Integer(), correct: Type.Integer(), accuracy: Nullable(Type.Number()), low: Type.Boolean(),
  })),
  marks: Type.Array(Closed({ kind: OneOf(['hand', 'stage', 'screen'] as const), atMs: Moment, label: Type.String(), count: Type.Integer() })),
  /** Files that can be watched, by time; and how it stands with the rest. */
  films: Type.Array(Closed({ ordinal: Type.Integer(), part: Type.Integer(), parts: Type.Integer(), ...span })),
  replay: OneOf(['ready', 'processing', 'held', 'failed', 'unrecorded'] as const),
  /** Who needs attention first. `found`: with this search, over all pages. */
  learners: Closed({ found: Type.Integer(), page: Type.Integer(), pages: Type.Integer(), rows: Type.Array(AfterLearner) }),
  /** `awaited`: the worker reckons, and there are no figures yet. `anew`: facts have come since these were made, and the worker reckons again. Without figures to come (`note`): `made`. */
  reckoning: OneOf(['made', 'anew', 'awaited'] as const),
  generatedAt: Instant,
});
export type AfterClass = Static<typeof AfterClass>;
