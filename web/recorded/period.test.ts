// Where a lesson stands in its period, as pages ask it.
import { expect, it } from 'vitest';
import { isTogether, periodOf, type Dated } from './period.ts';

const recorded: Dated = { kind: 'recorded', status: 'ended', startsAt: '2026-12-01T00:00:00.000Z', closesAt: '2026-12-08T00:00:00.000Z' };
const at = (day: string): number => Date.parse(`${day}T12:00:00.000Z`);

it('is open within the period once it was opened, and nothing for a live lesson', () => {
  expect(['2026-11-30', '2026-12-03', '2026-12-09'].map((day) => periodOf(recorded, at(day)))).toEqual(['before', 'open', 'over']);
  expect(periodOf({ ...recorded, status: 'scheduled' }, at('2026-12-03'))).toBe('before');
  expect((['cancelled', 'missed'] as const).map((status) => periodOf({ ...recorded, status }, at('2026-12-03')))).toEqual(['off', 'off']);
  expect(periodOf({ status: 'ended', startsAt: recorded.startsAt }, at('2026-12-03'))).toBeNull();
  expect([isTogether({}), isTogether(recorded)]).toEqual([true, false]);
});
