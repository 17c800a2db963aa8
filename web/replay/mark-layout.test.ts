// Where marks stand on the seek bar, and where a film goes on.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failKey, gapKey } from './fail-reason.ts';
import { keyAction } from './keys.ts';
import { layMarks, resumeAt, type Mark } from './mark-layout.ts';

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

describe('resumeAt', () => {
  it.each([[0, 0], [4999, 0], [65_000, 65_000], [595_000, 0]])('position %i of 10 minutes goes on at %i', (position, at) => {
    expect(resumeAt(position, 10 * minute)).toBe(at);
  });
  it('goes on where the length is not known', () => expect(resumeAt(65_000, null)).toBe(65_000));
});

describe('keyAction', () => {
  const key = (name: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey', boolean>> = {}) => ({ key: name, ctrlKey: false, metaKey: false, altKey: false, ...held });
  it('knows space, arrows, f and m', () => {
    expect(['f', 'm', ' '].map((name) => keyAction(key(name), 'DIV'))).toEqual(['full', 'mute', 'toggle']);
    expect([keyAction(key('ArrowLeft'), 'RANGE'), keyAction(key('ArrowRight'), 'BODY')]).toEqual([{ byMs: -5000 }, { byMs: 5000 }]);
  });
  it('leaves a control its own keys, and the browser its shortcuts', () => {
    expect([keyAction(key(' '), 'BUTTON'), keyAction(key('ArrowLeft'), 'SELECT'), keyAction(key('f', { ctrlKey: true }), 'BODY'), keyAction(key('x'), 'BODY')]).toEqual([null, null, null, null]);
  });
});

describe('reasons', () => {
  it('has a sentence for known and unknown ones', () => {
    expect([failKey('nothing_captured'), failKey('strange'), failKey(null)]).toEqual(['replay.fail.nothing_captured', 'replay.fail.other', 'replay.fail.other']);
    expect([gapKey('sound_lost'), gapKey('strange')]).toEqual(['replay.gap.sound_lost', 'replay.gap.other']);
  });
});
