// Where marks stand on the seek bar, and what the list of contents says.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failKey, gapKey } from './fail-reason.ts';
import { contentAt, contentsOf, layMarks, type Mark } from './mark-layout.ts';

const mark = (atMs: number, kind: Mark['kind'] = 'quiz'): Mark => ({ atMs, kind, label: String(atMs) });
const minute = 60_000;

describe('layMarks', () => {
  it('puts marks at their share of the length, in order', () => {
    expect(layMarks([mark(30 * minute), mark(15 * minute)], 60 * minute).map((spot) => spot.percent)).toEqual([25, 50]);
  });
  it('joins marks too near to be told apart', () => {
    const spots = layMarks([mark(10 * minute), mark(10 * minute + 20_000, 'stage'), mark(20 * minute)], 60 * minute);
    expect(spots.map((spot) => spot.marks.length)).toEqual([2, 1]);
  });
  it('keeps marks beyond the ends at the edge', () => {
    expect(layMarks([mark(-5), mark(99 * minute)], 60 * minute).map((spot) => spot.percent)).toEqual([0, 100]);
  });
  it('has nothing to show without a length', () => {
    expect(layMarks([mark(0)], 0)).toEqual([]);
  });
  it('loses no mark and leaves every spot inside the bar', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: -1000, max: 4_000_000 })), fc.integer({ min: 1, max: 3_600_000 }), (times, length) => {
      const spots = layMarks(times.map((at) => mark(at)), length);
      expect(spots.reduce((sum, spot) => sum + spot.marks.length, 0)).toBe(times.length);
      for (const spot of spots) expect(spot.percent >= 0 && spot.percent <= 100).toBe(true);
    }));
  });
});

describe('contentsOf', () => {
  const chapters = [{ atMs: 0, kind: 'start' as const, label: '' }, { atMs: 60_000, kind: 'quiz' as const, label: '题' }, { atMs: 90_000, kind: 'slide' as const, label: '' }];
  it('tells nothing twice and keeps the order of time', () => {
    const contents = contentsOf(chapters, [mark(60_400), mark(61_000, 'stage'), mark(75_000, 'gap'), mark(200_000)]);
    expect(contents.map(({ atMs, kind }) => [atMs, kind])).toEqual([[0, 'start'], [60_000, 'quiz'], [61_000, 'stage'], [75_000, 'gap'], [90_000, 'slide'], [200_000, 'quiz']]);
  });
  it('knows what is on', () => {
    const contents = contentsOf(chapters, [mark(75_000, 'gap')]);
    expect([contentAt(contents, 80_000)?.kind, contentAt(contents, 95_000)?.kind, contentAt([], 5)]).toEqual(['quiz', 'slide', null]);
  });
});

describe('reasons', () => {
  it('has a sentence for known and unknown ones', () => {
    expect([failKey('nothing_captured'), failKey('strange'), failKey(null)]).toEqual(['replay.fail.nothing_captured', 'replay.fail.other', 'replay.fail.other']);
    expect([gapKey('node_down'), gapKey('strange')]).toEqual(['replay.gap.node_down', 'replay.gap.other']);
  });
});
