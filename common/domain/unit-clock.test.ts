// Unit boundaries follow the real start.
import { expect, test } from 'vitest';
import { dueUnitMoves } from './unit-clock.ts';

const start = new Date('2026-03-02T01:04:00.000Z');
const units = [1, 2].map((ordinal) => ({ id: `u${ordinal}`, ordinal, plannedMinutes: 45, startedAt: ordinal === 1 ? start : null, endedAt: null as Date | null }));

test('nothing moves before the boundary, both move at it, at the boundary itself', () => {
  expect(dueUnitMoves(units, start, new Date(start.getTime() + 45 * 60_000 - 1))).toEqual([]);
  const boundary = new Date(start.getTime() + 45 * 60_000);
  expect(dueUnitMoves(units, start, new Date(boundary.getTime() + 90_000))).toEqual([
    { unitId: 'u1', move: 'end', at: boundary }, { unitId: 'u2', move: 'start', at: boundary },
  ]);
});

test('the last unit never ends by the clock, and a move made is not made again', () => {
  const done = [{ ...units[0]!, endedAt: new Date(start.getTime() + 45 * 60_000) }, { ...units[1]!, startedAt: new Date(start.getTime() + 45 * 60_000) }];
  expect(dueUnitMoves(done, start, new Date(start.getTime() + 500 * 60_000))).toEqual([]);
});
