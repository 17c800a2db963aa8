// REST of an institution’s people.
import type { staffRoutes as table } from '#contracts/staff-routes.ts';
import { countAttempts } from '#runtime/attempts.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { addMember, endMembership, listStaff } from './service.ts';

const windowMs = 15 * 60_000;

export function staffRoutes(deps: Deps): Pick<RouteHandlers, keyof typeof table> {
  const attempts = countAttempts(windowMs);
  return {
    'GET /api/institutions/:institutionId/staff': ({ person, params }) => listStaff(deps, person.personId, params.institutionId),
    'POST /api/institutions/:institutionId/staff': ({ person, params, body }) => addMember(deps, attempts, person.personId, params.institutionId, body),
    'POST /api/institutions/:institutionId/staff/:membershipId/ending': ({ person, params, body }) => endMembership(deps, person.personId, params, body.reason),
  };
}
