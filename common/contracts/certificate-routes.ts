// Routes of certificates. All but the check answer not_found for what is not one's own; regulators read, and change nothing.
import Type from 'typebox';
import { CandidatePage, CandidateQuery, CertificateCheck, IssueBody, IssueReply, OwnCertificates, Reissued, ReissueBody, RevocationBody } from './certificate.ts';
import { Closed, Empty, Uuid } from './shapes.ts';

const office = ['admin', 'institution'] as const;
const OneCohort = Closed({ cohortId: Uuid });
const OneCertificate = Closed({ certificateId: Uuid });

export const certificateRoutes = {
  /** Who is ready, who is not and why, who has one; by name. Without a view: those ready. */
  'GET /api/cohorts/:cohortId/certificates': { by: [...office, 'regulator'] as const, params: OneCohort, query: CandidateQuery, reply: CandidatePage },
  /** Issues to all who are ready, or to those named; whoever is not is named with what is missing. Figures are reckoned anew before. Errors: not_found (also for somebody who is not of the cohort). */
  'POST /api/cohorts/:cohortId/certificates': { by: office, params: OneCohort, body: IssueBody, reply: IssueReply },
  /** Once and for good. Errors: not_found, certificate_not_valid (revoked or replaced already). */
  'POST /api/certificates/:certificateId/revocation': { by: office, params: OneCertificate, body: RevocationBody, reply: Empty },
  /** Another one in its place, with name, document and institution as they are now and the figures as they were; the old one counts as replaced. Errors: not_found, certificate_not_valid, certificate_not_ready (identity missing or denied). */
  'POST /api/certificates/:certificateId/reissue': { by: office, params: OneCertificate, body: ReissueBody, reply: Reissued },
  /** PDF to print, for its holder, the office and regulators of its institution. Errors: not_found. */
  'GET /api/certificates/:certificateId/file': { by: 'account', params: OneCertificate, reply: 'file' },
  /** All valid ones of a cohort as one PDF, by name, sent while it is drawn. Errors: not_found (also where there is none). */
  'GET /api/cohorts/:cohortId/certificates.pdf': { by: [...office, 'regulator'] as const, params: OneCohort, reply: 'file' },
  'GET /api/me/certificates': { by: 'account', reply: OwnCertificates },
  /** For anybody who has a number, typed in any grouping: every printed field, and whether it is valid. Errors: serial_invalid, not_found, too_many_attempts. */
  'GET /api/certificate-checks/:serial': { by: 'anyone', params: Closed({ serial: Type.String({ minLength: 1, maxLength: 60 }) }), reply: CertificateCheck },
} as const;
