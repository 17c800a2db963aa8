// Pairs of milliseconds: what is taken first, and how far one gets over small holes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { earliest, intersectPairs, lengthOf, reach, unionPairs, type Pair } from './spans.ts';

const pairs = fc.array(fc.tuple(fc.nat(1000), fc.nat(1000)).map(([a, b]): Pair => [Math.min(a, b), Math.max(a, b)]), { maxLength: 12 });
const milliseconds = (list: readonly Pair[]): Set<number> =>
  new Set(list.flatMap(([from, to]) => Array.from({ length: to - from }, (_, index) => from + index)));

describe('pairs', () => {
  it('join and cut like sets of milliseconds', () => {
    fc.assert(fc.property(pairs, pairs, (some, others) => {
      const [left, right] = [milliseconds(some), milliseconds(others)];
      expect(milliseconds(unionPairs(some, others))).toEqual(new Set([...left, ...right].sort((a, b) => a - b)));
      expect(milliseconds(intersectPairs(some, others))).toEqual(new Set([...left].filter((ms) => right.has(ms))));
      expect(lengthOf(unionPairs(some, others))).toBe(new Set([...left, ...right]).size);
    }), { numRuns: 50 });
  });

  it('give their first milliseconds', () => {
    expect(earliest([[0, 100], [200, 300]], 150)).toEqual([[0, 100], [200, 250]]);
    expect(earliest([[0, 100]], 0)).toEqual([]);
    fc.assert(fc.property(pairs, fc.nat(2000), (list, ms) => {
      const union = unionPairs(list);
      const taken = earliest(union, ms);
      expect(lengthOf(taken)).toBe(Math.min(ms, lengthOf(union)));
      expect(intersectPairs(taken, union)).toEqual(taken);
    }));
  });

  it('reach over holes up to a length and no further', () => {
    expect(reach([[0, 5000], [6000, 9000], [10_001, 12_000]], 0, 1000)).toBe(9000);
    expect(reach([[2000, 5000]], 0, 1000)).toBe(0);
    expect(reach([[0, 5000]], 7000, 1000)).toBe(7000);
  });
});
