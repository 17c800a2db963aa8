// Kinds of lessons: what SQL is told of them, periods to the moment, units of films laid before an instant.
import { expect, test } from 'vitest';
import { kindsSql, lessonKinds, meaningOf, periodFits, periodLimits, periodStand, unitsBefore } from './lesson-kind.ts';

const hourMs = 3_600_000;

test('only live lessons have a classroom and take people\'s time together; a lesson of a period has neither', () => {
  expect(kindsSql('classroom')).toBe('(\'live\')');
  expect(kindsSql('period')).toBe('(\'recorded\')');
  for (const kind of lessonKinds) if (meaningOf(kind).period) expect(meaningOf(kind)).toMatchObject({ classroom: false, together: false });
});

test('a period is open from its first moment until the one before it closes, once it was opened', () => {
  const period = { opensMs: 1000, closesMs: 2000, opened: true };
  expect([999, 1000, 1999, 2000].map((nowMs) => periodStand(period, nowMs))).toEqual(['before', 'open', 'open', 'over']);
  expect([1500, 2000].map((nowMs) => periodStand({ ...period, opened: false }, nowMs))).toEqual(['before', 'over']);
});

test('a period that is too short for its films, longer than a year, or over does not fit', () => {
  const fits = (closesMs: number, nowMs = 0): boolean => periodFits({ opensMs: 0, closesMs }, hourMs, nowMs);
  expect([2 * hourMs - 1, 2 * hourMs, periodLimits.mostMs, periodLimits.mostMs + 1].map((closesMs) => fits(closesMs))).toEqual([false, true, true, false]);
  expect(fits(2 * hourMs, 2 * hourMs)).toBe(false);
});

test('units of films lie one after the other and end where they are told to; parts of one unit follow each other', () => {
  const file = (unit: number, part: number, durationMs: number) => ({ unit, part, durationMs });
  const units = unitsBefore([[file(1, 1, 30), file(1, 2, 20), file(2, 1, 40)], [file(1, 1, 10)]], 1000);
  expect(units.map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([[900, 950], [950, 990], [990, 1000]]);
  expect(units[0]!.files.map(({ fromMs, file: { part } }) => [part, fromMs])).toEqual([[1, 900], [2, 930]]);
  expect(unitsBefore([], 1000)).toEqual([]);
});
