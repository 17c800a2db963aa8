// REST of the delayed broadcast: asking for it, its playlist and its segments.
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { askForStream } from './asking.ts';
import { givePlaylist, giveSegment } from './giving.ts';
import { NotedViewers } from './noted-viewers.ts';

type Mine = 'POST /api/lessons/:lessonId/live-stream' | 'GET /api/lessons/:lessonId/live-stream/playlist' | 'GET /api/lessons/:lessonId/live-stream/segments/:name';

export function liveStreamRoutes(deps: Deps): Pick<RouteHandlers, Mine> {
  const viewers = new NotedViewers(deps);
  return {
    'POST /api/lessons/:lessonId/live-stream': ({ person, params }) => askForStream(deps, person.personId, params.lessonId),
    'GET /api/lessons/:lessonId/live-stream/playlist': ({ person, params }) => givePlaylist(deps, person.personId, params.lessonId),
    'GET /api/lessons/:lessonId/live-stream/segments/:name': ({ person, params }) => giveSegment(deps, viewers, person.personId, params),
  };
}
