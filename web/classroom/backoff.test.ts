// Waiting grows, stays under its cap, and never falls to nothing.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs, returnMs, spreadOfClass } from './backoff.ts';

test('between half and all of the doubled time, never above the cap', () => {
  fc.assert(fc.property(fc.nat({ max: 5000 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, random) => {
    const ms = backoffMs(attempt, 250, 4000, random);
    const whole = Math.min(4000, 250 * 2 ** attempt);
    expect(ms).toBeGreaterThanOrEqual(Math.floor(whole / 2));
    expect(ms).toBeLessThanOrEqual(whole);
  }));
});

test('the first wait is short', () => {
  expect(backoffMs(0, 250, 4000, 0)).toBe(125);
  expect(backoffMs(10, 250, 4000, 0.999)).toBe(3998);
});

test('a small class is back at once, a large one over seconds, and nobody waits longer than a seat is kept', () => {
  expect(returnMs(0, spreadOfClass(2), 0.999)).toBeLessThan(250);
  expect(returnMs(0, spreadOfClass(2_000), 0.999)).toBeGreaterThan(3_900);
  expect(returnMs(0, spreadOfClass(2_000), 0)).toBeLessThan(150);
  fc.assert(fc.property(fc.nat({ max: 50 }), fc.nat({ max: 1_000_000 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (failures, people, random) => {
    expect(returnMs(failures, spreadOfClass(people), random)).toBeLessThanOrEqual(10_400);
  }));
});

test('a class that returns is spread evenly: no tenth of the time has twice its share', () => {
  const people = 10_000;
  const tenths = Array.from({ length: 10 }, () => 0);
  const spread = spreadOfClass(people);
  for (let one = 0; one < people; one++) tenths[Math.min(9, Math.floor((returnMs(0, spread, one / people) / (spread + 200)) * 10))]!++;
  expect(Math.max(...tenths)).toBeLessThan((people / 10) * 1.2);
});
