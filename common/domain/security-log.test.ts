// What stands in the security log of which request.
import { expect, it } from 'vitest';
import { securityEntryOf } from './security-log.ts';

it.each([
  ['POST /api/session', null, { kind: 'login', outcome: 'done' }], ['POST /api/session', 'wrong_credentials', { kind: 'login', outcome: 'failed' }],
  ['POST /api/session', 'too_many_attempts', { kind: 'login', outcome: 'refused' }],
  ['GET /api/ledger/exports/:exportId/file', null, { kind: 'file_taken', outcome: 'done' }], ['POST /api/persons/:personId/identity/reveal', null, { kind: 'identity_opened', outcome: 'done' }],
  ['POST /api/institutions/:institutionId/staff/:membershipId/ending', null, { kind: 'role', outcome: 'done' }],
  ['GET /api/operator', 'forbidden', { kind: 'refused', outcome: 'refused' }], ['GET /api/operator', null, null], ['PUT /api/me/password', 'password_weak', null],
  ['GET /api/lessons/:lessonId', 'not_found', null],
])('%s ended with %s: %j', (route, code, entry) => expect(securityEntryOf(route, code)).toEqual(entry));
