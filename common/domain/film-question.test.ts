// Which answer counts under which rule; until when one is taken; what is reached; what stands in the way of making up (R26, R27, R140).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beforeGate, countedAnswer, filmAnswerStanding, gateIn, isReached } from './film-question.ts';
import { replayAnswerRules } from './rules/rule-pack.ts';

describe('countedAnswer', () => {
  const [right, wrong, none] = [{ correct: true }, { correct: false }, { correct: null }];
  it('keeps what was asked in class, answered or not, whatever is answered in the replay', () => {
    for (const rule of replayAnswerRules) {
      for (const film of [null, { correct: true, madeUp: true }, { correct: false, madeUp: false }]) {
        expect(countedAnswer({ live: right, film }, rule)).toEqual({ mark: 'right', from: 'class', counts: true });
        expect(countedAnswer({ live: wrong, film }, rule)).toEqual({ mark: 'wrong', from: 'class', counts: true });
        expect(countedAnswer({ live: none, film }, rule)).toEqual({ mark: 'none', from: 'class', counts: true });
      }
    }
  });
  it.each([
    ['count', true, true], ['count', false, true], ['whereMadeUp', true, true], ['whereMadeUp', false, false], ['shown', true, false], ['shown', false, false],
  ] as const)('under %s, made up %s: counts %s', (rule, madeUp, counts) => {
    expect(countedAnswer({ live: null, film: { correct: true, madeUp } }, rule)).toEqual({ mark: 'right', from: 'replay', counts });
    expect(countedAnswer({ live: null, film: { correct: false, madeUp } }, rule)).toEqual({ mark: 'wrong', from: 'replay', counts });
    // Left unanswered it was asked where it counts, and is nothing where it is practice.
    expect(countedAnswer({ live: null, film: { correct: null, madeUp } }, rule)).toEqual(counts ? { mark: 'none', from: 'replay', counts: true } : { mark: 'not_asked', from: null, counts: false });
  });
  it('says of a question that was put to nobody nothing', () => {
    for (const rule of replayAnswerRules) expect(countedAnswer({ live: null, film: null }, rule)).toEqual({ mark: 'not_asked', from: null, counts: false });
  });
});

describe('filmAnswerStanding', () => {
  const cut = { deadlineMs: 100_000, atMs: 130_000, lastHeardMs: 90_000, chosenMs: 95_000 };
  it('takes what comes within the time and its grace', () => {
    expect(filmAnswerStanding({ deadlineMs: 100_000, atMs: 101_500, lastHeardMs: 101_000, chosenMs: null })).toBe('in_time');
    expect(filmAnswerStanding({ deadlineMs: 100_000, atMs: 101_501, lastHeardMs: 101_000, chosenMs: null })).toBe('too_late');
  });
  it('takes a late one only of a device the server had lost, within a minute, that says it was chosen in time', () => {
    expect(filmAnswerStanding(cut)).toBe('after_cut');
    expect(filmAnswerStanding({ ...cut, lastHeardMs: 101_501 })).toBe('too_late');
    expect(filmAnswerStanding({ ...cut, chosenMs: null })).toBe('too_late');
    expect(filmAnswerStanding({ ...cut, chosenMs: 101_501 })).toBe('too_late');
    expect(filmAnswerStanding({ ...cut, atMs: 160_001 })).toBe('too_late');
  });
});

it('a moment is reached where the film stands there and was given out there', () => {
  const issued: [number, number][] = [[0, 60_000]];
  expect(isReached({ positionMs: 30_000, issued }, 30_000)).toBe(true);
  expect(isReached({ positionMs: 28_500, issued }, 30_000)).toBe(true);
  expect(isReached({ positionMs: 28_499, issued }, 30_000)).toBe(false);
  expect(isReached({ positionMs: 90_000, issued }, 80_000)).toBe(false);
  expect(isReached({ positionMs: 0, issued: [[0, 4000]] }, 0)).toBe(true);
  expect(isReached({ positionMs: 90_000, issued: [] }, 0)).toBe(false);
});

describe('gateIn', () => {
  const waiting = [{ questionId: 'b', atMs: 50_000 }, { questionId: 'a', atMs: 20_000 }, { questionId: 'out', atMs: 5000 }];
  it('is the first unanswered question of what is left, under every rule by which it counts', () => {
    for (const rule of ['count', 'whereMadeUp'] as const) {
      expect(gateIn([[10_000, 60_000]], waiting, rule)).toEqual({ questionId: 'a', atMs: 20_000 });
      expect(gateIn([[20_001, 50_001]], waiting, rule)).toEqual({ questionId: 'b', atMs: 50_000 });
      expect(gateIn([[20_001, 50_000]], waiting, rule)).toBeNull();
    }
    expect(gateIn([[10_000, 60_000]], waiting, 'shown')).toBeNull();
  });
  it('lets nothing behind it count, and everything before it', () => {
    const span = fc.tuple(fc.nat(100_000), fc.nat(100_000)).map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]);
    fc.assert(fc.property(fc.array(span), fc.nat(100_000), (spans, atMs) => {
      const kept = beforeGate(spans, { questionId: 'a', atMs });
      expect(kept.every(([, to]) => to <= atMs)).toBe(true);
      expect(beforeGate(spans, null)).toEqual(beforeGate(spans, { questionId: 'a', atMs: 100_001 }));
    }));
  });
});
