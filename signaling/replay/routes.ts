// REST of replays: a lesson's units, where one stopped, the files.
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { unitFile } from './files.ts';
import { keepPosition, lessonReplay } from './service.ts';

type Mine = 'GET /api/lessons/:lessonId/replay' | 'PUT /api/units/:unitId/position' | 'GET /api/units/:unitId/files/:name';

export function replayRoutes(deps: Deps): Pick<RouteHandlers, Mine> {
  return {
    'GET /api/lessons/:lessonId/replay': ({ person, params }) => lessonReplay(deps, person.personId, params.lessonId),
    'PUT /api/units/:unitId/position': async ({ person, params, body }) => {
      await keepPosition(deps, person.personId, params.unitId, body.positionMs);
      return {};
    },
    'GET /api/units/:unitId/files/:name': ({ person, params }) => unitFile(deps, person.personId, params.unitId, params.name),
  };
}
