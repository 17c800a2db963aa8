// Face checks of an exam: when questions may be given out, what may be asked again, and when spot checks come.
import { expect, it } from 'vitest';
import { examStand, mayAskAgain, mayWork, mostSignIns, nextSpotMs, type ExamCheckFact } from './exam-checks.ts';
import { defaultPack, packById } from './rules/packs.ts';

const rules = defaultPack.checks;
const signIn = (change: Partial<ExamCheckFact> = {}): ExamCheckFact => ({ kind: 'sign_in', status: 'settled', verdict: 'matched', attempt: 1, ...change });
const spot = (change: Partial<ExamCheckFact> = {}): ExamCheckFact => ({ ...signIn(change), kind: 'spot' });

it('gives questions out to whoever signed in, or answered and waits for the verdict', () => {
  const may = (...checks: ExamCheckFact[]) => mayWork(checks, defaultPack);
  expect([may(), may(signIn({ status: 'asked', verdict: null })), may(signIn({ verdict: 'mismatched' })), may(signIn({ verdict: 'missed' }))]).toEqual([false, false, false, false]);
  expect([may(signIn()), may(signIn({ status: 'verifying', verdict: null })), may(signIn({ verdict: 'review' })), may(signIn({ verdict: 'confirmed_by_code' }))]).toEqual([true, true, true, true]);
  expect(may(signIn({ verdict: 'mismatched', attempt: mostSignIns(rules) }))).toBe(true);
  expect(mayWork([], packById('guangdong'))).toBe(true);
});

it('asks again what failed or was missed, as often as the pack says', () => {
  expect(mayAskAgain([signIn({ verdict: 'missed' })], 'signing_in', rules)).toBe(true);
  expect(mayAskAgain([signIn({ verdict: 'refused' })], 'signing_in', rules)).toBe(false);
  expect(mayAskAgain([signIn({ verdict: 'missed', attempt: mostSignIns(rules) })], 'signing_in', rules)).toBe(false);
  expect(mayAskAgain([signIn(), spot({ verdict: 'mismatched' })], 'working', rules)).toBe(true);
  expect(mayAskAgain([signIn(), spot({ verdict: 'mismatched', attempt: 2 })], 'working', rules)).toBe(false);
  expect(examStand([signIn(), spot({ status: 'asked', verdict: null })], 'working', rules)).toBe('check');
  expect(examStand([signIn(), spot({ verdict: 'missed' })], 'working', rules)).toBe('again');
  expect(examStand([signIn({ verdict: 'mismatched', attempt: mostSignIns(rules) })], 'working', rules)).toBe('working');
});

it('puts one spot check into each stretch, and none whose time would outlast the exam', () => {
  const at = (asked: number, random: number) => nextSpotMs({ signIn: true, spotEveryMinutes: 20 }, { startedMs: 0, deadlineMs: 60 * 60_000, asked, windowMs: 60_000 }, random);
  for (const random of [0, 0.3, 0.99]) for (const asked of [0, 1, 2]) {
    const moment = at(asked, random);
    if (moment !== null) expect(Math.floor(moment / (20 * 60_000))).toBe(asked);
  }
  expect(at(2, 0.99)).toBeNull();
  expect(at(3, 0)).toBeNull();
  expect(nextSpotMs({ signIn: true, spotEveryMinutes: null }, { startedMs: 0, deadlineMs: 60 * 60_000, asked: 0, windowMs: 60_000 }, 0.5)).toBeNull();
});
