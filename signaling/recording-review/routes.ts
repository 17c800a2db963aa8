// REST of quality and review.
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { qualityOf, reviewReplay } from './service.ts';

type Mine = 'GET /api/replays/:replayId/quality' | 'POST /api/replays/:replayId/review';

export function reviewRoutes(deps: Deps): Pick<RouteHandlers, Mine> {
  return {
    'GET /api/replays/:replayId/quality': ({ person, params }) => qualityOf(deps, person.personId, params.replayId),
    'POST /api/replays/:replayId/review': ({ person, params, body }) => reviewReplay(deps, person.personId, params.replayId, body),
  };
}
