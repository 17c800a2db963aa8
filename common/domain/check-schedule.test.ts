// Moments of checks: margins, distances, crowds, and that nobody can tell when the next one comes (R61).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkGapMs, checkSpan, checksThatFit, compareDraw, defaultPerSecond, drawMoments, quietEndMs, quietStartMs, roomFor, type DrawOrder } from './check-schedule.ts';

const minute = 60_000;
/** Any stream that depends on seed and label alone (mulberry32). */
function seededRandom(seed: string, label: string): () => number {
  let state = 0;
  for (const char of seed + label) state = Math.imul(state ^ char.charCodeAt(0), 0x9e3779b1) ^ (state >>> 15);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), state | 1);
    const more = mixed ^ (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61));
    return ((more ^ (more >>> 14)) >>> 0) / 2 ** 32;
  };
}
const seed = 'a1'.repeat(32);
const people = (count: number): string[] => Array.from({ length: count }, (_, index) => `person-${String(index).padStart(4, '0')}`);
const order = (change: Partial<DrawOrder> = {}): DrawOrder => ({
  units: [{ unitId: 'u1', startMs: 0, endMs: 45 * minute }], personIds: people(30), perUnit: 2, windowMs: minute,
  randomFor: (label) => seededRandom(seed, label), ...change,
});

describe('drawMoments', () => {
  it('asks every learner as often in every unit, inside the margins, apart, with few at once', () => {
    fc.assert(fc.property(
      fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 90 }), fc.integer({ min: 5, max: 120 }),
      fc.stringMatching(/^[0-9a-f]{64}$/), fc.integer({ min: 1, max: 3 }),
      (learners, perUnit, minutes, windowSeconds, hex, unitCount) => {
        const units = Array.from({ length: unitCount }, (_, index) => ({ unitId: `u${index}`, startMs: index * minutes * minute, endMs: (index + 1) * minutes * minute }));
        const windowMs = windowSeconds * 1000;
        const moments = drawMoments(order({ units, personIds: people(learners), perUnit, windowMs, randomFor: (label) => seededRandom(hex, label) }));
        const seconds = new Map<number, number>();
        for (const unit of units) {
          const span = checkSpan(unit);
          const length = span.toMs - span.fromMs;
          const count = checksThatFit(length, perUnit, windowMs);
          for (const personId of people(learners)) {
            const mine = moments.filter((moment) => moment.unitId === unit.unitId && moment.personId === personId).map((moment) => moment.dueMs);
            expect(mine).toHaveLength(count);
            for (const [index, dueMs] of mine.entries()) {
              expect(dueMs).toBeGreaterThanOrEqual(Math.floor(span.fromMs));
              expect(dueMs).toBeLessThanOrEqual(span.toMs);
              if (index > 0) expect(dueMs - mine[index - 1]!).toBeGreaterThanOrEqual(Math.min(windowMs, checkGapMs, length / (2 * (count - 1))) - 1);
            }
          }
        }
        for (const moment of moments) seconds.set(Math.floor(moment.dueMs / 1000), (seconds.get(Math.floor(moment.dueMs / 1000)) ?? 0) + 1);
        const length = Math.min(...units.map((unit) => checkSpan(unit).toMs - checkSpan(unit).fromMs));
        expect(Math.max(0, ...seconds.values())).toBeLessThanOrEqual(roomFor(learners, perUnit, length, defaultPerSecond));
      }), { numRuns: 60 });
  });

  it('keeps the first three and the last two minutes of a long unit quiet, and checks of one learner five minutes apart', () => {
    const moments = drawMoments(order({ personIds: people(300), perUnit: 3 }));
    expect(moments).toHaveLength(900);
    expect(moments[0]!.dueMs).toBeGreaterThanOrEqual(quietStartMs);
    expect(moments.at(-1)!.dueMs).toBeLessThanOrEqual(45 * minute - quietEndMs);
    for (const personId of people(300)) {
      const mine = moments.filter((moment) => moment.personId === personId);
      for (let index = 1; index < mine.length; index++) expect(mine[index]!.dueMs - mine[index - 1]!.dueMs).toBeGreaterThanOrEqual(checkGapMs - 1);
    }
  });

  it('is fair: every minute of the span is about as likely for one check a unit', () => {
    const moments = drawMoments(order({ personIds: people(4000), perUnit: 1, perSecond: 1000 }));
    const counts = Array.from({ length: 40 }, () => 0);
    for (const moment of moments) counts[Math.min(39, Math.floor((moment.dueMs - quietStartMs) / minute))]!++;
    // 100 expected in each; chi-square with 39 degrees of freedom stays below 80 but for one seed in ten thousand.
    expect(counts.reduce((sum, count) => sum + (count - 100) ** 2 / 100, 0)).toBeLessThan(80);
  });

  it('draws the same again from the same seed, whatever the order of learners, and otherwise from another seed', () => {
    const first = drawMoments(order());
    expect(drawMoments(order({ personIds: people(30).reverse() }))).toEqual(first);
    expect(drawMoments(order({ randomFor: (label) => seededRandom('b2'.repeat(32), label) }))).not.toEqual(first);
  });

  it('draws nothing where nothing is wanted or there is no time, and each learner once', () => {
    expect(drawMoments(order({ perUnit: 0 }))).toEqual([]);
    expect(drawMoments(order({ units: [{ unitId: 'u1', startMs: 5, endMs: 5 }] }))).toEqual([]);
    expect(drawMoments(order({ units: [] }))).toEqual([]);
    expect(drawMoments(order({ personIds: ['a', 'a'] }))).toHaveLength(2);
  });

  it('the room of a second is the configured number until the class is too large for it', () => {
    expect(roomFor(1800, 2, 40 * minute, 3)).toBe(3);
    expect(roomFor(1801, 2, 40 * minute, 3)).toBe(4);
    expect(roomFor(20_000, 2, 40 * minute, 3)).toBe(34);
    expect(roomFor(20_000, 2, 40 * minute, 100)).toBe(100);
  });

  it('a draw is only the same with every moment, each once', () => {
    const moments = drawMoments(order());
    const [first, ...rest] = moments;
    expect(compareDraw(order(), moments.toReversed())).toEqual({ missing: [], added: [] });
    expect(compareDraw(order(), rest)).toEqual({ missing: [first], added: [] });
    expect(compareDraw(order(), [...moments, first!])).toEqual({ missing: [], added: [first] });
    const moved = { ...first!, dueMs: first!.dueMs + 1 };
    expect(compareDraw(order(), [moved, ...rest])).toEqual({ missing: [first], added: [moved] });
    expect(compareDraw(order({ perUnit: 1 }), moments).added).toHaveLength(60);
    expect(compareDraw(order({ personIds: people(31) }), moments).missing).toHaveLength(2);
  });

  it('puts the check of a two-minute unit into its middle', () => {
    const moments = drawMoments(order({ units: [{ unitId: 'u1', startMs: 0, endMs: 2 * minute }], personIds: people(50), perUnit: 2, windowMs: 20_000 }));
    expect(moments).toHaveLength(100);
    expect(moments[0]!.dueMs).toBeGreaterThanOrEqual(30_000);
    expect(moments.at(-1)!.dueMs).toBeLessThanOrEqual(90_000);
  });
});
