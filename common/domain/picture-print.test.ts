// Prints of rasters: one picture, its neighbours, another picture, and nothing at all.
import { describe, expect, it } from 'vitest';
import { bandedMost, printBands, printDistance, printOf, rasterSide } from './picture-print.ts';

/** A soft blob of light at (x, y) before a slope, with noise that a seed decides. */
const scene = (x: number, y: number, noise = 0, seed = 1): Float64Array => {
  let state = seed;
  const next = (): number => { state = (state * 16_807) % 2_147_483_647; return state / 2_147_483_647 - 0.5; };
  return Float64Array.from({ length: rasterSide * rasterSide }, (_, at) => {
    const [column, row] = [at % rasterSide, Math.floor(at / rasterSide)];
    return Math.min(255, Math.max(0, 40 + 2 * column + row + 120 * Math.exp(-((column - x) ** 2 + (row - y) ** 2) / 60) + 40 * Math.sin(column / 3) * Math.cos(row / 4) + noise * next()));
  });
};
const print = (raster: ArrayLike<number>): string => printOf(raster)!;

describe('printOf', () => {
  it('is 64 bits as 16 digits, half of them set, the same for the same raster', () => {
    const one = print(scene(16, 12));
    expect(one).toMatch(/^[0-9a-f]{16}$/);
    expect(print(scene(16, 12))).toBe(one);
    expect(printDistance(one, '0'.repeat(16))).toBe(32);
  });
  it('stays near under noise and light, and is far for another picture', () => {
    const one = print(scene(16, 12));
    expect(printDistance(one, print(scene(16, 12, 6)))).toBeLessThanOrEqual(2);
    expect(printDistance(one, print(scene(16, 12).map((value) => value * 0.8 + 20)))).toBeLessThanOrEqual(2);
    expect(printDistance(one, print(scene(6, 24)))).toBeGreaterThan(8);
  });
  it('is none for a covered camera or a dark room', () => {
    expect(printOf(new Float64Array(rasterSide ** 2).fill(3))).toBeNull();
    expect(printOf(scene(16, 12).map((value) => value / 40))).toBeNull();
  });
  it('wants a whole raster', () => expect(() => printOf([1, 2, 3])).toThrow(RangeError));
});

describe('printBands', () => {
  it('shares one band at least with every print that differs in so few bits', () => {
    const one = print(scene(16, 12));
    for (let turn = 0; turn < 200; turn++) {
      let other = BigInt(`0x${one}`);
      for (let flipped = 0; flipped < bandedMost; flipped++) other ^= 1n << BigInt((turn * 7 + flipped * 23) % 64);
      const near = other.toString(16).padStart(16, '0');
      expect(printDistance(one, near)).toBeLessThanOrEqual(bandedMost);
      expect(printBands(near).some((band) => printBands(one).includes(band))).toBe(true);
    }
    expect(printBands('0001000200030004')).toEqual([1, 65_538, 131_075, 196_612]);
  });
});
