// REST of keeping and deleting: holds, requests, certificates of deletion; one's own data.
import type { retentionRoutes as table } from '#contracts/retention-routes.ts';
import { exportOf, ownData } from '#db/queries/own-data.ts';
import { shanghaiDay } from '#domain/day.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { askForDeletion, decideRequest, endHold, findHoldable, retentionState, setHold } from './service.ts';

export function retentionHandlers(deps: Deps): Pick<RouteHandlers, keyof typeof table> {
  const em = () => deps.orm.em.fork();
  return {
    'GET /api/institutions/:institutionId/retention': ({ person, params }) => retentionState(em(), person.personId, params.institutionId),
    'GET /api/institutions/:institutionId/holdable': ({ person, params, query }) => findHoldable(em(), person.personId, params.institutionId, query),
    'POST /api/institutions/:institutionId/legal-holds': ({ person, params, body }) => setHold(deps, person.personId, params.institutionId, body),
    'POST /api/legal-holds/:holdId/ending': ({ person, params, body }) => endHold(deps, person.personId, params.holdId, body.reason),
    'POST /api/deletion-requests/:requestId/decision': ({ person, params, body }) => decideRequest(deps, person.personId, params.requestId, body),
    'GET /api/me/data': ({ person }) => ownData(em(), person.personId, deps.now()),
    'GET /api/me/data/file': async ({ person }) => {
      const bytes = Buffer.from(JSON.stringify(await exportOf(em(), person.personId, deps.now()), null, 2));
      return { type: 'application/json; charset=utf-8', sizeBytes: bytes.length, fileName: `my-data-${shanghaiDay(deps.now())}.json`, open: () => bytes };
    },
    'POST /api/me/deletion-requests': ({ person, body }) => askForDeletion(deps, person.personId, body),
  };
}
