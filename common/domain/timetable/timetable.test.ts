// Recurring lessons and conflicts: by hand, and against plain restatements of the rules (R151; RFC 5545, 3.3.10).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shanghaiInstant } from '../day.ts';
import { conflictsWith, overlappingItself, type Slot, type Taken } from './conflicts.ts';
import { addDays, isDay, mostOccurrences, occurrenceDays, readRule, ruleText, weekdayOf, type Recurrence, type Weekday } from './recurrence.ts';

const days = (text: string, first: string): string[] => occurrenceDays(readRule(text)!, first);

describe('rules', () => {
  it('daily, weekly, by weekday, every second week, by count and until', () => {
    expect(days('FREQ=DAILY;COUNT=3', '2026-12-30')).toEqual(['2026-12-30', '2026-12-31', '2027-01-01']);
    expect(days('FREQ=DAILY;INTERVAL=2;UNTIL=20270104', '2026-12-30')).toEqual(['2026-12-30', '2027-01-01', '2027-01-03']);
    expect(days('FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;COUNT=3', '2026-11-27')).toEqual(['2026-11-27', '2026-11-30', '2026-12-01']);
    expect(days('FREQ=WEEKLY;COUNT=3', '2026-11-24')).toEqual(['2026-11-24', '2026-12-01', '2026-12-08']);
    expect(days('FREQ=WEEKLY;BYDAY=FR,TU;COUNT=4', '2026-11-25')).toEqual(['2026-11-27', '2026-12-01', '2026-12-04', '2026-12-08']);
    // The week of the first day counts as the first, from its Monday: Sunday 29 November still belongs to it.
    expect(days('FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;COUNT=4', '2026-11-25')).toEqual(['2026-11-29', '2026-12-07', '2026-12-13', '2026-12-21']);
    expect(days('RRULE:FREQ=WEEKLY;UNTIL=20261124', '2026-11-24')).toEqual(['2026-11-24']);
    expect(days('FREQ=WEEKLY;UNTIL=20261123', '2026-11-24')).toEqual([]);
    expect(days('FREQ=DAILY;COUNT=3', '2028-02-28')).toEqual(['2028-02-28', '2028-02-29', '2028-03-01']);
  });

  it('never more than a year of days, and a rule that finds nothing ends', () => {
    expect(days(`FREQ=DAILY;COUNT=${mostOccurrences}`, '2026-01-01')).toHaveLength(mostOccurrences);
    expect(() => days(`FREQ=DAILY;COUNT=${mostOccurrences + 1}`, '2026-01-01')).toThrow(expect.objectContaining({ code: 'timetable_too_long' }));
    expect(() => days('FREQ=DAILY;UNTIL=20991231', '2026-01-01')).toThrow(expect.objectContaining({ code: 'timetable_too_long' }));
    expect(days('FREQ=DAILY;INTERVAL=7;BYDAY=MO;COUNT=3', '2026-11-24')).toEqual([]);
  });

  it.each(['', 'FREQ=WEEKLY', 'FREQ=MONTHLY;COUNT=2', 'FREQ=DAILY;COUNT=2;UNTIL=20270101', 'FREQ=DAILY;COUNT=0', 'FREQ=DAILY;COUNT=-1', 'FREQ=DAILY;COUNT=2;INTERVAL=0', 'FREQ=DAILY;COUNT=2;INTERVAL=53',
    'FREQ=WEEKLY;COUNT=2;BYDAY=XX', 'FREQ=WEEKLY;COUNT=2;BYDAY=MO,MO', 'FREQ=WEEKLY;COUNT=2;BYDAY=1MO', 'FREQ=DAILY;UNTIL=20260230', 'FREQ=DAILY;UNTIL=20261231T000000Z', 'FREQ=DAILY;COUNT=2;BYMONTH=1', 'FREQ=DAILY;COUNT=2;COUNT=3', 'FREQ=DAILY;COUNT',
  ])('does not read %j', (text) => { expect(readRule(text)).toBeNull(); });

  const someRule: fc.Arbitrary<Recurrence> = fc.record({
    freq: fc.constantFrom('daily', 'weekly'), interval: fc.integer({ min: 1, max: 6 }),
    weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { maxLength: 7 }).map((list) => list.sort() as Weekday[]),
    end: fc.oneof(fc.integer({ min: 1, max: 60 }).map((count) => ({ count })), fc.integer({ min: -3, max: 300 }).map((ahead) => ({ until: addDays('2026-11-24', ahead) }))),
  });
  it('writes what it reads', () => { fc.assert(fc.property(someRule, (rule) => { expect(readRule(ruleText(rule))).toEqual(rule); })); });

  it('a day is in it where its week or day is in turn, its weekday is wanted, and the end has not come', () => {
    fc.assert(fc.property(someRule, fc.integer({ min: -60, max: 400 }), (rule, ahead) => {
      const first = addDays('2026-11-24', ahead);
      const found = occurrenceDays(rule, first);
      expect([...found].sort()).toEqual(found);
      const mondayOf = (day: string): string => addDays(day, 1 - weekdayOf(day));
      const apart = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
      const fits = (day: string): boolean => (rule.weekdays.length > 0 ? rule.weekdays.includes(weekdayOf(day)) : rule.freq === 'daily' || weekdayOf(day) === weekdayOf(first))
        && (rule.freq === 'daily' ? apart(first, day) : apart(mondayOf(first), mondayOf(day)) / 7) % rule.interval === 0;
      const until = 'until' in rule.end ? rule.end.until : found.at(-1) ?? first;
      const due: string[] = [];
      for (let day = first; day <= until; day = addDays(day, 1)) if (fits(day)) due.push(day);
      expect(found).toEqual(due);
      if ('count' in rule.end && found.length > 0) expect(found).toHaveLength(rule.end.count);
    }), { numRuns: 200 });
  });

  it('days are real, and a time of Shanghai is the same instant on every machine and day of the year', () => {
    expect([isDay('2028-02-29'), isDay('2026-02-29'), isDay('2026-13-01'), isDay('x')]).toEqual([true, false, false, false]);
    expect([shanghaiInstant('2026-01-15', '09:00'), shanghaiInstant('2026-07-15', '09:00')].map((at) => at?.toISOString())).toEqual(['2026-01-15T01:00:00.000Z', '2026-07-15T01:00:00.000Z']);
    expect([shanghaiInstant('2026-02-30', '09:00'), shanghaiInstant('2026-01-01', '25:00')]).toEqual([null, null]);
  });
});

const minute = 60_000;
const slot = (from: number, to: number, placeId: string | null = null): Slot => ({ startMs: from * minute, endMs: to * minute, placeId });
const taken = (lessonId: string, at: Slot, some: Partial<Taken> = {}): Taken => ({ lessonId, ...at, cohortId: 'other', staffIds: [], ...some });
const wanted = { teacherIds: ['t'], assistantIds: ['a'], cohortId: 'mine' };
const found = (at: Slot, others: Taken[], gap = 0, sharing: string[] = []) =>
  conflictsWith(at, wanted, others, { gapMs: gap * minute, sharing: new Set(sharing) }).map(({ kind, lessonId, personId }) => [kind, lessonId, personId]);

describe('conflicts', () => {
  it('are of the same people, place and learners at the same time; one after the other is none', () => {
    const at = slot(0, 90, 'p');
    expect(found(at, [taken('1', slot(90, 180, 'p'), { staffIds: ['t', 'a'] }), taken('2', slot(-90, 0, 'p'), { staffIds: ['t'] })], 0, ['other'])).toEqual([]);
    expect(found(at, [taken('1', slot(89, 180, 'p'), { staffIds: ['x', 'a', 't'] })], 0, ['other'])).toEqual([['teacher', '1', 't'], ['assistant', '1', 'a'], ['place', '1', null], ['learners', '1', null]]);
    expect(found(at, [taken('1', slot(10, 20, 'q'))])).toEqual([]);
    expect(found(slot(0, 90), [taken('1', slot(10, 20))])).toEqual([]);
  });

  it('the way between two places needs its time, for people and not for the place', () => {
    const next = [taken('1', slot(100, 200, 'q'), { staffIds: ['t'] })];
    expect(found(slot(0, 90, 'p'), next, 10)).toEqual([]);
    expect(found(slot(0, 90, 'p'), next, 11)).toEqual([['teacher', '1', 't']]);
    expect(found(slot(0, 90), next, 11)).toEqual([['teacher', '1', 't']]);
    expect(found(slot(0, 90, 'q'), next, 11)).toEqual([]);
  });

  it('two of one plan at the same time are found, whatever their order', () => {
    expect([...overlappingItself([slot(0, 90), slot(200, 290), slot(90, 180), slot(280, 300)])].sort()).toEqual([1, 3]);
    expect([...overlappingItself([slot(0, 500), slot(10, 20), slot(30, 40)])].sort()).toEqual([0, 1, 2]);
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 20 })), { maxLength: 8 }), (pairs) => {
      const slots = pairs.map(([from, length]) => slot(from, from + length));
      const plain = slots.flatMap((one, index) => (slots.some((other, place) => place !== index && one.startMs < other.endMs && other.startMs < one.endMs) ? [index] : []));
      expect([...overlappingItself(slots)].sort((one, other) => one - other)).toEqual(plain);
    }));
  });
});
