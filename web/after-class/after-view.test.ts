// Places in the replay, the curve as a path, strips as pieces, ticks.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countAt, curveAreas, placeIn, storyOf, stripPieces, ticksOf } from './after-view.ts';

const s = (seconds: number): number => seconds * 1000;
const films = [{ ordinal: 1, part: 1, parts: 1, fromMs: s(2), toMs: s(100) }, { ordinal: 2, part: 1, parts: 2, fromMs: s(200), toMs: s(300) }, { ordinal: 2, part: 2, parts: 2, fromMs: s(300), toMs: s(400) }];
const curve = { lengthMs: s(100), stepMs: s(10), curve: [{ ordinal: 1, fromMs: 0, toMs: s(40), there: [4, 4, 2, 3] }, { ordinal: 1, fromMs: s(50), toMs: s(100), there: [3, 3, 3, 3, 0] }] };

describe('placeIn', () => {
  it('names the file and the second, a little before the moment', () => {
    expect(placeIn(films, s(62))).toEqual({ unit: '1', at: '55' });
    expect(placeIn(films, s(350.7))).toEqual({ unit: '2', part: '2', at: '45' });
    expect(placeIn(films, s(3))).toEqual({ unit: '1', at: '0' });
  });
  it('knows what no file has', () => {
    expect([placeIn(films, 0), placeIn(films, s(150)), placeIn(films, s(400)), placeIn([], s(10))]).toEqual([null, null, null, null]);
  });
});

describe('the curve', () => {
  it('is read at any moment, and nowhere between two stretches', () => {
    expect([0, 19, 20, 39.9, 45, 50, 99].map((at) => countAt(curve, s(at)))).toEqual([4, 4, 2, 3, null, 3, 0]);
  });
  it('is one area per stretch, turning only where it changes', () => {
    expect(curveAreas(curve, 4, { width: 100, height: 40 })).toEqual(['M0 40H0V0H20V20H30V10H40V40Z', 'M50 40H50V10H90V40H100V40Z']);
  });
  it('never leaves its box', () => {
    fc.assert(fc.property(fc.array(fc.nat(50), { minLength: 1, maxLength: 30 }), (there) => {
      const [path] = curveAreas({ lengthMs: there.length * s(10), stepMs: s(10), curve: [{ ordinal: 1, fromMs: 0, toMs: there.length * s(10), there }] }, Math.max(...there), { width: 100, height: 40 });
      for (const [, letter, value] of path!.matchAll(/([HV])([\d.-]+)/g)) expect(Number(value) >= 0 && Number(value) <= (letter === 'H' ? 100 : 40)).toBe(true);
    }));
  });
});

it('draws what was held, and over it what did not count', () => {
  expect(stripPieces(curve, [{ fromMs: s(10), toMs: s(20), reason: 'hidden' }, { fromMs: s(60), toMs: s(70), reason: 'check_missed' }])).toEqual([
    { left: 0, width: 40, state: 'there', reason: 'present' }, { left: 50, width: 50, state: 'there', reason: 'present' },
    { left: 10, width: 10, state: 'away', reason: 'hidden' }, { left: 60, width: 10, state: 'unproven', reason: 'check_missed' },
  ]);
});

it('has few ticks however long the lesson', () => {
  expect(ticksOf(45 * 60_000, 6).map((ms) => ms / 60_000)).toEqual([0, 10, 20, 30, 40]);
  expect(ticksOf(95 * 60_000, 4).map((ms) => ms / 60_000)).toEqual([0, 30, 60, 90]);
  for (const most of [4, 8]) for (const minutes of [1, 44, 90, 300, 600]) expect(ticksOf(minutes * 60_000, most).length).toBeLessThanOrEqual(most);
});

it('tells what happened to a learner in order', () => {
  const story = storyOf({
    personId: 'p', name: '', login: '', need: null, creditedMinutes: 0, heldMinutes: 0, asked: 1, correct: 1, accuracy: 1,
    away: [{ fromMs: s(30), toMs: s(40), reason: 'left' }], checks: [{ atMs: s(20), result: 'passed' }], answers: [{ atMs: s(35), question: 1, result: 'right' }], hands: [s(10)],
  });
  expect(story.map(({ kind }) => kind)).toEqual(['hand', 'check', 'away', 'answer']);
});
