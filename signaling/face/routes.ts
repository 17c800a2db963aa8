// REST of faces: enrolment, who may replace one, the detector for browsers, the answer to a check, a check's picture.
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { decideReplacement, listReplacements, viewReplacementPicture } from './approvals.ts';
import { detectorFiles } from './detector.ts';
import { enrolFace } from './enrolment.ts';
import { takeSnapshot } from './snapshot.ts';
import { viewPicture } from './view.ts';

type Mine = 'POST /api/face-enrolment' | 'GET /api/face-detector/:sha256' | 'GET /api/face-enrolments' | 'POST /api/face-enrolments/:enrolmentId/decision'
  | 'GET /api/face-enrolments/:enrolmentId/pictures/:picture' | 'POST /api/checks/:checkId/snapshot' | 'GET /api/checks/:checkId/picture';

export function faceRoutes(deps: Deps): Pick<RouteHandlers, Mine> {
  const detector = detectorFiles(deps);
  return {
    'POST /api/face-enrolment': ({ person, query, body }) => enrolFace(deps, person.personId, query.why ?? null, body),
    'GET /api/face-detector/:sha256': ({ params }) => detector(params.sha256),
    'GET /api/face-enrolments': ({ person }) => listReplacements(deps, person.personId),
    'POST /api/face-enrolments/:enrolmentId/decision': ({ person, params, body }) => decideReplacement(deps, person.personId, params.enrolmentId, body),
    'GET /api/face-enrolments/:enrolmentId/pictures/:picture': ({ person, params }) => viewReplacementPicture(deps, person.personId, params.enrolmentId, params.picture),
    'POST /api/checks/:checkId/snapshot': ({ person, params, query, body }) =>
      takeSnapshot(deps, person.personId, params.checkId, query, body),
    'GET /api/checks/:checkId/picture': ({ person, params }) => viewPicture(deps, person.personId, params.checkId),
  };
}
