// Sound on the time line: to a fraction of a sample, drift resampled, gaps silent, steps begun anew.
import { describe, expect, it } from 'vitest';
import { clippedSamples, onTimeline, type PlacedPacket } from './timeline-sound.ts';

const hertz = 1000;
const sine = (count: number): Float32Array => Float32Array.from({ length: 2 * count }, (_, index) => 0.5 * Math.sin((2 * Math.PI * hertz * Math.floor(index / 2)) / 48_000));
const packets = (count: number, at: (index: number) => number): PlacedPacket[] => Array.from({ length: count }, (_, index) => ({ at: at(index), samples: 960 }));
/** Largest difference to the tone whose sample 0 stands at `from`, played `rate` times as fast. */
const off = (sound: Float32Array, from: number, rate: number, first: number, end: number): number => {
  let worst = 0;
  for (let at = first; at < end; at++) worst = Math.max(worst, Math.abs(sound[2 * at]! - 0.5 * Math.sin((2 * Math.PI * hertz * (at - from) * rate) / 48_000)));
  return worst;
};

describe('sound on the time line', () => {
  it('stands between samples where its time does', () => {
    const sound = onTimeline(sine(9600), packets(10, (index) => 1000.37 + 960 * index), 12_000);
    expect(off(sound, 1000.37, 1, 1100, 10_500)).toBeLessThan(0.002);
    expect(Math.max(...sound.subarray(0, 2000).map(Math.abs))).toBe(0);
    expect(Math.max(...sound.subarray(2 * 10_601).map(Math.abs))).toBe(0);
  });

  it('follows a clock that drifts by 300 ppm', () => {
    const sound = onTimeline(sine(96_000), packets(100, (index) => 0.5 + 960 * index * (1 + 300e-6)), 96_100);
    expect(off(sound, 0.5, 1 / (1 + 300e-6), 200, 95_000)).toBeLessThan(0.002);
  });

  it('leaves gaps silent and begins anew behind a step, forwards and back', () => {
    const placed = [...packets(5, (index) => 960 * index), ...packets(5, (index) => 7200 + 960 * index), ...packets(5, (index) => 11_000 + 960 * index)];
    const sound = onTimeline(sine(14_400), placed, 16_000);
    expect(Math.max(...sound.subarray(2 * 4800, 2 * 7200).map(Math.abs))).toBe(0);
    expect(off(sound, 7200 - 4800, 1, 7400, 10_800)).toBeLessThan(0.002);
    expect(off(sound, 11_000 - 9600, 1, 11_200, 15_600)).toBeLessThan(0.002);
  });

  it('is the same wherever the line begins', () => {
    const [early, late] = [onTimeline(sine(9600), packets(10, (index) => 500.25 + 960 * index), 11_000), onTimeline(sine(9600), packets(10, (index) => 960 * index - 499.75), 10_000)];
    expect(late.subarray(0, 19_000)).toEqual(early.subarray(2000, 21_000));
  });

  it('counts samples at full scale', () => {
    const sound = new Float32Array(200);
    sound.set([1, 1, -1, -1, 0.5, 0.5], 100);
    expect([clippedSamples(sound, 0, 100), clippedSamples(sound, 51, 100)]).toEqual([2, 1]);
  });
});
