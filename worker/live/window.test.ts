// Windows of a broadcast: when one can be made, where it begins, and when so much was missed that it jumps.
import { describe, expect, it } from 'vitest';
import { firstStartMs, isDue, longestLagMs, nextStartMs } from './window.ts';

describe('a window', () => {
  it('is made when what was sent in it had time to arrive and is on file', () => {
    expect(isDue(0, { capturedMs: 4799, nowMs: 8000 })).toBe(false);
    expect(isDue(0, { capturedMs: 4800, nowMs: 4801 })).toBe(true);
    expect(isDue(0, { capturedMs: Infinity, nowMs: 4799 })).toBe(false);
  });

  it('is made with what there is when a node says nothing', () => {
    expect(isDue(0, { capturedMs: 1000, nowMs: 8999 })).toBe(false);
    expect(isDue(0, { capturedMs: 1000, nowMs: 9000 })).toBe(true);
  });

  it('begins a little in the past, but not before the session', () => {
    expect(firstStartMs(0, 100_000)).toBe(88_000);
    expect(firstStartMs(95_000, 100_000)).toBe(95_000);
  });

  it('is made up for after a short stop, and left out in whole windows after a long one', () => {
    expect(nextStartMs(0, longestLagMs + 4000)).toBe(0);
    const later = nextStartMs(0, 61_500);
    expect([later % 4000, 61_500 - later]).toEqual([0, 13_500]);
  });
});
