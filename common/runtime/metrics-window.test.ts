// Counts by bucket: where a value falls, what a percentile of them may say, and that old ones fall out.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addCounts, bucketOf, countWithin, CountWindow, emptyCounts, percentileOf, rttEdgesMs, spanEdgesMs, totalOf } from './metrics-window.ts';

const edges = [10, 20, 50];
const countsOf = (values: readonly number[], over: readonly number[] = edges): number[] => {
  const counts = emptyCounts(over);
  for (const value of values) counts[bucketOf(over, value)]! += 1;
  return counts;
};

describe('buckets', () => {
  it('holds an edge with what is below it', () => {
    expect([0, 10, 10.1, 50, 50.1].map((value) => bucketOf(edges, value))).toEqual([0, 0, 1, 2, 3]);
  });
  it('counts what is within R16\'s 25 ms exactly', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: 0, max: 2000, noNaN: true })), (values) => {
      expect(countWithin(rttEdgesMs, countsOf(values, rttEdgesMs), 25)).toBe(values.filter((value) => value <= 25).length);
    }));
  });
  it('adds what several processes counted, an older one with fewer buckets too', () => {
    expect(addCounts(edges, [[1, 2, 3, 4], [1, 1], []])).toEqual([2, 3, 3, 4]);
    expect(totalOf(addCounts(edges, []))).toBe(0);
  });
});

describe('percentile', () => {
  it('is unknown of nothing', () => expect(percentileOf(edges, emptyCounts(edges), 0.95)).toBeNull());
  it('is at least the last edge where most is beyond it', () => expect(percentileOf(edges, [0, 0, 0, 9], 0.95)).toBe(50));
  it('lies in the bucket in which the true one lies', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 60_000 }), { minLength: 1 }), fc.constantFrom(0.5, 0.95, 0.99), (values, share) => {
      const sorted = values.toSorted((one, other) => one - other);
      const truth = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
      const found = percentileOf(spanEdgesMs, countsOf(values, spanEdgesMs), share)!;
      const bucket = bucketOf(spanEdgesMs, truth);
      expect(found).toBeGreaterThanOrEqual(spanEdgesMs[bucket - 1] ?? 0);
      expect(found).toBeLessThanOrEqual(spanEdgesMs[bucket] ?? spanEdgesMs.at(-1)!);
    }));
  });
});

it('forgets what is older than its window', () => {
  let nowMs = 0;
  const window = new CountWindow(edges, 1000, () => nowMs);
  window.add(5);
  nowMs = 500;
  window.add(15);
  expect(window.counts).toEqual([1, 1, 0, 0]);
  nowMs = 1100;
  expect(window.counts).toEqual([0, 1, 0, 0]);
  nowMs = 5000;
  expect(window.counts).toEqual([0, 0, 0, 0]);
});
