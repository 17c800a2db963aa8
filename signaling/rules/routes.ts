// REST of rule packs: what is chosen where, and choosing.
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { chooseForCohort, chooseForInstitution, ruleChoices } from './service.ts';

type Mine = 'GET /api/rule-packs' | 'PUT /api/institutions/:institutionId/rule-pack' | 'PUT /api/cohorts/:cohortId/rule-pack';

export function rulesRoutes(deps: Deps): Pick<RouteHandlers, Mine> {
  return {
    'GET /api/rule-packs': ({ person }) => ruleChoices(deps, person.personId),
    'PUT /api/institutions/:institutionId/rule-pack': ({ person, params, body }) => chooseForInstitution(deps, person.personId, params.institutionId, body),
    'PUT /api/cohorts/:cohortId/rule-pack': ({ person, params, body }) => chooseForCohort(deps, person.personId, params.cohortId, body),
  };
}
