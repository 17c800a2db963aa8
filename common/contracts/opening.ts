// Opening a cohort over REST: the application, what it lacks, what was decided (R38, R53, R146, R150).
import Type, { type Static } from 'typebox';
import { openingMoves, openingReasonLongest, openingStates } from '#domain/cohort.ts';
import { openingLimits, openingPlaces, openingProblemCodes } from '#domain/opening.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

const Day = Nullable(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }));
const words = (longest: number) => Type.String({ maxLength: longest });
export const OpeningApplication = Closed({
  region: Nullable(Type.String({ pattern: '^\\d{6}$' })), plannedFrom: Day, plannedUntil: Day, learnerLimit: Nullable(Type.Integer({ minimum: 1, maximum: openingLimits.mostLearners })),
  instructorIds: Type.Array(Uuid, { maxItems: openingLimits.mostInstructors }), place: words(openingLimits.place), planText: words(openingLimits.text), resources: words(openingLimits.text),
});
/** `revision`: the one that was changed; 0 where nothing was saved yet. */
export const OpeningBody = Closed({ revision: Type.Integer({ minimum: 0 }), application: OpeningApplication });
export type OpeningBody = Static<typeof OpeningBody>;
/** `revision`: the one that was looked at. `reason`: has to be given for returning, taking back and closing. */
export const OpeningMoveBody = Closed({ move: OneOf(openingMoves), revision: Type.Integer({ minimum: 0 }), reason: Type.String({ maxLength: openingReasonLongest }) });
export type OpeningMoveBody = Static<typeof OpeningMoveBody>;

export const OpeningMoveLine = Closed({ move: OneOf(openingMoves), to: OneOf(openingStates), by: Type.String(), at: Instant, reason: Type.String() });
export const OpeningProblem = Closed({ code: OneOf(openingProblemCodes), place: OneOf(openingPlaces), n: Type.Integer(), names: Type.Array(Type.String()) });
export const CohortOpening = Closed({
  cohortId: Uuid, courseId: Uuid, institutionId: Uuid, state: OneOf(openingStates), revision: Type.Integer(), application: OpeningApplication,
  /** The rule pack wants the authority's approval after the institution's. */
  needsAuthority: Type.Boolean(),
  /** In which the institution may train. */
  trainingRegions: Type.Array(Type.String()),
  /** Of the dossier that was handed in last; `qualified`: on the first day. */
  instructors: Type.Array(Closed({ instructorId: Uuid, name: Type.String(), trade: Type.String(), rank: Type.String(), qualified: Type.Boolean() })),
  /** Its version: of the application once it is handed in, before that the newest; null where none was. */
  dossierVersion: Nullable(Type.Integer()),
  learners: Type.Integer(), lessons: Type.Integer(), plannedMinutes: Type.Integer(), firstAt: Nullable(Instant), lastAt: Nullable(Instant),
  problems: Type.Array(OpeningProblem), moves: Type.Array(OpeningMoveLine),
  /** Of the asker. `alone`: it waits for the office, and nobody but whoever handed it in is there. `noAuthority`: the institution has no regulator who could open it. */
  may: Type.Array(OneOf(openingMoves)), mayWrite: Type.Boolean(), alone: Type.Boolean(), noAuthority: Type.Boolean(),
});
export type CohortOpening = Static<typeof CohortOpening>;

/** Those that wait for the asker, the longest first; at most 500. */
export const CohortApprovals = Closed({
  cohorts: Type.Array(Closed({ cohortId: Uuid, title: Type.String(), courseTitle: Type.String(), institutionName: Type.String(), state: OneOf(openingStates), since: Instant, learners: Type.Integer(), lessons: Type.Integer(), firstDay: Nullable(Type.String()) })),
});
export type CohortApprovals = Static<typeof CohortApprovals>;
