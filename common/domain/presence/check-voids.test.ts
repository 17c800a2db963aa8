// What a slow verdict takes from whoever could not try again before it: nothing, where they pass in the end.
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../check.ts';
import { defaultPack } from '../rules/packs.ts';
import { checkVoids } from './check-voids.ts';
import type { CheckFact } from './facts.ts';

const hour = [{ unitId: 'u', spans: [{ fromMs: 0, toMs: 3_600_000 }] }];
/** Seconds. */
const signIn = (checkId: string, asked: number, answered: number | null, settled: number | null, verdict: Verdict | null): CheckFact => ({
  checkId, kind: 'sign_in', unitId: 'u', askedMs: asked * 1000, deadlineMs: (asked + 60) * 1000, answeredMs: answered === null ? null : answered * 1000,
  settledMs: settled === null ? null : settled * 1000, verdict,
});
const taken = (...checks: CheckFact[]) => checkVoids(checks, hour, defaultPack.checks, 3_600_000).map(({ fromMs, toMs, reason }) => [fromMs / 1000, toMs / 1000, reason]);

describe('a sign-in whose verdict was long in coming', () => {
  it('takes what lay before the answer and after the verdict, up to the one that passed', () => {
    expect(taken(signIn('1', 5, 20, 620, 'no_face'), signIn('2', 621, 640, 642, 'matched'))).toEqual([[0, 20, 'not_signed_in'], [620, 640, 'not_signed_in']]);
  });
  it('of an ordinary one nothing is left out', () => {
    expect(taken(signIn('1', 5, 20, 22, 'no_face'), signIn('2', 23, 40, 42, 'matched'))).toEqual([[0, 40, 'not_signed_in']]);
    expect(taken(signIn('1', 5, 20, 30, 'no_face'), signIn('2', 31, 40, 42, 'matched'))).toEqual([[0, 40, 'not_signed_in']]);
  });
  it('helps nobody who never passed, nor one that was not answered', () => {
    expect(taken(signIn('1', 5, 20, 620, 'mismatched'))).toEqual([[0, 3600, 'not_signed_in']]);
    expect(taken(signIn('1', 5, null, 620, 'missed'), signIn('2', 621, 640, 642, 'matched'))).toEqual([[0, 640, 'not_signed_in']]);
  });
});
