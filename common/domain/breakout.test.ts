// How a class is divided, where late ones go, and when a division is over.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { breakoutOver, divideEvenly, divisionRefusal, extendedEnd, fewestGroups, groupForLate, mostGroups, mostInGroup } from './breakout.ts';

test('everybody is in one group exactly, and sizes are one apart at most', () => {
  fc.assert(fc.property(fc.uniqueArray(fc.uuid(), { maxLength: 240 }), fc.integer({ min: 1, max: mostGroups }), fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })), (people, count, draws) => {
    const groups = divideEvenly(people, count, () => draws.next().value as number);
    expect(groups).toHaveLength(count);
    expect(groups.flat().toSorted()).toEqual([...people].toSorted());
    const sizes = groups.map(({ length }) => length);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  }));
});
test('who is with whom is drawn by lot', () => {
  const people = Array.from({ length: 8 }, (_one, index) => `${index}`);
  expect(divideEvenly(people, 2, () => 0)).not.toEqual(divideEvenly(people, 2, () => 0.999));
});
test('the fewest groups hold everybody, up to the limit', () => {
  expect([0, 1, 8, 9, 240, 500].map(fewestGroups)).toEqual([1, 1, 1, 2, 30, 30]);
});
test('nobody twice, no group too full, no more groups than allowed', () => {
  const full = Array.from({ length: mostInGroup + 1 }, (_one, index) => `${index}`);
  expect(divisionRefusal([['a', 'b'], ['c'], []])).toBeNull();
  expect(divisionRefusal([['a', 'b'], ['a']])).toBe('bad_request');
  expect(divisionRefusal([])).toBe('bad_request');
  expect(divisionRefusal(Array.from({ length: mostGroups + 1 }, () => []))).toBe('bad_request');
  expect(divisionRefusal([full])).toBe('group_full');
  expect(divisionRefusal([full.slice(1)])).toBeNull();
});
test('who comes late goes to the smallest group, of equal ones the first, and nowhere where all are full', () => {
  expect(groupForLate([{ ordinal: 2, size: 3 }, { ordinal: 1, size: 3 }, { ordinal: 3, size: 4 }])?.ordinal).toBe(1);
  expect(groupForLate([{ ordinal: 1, size: 3 }, { ordinal: 2, size: 2 }])?.ordinal).toBe(2);
  expect(groupForLate([{ ordinal: 1, size: mostInGroup }])).toBeNull();
});
test('time ends it, not before; the lesson’s end before that does', () => {
  const endsAt = new Date(600_000);
  expect(breakoutOver({ endsAt, lessonEndedAt: null }, new Date(599_999))).toBeNull();
  expect(breakoutOver({ endsAt, lessonEndedAt: null }, new Date(700_000))).toEqual({ reason: 'time', at: endsAt });
  expect(breakoutOver({ endsAt, lessonEndedAt: new Date(300_000) }, new Date(300_001))).toEqual({ reason: 'lesson_over', at: new Date(300_000) });
  expect(breakoutOver({ endsAt, lessonEndedAt: new Date(650_000) }, new Date(700_000))).toEqual({ reason: 'time', at: endsAt });
});
test('it is extended up to two hours in all', () => {
  const breakout = { startedAt: new Date(0), endsAt: new Date(10 * 60_000) };
  expect(extendedEnd(breakout, 5)).toEqual(new Date(15 * 60_000));
  expect(extendedEnd(breakout, 110)).toEqual(new Date(120 * 60_000));
  expect(extendedEnd(breakout, 111)).toBeNull();
});
