// REST of consents and the way of checking.
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { chooseWay, consentHistory, consentState, decideConsent, withdrawConsent } from './service.ts';

type Mine = 'GET /api/consents' | 'GET /api/consents/history' | 'POST /api/consents' | 'POST /api/consents/withdrawal' | 'POST /api/check-way';

export function consentRoutes(deps: Deps): Pick<RouteHandlers, Mine> {
  return {
    'GET /api/consents': ({ person }) => consentState(deps.orm.em.fork(), person.personId),
    'GET /api/consents/history': ({ person }) => consentHistory(deps.orm.em.fork(), person.personId),
    'POST /api/consents/withdrawal': ({ person, body }) => withdrawConsent(deps, person.personId, body),
    'POST /api/consents': ({ person, body }) => decideConsent(deps, person.personId, body),
    'POST /api/check-way': ({ person, body }) => chooseWay(deps, person.personId, body),
  };
}
