// REST of statutory papers.
import type { paperRoutes } from '#contracts/paper-routes.ts';
import { countAttempts } from '#runtime/attempts.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { paperFile, readPaper } from './files.ts';
import { paperChoices } from './reading.ts';

const hourMs = 3_600_000;

export function paperHandlers(deps: Deps): Pick<RouteHandlers, keyof typeof paperRoutes> {
  const attempts = countAttempts(hourMs);
  return {
    'GET /api/institutions/:institutionId/papers': ({ person, params }) => paperChoices(deps, person.personId, params.institutionId),
    'GET /api/institutions/:institutionId/paper': ({ person, params, query }) => readPaper(deps, person.personId, params.institutionId, query),
    'POST /api/institutions/:institutionId/paper-files': ({ person, params, body }) => paperFile(deps, attempts, person.personId, params.institutionId, body),
  };
}
