// Routes of cohorts. All answer not_found for a cohort that is not one's own: of another institution, or, for teachers, one they do not teach.
import Type from 'typebox';
import { CohortBody, CohortCourses, CohortLine, CohortList, EndingBody, RosterImportState, RosterPage, RosterQuery, StatementBody } from './cohort.ts';
import { Closed, Empty, OneOf, Uuid } from './shapes.ts';

const office = ['admin', 'institution'] as const;
/** Teachers of the cohort and regulators of the institution read, and change nothing. */
const readers = ['admin', 'institution', 'teacher', 'regulator'] as const;
const OneCohort = Closed({ cohortId: Uuid });
const OneImport = Closed({ cohortId: Uuid, importId: Uuid });
const OneOfRoster = Closed({ cohortId: Uuid, personId: Uuid });

export const cohortRoutes = {
  'GET /api/cohorts': { by: readers, reply: CohortList },
  'GET /api/cohort-courses': { by: office, reply: CohortCourses },
  /** Errors: not_found (a course of another institution), bad_request (no title), cohort_title_taken (of this course). */
  'POST /api/cohorts': { by: office, body: CohortBody, reply: CohortLine },
  'GET /api/cohorts/:cohortId': { by: readers, params: OneCohort, reply: CohortLine },
  /** By name. */
  'GET /api/cohorts/:cohortId/roster': { by: readers, params: OneCohort, query: RosterQuery, reply: RosterPage },
  /** The table to fill in. */
  'GET /api/roster-template.xlsx': { by: office, query: Closed({ locale: Type.Optional(OneOf(['zh', 'en'] as const)) }), reply: 'file' },
  /** Begins to look at a table and answers at once; the state is asked for after. Errors: sheet_invalid (no XLSX file), sheet_too_large (bytes, unpacked bytes). */
  'POST /api/cohorts/:cohortId/roster-imports': { by: office, params: OneCohort, body: 'workbook', reply: RosterImportState },
  'GET /api/cohorts/:cohortId/roster-imports/:importId': { by: office, params: OneImport, reply: RosterImportState },
  /** Writes all rows or none; answers at once. Twice is once. Errors: roster_not_ready (rows to mend, not looked at yet, or the file is forgotten after a day). */
  'POST /api/cohorts/:cohortId/roster-imports/:importId/taking': { by: office, params: OneImport, reply: RosterImportState },
  /** The same table with what is wrong beside each row. Errors: not_found (also where the file is forgotten). */
  'GET /api/cohorts/:cohortId/roster-imports/:importId/marked.xlsx': { by: office, params: OneImport, query: Closed({ locale: Type.Optional(OneOf(['zh', 'en'] as const)) }), reply: 'file' },
  /** From now on not of this cohort; what was learned stays. Ended twice is ended once. */
  'POST /api/cohorts/:cohortId/roster/:personId/ending': { by: office, params: OneOfRoster, body: EndingBody, reply: Empty },
  /** Enrolled again, as if it had not ended; both moments stay as facts. */
  'POST /api/cohorts/:cohortId/roster/:personId/return': { by: office, params: OneOfRoster, reply: Empty },
  /** Name and phone as this institution stated them, before the learner has registered. Errors: identity_taken (registered, stated by another institution, or another learner's phone), phone_invalid, bad_request (no name). */
  'PUT /api/cohorts/:cohortId/roster/:personId/statement': { by: office, params: OneOfRoster, body: StatementBody, reply: Empty },
} as const;
