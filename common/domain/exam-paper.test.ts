// Papers: drawn by rules without a question twice, as fully as the pool allows, fairly, and the same again from the same numbers (R26).
import { describe, expect, it } from 'vitest';
import { asShown, asStored, drawQuestions, optionOrder, shortages, shuffled, type PoolEntry } from './exam-paper.ts';

/** Small and repeatable: numbers in [0, 1). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
const poolOf = (...rules: string[][]): PoolEntry[] => rules.flatMap((ids, part) => ids.map((versionId) => ({ versionId, part })));
const ids = (count: number): string[] => Array.from({ length: count }, (_none, index) => `q${index}`);

describe('drawQuestions', () => {
  it('gives every rule its number, nothing twice, from what fits it', () => {
    for (let seed = 0; seed < 300; seed++) {
      const random = randomFrom(seed);
      const all = ids(1 + Math.floor(random() * 12));
      const rules = Array.from({ length: 1 + Math.floor(random() * 4) }, () => all.filter(() => random() < 0.6));
      const wanted = rules.map(() => ({ count: 1 + Math.floor(random() * 4) }));
      const pool = poolOf(...rules);
      const drawn = drawQuestions(wanted, pool, random);
      expect(new Set(drawn.map(({ versionId }) => versionId)).size).toBe(drawn.length);
      for (const { versionId, part } of drawn) expect(rules[part]).toContain(versionId);
      // However the questions are shuffled, as many are drawn as the pool can give at most.
      const missing = shortages(wanted, pool).reduce((sum, one) => sum + one, 0);
      expect(drawn).toHaveLength(wanted.reduce((sum, { count }) => sum + count, 0) - missing);
      expect(missing).toBe(wanted.reduce((sum, { count }) => sum + count, 0) - mostPossible(wanted.map(({ count }) => count), rules));
    }
  });
  it('finds the paper where a careless draw would take the only question of another rule', () => {
    for (let seed = 0; seed < 50; seed++) {
      const drawn = drawQuestions([{ count: 1 }, { count: 1 }, { count: 1 }], poolOf(['a', 'b', 'c'], ['a', 'b'], ['a']), randomFrom(seed));
      expect(drawn.map(({ versionId }) => versionId)).toEqual(['c', 'b', 'a']);
    }
  });
  it('is the same for the same numbers, whatever order the pool came in, and fair over many', () => {
    const pool = poolOf(ids(10));
    expect(drawQuestions([{ count: 4 }], pool, randomFrom(7))).toEqual(drawQuestions([{ count: 4 }], pool.toReversed(), randomFrom(7)));
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 5000; seed++) for (const { versionId } of drawQuestions([{ count: 3 }], pool, randomFrom(seed))) counts.set(versionId, (counts.get(versionId) ?? 0) + 1);
    // 1500 of each are to be expected; 5 standard deviations are 162.
    for (const versionId of ids(10)) expect(Math.abs(counts.get(versionId)! - 1500)).toBeLessThan(162);
  });
  it('says what is missing by rule', () => {
    expect(shortages([{ count: 3 }, { count: 2 }], poolOf(['a', 'b', 'c'], ['a', 'b']))).toEqual([0, 2]);
    expect(shortages([{ count: 2 }, { count: 2 }], poolOf(['a', 'b', 'c', 'd'], ['a', 'b']))).toEqual([0, 0]);
    expect(shortages([{ count: 1 }], [])).toEqual([1]);
  });
});

/** The most places that can be filled, by trying everything. */
function mostPossible(counts: readonly number[], rules: readonly string[][]): number {
  const places = counts.flatMap((count, part) => Array<number>(count).fill(part));
  const memo = new Map<string, number>();
  const best = (at: number, used: readonly string[]): number => {
    if (at === places.length) return 0;
    const key = `${at} ${[...used].sort().join(',')}`;
    const known = memo.get(key);
    if (known !== undefined) return known;
    let most = best(at + 1, used);
    for (const id of rules[places[at]!]!) if (!used.includes(id)) most = Math.max(most, 1 + best(at + 1, [...used, id]));
    memo.set(key, most);
    return most;
  };
  return best(0, []);
}

describe('orders', () => {
  it('shuffle to every order alike', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 6000; seed++) {
      const order = shuffled(['a', 'b', 'c'], randomFrom(seed)).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
  it('of options keep right and wrong in place, never show the right order, and lead back to what is stored', () => {
    for (let seed = 0; seed < 200; seed++) {
      expect(optionOrder('trueFalse', 2, true, randomFrom(seed))).toEqual([0, 1]);
      expect(optionOrder('single', 4, false, randomFrom(seed))).toEqual([0, 1, 2, 3]);
      expect(optionOrder('ordering', 4, false, randomFrom(seed))).not.toEqual([0, 1, 2, 3]);
      const order = optionOrder('multiple', 6, true, randomFrom(seed));
      expect([...order].sort()).toEqual([0, 1, 2, 3, 4, 5]);
      expect(asStored(order, asShown(order, [4, 0, 2]))).toEqual([4, 0, 2]);
    }
    expect(optionOrder('fillIn', 0, true, randomFrom(1))).toEqual([]);
    expect(asStored([1, 0], [2])).toEqual([-1]);
  });
});
