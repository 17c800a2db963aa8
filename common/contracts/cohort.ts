// Cohorts and their rosters over REST (R1, R9, R53, R54, R77).
import Type, { type Static } from 'typebox';
import { cohortTitleLongest, openingStates, programmes } from '#domain/cohort.ts';
import { learnerCategories } from '#domain/identity/learner-category.ts';
import { rosterImportStatuses } from '#domain/roster-import.ts';
import { rosterColumns, rosterProblems, rosterRefusals } from '#domain/roster-sheet.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

/** Learners on one page of a roster. */
export const rosterPageSize = 50;
/** Problems an import tells one by one; its counts and its marked table are of all. */
export const mostToldRosterProblems = 500;

/** `learners`: enrolled now; `unregistered`: those of them who have no account yet; `waiting`: who came by an invitation and waits for the office, for the office alone. */
export const CohortLine = Closed({
  cohortId: Uuid, title: Type.String(), programme: Nullable(OneOf(programmes)), state: OneOf(openingStates), courseTitle: Type.String(), institutionName: Type.String(), learners: Type.Integer(), unregistered: Type.Integer(), lessons: Type.Integer(), waiting: Type.Integer(),
  firstAt: Nullable(Instant), lastAt: Nullable(Instant), mayEdit: Type.Boolean(),
});
export type CohortLine = Static<typeof CohortLine>;
export const CohortList = Closed({ cohorts: Type.Array(CohortLine) });

export const CohortBody = Closed({ courseId: Uuid, title: Type.String({ minLength: 1, maxLength: cohortTitleLongest }), programme: OneOf(programmes) });
export type CohortBody = Static<typeof CohortBody>;
/** Those of the office's institutions. */
export const CohortCourses = Closed({ courses: Type.Array(Closed({ courseId: Uuid, title: Type.String(), institutionName: Type.String() })) });
export type CohortCourses = Static<typeof CohortCourses>;

export const rosterViews = ['enrolled', 'unregistered', 'ended'] as const;
/** `text`: part of a name, or the last signs of a number. */
export const RosterQuery = Closed({
  text: Type.Optional(Type.String({ maxLength: 60 })), view: Type.Optional(OneOf(rosterViews)), page: Type.Optional(Type.String({ pattern: '^[1-9]\\d{0,4}$' })),
});
export type RosterQuery = Static<typeof RosterQuery>;
/** `registered`: has an account; else what the institution stated is shown. `correctable`: name and phone are this institution's to put right. */
export const RosterLine = Closed({
  personId: Uuid, name: Type.String(), numberMask: Nullable(Type.String()), phoneMask: Nullable(Type.String()), category: Nullable(OneOf(learnerCategories)), employer: Nullable(Type.String()), note: Nullable(Type.String()),
  registered: Type.Boolean(), correctable: Type.Boolean(), enrolledAt: Instant, endedAt: Nullable(Instant), endReason: Nullable(Type.String()),
});
export type RosterLine = Static<typeof RosterLine>;
export const RosterPage = Closed({ learners: Type.Array(RosterLine), total: Type.Integer(), page: Type.Integer(), pageSize: Type.Integer() });
export type RosterPage = Static<typeof RosterPage>;

export const EndingBody = Closed({ reason: Type.String({ minLength: 2, maxLength: 200 }) });
export const StatementBody = Closed({ name: Type.String({ minLength: 1, maxLength: 120 }), phone: Type.String({ minLength: 1, maxLength: 32 }) });
export type StatementBody = Static<typeof StatementBody>;

export const RosterImportProblem = Closed({ row: Type.Integer(), column: Nullable(OneOf(rosterColumns)), letter: Type.String(), code: OneOf(rosterProblems), row2: Nullable(Type.Integer()) });
export type RosterImportProblem = Static<typeof RosterImportProblem>;
/**
 * `again`: this very file was imported into this cohort before; nothing was done now. `doneRows`: of `rows`, while it is written. After it: `added` people nobody knew, `known` ones who were there,
 * `returned` whose enrolment here had ended.
 */
export const RosterImportState = Closed({
  importId: Uuid, status: OneOf(rosterImportStatuses), again: Type.Boolean(), at: Instant, refusal: Nullable(OneOf(rosterRefusals)), refusalColumns: Type.Array(OneOf(rosterColumns)),
  rows: Type.Integer(), badRows: Type.Integer(), doneRows: Type.Integer(), added: Type.Integer(), known: Type.Integer(), returned: Type.Integer(),
  mended: Closed({ spaces: Type.Integer(), fullWidth: Type.Integer(), smallX: Type.Integer() }), problems: Type.Array(RosterImportProblem), more: Type.Boolean(),
  /** The table with its marks can be had. */
  marked: Type.Boolean(),
});
export type RosterImportState = Static<typeof RosterImportState>;
