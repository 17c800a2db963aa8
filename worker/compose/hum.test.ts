// Hum against the rest in the quiet seconds, by made-up sound whose figures are known.
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../testing/random.ts';
import { humDb, humRate } from './hum.ts';

const sound = (seconds: number, value: (t: number, second: number) => number): Float32Array =>
  Float32Array.from({ length: seconds * humRate }, (_, index) => value(index / humRate, Math.floor(index / humRate)));
const noise = (amplitude: number) => {
  const random = seededRandom(3);
  return () => amplitude * (2 * random() - 1);
};

describe('hum', () => {
  it('is far below noise without it, and above quiet noise with it', () => {
    const plain = noise(0.01);
    expect(humDb(sound(20, () => plain()))!).toBeLessThan(-8);
    const room = noise(0.002);
    expect(humDb(sound(20, (t) => room() + 0.01 * Math.sin(2 * Math.PI * 50 * t) + 0.003 * Math.sin(2 * Math.PI * 150 * t)))!).toBeGreaterThan(15);
  });

  it('looks between the words', () => {
    const room = noise(0.002);
    const speech = (t: number, second: number): number => (second % 3 === 0 ? 0 : 0.3 * Math.sin(2 * Math.PI * 180 * t));
    expect(humDb(sound(30, (t, second) => room() + speech(t, second) + 0.01 * Math.sin(2 * Math.PI * 100 * t)))!).toBeGreaterThan(15);
  });

  it('knows nothing of silence', () => expect(humDb(sound(20, (_, second) => (second < 2 ? 0.1 : 0)))).toBeNull());
});
