// Chunks and units from rows and times: every frame once, one chunk of a unit at a time, nothing before it is on file.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameMs } from '../compose/grid.ts';
import { chunkContextMs, chunkCount, chunkPlan, dueChunks, endMsOf, isWhole, nextChunk, unitPlans, type MadeChunk, type UnitPlan } from './plan.ts';
import { unitWindows, type UnitTimes } from './unit-windows.ts';

const T = Date.parse('2026-03-02T02:00:00Z');
const at = (ms: number): Date => new Date(T + ms);
const unit = (ordinal: number, fromMs: number | null, toMs: number | null): UnitTimes =>
  ({ id: `unit-${ordinal}`, ordinal, startedAt: fromMs === null ? null : at(fromMs), endedAt: toMs === null ? null : at(toMs) });
const made = (plan: UnitPlan, ordinal: number, longest?: number): MadeChunk => {
  const chunk = chunkPlan(plan, ordinal, longest)!;
  return { id: `${plan.unitId} ${ordinal}`, unitId: plan.unitId, ordinal, startsAtMs: chunk.grid.startMs, frames: chunk.grid.frames, last: chunk.last };
};
const everything = { capturedMs: Infinity, nowMs: Infinity, ended: true };

describe('windows of units', () => {
  it('a lesson of one unit is its live span, open while it runs', () => {
    expect(unitWindows([unit(1, 0, null)], { startedAt: at(0), endedAt: null })).toEqual([{ unitId: 'unit-1', fromMs: T, toMs: null }]);
    expect(unitWindows([unit(1, 500, 9000)], { startedAt: at(0), endedAt: at(60_000) })).toEqual([{ unitId: 'unit-1', fromMs: T, toMs: T + 60_000 }]);
  });
  it('units go from their start to their end, the running one on to the session\'s, and none beyond it', () => {
    const units = [unit(3, null, null), unit(2, 3_000_000, null), unit(1, 0, 2_700_000)];
    expect(unitWindows(units, { startedAt: at(0), endedAt: null }).map(({ fromMs, toMs }) => [fromMs - T, toMs && toMs - T])).toEqual([[0, 2_700_000], [3_000_000, null]]);
    expect(unitWindows(units, { startedAt: at(0), endedAt: at(5_000_000) }).at(-1)!.toMs).toBe(T + 5_000_000);
    expect(unitWindows(units, { startedAt: at(0), endedAt: at(2_000_000) })).toEqual([{ unitId: 'unit-1', fromMs: T, toMs: T + 2_000_000 }]);
  });
  it('without facts the span is shared out, once it is known', () => {
    const units = [unit(1, null, null), unit(2, null, null)];
    expect(unitWindows(units, { startedAt: at(0), endedAt: null })).toEqual([]);
    expect(unitWindows(units, { startedAt: at(0), endedAt: at(10) }).map(({ fromMs, toMs }) => [fromMs - T, toMs! - T])).toEqual([[0, 5], [5, 10]]);
  });
});

describe('chunks', () => {
  it('cover every frame of every unit once, in order, and meet where units meet', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 400_000 }), { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 1500 }), (lengths, longest) => {
      let from = 0;
      const units = lengths.map((ms, index) => unit(index + 1, from, (from += ms)));
      const plans = unitPlans(units, { startedAt: at(0), endedAt: at(from) });
      let endMs = T;
      for (const plan of plans) {
        expect(Math.abs(plan.startMs - endMs)).toBeLessThanOrEqual(frameMs);
        endMs = plan.startMs;
        const count = chunkCount(plan.frames!, longest);
        for (let ordinal = 0; ordinal < count; ordinal++) {
          const chunk = chunkPlan(plan, ordinal, longest)!;
          expect(chunk.grid.startMs).toBe(endMs);
          expect(chunk.grid.frames).toBeGreaterThan(0);
          expect(chunk.grid.frames).toBeLessThanOrEqual(longest);
          expect(chunk.last).toBe(ordinal === count - 1);
          endMs = endMsOf(chunk);
        }
        expect(chunkPlan(plan, count, longest)).toBeNull();
        expect(endMs).toBe(plan.startMs + plan.frames! * frameMs);
      }
    }), { numRuns: 40 });
  });

  it('are due one at a time in each unit, when they and what follows are on file', () => {
    const plans = unitPlans([unit(1, 0, 90_000), unit(2, 90_000, null)], { startedAt: at(0), endedAt: null });
    const due = (captured: number, chunks: MadeChunk[] = [], now = captured): string[] =>
      dueChunks(plans, chunks, { capturedMs: T + captured, nowMs: T + now, ended: false }).map(({ unitId, ordinal }) => `${unitId} ${ordinal}`);
    expect(due(60_000 + chunkContextMs - 1)).toEqual([]);
    expect(due(60_000 + chunkContextMs)).toEqual(['unit-1 0']);
    expect(due(900_000)).toEqual(['unit-1 0', 'unit-2 0']);
    expect(due(900_000, [made(plans[0]!, 0), made(plans[1]!, 0)])).toEqual(['unit-1 1', 'unit-2 1']);
    expect(due(900_000, [made(plans[0]!, 0), made(plans[0]!, 1)])).toEqual(['unit-2 0']);
    // Every media node is dead: time goes on all the same, and no faster.
    expect(due(Infinity, [], 60_000)).toEqual([]);
    expect(due(Infinity, [], 66_000)).toEqual(['unit-1 0']);
  });

  it('after the end wait for the captures only', () => {
    const plans = unitPlans([unit(1, 0, null)], { startedAt: at(0), endedAt: at(30_000) });
    const horizon = { nowMs: T + 30_001, ended: true };
    expect(dueChunks(plans, [], { ...horizon, capturedMs: T + 30_000 })).toEqual([]);
    expect(dueChunks(plans, [], { ...horizon, capturedMs: Infinity })).toMatchObject([{ ordinal: 0, last: true, grid: { frames: 750 } }]);
  });

  it('are made again where the unit\'s end turned out otherwise', () => {
    const running = unitPlans([unit(1, 0, null)], { startedAt: at(0), endedAt: null })[0]!;
    const chunks = [made(running, 0), made(running, 1)];
    const [shorter, even] = [90_000, 120_000].map((endMs) => unitPlans([unit(1, 0, null)], { startedAt: at(0), endedAt: at(endMs) })[0]!);
    expect(nextChunk(shorter!, chunks)).toMatchObject({ ordinal: 1, grid: { frames: 750 }, last: true });
    expect(nextChunk(even!, chunks)).toMatchObject({ ordinal: 1, grid: { frames: 1500 }, last: true });
    expect(isWhole(even!, chunks)).toBe(false);
    expect(isWhole(even!, [chunks[0]!, made(even!, 1)])).toBe(true);
    expect(isWhole(running, chunks)).toBe(false);
    expect(dueChunks([even!], [chunks[0]!, made(even!, 1)], everything)).toEqual([]);
  });
});
