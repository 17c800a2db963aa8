// REST of certificates.
import type { certificateRoutes } from '#contracts/certificate-routes.ts';
import { DomainError } from '#domain/errors.ts';
import { countAttempts } from '#runtime/attempts.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { certificateFile, cohortFile } from './files.ts';
import { issueCertificates } from './issuing.ts';
import { checkCertificate, ownCertificates, readCandidates } from './reading.ts';
import { reissueCertificate, revokeCertificate } from './revoking.ts';

const windowMs = 60_000;
/** Checks a minute from one place, where a whole office may stand behind one number. */
const checksFromOnePlace = 120;

export function certificateHandlers(deps: Deps): Pick<RouteHandlers, keyof typeof certificateRoutes> {
  const asked = countAttempts(windowMs);
  return {
    'GET /api/cohorts/:cohortId/certificates': ({ person, params, query }) => readCandidates(deps, person.personId, params.cohortId, { view: query.view, page: Number(query.page ?? 1) }),
    'POST /api/cohorts/:cohortId/certificates': ({ person, params, body }) => issueCertificates(deps, person.personId, params.cohortId, body.personIds),
    'POST /api/certificates/:certificateId/revocation': async ({ person, params, body }) => {
      await revokeCertificate(deps, person.personId, params.certificateId, body);
      return {};
    },
    'POST /api/certificates/:certificateId/reissue': ({ person, params, body }) => reissueCertificate(deps, person.personId, params.certificateId, body.reason),
    'GET /api/certificates/:certificateId/file': ({ person, params }) => certificateFile(deps, person.personId, params.certificateId),
    'GET /api/cohorts/:cohortId/certificates.pdf': ({ person, params }) => cohortFile(deps, person.personId, params.cohortId),
    'GET /api/me/certificates': ({ person }) => ownCertificates(deps, person.personId),
    'GET /api/certificate-checks/:serial': async ({ params, request }) => {
      const wait = asked.take([{ key: request.ip, limit: checksFromOnePlace }], deps.now().getTime());
      if (wait > 0) throw new DomainError('too_many_attempts', `again in ${wait} s`);
      return checkCertificate(deps, params.serial);
    },
  };
}
