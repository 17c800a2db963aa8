// Where a player goes next while something is made up.
import { describe, expect, it } from 'vitest';
import { isAsking, isPlayed, leadMs, moveAfter } from './make-up-guide.ts';

const state = (left: [number, number][], stand: 'watching' | 'asked' | 'again' = 'watching') => ({ left, stand, question: null });

describe('a film that makes up', () => {
  it('stands still while a check waits or has to be asked again', () => {
    for (const stand of ['asked', 'again'] as const) expect(moveAfter(state([[10_000, 20_000]], stand), 12_000, stand === 'again')).toEqual({ kind: 'hold' });
  });
  it('plays on inside the stretch, and from a little before it', () => {
    for (const told of [10_000 - leadMs, 10_000 - leadMs - 400, 10_000, 19_999]) expect(moveAfter(state([[10_000, 20_000]]), told, false)).toEqual({ kind: 'on' });
  });
  it('goes to the next stretch when one is played, and back to what was left out', () => {
    expect(moveAfter(state([[60_000, 90_000]]), 20_300, false)).toEqual({ kind: 'jump', toMs: 60_000 - leadMs });
    expect(moveAfter(state([[5000, 9000], [60_000, 90_000]]), 61_000, false)).toEqual({ kind: 'jump', toMs: 4000 });
    expect(moveAfter(state([[400, 9000]]), 30_000, false)).toEqual({ kind: 'jump', toMs: 0 });
  });
  it('goes back a little when a check held it: what ran on meanwhile does not count', () => {
    expect(moveAfter(state([[10_000, 20_000]]), 12_500, true)).toEqual({ kind: 'jump', toMs: 10_000 - leadMs });
  });
  it('is done when nothing is left, also while a verdict is still to come', () => {
    expect(moveAfter(state([]), 5000, false)).toEqual({ kind: 'done' });
    expect(moveAfter(state([], 'again'), 5000, true)).toEqual({ kind: 'done' });
  });
  it('tells the end of a stretch once it is reached', () => {
    expect([isPlayed(state([[0, 5000]]), 4999), isPlayed(state([[0, 5000]]), 5000), isPlayed(state([]), 9)]).toEqual([false, true, false]);
  });
  it('stands still before a question once everything before it is played, and goes on behind it when it is answered', () => {
    const question = { questionId: 'q', atMs: 30_000 };
    const asking = (left: [number, number][]) => ({ ...state(left), question });
    expect(moveAfter(asking([[20_000, 60_000]]), 25_000, false)).toEqual({ kind: 'on' });
    expect(moveAfter(asking([[30_000, 60_000]]), 30_200, true)).toEqual({ kind: 'hold' });
    expect(moveAfter(asking([[29_500, 60_000]]), 30_200, true)).toEqual({ kind: 'hold' });
    // Real time has not paid for all of it yet.
    expect(moveAfter(asking([[25_000, 60_000]]), 30_200, true)).toEqual({ kind: 'jump', toMs: 24_000 });
    expect(moveAfter(state([[30_000, 60_000]]), 30_200, true)).toEqual({ kind: 'jump', toMs: 29_000 });
    expect([isAsking(asking([]), 29_999), isAsking(asking([]), 30_000), isAsking({ ...asking([]), stand: 'asked' }, 30_000), isAsking(state([]), 30_000)]).toEqual([false, true, false, false]);
  });
});
