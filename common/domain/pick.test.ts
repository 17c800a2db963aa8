// The lot is fair: over a lesson by count, in each draw by chance (chi-square), and the test would see a lot that is not.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { candidates, pickOf, type Present } from './pick.ts';

/** Numbers as a secure source gives them, but the same ones in every run. */
function source(seed: string): (n: number) => number {
  let count = 0;
  return (n) => {
    const most = 2 ** 32 - (2 ** 32 % n);
    for (;;) {
      const drawn = createHash('sha256').update(`${seed} ${count++}`).digest().readUInt32BE(0);
      if (drawn < most) return drawn % n;
    }
  };
}

const klass = (size: number): Present[] => Array.from({ length: size }, (_one, index) => ({ personId: `learner-${String(index).padStart(2, '0')}`, picked: 0 }));

/** Picks so often in one lesson; answers who, in order. */
function lesson(size: number, draws: number, below: (n: number) => number): string[] {
  const present = klass(size);
  const picks: string[] = [];
  for (let turn = 0; turn < draws; turn++) {
    const picked = pickOf(present, picks.at(-1) ?? null, below)!;
    picked.picked++;
    picks.push(picked.personId);
  }
  return picks;
}

/** Sum of (seen - expected)² / expected over all who could be seen. */
function chiSquare(seen: readonly string[], size: number): number {
  const expected = seen.length / size;
  return klass(size).reduce((sum, { personId }) => sum + (seen.filter((one) => one === personId).length - expected) ** 2 / expected, 0);
}
/** With so many degrees of freedom a fair lot is above this once in a thousand times. */
const critical = { 9: 27.88, 8: 26.12 } as const;

describe('1,000 draws', () => {
  test('in one lesson: everybody equally often, nobody twice in a row', () => {
    const picks = lesson(30, 1_000, source('lesson'));
    const counts = klass(30).map(({ personId }) => picks.filter((one) => one === personId).length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    expect(chiSquare(picks, 30)).toBeLessThan(1);
    expect(picks.filter((one, at) => one === picks[at - 1])).toEqual([]);
  });

  test('first of 1,000 lessons: each of ten equally likely', () => {
    const below = source('first');
    expect(chiSquare(Array.from({ length: 1_000 }, () => lesson(10, 1, below)[0]!), 10)).toBeLessThan(critical[9]);
  });

  test('inside of a round, too: what came before says nothing of who is next among those left', () => {
    const below = source('second');
    const steps = Array.from({ length: 1_000 }, () => lesson(10, 2, below) as [string, string]);
    // How far the second stands from the first, round the list: 1 to 9, each equally likely.
    const gaps = steps.map(([one, two]) => (Number(two.slice(-2)) - Number(one.slice(-2)) + 10) % 10);
    expect(gaps).not.toContain(0);
    expect(chiSquare(gaps.map((gap) => `learner-0${gap - 1}`), 9)).toBeLessThan(critical[8]);
  });

  test('a lot that is not fair is seen', () => {
    const fair = source('bent');
    const bent = (n: number): number => Math.min(fair(n), fair(n));
    expect(chiSquare(Array.from({ length: 1_000 }, () => lesson(10, 1, bent)[0]!), 10)).toBeGreaterThan(critical[9]);
  });
});

test('who comes late is not asked twice in a row, and comes first otherwise', () => {
  const present = [{ personId: 'a', picked: 3 }, { personId: 'b', picked: 3 }, { personId: 'late', picked: 0 }];
  expect(candidates(present, 'a')).toEqual([present[2]]);
  expect(candidates(present, 'late')).toEqual([present[0], present[1]]);
});

test('alone one is picked again; of nobody, nobody', () => {
  expect(pickOf([{ personId: 'a', picked: 5 }], 'a', () => 0)?.personId).toBe('a');
  expect(pickOf([], null, () => 0)).toBeNull();
});

test('always somebody who is here and was picked least often of those who may be', () => {
  const people = fc.uniqueArray(fc.record({ personId: fc.string({ minLength: 1 }), picked: fc.nat(20) }), { selector: ({ personId }) => personId, minLength: 1 });
  fc.assert(fc.property(people, fc.option(fc.string(), { nil: null }), fc.nat(), (present, last, number) => {
    const picked = pickOf(present, last, (n) => number % n)!;
    expect(present).toContain(picked);
    if (present.length > 1) expect(picked.personId).not.toBe(last);
    for (const one of present) if (one.personId !== last) expect(picked.picked).toBeLessThanOrEqual(one.picked);
  }));
});
