// Only what passed at the speed of the clock was watched.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPlayedSpans, mergeSpans, spansPerBeat } from './played-spans.ts';

/** Plays from `from` to `to` in steps of 250 ms of the clock. */
function play(spans: ReturnType<typeof createPlayedSpans>, from: number, to: number, speed = 1, startClock = 0): number {
  let clock = startClock;
  for (let at = from; at < to; at += 250 * speed) { spans.at(at, clock, speed); clock += 250; }
  spans.at(to, clock, speed);
  return clock;
}

describe('createPlayedSpans', () => {
  it('collects what was played as one span, and hands it out once', () => {
    const spans = createPlayedSpans();
    play(spans, 1000, 6000);
    expect([spans.waitingMs(), spans.take(), spans.take()]).toEqual([5000, [[1000, 6000]], []]);
  });
  it('goes on without a hole after handing out', () => {
    const spans = createPlayedSpans();
    const clock = play(spans, 0, 5000);
    spans.take();
    spans.at(5200, clock + 200, 1);
    expect(spans.take()).toEqual([[5000, 5200]]);
  });
  it('does not count a jump, announced or not', () => {
    const spans = createPlayedSpans();
    let clock = play(spans, 0, 1000);
    spans.cut();
    clock = play(spans, 60_000, 61_000, 1, clock + 20);
    // A player that jumps without saying so: 30 s within a quarter of a second.
    spans.at(91_000, clock + 250, 1);
    expect(spans.take()).toEqual([[0, 1000], [60_000, 61_000]]);
  });
  it('counts double speed as played, and double speed at a claimed speed of one as a jump', () => {
    const fast = createPlayedSpans();
    play(fast, 0, 10_000, 2);
    const claimed = createPlayedSpans();
    claimed.at(0, 0, 1);
    claimed.at(10_000, 5000, 1);
    expect([fast.take(), claimed.take()]).toEqual([[[0, 10_000]], []]);
  });
  it('counts a second watched twice once', () => {
    const spans = createPlayedSpans();
    const clock = play(spans, 0, 4000);
    spans.cut();
    play(spans, 2000, 5000, 1, clock);
    expect([spans.take(), spans.furthestMs()]).toEqual([[[0, 5000]], 5000]);
  });
  it('keeps for the next heartbeat what this one cannot carry', () => {
    const spans = createPlayedSpans();
    for (let index = 0; index < 40; index++) { spans.cut(); play(spans, index * 10_000, index * 10_000 + 500, 1, index * 10_000); }
    expect([spans.take().length, spans.take().length, spans.take().length]).toEqual([spansPerBeat, 8, 0]);
  });
  it('never claims more than the clock allows at the speed', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: -5000, max: 40_000 }), fc.integer({ min: 0, max: 2000 })), { maxLength: 60 }), fc.constantFrom(0.75, 1, 2), (steps, speed) => {
      const spans = createPlayedSpans();
      let [media, clock] = [100_000, 0];
      for (const [forward, passed] of steps) { spans.at(media = Math.max(0, media + forward), clock += passed, speed); }
      const claimed = spans.take().reduce((sum, [from, to]) => sum + to - from, 0);
      expect(claimed).toBeLessThanOrEqual(clock * speed + 400 * steps.length);
    }));
  });
});

describe('mergeSpans', () => {
  it('covers the same milliseconds, sorted and disjoint', () => {
    const span = fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 60 })).map(([from, length]): [number, number] => [from, from + length]);
    fc.assert(fc.property(fc.array(span, { maxLength: 30 }), (spans) => {
      const covered = (list: readonly (readonly [number, number])[]) => new Set(list.flatMap(([from, to]) => Array.from({ length: to - from }, (_, index) => from + index)));
      const merged = mergeSpans(spans);
      expect(covered(merged)).toEqual(covered(spans));
      merged.slice(1).forEach(([from], index) => expect(from).toBeGreaterThan(merged[index]![1]));
    }));
  });
});
