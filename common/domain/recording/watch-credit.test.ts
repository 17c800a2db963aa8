// Credit of watching, whatever a browser claims: never more than real time, than was given out, than there is; each moment once.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intersectPairs, lengthOf, unionPairs, type Pair } from './spans.ts';
import { carryMs, mayIssue, playedIsValid, resumeAt, watchStep, type Beat, type Watched, type WatchRules } from './watch-credit.ts';

const rules: WatchRules = { durationMs: 100_000, creditSpeed: 1, fastestSpeed: 2, completeShare: 0.98, skippingForbidden: true };
const fresh: Watched = { credited: [], furthestMs: 0, completed: false, issued: [], creditLeftMs: 0, playLeftMs: 0 };
const all: Pair[] = [[0, 100_000]];

const pair = fc.tuple(fc.nat(110_000), fc.nat(110_000)).map(([a, b]): Pair => [Math.min(a, b), Math.max(a, b)]);
const beats = fc.array(fc.record({
  elapsedMs: fc.integer({ min: -1000, max: 60_000 }), played: fc.array(pair, { maxLength: 4 }), positionMs: fc.nat(120_000), issue: fc.array(pair, { maxLength: 4 }),
}), { maxLength: 12 });
const someRules = fc.record({
  durationMs: fc.integer({ min: 1, max: 100_000 }), creditSpeed: fc.constantFrom(0.5, 1, 1.25, 1.5, 2), fastestSpeed: fc.constantFrom(2, 3),
  completeShare: fc.constantFrom(0.8, 0.98, 1), skippingForbidden: fc.boolean(),
});

describe('credit of watching', () => {
  it('never exceeds real time, what was given out, or the file, and only grows', () => {
    fc.assert(fc.property(beats, someRules, (list, kind) => {
      let state: Watched = fresh;
      let [realMs, gained] = [0, 0];
      let issued: Pair[] = [];
      for (const { issue, ...beat } of list) {
        issued = unionPairs(issued, issue);
        const step = watchStep({ ...state, issued: [...state.issued, ...issue] }, kind, beat);
        realMs += Math.max(0, beat.elapsedMs);
        gained += step.gainedMs;
        expect(step.gainedMs).toBeGreaterThanOrEqual(0);
        expect(step.gainedMs).toBeLessThanOrEqual(Math.max(0, beat.elapsedMs) * kind.creditSpeed + carryMs * kind.creditSpeed);
        expect(gained).toBeLessThanOrEqual(realMs * kind.creditSpeed);
        expect(step.creditedMs).toBe(gained);
        expect(step.creditedMs).toBeLessThanOrEqual(kind.durationMs);
        expect(intersectPairs(step.credited, issued)).toEqual(step.credited);
        expect(intersectPairs(step.credited, state.credited)).toEqual(state.credited);
        expect(step.furthestMs).toBeGreaterThanOrEqual(state.furthestMs);
        expect(step.furthestMs).toBeLessThanOrEqual(Math.min(kind.durationMs, realMs * kind.fastestSpeed + list.length * 4 * 1000 + 1000));
        if (kind.skippingForbidden) expect(step.positionMs).toBeLessThanOrEqual(step.furthestMs + 1000);
        state = step;
      }
    }));
  });

  it('gives nothing for what is credited already, however often it is said', () => {
    fc.assert(fc.property(fc.array(pair, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 9 }), (played, times) => {
      const beat: Beat = { elapsedMs: 600_000, played, positionMs: 0 };
      let step = watchStep({ ...fresh, issued: all }, rules, beat);
      const { creditedMs } = step;
      for (let count = 0; count < times; count++) {
        step = watchStep(step, rules, beat);
        expect([step.gainedMs, step.creditedMs]).toEqual([0, creditedMs]);
      }
    }));
  });

  it('does not depend on the order in which spans are named or were watched', () => {
    fc.assert(fc.property(fc.array(pair, { maxLength: 6 }), (played) => {
      const long = { elapsedMs: 600_000, positionMs: 0 };
      const start = { ...fresh, issued: all };
      const one = watchStep(start, rules, { ...long, played });
      expect(watchStep(start, rules, { ...long, played: played.toReversed() })).toEqual(one);
      const steps = played.reduceRight((state: Watched, span) => watchStep(state, rules, { ...long, played: [span] }), start);
      expect(steps.credited).toEqual(one.credited);
      expect(lengthOf(unionPairs(steps.credited))).toBe(one.creditedMs);
    }));
  });

  it('credits the earliest part of what was played too fast, and lets one get on', () => {
    const step = watchStep({ ...fresh, issued: all }, rules, { elapsedMs: 5000, played: [[0, 10_000]], positionMs: 10_000 });
    expect([step.credited, step.furthestMs, step.positionMs, step.creditLeftMs]).toEqual([[[0, 5000]], 10_000, 10_000, 0]);
    const tooFast = watchStep({ ...fresh, issued: all }, rules, { elapsedMs: 5000, played: [[0, 60_000]], positionMs: 60_000 });
    expect([tooFast.credited, tooFast.furthestMs, tooFast.positionMs]).toEqual([[[0, 5000]], 10_000, 11_000]);
  });

  it('carries unused real time over for a while and does not save it up', () => {
    const late = watchStep({ ...fresh, issued: all }, rules, { elapsedMs: 8000, played: [[0, 5000]], positionMs: 5000 });
    expect(watchStep(late, rules, { elapsedMs: 2000, played: [[5000, 10_000]], positionMs: 10_000 }).creditedMs).toBe(10_000);
    const paused = watchStep({ ...fresh, issued: all }, rules, { elapsedMs: 50_000, played: [], positionMs: 0 });
    expect(watchStep(paused, rules, { elapsedMs: 0, played: [[0, 50_000]], positionMs: 0 }).creditedMs).toBe(carryMs);
  });

  it('passes small holes, stays before great ones, and fills them later', () => {
    const start = { ...fresh, issued: all, playLeftMs: 200_000, creditLeftMs: 200_000 };
    const holed = watchStep(start, rules, { elapsedMs: 0, played: [[0, 10_000], [11_000, 20_000], [21_001, 30_000]], positionMs: 30_000 });
    expect([holed.furthestMs, holed.positionMs]).toEqual([20_000, 21_000]);
    const filled = watchStep(holed, rules, { elapsedMs: 5000, played: [[20_000, 21_001]], positionMs: 21_000 });
    expect(filled.furthestMs).toBe(30_000);
  });

  it('is whole from the share of the pack on, and stays so', () => {
    const near = { ...fresh, issued: all, credited: [[0, 97_999]] as Pair[], furthestMs: 97_999 };
    expect(watchStep(near, rules, { elapsedMs: 0, played: [], positionMs: 0 }).completed).toBe(false);
    expect(watchStep(near, rules, { elapsedMs: 1, played: [[97_999, 98_000]], positionMs: 0 }).completed).toBe(true);
    expect(watchStep({ ...fresh, completed: true }, rules, { elapsedMs: 0, played: [], positionMs: 0 }).completed).toBe(true);
  });
});

describe('giving out', () => {
  it('goes a little ahead of the position, and of what was watched where skipping is forbidden', () => {
    const standing = { positionMs: 50_000, furthestMs: 20_000, skippingForbidden: false };
    expect([mayIssue(standing, 110_000, 60_000), mayIssue(standing, 110_001, 60_000), mayIssue(standing, 0, 60_000)]).toEqual([true, false, true]);
    const bound = { ...standing, skippingForbidden: true };
    expect([mayIssue(bound, 80_000, 60_000), mayIssue(bound, 80_001, 60_000)]).toEqual([true, false]);
  });
  it('knows broken spans', () => {
    expect([playedIsValid([[0, 5], [5, 5]]), playedIsValid([[6, 5]]), playedIsValid([[0.5, 2]]), playedIsValid([[-1, 2]])]).toEqual([true, false, false, false]);
  });
  it('goes on where one stopped, from the beginning after the end', () => {
    expect([resumeAt(0, 100_000), resumeAt(97_999, 100_000), resumeAt(98_000, 100_000)]).toEqual([0, 97_999, 0]);
  });
});
