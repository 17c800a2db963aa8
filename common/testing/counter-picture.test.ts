// The counter must survive what cameras and codecs do to a picture.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { drawCounter, readCounter } from './counter-picture.ts';

it('reads back every number', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 20 - 1 }), (counter) => {
    expect(readCounter(drawCounter(counter, 320, 180), 320, 180)).toBe(counter);
  }), { numRuns: 50 });
});

it('reads a darkened, noisy picture', () => {
  const picture = drawCounter(123_456, 640, 360).map((level, index) => Math.max(0, Math.min(255, level * 0.9 + ((index * 7919) % 41) - 20)));
  expect(readCounter(picture, 640, 360)).toBe(123_456);
});

it('does not read a number where there is none', () => {
  expect(readCounter(new Uint8Array(320 * 180), 320, 180)).toBeNull();
  expect(readCounter(new Uint8Array(320 * 180).fill(255), 320, 180)).toBeNull();
});
