// Waiting grows, stays under its cap, and never falls to nothing.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

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
