// REST of corrections: the queue of an office, those of one learner, making one, deciding one.
import type { correctionRoutes as table } from '#contracts/correction-routes.ts';
import { correctionQueue } from '#db/queries/corrections.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { decideCorrection, listCorrections, makeCorrection } from './service.ts';

export function correctionRoutes(deps: Deps): Pick<RouteHandlers, keyof typeof table> {
  return {
    'GET /api/corrections': ({ person }) => correctionQueue(deps.orm.em.fork(), person.personId),
    'GET /api/lessons/:lessonId/hours/:personId/corrections': ({ person, params }) => listCorrections(deps, person.personId, params),
    'POST /api/lessons/:lessonId/hours/:personId/corrections': ({ person, params, body }) => makeCorrection(deps, person.personId, params, body),
    'POST /api/corrections/:correctionId/decision': ({ person, params, body }) => decideCorrection(deps, person.personId, params.correctionId, body),
  };
}
