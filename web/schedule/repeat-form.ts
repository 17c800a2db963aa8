// How often a lesson comes again: what stands in the fields, what is wrong with it, and the rule it makes.
import { addDays, isDay, mostOccurrences, ruleText, weekdayOf, type Weekday } from '#domain/timetable/recurrence.ts';

export interface RepeatForm { kind: 'once' | 'daily' | 'weekly'; interval: number | ''; weekdays: Weekday[]; endBy: 'count' | 'until'; count: number | ''; until: string }
export type RepeatWrong = Partial<Record<'interval' | 'count' | 'until', string>>;

export const freshRepeat = (): RepeatForm => ({ kind: 'once', interval: 1, weekdays: [], endBy: 'count', count: 8, until: '' });
export const allWeekdays: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];
const longestInterval = 12;
const isWhole = (value: number | '', most: number): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most;

/** Null for a lesson that is held once. `wrong` names the text that says what. */
export function readRepeat(form: RepeatForm, firstDay: string): { rrule: string | null; wrong: RepeatWrong | null } {
  if (form.kind === 'once') return { rrule: null, wrong: null };
  const { kind, interval, count, until } = form;
  const wrong: RepeatWrong = {
    ...(isWhole(interval, longestInterval) ? {} : { interval: 'timetable.wrong.interval' }),
    ...(form.endBy === 'count' && !isWhole(count, mostOccurrences) ? { count: 'timetable.wrong.count' } : {}),
    ...(form.endBy === 'until' && (!isDay(until) || until < firstDay) ? { until: 'timetable.wrong.until' } : {}),
  };
  if (Object.keys(wrong).length > 0) return { rrule: null, wrong };
  const end = form.endBy === 'count' ? { count: Number(count) } : { until };
  return { rrule: ruleText({ freq: kind, interval: Number(interval), weekdays: kind === 'weekly' ? [...form.weekdays].sort() : [], end }), wrong: null };
}

/** The seven days, from Monday, of the week this day is in. */
export const weekOf = (day: string): string[] => Array.from({ length: 7 }, (_, index) => addDays(day, 1 - weekdayOf(day) + index));

/** Every week that has a day of this day's month. */
export function monthOf(day: string): string[][] {
  const month = day.slice(0, 7);
  const weeks: string[][] = [];
  for (let week = weekOf(`${month}-01`); week[0]!.slice(0, 7) <= month; week = weekOf(addDays(week[0]!, 7))) weeks.push(week);
  return weeks;
}
