// REST of signing in by phone at the place of a lesson.
import type { siteRoutes } from '#contracts/site-routes.ts';
import { wrongCodesWithinMs } from '#domain/site-sign.ts';
import { countAttempts } from '#runtime/attempts.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { readOwnSigns, readSiteCode } from './reading.ts';
import { signAtPlace } from './signing.ts';

export function siteHandlers(deps: Deps): Pick<RouteHandlers, keyof typeof siteRoutes> {
  const attempts = countAttempts(wrongCodesWithinMs);
  return {
    'GET /api/lessons/:lessonId/site-code': ({ person, params }) => readSiteCode(deps, person.personId, params.lessonId),
    'GET /api/lessons/:lessonId/site-signs': ({ person, params }) => readOwnSigns(deps, person.personId, params.lessonId),
    'POST /api/lessons/:lessonId/site-signs': ({ person, params, body }) => signAtPlace({ deps, attempts }, person.personId, params.lessonId, body),
  };
}
