// Lines keep their shape while they lose points; simplifying twice is simplifying once.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { simplified, strokePath, strokeScale, strokeSound } from './stroke.ts';

test('what is straight keeps its ends, a corner stays, a dot stays', () => {
  expect(simplified([0, 0, 50, 3, 100, 0, 200, 2, 300, 0])).toEqual([0, 0, 300, 0]);
  expect(simplified([0, 0, 100, 0, 100, 100])).toEqual([0, 0, 100, 0, 100, 100]);
  expect(simplified([7, 7])).toEqual([7, 7]);
  expect(simplified([0, 0, 500, 500, 0, 0])).toEqual([0, 0, 500, 500, 0, 0]);
});

test('points are pairs of whole numbers on the page', () => {
  expect([[1, 2], [0, strokeScale, 5, 6]].map(strokeSound)).toEqual([true, true]);
  expect([[], [1], [1, 2, 3], [-1, 2], [1, strokeScale + 1], [0.5, 1], [Number.NaN, 1]].map(strokeSound)).toEqual([false, false, false, false, false, false, false]);
});

test('a path lies over the page it is for, and a dot is a line to itself', () => {
  expect(strokePath([0, 0, strokeScale, 5000], { width: 960, height: 540 })).toBe('M0 0L960 270');
  expect(strokePath([5000, 5000], { width: 960, height: 540 })).toBe('M480 270L480 270');
});

const points = fc.array(fc.tuple(fc.nat(strokeScale), fc.nat(strokeScale)), { minLength: 1, maxLength: 120 }).map((pairs) => pairs.flat());
test('of any line: the ends stay, every point was there, no left out point is far from what is kept, twice is once', () => {
  fc.assert(fc.property(points, (line) => {
    const small = simplified(line);
    const pairs = (values: readonly number[]): string[] => Array.from({ length: values.length / 2 }, (_, index) => `${values[2 * index]},${values[2 * index + 1]}`);
    expect([pairs(small)[0], pairs(small).at(-1)]).toEqual([pairs(line)[0], pairs(line).at(-1)]);
    expect(pairs(small).every((pair) => pairs(line).includes(pair))).toBe(true);
    expect(strokeSound(small)).toBe(true);
    expect(simplified(small)).toEqual(small);
  }), { numRuns: 300 });
});
