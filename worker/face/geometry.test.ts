// Sampling: the quick ways give what the definition says, pixel by pixel, for any picture and map; and the face's map puts points where they belong.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planes, similarity, squareMap, warp, type Affine, type Pixels, type Point } from './geometry.ts';

/** What a sample is: the four pixels around (x, y) by their nearness, black outside. */
function sample({ data, width, height }: Pixels, x: number, y: number, channel: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  let sum = 0;
  for (const [column, row, weight] of [[left, top, (1 - x + left) * (1 - y + top)], [left + 1, top, (x - left) * (1 - y + top)], [left, top + 1, (1 - x + left) * (y - top)], [left + 1, top + 1, (x - left) * (y - top)]] as const) {
    if (column >= 0 && row >= 0 && column < width && row < height) sum += weight * data[(row * width + column) * 3 + channel]!;
  }
  return sum;
}

/** The mean of up to 4 × 4 such samples a target pixel. */
function defined(picture: Pixels, [a, b, c, d, e, f]: Affine, size: { width: number; height: number }): number[] {
  const steps = Math.min(4, Math.max(1, Math.round(Math.hypot(a, d))));
  const out: number[] = [];
  for (let row = 0; row < size.height; row++) for (let column = 0; column < size.width; column++) for (let channel = 0; channel < 3; channel++) {
    let sum = 0;
    for (let step = 0; step < steps * steps; step++) {
      const x = column + ((step % steps) + 0.5) / steps - 0.5;
      const y = row + (Math.floor(step / steps) + 0.5) / steps - 0.5;
      sum += sample(picture, a * x + b * y + c, d * x + e * y + f, channel);
    }
    out.push(sum / steps ** 2);
  }
  return out;
}

const pictures = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), fc.integer()).map(([width, height, seed]): Pixels => (
  { width, height, data: Uint8Array.from({ length: width * height * 3 }, (_, index) => ((index + 1) * (seed | 1) * 2_654_435_761) >>> 24) }));
const sizes = fc.record({ width: fc.integer({ min: 1, max: 24 }), height: fc.integer({ min: 1, max: 24 }) });
const scale = fc.double({ min: 0.1, max: 9, noNaN: true });
const shift = fc.double({ min: -30, max: 30, noNaN: true });
const furthest = (some: ArrayLike<number>, others: ArrayLike<number>): number => Array.from(some).reduce((most, value, index) => Math.max(most, Math.abs(value - others[index]!)), 0);

describe('sampling', () => {
  it('gives what the definition says where the map does not turn, also beyond the picture’s edges', () => {
    fc.assert(fc.property(pictures, sizes, scale, shift, shift, (picture, size, by, x, y) => {
      const map: Affine = [by, 0, x, 0, by, y];
      expect(furthest(warp(picture, map, size), defined(picture, map, size))).toBeLessThan(1e-3);
    }), { numRuns: 200 });
  });

  it('gives what the definition says where it turns', () => {
    fc.assert(fc.property(pictures, sizes, scale, fc.double({ min: -3, max: 3, noNaN: true }), shift, shift, (picture, size, by, angle, x, y) => {
      const map: Affine = [by * Math.cos(angle), -by * Math.sin(angle), x, by * Math.sin(angle), by * Math.cos(angle), y];
      expect(furthest(warp(picture, map, size), defined(picture, map, size))).toBeLessThan(1e-3);
    }), { numRuns: 200 });
  });

  it('halves a picture to the means of four, and shows a square of it as it is', () => {
    const picture: Pixels = { width: 4, height: 2, data: Uint8Array.from({ length: 24 }, (_, index) => index * 10) };
    const offset = 0.5 / 0.5 - 0.5;
    expect([...warp(picture, [2, 0, offset, 0, 2, offset], { width: 2, height: 1 })]).toEqual([75, 85, 95, 135, 145, 155]);
    expect([...warp(picture, squareMap(1, 0, 2, 2), { width: 2, height: 2 })]).toEqual([30, 40, 50, 60, 70, 80, 150, 160, 170, 180, 190, 200]);
  });
});

it('planes put the channels one after the other, blue first where wanted', () => {
  const rgb = Float32Array.from([1, 2, 3, 4, 5, 6]);
  expect([...planes(rgb, 1, 2, false)]).toEqual([0, 1.5, 0.5, 2, 1, 2.5]);
  expect([...planes(rgb, 1, 2, true)]).toEqual([1, 2.5, 0.5, 2, 0, 1.5]);
});

it('the map between two sets of points carries one onto the other, turned and scaled', () => {
  const target: Point[] = [[0, 0], [10, 0], [5, 8]];
  const source = target.map(([x, y]): Point => [3 - 2 * y, 7 + 2 * x]);
  const [a, b, c, d, e, f] = similarity(target, source);
  target.forEach(([x, y], index) => {
    expect(a * x + b * y + c).toBeCloseTo(source[index]![0]);
    expect(d * x + e * y + f).toBeCloseTo(source[index]![1]);
  });
});
