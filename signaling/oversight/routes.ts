// REST of the regulators' console.
import type { oversightRoutes as table } from '#contracts/oversight-routes.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { below, figures, institutionsByRisk, live, search } from './service.ts';

export function oversightHandlers(deps: Deps): Pick<RouteHandlers, keyof typeof table> {
  return {
    'GET /api/oversight/live': ({ person, query }) => live(deps, person.personId, query.region),
    'GET /api/oversight/figures': ({ person }) => figures(deps, person.personId),
    'GET /api/oversight/institutions': ({ person, query }) => institutionsByRisk(deps, person.personId, query.region),
    'GET /api/oversight/below': ({ person, query }) => below(deps, person.personId, query),
    'POST /api/oversight/search': ({ person, body }) => search(deps, person.personId, body.text),
  };
}
