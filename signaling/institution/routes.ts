// REST of institutions: what they state of themselves, and how that changed.
import type { institutionRoutes as table } from '#contracts/institution-routes.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { listLooks } from './looks.ts';
import { listChanges, listInstitutions, noteReported, readProfile, writeProfile } from './profile.ts';

export function institutionRoutes(deps: Deps): Pick<RouteHandlers, keyof typeof table> {
  return {
    'GET /api/institutions': ({ person }) => listInstitutions(deps, person.personId),
    'GET /api/institutions/:institutionId/profile': ({ person, params }) => readProfile(deps, person.personId, params.institutionId),
    'PUT /api/institutions/:institutionId/profile': ({ person, params, body }) => writeProfile(deps, person.personId, params.institutionId, body),
    'GET /api/institutions/:institutionId/changes': ({ person, params }) => listChanges(deps, person.personId, params.institutionId),
    'GET /api/institutions/:institutionId/looks': ({ person, params, query }) => listLooks(deps, person.personId, params.institutionId, query.before ?? null),
    'PUT /api/institutions/:institutionId/changes/:changeId/report': async ({ person, params, body }) => {
      await noteReported(deps, person.personId, params, body.on);
      return {};
    },
  };
}
