// REST of checks: how their moments were drawn.
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { evidenceFor } from './evidence.ts';

type Mine = 'GET /api/lessons/:lessonId/check-evidence';

export function checkRoutes(deps: Deps): Pick<RouteHandlers, Mine> {
  return { 'GET /api/lessons/:lessonId/check-evidence': ({ person, params }) => evidenceFor(deps, person.personId, params.lessonId) };
}
