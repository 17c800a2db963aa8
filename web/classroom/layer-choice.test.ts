// Small pictures ask for small layers, large ones for the top; small cameras send fewer layers.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cameraEncodings, layerFor } from './layer-choice.ts';

test('by shown height', () => {
  expect(layerFor(96, 1)).toBe(0);
  expect(layerFor(206, 1)).toBe(0);
  expect(layerFor(219, 1)).toBe(1);
  expect(layerFor(200, 3)).toBe(1);
  expect(layerFor(460, 1)).toBe(2);
  expect(layerFor(1200, 2)).toBe(2);
});

test('never a smaller layer for a larger picture', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 0, max: 3000 }), fc.double({ min: 0.5, max: 4, noNaN: true }), (a, b, ratio) => {
    expect(layerFor(Math.max(a, b), ratio)).toBeGreaterThanOrEqual(layerFor(Math.min(a, b), ratio));
  }));
});

test('the top layer is always the camera itself', () => {
  expect(cameraEncodings(1280, 720).map(({ rid }) => rid)).toEqual(['q', 'h', 'f']);
  expect(cameraEncodings(720, 1280)).toHaveLength(3);
  expect(cameraEncodings(640, 480).map(({ rid }) => rid)).toEqual(['h', 'f']);
  expect(cameraEncodings(320, 240)).toHaveLength(1);
  for (const [width, height] of [[1280, 720], [640, 480], [160, 120]] as const) expect(cameraEncodings(width, height).at(-1)!.scaleResolutionDownBy).toBe(1);
});
