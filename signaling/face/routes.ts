// REST of faces: enrolment, the answer to a check, a check's picture.
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { enrolFace } from './enrolment.ts';
import { takeSnapshot } from './snapshot.ts';
import { viewPicture } from './view.ts';

type Mine = 'POST /api/face-enrolment' | 'POST /api/checks/:checkId/snapshot' | 'GET /api/checks/:checkId/picture';

export function faceRoutes(deps: Deps): Pick<RouteHandlers, Mine> {
  return {
    'POST /api/face-enrolment': ({ person, body }) => enrolFace(deps, person.personId, body),
    'POST /api/checks/:checkId/snapshot': ({ person, params, query, body }) =>
      takeSnapshot(deps, person.personId, params.checkId, query.nonce, body),
    'GET /api/checks/:checkId/picture': ({ person, params }) => viewPicture(deps, person.personId, params.checkId),
  };
}
