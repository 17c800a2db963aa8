// Progress follows the work really done and never runs backwards.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { estimate } from './estimate.ts';

it('counts composing and packing, and knows no time without a speed', () => {
  expect(estimate({ totalFrames: 1000, composedFrames: 0, packedFrames: 0, composeMsPerFrame: null })).toEqual({ progress: 0, secondsLeft: null });
  expect(estimate({ totalFrames: 1000, composedFrames: 1000, packedFrames: 1000, composeMsPerFrame: 10 })).toEqual({ progress: 1, secondsLeft: 0 });
  expect(estimate({ totalFrames: 1000, composedFrames: 500, packedFrames: 0, composeMsPerFrame: 10 }).secondsLeft).toBe(6);
});

it('rises with every frame and stays within 0 and 1', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 1e6 }), fc.nat(1e6), fc.nat(1e6), fc.nat(1000), (totalFrames, composed, packed, more) => {
    const before = estimate({ totalFrames, composedFrames: composed, packedFrames: packed, composeMsPerFrame: 20 });
    const after = estimate({ totalFrames, composedFrames: composed + more, packedFrames: packed, composeMsPerFrame: 20 });
    expect(after.progress).toBeGreaterThanOrEqual(before.progress);
    expect(after.secondsLeft!).toBeLessThanOrEqual(before.secondsLeft!);
    expect([before.progress >= 0, after.progress <= 1]).toEqual([true, true]);
  }));
});
