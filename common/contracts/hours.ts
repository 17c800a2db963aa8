// The hours of one learner, over REST: lessons in figures, and the ledger of one lesson with the reason of every span (R23, R114, R115).
import Type, { type Static } from 'typebox';
import { checkKinds, checkStatuses, verdicts } from '#domain/check.ts';
import { lessonStatuses } from '#domain/lesson.ts';
import { lessonKinds } from '#domain/lesson-kind.ts';
import { presenceReasons } from '#domain/presence/facts.ts';
import { HoursCorrection } from './correction-routes.ts';
import { Removal } from './door.ts';
import { PersonBrief } from './person.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

/** Minutes with one decimal, cut; `neededMinutes` rounded up. `share`: live and made up of what was held, 0..1; null where nothing was held. */
const sums = {
  heldMinutes: Type.Number(), creditedMinutes: Type.Number(), madeUpMinutes: Type.Number(), share: Nullable(Type.Number()),
  /** What is missing to the threshold, and whether what may still be made up is enough for it. */
  neededMinutes: Type.Number(), state: OneOf(['nothing_held', 'reached', 'reachable', 'out_of_reach'] as const),
};
/** Until when something may be made up, and how much; null where nothing may. */
const Open = Nullable(Closed({ minutes: Type.Number(), deadlineAt: Nullable(Instant) }));

export const HoursLesson = Closed({
  lessonId: Uuid, title: Type.String(), courseTitle: Type.String(), cohortTitle: Type.String(), institutionName: Type.String(),
  startsAt: Instant, status: OneOf(lessonStatuses), units: Type.Integer(), /** Absent: live. */ kind: Type.Optional(OneOf(lessonKinds)),
  /** As `default@1`. */
  rulePack: Type.String(), belowPercent: Type.Number(), ...sums, open: Open,
});
export type HoursLesson = Static<typeof HoursLesson>;
/** Newest first. `totals` are of all lessons in it. */
export const Hours = Closed({
  from: Instant, to: Instant, lessons: Type.Array(HoursLesson),
  totals: Closed({ heldMinutes: Type.Number(), creditedMinutes: Type.Number(), madeUpMinutes: Type.Number(), share: Nullable(Type.Number()) }),
  serverNowMs: Type.Number(),
});
export type Hours = Static<typeof Hours>;

/** Every held moment of a unit lies in exactly one span; only `present`, `on_site` and `corrected` are credited. */
export const HoursSpan = Closed({ from: Instant, to: Instant, reason: OneOf(presenceReasons) });
export type HoursSpan = Static<typeof HoursSpan>;
export const HoursUnit = Closed({
  unitId: Uuid, ordinal: Type.Integer(), startedAt: Nullable(Instant), endedAt: Nullable(Instant), ...sums,
  spans: Type.Array(HoursSpan),
  /** Held for less than a unit needs, because of interruptions: to be held again (R42). */
  toBeHeldAgain: Type.Boolean(),
  open: Open,
});
export type HoursUnit = Static<typeof HoursUnit>;
export const HoursCheck = Closed({
  checkId: Uuid, kind: OneOf(checkKinds), unitId: Nullable(Uuid), status: OneOf(checkStatuses),
  /** As it counts; `decided`: a person said so. */
  verdict: Nullable(OneOf(verdicts)), decided: Type.Boolean(),
  /** Asked while something was made up. */
  inReplay: Type.Boolean(),
  askedAt: Instant, deadlineAt: Nullable(Instant), answeredAt: Nullable(Instant),
});
export type HoursCheck = Static<typeof HoursCheck>;
export const LessonHours = Closed({
  ...HoursLesson.properties, units: Type.Array(HoursUnit), person: PersonBrief, teachers: Type.Array(PersonBrief),
  /** Oldest first; drawn moments stay secret. */
  checks: Type.Array(HoursCheck), interruptedMinutes: Type.Number(),
  /** Taken out by staff, oldest first. */
  removals: Type.Array(Removal),
  /** Approved ones, in the order of approval; who made and who approved them is not told here. */
  corrections: Type.Array(HoursCorrection),
  /** `still_live`: figures up to now. `never_started`: nobody taught, so no figure may be read. */
  note: Nullable(OneOf(['never_started', 'cancelled', 'still_live'] as const)),
  generatedAt: Instant,
});
export type LessonHours = Static<typeof LessonHours>;
