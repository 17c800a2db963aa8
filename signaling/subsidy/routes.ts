// REST of subsidy files.
import type { subsidyRoutes } from '#contracts/subsidy-routes.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { askSubsidyFile, listSubsidyFiles, subsidyFile } from './service.ts';

export const subsidyHandlers = (deps: Deps): Pick<RouteHandlers, keyof typeof subsidyRoutes> => ({
  'GET /api/cohorts/:cohortId/subsidy-files': ({ person, params }) => listSubsidyFiles(deps, person.personId, params.cohortId),
  'POST /api/cohorts/:cohortId/subsidy-files': ({ person, params }) => askSubsidyFile(deps, person.personId, params.cohortId),
  'GET /api/subsidy-files/:subsidyFileId/file': ({ person, params }) => subsidyFile(deps, person.personId, params.subsidyFileId),
});
