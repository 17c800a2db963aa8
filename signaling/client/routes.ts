// REST of clients: for the office of an institution, and for those who look for a client.
import type { clientRoutes as table } from '#contracts/client-routes.ts';
import { countAttempts } from '#runtime/attempts.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { listOwnClients, ownClientHours } from './own.ts';
import { addClient, addClientMember, changeClient, linkLearner, listClients, listLearners, removeClientMember } from './service.ts';

const windowMs = 15 * 60_000;

export function clientRoutes(deps: Deps): Pick<RouteHandlers, keyof typeof table> {
  const attempts = countAttempts(windowMs);
  return {
    'GET /api/institutions/:institutionId/clients': ({ person: { personId }, params }) => listClients(deps, { personId, ...params }),
    'POST /api/institutions/:institutionId/clients': ({ person: { personId }, params, body }) => addClient(deps, { personId, ...params }, body),
    'PUT /api/institutions/:institutionId/clients/:clientId': ({ person: { personId }, params, body }) => changeClient(deps, { personId, ...params }, body),
    'POST /api/institutions/:institutionId/clients/:clientId/members': ({ person: { personId }, params, body }) => addClientMember(deps, attempts, { personId, ...params }, body),
    'DELETE /api/institutions/:institutionId/clients/:clientId/members/:personId': ({ person: { personId }, params: { personId: memberId, ...params } }) => removeClientMember(deps, { personId, memberId, ...params }),
    'GET /api/institutions/:institutionId/client-learners': ({ person: { personId }, params }) => listLearners(deps, { personId, ...params }),
    'PUT /api/institutions/:institutionId/enrolments/:enrolmentId/client': async ({ person: { personId }, params, body }) => {
      await linkLearner(deps, { personId, ...params }, body.clientId);
      return {};
    },
    'GET /api/my-clients': ({ person }) => listOwnClients(deps, person.personId),
    'GET /api/my-clients/:clientId/hours': ({ person, params }) => ownClientHours(deps, person.personId, params.clientId),
  };
}
