// REST of cohorts: lists, rosters, and their import.
import { join } from 'node:path';
import { workbookReader } from '#runtime/workbook-reader.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { createCohort, readCohortCourses } from './creating.ts';
import { correctStatement, endEnrolment, returnToCohort } from './enrolment.ts';
import { readCohort, readCohorts, readRoster } from './reading.ts';
import { beginImport, readImport, takeImport } from './roster-import.ts';
import { markedRoster, rosterTemplate } from './roster-tables.ts';
import type { ReadRosterFile, RosterAbout } from './roster-thread.ts';

type Mine = Extract<keyof RouteHandlers, `${string} /api/cohorts/:cohortId` | `${string} /api/cohorts/:cohortId/roster${string}` | 'GET /api/cohorts' | 'POST /api/cohorts' | 'GET /api/cohort-courses' | 'GET /api/roster-template.xlsx'>;

export function cohortHandlers(deps: Deps): Pick<RouteHandlers, Mine> {
  const mostRows = deps.config.ROSTER_IMPORT_MAX_ROWS;
  const importing = { deps, reader: workbookReader<ReadRosterFile, RosterAbout>(deps.log, { thread: join(import.meta.dirname, 'roster-thread.ts'), mostRows }) };
  return {
    'GET /api/cohorts': ({ person }) => readCohorts(deps, person.personId),
    'GET /api/cohort-courses': ({ person }) => readCohortCourses(deps, person.personId),
    'POST /api/cohorts': ({ person, body }) => createCohort(deps, person.personId, body),
    'GET /api/cohorts/:cohortId': ({ person, params }) => readCohort(deps, person.personId, params.cohortId),
    'GET /api/cohorts/:cohortId/roster': ({ person, params, query }) => readRoster(deps, person.personId, params.cohortId, query),
    'GET /api/roster-template.xlsx': ({ person, query }) => rosterTemplate(query.locale ?? person.locale, mostRows),
    'POST /api/cohorts/:cohortId/roster-imports': ({ person, params, body }) => beginImport(importing, person.personId, params.cohortId, body),
    'GET /api/cohorts/:cohortId/roster-imports/:importId': ({ person, params }) => readImport(deps, { personId: person.personId, ...params }),
    'POST /api/cohorts/:cohortId/roster-imports/:importId/taking': ({ person, params }) => takeImport(importing, { personId: person.personId, ...params }),
    'GET /api/cohorts/:cohortId/roster-imports/:importId/marked.xlsx': ({ person, params, query }) => markedRoster(importing, { personId: person.personId, ...params }, query.locale ?? person.locale),
    'POST /api/cohorts/:cohortId/roster/:personId/ending': async ({ person, params, body }) => {
      await endEnrolment(deps, { asker: person.personId, ...params }, body.reason);
      return {};
    },
    'POST /api/cohorts/:cohortId/roster/:personId/return': async ({ person, params }) => {
      await returnToCohort(deps, { asker: person.personId, ...params });
      return {};
    },
    'PUT /api/cohorts/:cohortId/roster/:personId/statement': async ({ person, params, body }) => {
      await correctStatement(deps, { asker: person.personId, ...params }, body);
      return {};
    },
  };
}
