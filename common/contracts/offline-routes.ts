// Lessons held at a place (线下课), over REST: the signed sheet of one, kept once by the office with who was there from when to when (R40, R149, R151).
import Type, { type Static } from 'typebox';
import { lessonStatuses } from '#domain/lesson.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

const Stretch = Closed({ from: Instant, to: Instant });
export const OfflineSheet = Closed({
  institutionId: Uuid, lessonId: Uuid, title: Type.String(), cohortTitle: Type.String(), startsAt: Instant, plannedMinutes: Type.Integer(), status: OneOf(lessonStatuses), place: Type.String(), teachers: Type.Array(Type.String()),
  /** The asker is of the office, and there is no sheet yet. */
  mayKeep: Type.Boolean(),
  /** `from` and `to` as held; null before there is a sheet, and of a unit that was not held. */
  units: Type.Array(Closed({ unitId: Uuid, ordinal: Type.Integer(), plannedFrom: Instant, plannedMinutes: Type.Integer(), from: Nullable(Instant), to: Nullable(Instant) })),
  /** By name; `present` is empty of who was not there, and before there is a sheet. `signed` by phone on the spot: `to` is null where somebody signed once. */
  learners: Type.Array(Closed({ personId: Uuid, name: Type.String(), login: Type.String(), present: Type.Array(Stretch), signed: Nullable(Closed({ from: Instant, to: Nullable(Instant) })) })),
  kept: Nullable(Closed({ paper: Nullable(Closed({ attachmentId: Uuid, fileName: Type.String() })), by: Type.String(), at: Instant })),
  /** Units the cohort was really taught so far, and the percent of them that was online, 0..100. */
  taught: Closed({ onlineUnits: Type.Integer(), offlineUnits: Type.Integer(), onlinePercent: Type.Number() }),
});
export type OfflineSheet = Static<typeof OfflineSheet>;

export const OfflineSheetBody = Closed({
  /** As they were held, in the order of the plan; a unit that is left out was not held. */
  units: Type.Array(Closed({ unitId: Uuid, ...Stretch.properties }), { minItems: 1, maxItems: 20 }),
  /** Who was there; one person may come twice. */
  present: Type.Array(Closed({ personId: Uuid, ...Stretch.properties }), { maxItems: 2000 }),
  /** A paper of this lesson, of kind `signed_sheet`, that stands. Null where all who were there signed it by phone on the spot. */
  attachmentId: Nullable(Uuid),
});
export type OfflineSheetBody = Static<typeof OfflineSheetBody>;

const office = ['admin', 'institution'] as const;
const readers = ['admin', 'institution', 'regulator'] as const;
const OneLesson = Closed({ lessonId: Uuid });

export const offlineRoutes = {
  /** Errors: not_found (a lesson one does not oversee, or taught online). */
  'GET /api/lessons/:lessonId/sheet': { by: readers, params: OneLesson, reply: OfflineSheet },
  /**
   * Once: the lesson has ended then, and minutes count as the sheet says; what is wrong in it is put right by corrections. Errors: not_found, sheet_kept (there is one), lesson_cancelled, cohort_not_opened, sheet_too_soon (it is not over),
   * sheet_outside (times that cannot be), sheet_learner (nobody of the class), sheet_own (the asker learns in it), sheet_paper (no such paper that stands, or none where somebody did not sign all of it by phone).
   */
  'POST /api/lessons/:lessonId/sheet': { by: office, params: OneLesson, body: OfflineSheetBody, bodyMaxBytes: 512_000, reply: OfflineSheet },
} as const;
