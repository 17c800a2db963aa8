// The gain of a voice: brought to its level, kept over pauses, nothing for noise; and the same on both sides of a chunk's edge.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gainRate, gainTrack, voiceGains } from './voices.ts';

const blocks = (lufs: number, count: number): number[] => Array.from({ length: count }, () => lufs);

describe('gain of a voice', () => {
  it('brings quiet and loud to one level', () => {
    const gains = voiceGains([...blocks(-28, 150), ...blocks(-12, 150)]);
    expect(-28 + gains[50]!).toBeCloseTo(-18, 0);
    expect(-12 + gains[250]!).toBeCloseTo(-18, 0);
  });

  it('leaves noise and silence alone, and keeps a pause as loud as it was against the voice', () => {
    expect(voiceGains(blocks(-50, 100)).every((gain) => gain === 0)).toBe(true);
    expect(voiceGains(blocks(-Infinity, 100)).every((gain) => gain === 0)).toBe(true);
    const pause = voiceGains([...blocks(-28, 100), ...blocks(-60, 15), ...blocks(-28, 100)]);
    expect(pause[107]! - pause[50]!).toBeLessThan(0.5);
  });

  it('looks no further than the context of a chunk', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: -70, max: -5, noNaN: true }), { minLength: 200, maxLength: 300 }), (loudness) => {
      const whole = voiceGains(loudness);
      // A chunk of 8 s with 6 s on both sides; the windows of 400 ms make the first 4 blocks of it uncertain.
      const part = voiceGains(loudness.slice(0, 200).map((lufs, at) => (at < 4 ? -120 : lufs)));
      for (let at = 60; at < 140; at++) expect(part[at]).toBeCloseTo(whole[at]!, 9);
    }));
  });

  it('becomes factors at the middle of its windows, straight between', () => {
    const bytes = gainTrack([0, 0, 0, 0, 0, 20, 20, 20, 20, 20]);
    const track = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    expect(track).toHaveLength(gainRate * 2);
    // Block 5 ends at 600 ms, its middle lies at 400 ms; block 4's at 300 ms.
    expect([track[2 * 300], track[2 * 400], track[2 * 350 + 1]].map((factor) => Math.round(factor! * 100) / 100)).toEqual([1, 10, 3.16]);
  });
});
