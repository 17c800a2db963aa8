// REST of opening cohorts: the application, its moves, what waits for somebody.
import type { openingRoutes } from '#contracts/opening-routes.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { readApprovals, readOpening } from './reading.ts';
import { moveOpening, writeOpening } from './service.ts';

export function openingHandlers(deps: Deps): Pick<RouteHandlers, keyof typeof openingRoutes> {
  return {
    'GET /api/cohorts/:cohortId/opening': ({ person, params }) => readOpening(deps, person.personId, params.cohortId),
    'PUT /api/cohorts/:cohortId/opening': ({ person, params, body }) => writeOpening(deps, person.personId, params.cohortId, body),
    'POST /api/cohorts/:cohortId/opening/moves': ({ person, params, body }) => moveOpening(deps, person.personId, params.cohortId, body),
    'GET /api/cohort-approvals': ({ person }) => readApprovals(deps, person.personId),
  };
}
