// When signs at a place are taken, which codes are good, what they prove (R40, R151).
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { offlineReachMs } from './offline.ts';
import { goodSteps, isSigned, isSiteOpen, siteCodeOf, siteCodeStepMs, siteWindow, signedSpan, stepEndsMs } from './site-sign.ts';

const minute = 60_000;
const start = Date.parse('2026-03-02T01:00:00Z');
const plan = { startsAt: new Date(start), plannedMinutes: 90 };

it('is open as long as a sheet may say that it was held', () => {
  expect(siteWindow(plan)).toEqual({ fromMs: start - offlineReachMs, toMs: start + 90 * minute + offlineReachMs });
  const { fromMs, toMs } = siteWindow(plan);
  expect([fromMs - 1, fromMs, start, toMs - 1, toMs].map((now) => isSiteOpen(plan, now))).toEqual([false, true, true, true, false]);
});

it('a code is good while it is shown and as long again, never before and never later', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 42 }), fc.integer({ min: -5 * siteCodeStepMs, max: 5 * siteCodeStepMs }), (shownAt, later) => {
    const [shown] = goodSteps(shownAt);
    const good = goodSteps(shownAt + later).includes(shown);
    const since = shownAt + later - (stepEndsMs(shownAt) - siteCodeStepMs);
    expect(good).toBe(since >= 0 && since < 2 * siteCodeStepMs);
  }));
});

it('has six digits, of four bytes wherever they lie', () => {
  expect(siteCodeOf(Uint8Array.of(0, 0, 0, 7))).toBe('000007');
  expect(siteCodeOf(Uint8Array.of(9, 9, 0, 15, 66, 65).subarray(2))).toBe('000001');
  expect(siteCodeOf(Uint8Array.of(255, 255, 255, 255))).toBe('967295');
  expect(() => siteCodeOf(Uint8Array.of(1, 2))).toThrow(RangeError);
});

it('proves from the first sign to the last, to the minute a clerk writes; one alone proves nothing', () => {
  const signed = signedSpan([start + 3 * minute, start + 40 * minute, start + 88 * minute]);
  expect(signed).toEqual({ fromMs: start + 3 * minute, toMs: start + 88 * minute });
  const says = (from: number, to: number) => isSigned({ fromMs: start + from * minute, toMs: start + to * minute }, signed);
  expect([says(3, 88), says(2, 89), says(10, 20), says(1.9, 88), says(3, 89.1)]).toEqual([true, true, true, false, false]);
  expect([signedSpan([]), signedSpan([start]), signedSpan([start, start + minute - 1])]).toEqual([null, null, null]);
  expect(isSigned({ fromMs: start, toMs: start + 1 }, null)).toBe(false);
});
