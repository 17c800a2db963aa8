// What was held, and when too little of it was attended (R25, R27).
import { expect, it } from 'vitest';
import { heldUnits, isLow, minutesOf, share, toBeHeldAgain } from './attendance.ts';
import { totalMs } from './spans.ts';

const start = Date.parse('2026-03-02T01:00:00Z');
const at = (seconds: number): Date => new Date(start + seconds * 1000);

it('leaves interruptions and units that never started out of both sums; a moment belongs to one unit', () => {
  const held = heldUnits([
    { id: 'c', ordinal: 3, startedAt: null, endedAt: null }, { id: 'b', ordinal: 2, startedAt: at(990), endedAt: null }, { id: 'a', ordinal: 1, startedAt: at(0), endedAt: at(1000) },
  ], [{ startedAt: at(900), endedAt: at(1100) }, { startedAt: at(3500), endedAt: null }, { startedAt: at(1050), endedAt: at(1150) }], at(3600));
  expect([held.heldMs, held.interruptedMs]).toEqual([(3600 - 250 - 100) * 1000, 350_000]);
  expect(held.units.map(({ unitId, spans }) => [unitId, totalMs(spans)])).toEqual([['a', 900_000], ['b', 2_350_000]]);
});

it('a unit of which interruptions left too little, or nothing, is to be held again; one that runs or has not begun is not', () => {
  const minute = (n: number): Date => at(n * 60);
  const units = [
    { id: 'd', ordinal: 4, startedAt: minute(135), endedAt: null }, { id: 'c', ordinal: 3, startedAt: minute(90), endedAt: minute(135) }, { id: 'b', ordinal: 2, startedAt: minute(45), endedAt: minute(90) },
    { id: 'a', ordinal: 1, startedAt: minute(0), endedAt: minute(45) }, { id: 'e', ordinal: 5, startedAt: null, endedAt: null },
  ];
  const held = heldUnits(units, [{ startedAt: minute(80), endedAt: minute(140) }], minute(150));
  expect(toBeHeldAgain(units, held, 45)).toEqual([{ unitId: 'b', ordinal: 2, heldMs: 2_100_000 }, { unitId: 'c', ordinal: 3, heldMs: 0 }]);
  expect(toBeHeldAgain(units, held, 35)).toMatchObject([{ unitId: 'c' }]);
  expect(toBeHeldAgain(units, heldUnits(units, [{ startedAt: new Date(minute(45).getTime() - 1), endedAt: minute(45) }], minute(150)), 45)).toMatchObject([{ unitId: 'a', heldMs: 2_699_999 }]);
});

it('is low below the percentage and not at it, and rounds never upwards', () => {
  expect([isLow(799_999, 1_000_000, 80), isLow(800_000, 1_000_000, 80), isLow(0, 0, 80), isLow(4, 5, 80), isLow(79, 99, 80)]).toEqual([true, false, false, false, true]);
  expect([share(799_999, 1_000_000), share(2, 3), share(29, 100), share(0, 0), share(5, 5)]).toEqual([0.799, 0.666, 0.29, null, 1]);
  expect([minutesOf(59_999), minutesOf(60_000), minutesOf(65_999), minutesOf(0)]).toEqual([0.9, 1, 1, 0]);
});
