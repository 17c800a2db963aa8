// What stands in the security log of which request.
import { expect, it } from 'vitest';
import { securityEntryOf } from './security-log.ts';

it.each([
  ['POST /api/session', null, { kind: 'login', outcome: 'done' }], ['POST /api/session', 'wrong_credentials', { kind: 'login', outcome: 'failed' }],
  ['POST /api/session', 'too_many_attempts', { kind: 'login', outcome: 'refused' }],
  ['GET /api/ledger/exports/:exportId/file', null, { kind: 'file_taken', outcome: 'done' }], ['POST /api/persons/:personId/identity/reveal', null, { kind: 'identity_opened', outcome: 'done' }],
  ['POST /api/institutions/:institutionId/staff/:membershipId/ending', null, { kind: 'role', outcome: 'done' }],
  ['POST /api/institutions/:institutionId/api-clients', null, { kind: 'api_client', outcome: 'done' }], ['POST /api/api-clients/:apiClientId/ending', 'forbidden', { kind: 'api_client', outcome: 'refused' }],
  ['POST /api/institutions/:institutionId/legal-holds', null, { kind: 'hold', outcome: 'done' }], ['POST /api/legal-holds/:holdId/ending', null, { kind: 'hold', outcome: 'done' }],
  ['GET /api/cohorts/:cohortId/evidence', null, { kind: 'file_taken', outcome: 'done' }], ['GET /api/cohorts/:cohortId/certificates.pdf', null, { kind: 'file_taken', outcome: 'done' }],
  ['GET /api/inspections/:inspectionId/report', null, { kind: 'file_taken', outcome: 'done' }], ['GET /api/me/data/file', null, { kind: 'file_taken', outcome: 'done' }], ['GET /api/inspections/:inspectionId', null, null],
  ['POST /api/connectors', null, { kind: 'settings', outcome: 'done' }], ['POST /api/connectors/:connectorId/replays', null, { kind: 'settings', outcome: 'done' }], ['GET /api/connectors', null, null],
  ['POST /api/me/second-factor/ending', null, { kind: 'second_factor', outcome: 'done' }], ['POST /api/me/second-factor/recovery-codes', 'code_wrong', { kind: 'second_factor', outcome: 'failed' }],
  ['GET /api/operator', 'forbidden', { kind: 'refused', outcome: 'refused' }], ['GET /api/operator', null, null], ['PUT /api/me/password', 'password_weak', null],
  ['GET /api/lessons/:lessonId', 'not_found', null],
])('%s ended with %s: %j', (route, code, entry) => expect(securityEntryOf(route, code)).toEqual(entry));
