// Gates of integrated loudness, the slow gain, and when a unit's gains are set anew.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gainFor, integratedLufs, loudnessRange, regains, type LoudChunk } from './loudness.ts';

const blocks = (lufs: number, count = 600): number[] => Array.from({ length: count }, () => lufs);
const none = { fromDb: 0, toDb: 0 };
const decided = (chunks: readonly number[][]): LoudChunk[] => chunks.reduce<LoudChunk[]>((before, loudness) => [...before, { loudness, gain: gainFor(before, loudness) }], []);

describe('integrated loudness', () => {
  it('is the level of a steady sound, with its gain', () => {
    expect(integratedLufs([{ loudness: blocks(-23), gain: none }])).toBeCloseTo(-23, 6);
    expect(integratedLufs([{ loudness: blocks(-23), gain: { fromDb: 7, toDb: 7 } }])).toBeCloseTo(-16, 6);
  });

  // EBU Tech 3341, case 3: -36 dB for 10 s, -23 dB for 60 s, -36 dB for 10 s is -23 LUFS by the relative gate.
  it('leaves out what is far below the rest, and silence', () => {
    const quietEnds = [...blocks(-36, 100), ...blocks(-23), ...blocks(-36, 100), ...blocks(-120, 3000)];
    expect(integratedLufs([{ loudness: quietEnds, gain: none }])).toBeCloseTo(-23, 6);
  });

  it('knows no loudness of silence', () => {
    expect(integratedLufs([{ loudness: blocks(-120), gain: none }])).toBeNull();
    expect(loudnessRange([{ loudness: blocks(-120), gain: none }])).toBeNull();
  });

  // EBU Tech 3342, case 1: 20 s at -20 and 20 s at -30 LUFS have a range of 10 LU.
  it('has a range', () => expect(loudnessRange([{ loudness: [...blocks(-20, 200), ...blocks(-30, 200)], gain: none }])).toBeCloseTo(10, 0));
});

describe('gain', () => {
  it('meets the target at once, then moves by at most 3 dB and never jumps at an edge', () => {
    const chunks = decided([blocks(-28), blocks(-28), blocks(-18), blocks(-18), blocks(-18), blocks(-18), blocks(-18)]);
    expect(chunks[0]!.gain).toEqual({ fromDb: 12, toDb: 12 });
    chunks.slice(1).forEach(({ gain }, index) => {
      expect(gain.fromDb).toBe(chunks[index]!.gain.toDb);
      expect(Math.abs(gain.toDb - gain.fromDb)).toBeLessThan(3.001);
    });
    expect(chunks.at(-1)!.gain.toDb).toBeCloseTo(2, 0);
  });

  it('does not follow noise, and finds the voice when it comes', () => {
    const chunks = decided([blocks(-60), blocks(-55), blocks(-26)]);
    expect(chunks.slice(0, 2).map(({ gain }) => gain)).toEqual([none, none]);
    expect(chunks[2]!.gain.toDb).toBeCloseTo(10, 1);
    expect(decided([blocks(-20), blocks(-60)])[1]!.gain).toEqual({ fromDb: 4, toDb: 4 });
  });

  it('stays as it is where the unit is within -16 ± 1, else brings it there and stays continuous', () => {
    expect(regains([{ loudness: blocks(-16.9), gain: none }])).toBeNull();
    expect(regains([{ loudness: blocks(-120), gain: none }])).toBeNull();
    const level = fc.array(fc.double({ min: -50, max: -5, noNaN: true }), { minLength: 20, maxLength: 60 });
    fc.assert(fc.property(fc.array(level, { minLength: 1, maxLength: 6 }), (loudness) => {
      const chunks = decided(loudness);
      const gains = regains(chunks);
      if (!gains) return;
      expect(Math.abs(integratedLufs(chunks.map((chunk, index) => ({ ...chunk, gain: gains[index]! })))! + 16)).toBeLessThan(0.1);
      gains.slice(1).forEach((gain, index) => expect(gain.fromDb).toBeCloseTo(gains[index]!.toDb, 9));
    }));
  });
});
