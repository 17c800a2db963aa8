// What stands of each consent: the latest decision, to today's text or an older one.
import { expect, it } from 'vitest';
import type { ConsentList } from '#contracts/identity.ts';
import { consentStates } from './consent-states.ts';

const current = { recording: 2, face: 1, identity: 1, authority: 1 };
const at = '2026-03-02T01:00:00.000Z';

it('tells what stands of each purpose', () => {
  const consents: ConsentList['consents'] = [
    { purpose: 'face', version: 1, given: false, at }, { purpose: 'recording', version: 1, given: true, at }, { purpose: 'face', version: 1, given: true, at },
    { purpose: 'identity', version: 1, given: true, at },
  ];
  expect(consentStates({ consents, current })).toEqual([
    { purpose: 'recording', standing: 'outdated', at, version: 1, withdrawable: true },
    { purpose: 'face', standing: 'refused', at, version: 1, withdrawable: false },
    { purpose: 'identity', standing: 'given', at, version: 1, withdrawable: false },
    { purpose: 'authority', standing: 'undecided', at: null, version: null, withdrawable: false },
  ]);
});
