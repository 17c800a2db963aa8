// Jumping about is free, or free up to what is watched.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jumpTo, stepBy, type SeekBounds } from './seek-rules.ts';

const minute = 60_000;
const first: SeekBounds = { positionMs: 2 * minute, durationMs: 45 * minute, furthestMs: 5 * minute, skippingForbidden: true };

describe('jumpTo', () => {
  it('goes back and to the edge of what is watched, and no further', () => {
    expect([0, 5 * minute, 5 * minute + 5000].map((to) => jumpTo(to, first))).toEqual([
      { toMs: 0, refused: false }, { toMs: 5 * minute, refused: false }, { toMs: 2 * minute, refused: true },
    ]);
  });
  it('is free where the rules do not forbid it, and stays in the film', () => {
    const free = { ...first, skippingForbidden: false };
    expect([jumpTo(30 * minute, free).toMs, jumpTo(-1, free).toMs, jumpTo(99 * minute, free).toMs]).toEqual([30 * minute, 0, 45 * minute - 100]);
  });
});

describe('stepBy', () => {
  it('goes as far as it may and says so', () => {
    expect(stepBy(10_000, { ...first, positionMs: 5 * minute - 4000 })).toEqual({ toMs: 5 * minute, refused: true });
    expect(stepBy(10_000, { ...first, positionMs: 5 * minute })).toEqual({ toMs: 5 * minute, refused: true });
    expect(stepBy(-10_000, first)).toEqual({ toMs: 2 * minute - 10_000, refused: false });
  });
  it('never gets ahead of what is watched where that is forbidden', () => {
    const span = fc.integer({ min: 0, max: 45 * minute });
    fc.assert(fc.property(span, span, fc.integer({ min: -minute, max: minute }), span, (positionMs, furthestMs, byMs, wantedMs) => {
      const bounds = { ...first, positionMs, furthestMs };
      const limit = Math.max(positionMs, furthestMs);
      expect(stepBy(byMs, bounds).toMs).toBeLessThanOrEqual(limit);
      expect(jumpTo(wantedMs, bounds).toMs).toBeLessThanOrEqual(limit + 250);
    }));
  });
});
