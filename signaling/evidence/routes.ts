// REST of evidence.
import type { evidenceRoutes } from '#contracts/evidence-routes.ts';
import { DomainError } from '#domain/errors.ts';
import { countAttempts } from '#runtime/attempts.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { certificateFile, cohortFile, evidenceHeads, verifyPageFile } from './service.ts';

const windowMs = 60_000;
/** Files a minute from one place: each is made anew. */
const filesFromOnePlace = 30;

export function evidenceHandlers(deps: Deps): Pick<RouteHandlers, keyof typeof evidenceRoutes> {
  const asked = countAttempts(windowMs);
  return {
    'GET /api/evidence/heads': ({ query }) => evidenceHeads(deps, query.before === undefined ? null : Number(query.before)),
    'GET /api/evidence/verify-page': () => verifyPageFile(),
    'GET /api/certificate-checks/:serial/evidence': ({ params, query, request }) => {
      const wait = asked.take([{ key: request.ip, limit: filesFromOnePlace }], deps.now().getTime());
      if (wait > 0) throw new DomainError('too_many_attempts', `again in ${wait} s`);
      return certificateFile(deps, params.serial, query.held);
    },
    'GET /api/cohorts/:cohortId/evidence': ({ person, params, query }) => cohortFile(deps, person.personId, params.cohortId, query.held),
  };
}
