// The draw anybody can repeat: numbers against a reference made with openssl, and what is no seed.
import { describe, expect, it } from 'vitest';
import { newSeed, sealSeed, seededRandom } from './seeded-random.ts';

describe('seededRandom', () => {
  it('gives the numbers its definition gives (reference computed with openssl)', () => {
    expect(sealSeed('00'.repeat(32))).toBe('66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925');
    // printf 'label\0\0\0\0\0' | openssl dgst -sha256 -mac HMAC -macopt hexkey:00…00
    expect(seededRandom('00'.repeat(32), 'label')()).toBe(Number(0x28d3125e365ac431n >> 11n) / 2 ** 53);
    const random = seededRandom('00'.repeat(32), 'label');
    const numbers = Array.from({ length: 2000 }, random);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
    expect(numbers.reduce((sum, value) => sum + value, 0) / 2000).toBeCloseTo(0.5, 1);
    expect(new Set(numbers).size).toBe(2000);
  });

  it('keeps labels and seeds apart', () => {
    const seed = newSeed();
    expect(seededRandom(seed, 'a')()).toBe(seededRandom(seed, 'a')());
    expect(seededRandom(seed, 'a')()).not.toBe(seededRandom(seed, 'b')());
    expect(seededRandom(newSeed(), 'a')()).not.toBe(seededRandom(seed, 'a')());
  });

  it('refuses what is not a seed', () => {
    for (const wrong of ['', 'xyz', 'A1'.repeat(32), 'a1'.repeat(31)]) expect(() => sealSeed(wrong)).toThrow(expect.objectContaining({ code: 'internal' }));
  });
});
