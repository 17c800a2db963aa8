// A sitting: its clock, what its checks take back, when it may go on, and when it is asked (R61, R117).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verdicts } from '../check.ts';
import { defaultPack } from '../rules/packs.ts';
import { intersectSpans, totalMs, unionSpans, type Span } from '../spans.ts';
import { addWatched, clockOf, countedOf, leftOf, nextKind, spotMomentMs, standOf, type SittingCheck, type WatchedPiece } from './sitting.ts';

const s = 1000;
const check = (id: string, clock: number, verdict: SittingCheck['verdict'], more: Partial<SittingCheck> = {}): SittingCheck =>
  ({ checkId: id, kind: 'spot', status: verdict === null ? 'verifying' : 'settled', clockMs: clock * s, askedMs: Number(id) * s, verdict, retryOf: null, ...more });
const signIn = (id: string, clock: number, verdict: SittingCheck['verdict']): SittingCheck => check(id, clock, verdict, { kind: 'sign_in' });
const piece = (from: number, to: number, until = 5000): WatchedPiece => [from * s, to * s, until * s];
const counted = (watched: WatchedPiece[], checks: SittingCheck[], closes = 9000): [number, number][] =>
  countedOf({ viewingId: 'v', watched, checks }, defaultPack.checks, closes * s).map(({ fromMs, toMs }) => [fromMs / s, toMs / s]);

describe('what counts', () => {
  it('is what was watched after a sign-in that was passed or still waits', () => {
    expect(counted([piece(100, 400)], [signIn('1', 0, 'matched')])).toEqual([[100, 400]]);
    expect(counted([piece(100, 400)], [signIn('1', 0, null)])).toEqual([[100, 400]]);
    expect(counted([piece(100, 400)], [signIn('1', 0, 'review')])).toEqual([[100, 400]]);
    expect(counted([piece(100, 400)], [signIn('1', 0, 'mismatched')])).toEqual([]);
    expect(counted([piece(100, 400)], [])).toEqual([]);
    expect(counted([piece(100, 400)], [check('1', 0, 'matched')])).toEqual([]);
  });

  it('begins where a second sign-in was passed, by the clock of the sitting', () => {
    expect(counted([piece(100, 110), piece(300, 400)], [signIn('1', 0, 'mismatched'), signIn('2', 30, 'matched')])).toEqual([[320, 400]]);
  });

  it('loses what lies between the passed checks around one that was failed or missed, on the clock and not on the film', () => {
    const watched = [piece(1000, 1300), piece(100, 400)];
    const checks = [signIn('1', 0, 'matched'), check('2', 200, 'matched'), check('3', 350, 'missed'), check('4', 350, 'matched')];
    expect(counted(watched, checks)).toEqual([[150, 400], [1000, 1200]]);
    expect(counted(watched, checks.with(2, check('3', 350, 'no_face')))).toEqual([[150, 400], [1000, 1200]]);
  });

  it('takes no more than the minutes of the pack for a missed one, and keeps the rest', () => {
    expect(counted([piece(0, 1800)], [signIn('1', 0, 'matched'), check('2', 1800, 'missed')])).toEqual([[0, 900]]);
    expect(counted([piece(0, 1800)], [signIn('1', 0, 'matched'), check('2', 1800, 'mismatched')])).toEqual([]);
  });

  it('a check passed while the clock stands still ends what the one before it takes', () => {
    expect(counted([piece(0, 600)], [signIn('1', 0, 'matched'), check('2', 300, 'missed'), check('3', 300, 'missed'), check('4', 300, 'matched')])).toEqual([[300, 600]]);
  });

  it('is not touched by a spot check whose second asking was passed, and is by one whose second asking failed too', () => {
    const checks = [signIn('1', 0, 'matched'), check('2', 300, 'mismatched'), check('3', 300, 'matched', { retryOf: '2' })];
    expect(counted([piece(0, 600)], checks)).toEqual([[0, 600]]);
    expect(counted([piece(0, 600)], [...checks.slice(0, 2), check('3', 300, 'no_face', { retryOf: '2' }), check('4', 300, 'matched')])).toEqual([[300, 600]]);
  });

  it('must be heard of within the days', () => {
    expect(counted([piece(0, 100, 800), piece(200, 300, 901)], [signIn('1', 0, 'matched')], 900)).toEqual([[0, 100]]);
  });
});

describe('how a sitting stands', () => {
  it('asks for a sign-in, goes on, and asks again after a check that was not passed', () => {
    expect([standOf([]), nextKind([])]).toEqual(['again', 'sign_in']);
    const asked = { ...signIn('1', 0, null), status: 'asked' as const };
    expect(standOf([asked])).toBe('asked');
    expect([standOf([signIn('1', 0, null)]), nextKind([signIn('1', 0, null)])]).toEqual(['watching', 'spot']);
    expect([standOf([signIn('1', 0, 'no_face')]), nextKind([signIn('1', 0, 'no_face')])]).toEqual(['again', 'sign_in']);
    const signed = signIn('1', 0, 'matched');
    expect([standOf([signed, check('2', 9, 'missed')]), nextKind([signed, check('2', 9, 'missed')])]).toEqual(['again', 'spot']);
    expect(standOf([signed, check('2', 9, 'missed'), check('3', 9, 'matched')])).toBe('watching');
    expect(standOf([signed, check('2', 9, 'review')])).toBe('watching');
    expect(standOf([signed, check('2', 9, null, { status: 'void' })])).toBe('watching');
  });

  it('a sign-in refused afterwards is asked again, whatever was passed since', () => {
    expect(standOf([signIn('1', 0, 'mismatched'), check('2', 60, 'matched')])).toBe('again');
  });
});

describe('spot checks', () => {
  it('one in each block, within it, none right after the sign-in', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 40 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.integer({ min: 1, max: 12 }), (block, random, checksPerUnit) => {
      const blockMs = (45 * 60 * s) / checksPerUnit;
      const at = spotMomentMs({ ...defaultPack.makeUp, checksPerUnit }, block, random)!;
      expect(at).toBeGreaterThanOrEqual(Math.floor(block * blockMs));
      expect(at).toBeLessThan((block + 1) * blockMs);
      if (block === 0) expect(at).toBeGreaterThanOrEqual(Math.floor(Math.min(60 * s, blockMs / 4)));
    }));
    expect(spotMomentMs({ ...defaultPack.makeUp, checksPerUnit: 0 }, 0, 0.5)).toBeNull();
  });
});

const span = fc.tuple(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 900 })).map(([fromMs, length]): Span => ({ fromMs, toMs: fromMs + length }));
const spans = fc.array(span, { maxLength: 6 });
const beats = fc.array(spans.map(unionSpans), { maxLength: 8 });
const oneCheck = fc.record({ clockMs: fc.integer({ min: 0, max: 4000 }), kind: fc.constantFrom('sign_in' as const, 'spot' as const), verdict: fc.constantFrom(null, ...verdicts) });
const someChecks = fc.array(oneCheck, { maxLength: 8 })
  .map((list) => list.toSorted((one, other) => one.clockMs - other.clockMs).map((one, index): SittingCheck =>
    ({ ...one, checkId: `k${index}`, askedMs: index, status: one.verdict ? 'settled' : 'verifying', retryOf: null })));

describe('any sitting', () => {
  it('keeps every watched moment on its clock, and counts only what was watched', () => {
    fc.assert(fc.property(beats, someChecks, (heard, checks) => {
      const watched = heard.reduce<WatchedPiece[]>((all, beat, index) => addWatched(all, beat, index), []);
      expect(clockOf(watched)).toBe(heard.reduce((sum, beat) => sum + totalMs(beat), 0));
      const all = unionSpans(watched.map(([fromMs, toMs]) => ({ fromMs, toMs })));
      const result = countedOf({ viewingId: 'v', watched, checks }, defaultPack.checks, 100);
      expect(intersectSpans(result, all)).toEqual(result);
      expect(countedOf({ viewingId: 'v', watched, checks: [...checks, ...checks].toReversed() }, defaultPack.checks, 100)).toEqual(result);
      for (const { fromMs, toMs } of result) expect(Number.isInteger(fromMs) && Number.isInteger(toMs)).toBe(true);
      expect(totalMs(leftOf(all, result, 0)) + totalMs(result)).toBe(totalMs(all));
    }), { numRuns: 300 });
  });

  it('a check that is passed later never takes anything', () => {
    fc.assert(fc.property(beats, someChecks, (heard, checks) => {
      const watched = heard.reduce<WatchedPiece[]>((all, beat, index) => addWatched(all, beat, index), []);
      const last = { ...check('99', 0, 'matched'), clockMs: clockOf(watched) };
      const [before, after] = [checks, [...checks, last]].map((list) => totalMs(countedOf({ viewingId: 'v', watched, checks: list }, defaultPack.checks, 100)));
      expect(after).toBeGreaterThanOrEqual(before!);
    }), { numRuns: 200 });
  });
});
