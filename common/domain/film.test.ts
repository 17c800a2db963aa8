// Which films are taken, and how they are cut into units.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filmKindOf, filmParts, filmProgress, refusalOfFilm } from './film.ts';
import { groupFrames } from './recording/unit-parts.ts';

const minutes = (count: number): number => count * 60 * 25;
const lengths = (frames: number) => filmParts(frames, minutes(45)).map(({ unit, part, parts, fromFrame, toFrame }) => [unit, `${part}/${parts}`, (toFrame - fromFrame) / minutes(1)]);

describe('R42, R126: a film becomes units of at least 45 minutes, in files of at most 50', () => {
  it('is one unit, one unit in two files, or several units of one length', () => {
    expect(lengths(minutes(45))).toEqual([[1, '1/1', 45]]);
    expect(lengths(minutes(50))).toEqual([[1, '1/1', 50]]);
    expect(lengths(minutes(60))).toEqual([[1, '1/2', 30], [1, '2/2', 30]]);
    expect(lengths(minutes(90))).toEqual([[1, '1/1', 45], [2, '1/1', 45]]);
    expect(lengths(minutes(100))).toEqual([[1, '1/1', 50], [2, '1/1', 50]]);
    expect(lengths(minutes(141))).toEqual([[1, '1/1', 47], [2, '1/1', 47], [3, '1/1', 47]]);
  });

  it('never makes a unit too short, leaves nothing out, and cuts between groups of pictures', () => {
    fc.assert(fc.property(fc.integer({ min: minutes(45), max: minutes(480) }), (frames) => {
      const parts = filmParts(frames, minutes(45));
      expect(parts[0]!.fromFrame).toBe(0);
      expect(parts.at(-1)!.toFrame).toBe(frames);
      for (const [index, { fromFrame, toFrame }] of parts.entries()) {
        if (index > 0) expect(fromFrame).toBe(parts[index - 1]!.toFrame);
        expect(fromFrame % groupFrames).toBe(0);
        expect(toFrame - fromFrame).toBeLessThanOrEqual(minutes(50) + groupFrames);
      }
      const units = Map.groupBy(parts, ({ unit }) => unit);
      for (const files of units.values()) expect(files.at(-1)!.toFrame - files[0]!.fromFrame).toBeGreaterThanOrEqual(minutes(45));
    }));
  });
});

describe('R123, R124: what a file must be', () => {
  const found = { durationMs: 46 * 60_000, picture: { width: 1920, height: 1080 }, sound: true };
  it('is told by its content', () => {
    const bytes = (...parts: (string | number[])[]): Buffer => Buffer.concat([...parts.map((part) => Buffer.from(part as string, 'latin1')), Buffer.alloc(800)]);
    expect(filmKindOf(bytes([0, 0, 0, 32], 'ftypisom'))).toBe('mov');
    expect(filmKindOf(bytes([0x1a, 0x45, 0xdf, 0xa3]))).toBe('matroska');
    const stream = Buffer.alloc(188 * 5);
    for (let at = 0; at < stream.length; at += 188) stream[at] = 0x47;
    expect(filmKindOf(stream)).toBe('mpegts');
    expect(filmKindOf(bytes([0, 0, 1, 0xba]))).toBe('mpeg');
    expect(filmKindOf(bytes('RIFF', [0, 0, 0, 0], 'AVI '))).toBe('avi');
    for (const other of ['MZ', '#EXTM3U\n', 'ffconcat version 1.0', '%PDF-1.7', 'RIFF\0\0\0\0WAVE', 'G']) expect(filmKindOf(bytes(other))).toBe(null);
  });
  it('has picture and sound, 720p or more in one direction, and the length of a unit', () => {
    expect(refusalOfFilm(found)).toBe(null);
    expect(refusalOfFilm({ ...found, picture: { width: 1280, height: 536 } })).toBe(null);
    expect(refusalOfFilm({ ...found, picture: { width: 720, height: 1280 } })).toBe(null);
    expect(refusalOfFilm({ ...found, picture: null })).toBe('no_picture');
    expect(refusalOfFilm({ ...found, sound: false })).toBe('no_sound');
    expect(refusalOfFilm({ ...found, picture: { width: 854, height: 480 } })).toBe('too_small');
    expect(refusalOfFilm({ ...found, durationMs: 45 * 60_000 - 1 })).toBe('too_short');
    expect(refusalOfFilm({ ...found, durationMs: 45 * 60_000 })).toBe(null);
    expect(refusalOfFilm({ ...found, durationMs: Number.NaN })).toBe('too_short');
    expect(refusalOfFilm({ ...found, durationMs: 8 * 3_600_000 + 1 })).toBe('too_long');
  });
});

it('tells how long the rest takes from what was made since it began', () => {
  expect(filmProgress(0, 10, { done: 0, atMs: 0 }, 5000)).toEqual({ progress: 0, secondsLeft: null });
  expect(filmProgress(5, 10, { done: 4, atMs: 0 }, 5000)).toEqual({ progress: 0.5, secondsLeft: 25 });
});
