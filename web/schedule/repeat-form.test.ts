// Repeating: the rule the fields make, what they refuse, and the days a grid shows.
import { describe, expect, it } from 'vitest';
import { freshRepeat, monthOf, readRepeat, weekOf, type RepeatForm } from './repeat-form.ts';

const read = (change: Partial<RepeatForm>) => readRepeat({ ...freshRepeat(), kind: 'weekly', ...change }, '2026-11-24');

describe('readRepeat', () => {
  it.each([
    [{ kind: 'once' as const }, null], [{}, 'FREQ=WEEKLY;COUNT=8'], [{ weekdays: [4, 2] as RepeatForm['weekdays'], interval: 2 }, 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;COUNT=8'],
    [{ kind: 'daily' as const, weekdays: [4] as RepeatForm['weekdays'], endBy: 'until' as const, until: '2026-12-01' }, 'FREQ=DAILY;UNTIL=20261201'],
  ])('makes of %j the rule %j', (change, rrule) => { expect(read(change)).toEqual({ rrule, wrong: null }); });
  it.each([
    [{ interval: '' as const }, { interval: 'timetable.wrong.interval' }], [{ interval: 13 }, { interval: 'timetable.wrong.interval' }], [{ count: 367 }, { count: 'timetable.wrong.count' }], [{ count: 0 }, { count: 'timetable.wrong.count' }],
    [{ endBy: 'until' as const, until: '' }, { until: 'timetable.wrong.until' }], [{ endBy: 'until' as const, until: '2026-11-23' }, { until: 'timetable.wrong.until' }],
  ])('refuses %j', (change, wrong) => { expect(read(change)).toEqual({ rrule: null, wrong }); });
});

it('weeks begin on Monday, and a month has all its days', () => {
  expect(weekOf('2026-11-22')).toEqual(['2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20', '2026-11-21', '2026-11-22']);
  expect([monthOf('2026-11-22')[0]![0], monthOf('2026-11-22').at(-1)![6], monthOf('2026-11-22')]).toEqual(['2026-10-26', '2026-12-06', expect.objectContaining({ length: 6 })]);
  expect(monthOf('2027-02-10')).toHaveLength(4);
  expect(monthOf('2026-12-31').at(-1)![6]).toBe('2027-01-03');
});
