// REST of replays: a lesson's parts, files, captions, and watching with proof.
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { captionsFile, putCaptions } from './captions.ts';
import { replayFile } from './files.ts';
import { heartbeat } from './heartbeats.ts';
import { masterPlaylist, mediaPlaylist } from './playlists.ts';
import { segmentBytes, segmentLink } from './segments.ts';
import { lessonReplay } from './service.ts';
import { beginViewing } from './viewings.ts';
import { watchDeps } from './watch-deps.ts';

type Mine = 'GET /api/lessons/:lessonId/replay' | 'GET /api/replays/:replayId/files/:name' | 'PUT /api/replays/:replayId/captions' | 'GET /api/replays/:replayId/captions/:locale'
  | 'POST /api/replays/:replayId/viewings' | 'GET /api/viewings/:viewingId/playlist' | 'GET /api/viewings/:viewingId/playlist/:rendition'
  | 'GET /api/viewings/:viewingId/segments/:rendition/:number' | 'GET /api/segments/:token' | 'POST /api/viewings/:viewingId/heartbeats';

export function replayRoutes(given: Deps): Pick<RouteHandlers, Mine> {
  const deps = watchDeps(given);
  return {
    'GET /api/lessons/:lessonId/replay': ({ person, params }) => lessonReplay(deps, person.personId, params.lessonId),
    'GET /api/replays/:replayId/files/:name': ({ person, params }) => replayFile(deps, person.personId, params.replayId, params.name),
    'PUT /api/replays/:replayId/captions': async ({ person, params, body }) => {
      await putCaptions(deps, person.personId, params.replayId, body);
      return {};
    },
    'GET /api/replays/:replayId/captions/:locale': ({ person, params }) => captionsFile(deps, person.personId, params.replayId, params.locale),
    'POST /api/replays/:replayId/viewings': ({ person, params }) => beginViewing(deps, person.personId, params.replayId),
    'GET /api/viewings/:viewingId/playlist': ({ person, params }) => masterPlaylist(deps, person.personId, params.viewingId),
    'GET /api/viewings/:viewingId/playlist/:rendition': ({ person, params }) => mediaPlaylist(deps, person.personId, params.viewingId, params.rendition),
    'GET /api/viewings/:viewingId/segments/:rendition/:number': ({ person, params }) => segmentLink(deps, person.personId, params),
    'GET /api/segments/:token': ({ person, params }) => segmentBytes(deps, person.personId, params.token),
    'POST /api/viewings/:viewingId/heartbeats': ({ person, params, body }) => heartbeat(deps, person.personId, params.viewingId, body),
  };
}
