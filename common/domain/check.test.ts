// Words of checks: each verdict is one thing only; code and look come to a verdict in whatever order they come (R60, R138).
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { alternativeVerdict, awaitsPerson, codeStates, deservesRetry, failed, passed, signedIn, verdicts } from './check.ts';

it.each(verdicts)('%s is one of passed, failed, missed and waiting', (verdict) => {
  expect([passed(verdict), failed(verdict), verdict === 'missed', awaitsPerson(verdict)].filter(Boolean)).toHaveLength(1);
  expect(deservesRetry(verdict) && (passed(verdict) || awaitsPerson(verdict))).toBe(false);
});

it('asks again what failed in the picture, was not seen, or was missed; not what was refused', () => {
  expect(verdicts.filter(deservesRetry)).toEqual(['mismatched', 'no_face', 'several_faces', 'poor_quality', 'missed', 'not_seen']);
});

it.each([
  ['nothing yet', { code: 'sent', seen: null, over: false }, null],
  ['the code alone', { code: 'entered', seen: null, over: false }, null],
  ['the look alone', { code: 'sent', seen: true, over: false }, null],
  ['both', { code: 'entered', seen: true, over: false }, 'confirmed_by_person'],
  ['the look, and no phone on file', { code: 'no_phone', seen: true, over: false }, 'confirmed_by_person'],
  ['not seen, whatever the code', { code: 'entered', seen: false, over: false }, 'not_seen'],
  ['seen, and the code was never typed in', { code: 'sent', seen: true, over: true }, 'missed'],
  ['neither', { code: 'sent', seen: null, over: true }, 'missed'],
  ['the code, and nobody looked', { code: 'entered', seen: null, over: true }, 'missed_look'],
  ['no phone, and nobody looked', { code: 'no_phone', seen: null, over: true }, 'missed_look'],
  ['a code that was never sent', { code: 'unsent', seen: null, over: true }, 'review'],
  ['a code that was never sent, and seen', { code: 'unsent', seen: true, over: true }, 'confirmed_by_person'],
] as const)('%s', (_what, given, verdict) => {
  expect(alternativeVerdict(given)).toBe(verdict);
});

it('never passes without a look that saw them, never blames a learner who did their part, and always ends', () => {
  fc.assert(fc.property(fc.constantFrom(...codeStates), fc.constantFrom(null, true, false), fc.boolean(), (code, seen, over) => {
    const verdict = alternativeVerdict({ code, seen, over });
    if (over) expect(verdict).not.toBeNull();
    if (verdict && passed(verdict)) expect(seen).toBe(true);
    if (code !== 'sent' && seen !== false && verdict) expect(failed(verdict) || verdict === 'missed').toBe(false);
    expect(verdict).not.toBe('matched');
    // What came to a verdict stays there when the time is over.
    if (!over && verdict) expect(alternativeVerdict({ code, seen, over: true })).toBe(verdict);
  }));
});

it('time counts once the sign-in is answered, until it is judged otherwise', () => {
  expect(signedIn({ answered: false, verdict: null })).toBe(false);
  expect(signedIn({ answered: true, verdict: null })).toBe(true);
  expect(verdicts.filter((verdict) => signedIn({ answered: true, verdict }))).toEqual(['matched', 'review', 'confirmed_by_person', 'missed_look', 'confirmed_by_code']);
});
