// Lessons that come again: the part of RFC 5545's RRULE a school needs, in civil days. Which instant a day and time is, common/domain/day.ts says; no clock of a machine is asked.
import { DomainError } from '../errors.ts';

/** 1 Monday … 7 Sunday. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;
/** `weekdays`: empty is the weekday of the first day (weekly), or every day (daily). `until`: the last possible day, `YYYY-MM-DD`. */
export interface Recurrence { freq: 'daily' | 'weekly'; interval: number; weekdays: readonly Weekday[]; end: { count: number } | { until: string } }

/** More lessons are not planned at once. */
export const mostOccurrences = 366;
const longestInterval = 52;
/** A rule that finds nothing is given up after ten years. */
const horizonDays = 3660;
const dayMs = 86_400_000;
const names = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;

const dayNumber = (day: string): number => Date.parse(`${day}T00:00:00Z`) / dayMs;
const dayOf = (number: number): string => new Date(number * dayMs).toISOString().slice(0, 10);
/** 1 January 1970 was a Thursday. */
const weekdayOfNumber = (number: number): Weekday => (((number + 3) % 7 + 7) % 7 + 1) as Weekday;
/** Of `YYYY-MM-DD`. */
export const weekdayOf = (day: string): Weekday => weekdayOfNumber(dayNumber(day));
/** True for `YYYY-MM-DD` that a calendar has. */
export const isDay = (day: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(dayNumber(day)) && dayOf(dayNumber(day)) === day;
export const addDays = (day: string, days: number): string => dayOf(dayNumber(day) + days);

function wholeNumber(text: string | undefined, most: number): number | null {
  if (text === undefined || !/^[1-9]\d{0,3}$/.test(text)) return null;
  const number = Number(text);
  return number <= most ? number : null;
}

function endOf(parts: ReadonlyMap<string, string>): Recurrence['end'] | null {
  const [count, until] = [parts.get('COUNT'), parts.get('UNTIL')];
  if ((count === undefined) === (until === undefined)) return null;
  if (until === undefined) {
    const number = wholeNumber(count, 9999);
    return number === null ? null : { count: number };
  }
  const day = until.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');
  return isDay(day) ? { until: day } : null;
}

function weekdaysOf(text: string | undefined): Weekday[] | null {
  if (text === undefined) return [];
  const found = text.split(',').map((name) => names.indexOf(name as (typeof names)[number]) + 1);
  return found.includes(0) || new Set(found).size !== found.length ? null : (found.sort((one, other) => one - other) as Weekday[]);
}

/** Null for everything this subset does not have: other parts, both or none of COUNT and UNTIL, UNTIL that is no date. */
export function readRule(text: string): Recurrence | null {
  const pairs = text.replace(/^RRULE:/, '').split(';').map((part) => part.split('='));
  const parts = new Map(pairs.map(([name, value]) => [name ?? '', value ?? '']));
  const known = ['FREQ', 'INTERVAL', 'BYDAY', 'COUNT', 'UNTIL'];
  if (pairs.some((pair) => pair.length !== 2) || parts.size !== pairs.length || [...parts.keys()].some((name) => !known.includes(name))) return null;
  const freq = parts.get('FREQ');
  const interval = parts.has('INTERVAL') ? wholeNumber(parts.get('INTERVAL'), longestInterval) : 1;
  const [weekdays, end] = [weekdaysOf(parts.get('BYDAY')), endOf(parts)];
  if ((freq !== 'DAILY' && freq !== 'WEEKLY') || interval === null || weekdays === null || end === null) return null;
  return { freq: freq === 'DAILY' ? 'daily' : 'weekly', interval, weekdays, end };
}

/** As `readRule` reads it. */
export function ruleText({ freq, interval, weekdays, end }: Recurrence): string {
  return [
    `FREQ=${freq.toUpperCase()}`, ...(interval === 1 ? [] : [`INTERVAL=${interval}`]), ...(weekdays.length === 0 ? [] : [`BYDAY=${weekdays.map((day) => names[day - 1]).join(',')}`]),
    'count' in end ? `COUNT=${end.count}` : `UNTIL=${end.until.replaceAll('-', '')}`,
  ].join(';');
}

/**
 * Days `YYYY-MM-DD` on which it happens, ascending, none before `firstDay`; that day itself only where it fits the rule. Weeks begin on Monday.
 * Throws timetable_too_long where there are more than `mostOccurrences`.
 */
export function occurrenceDays({ freq, interval, weekdays, end }: Recurrence, firstDay: string): string[] {
  const first = dayNumber(firstDay);
  const monday = first - (weekdayOfNumber(first) - 1);
  const wanted: readonly Weekday[] = weekdays.length > 0 || freq === 'daily' ? weekdays : [weekdayOfNumber(first)];
  const last = 'until' in end ? Math.min(dayNumber(end.until), first + horizonDays) : first + horizonDays;
  const most = 'count' in end ? end.count : Infinity;
  const days: string[] = [];
  for (let day = first; day <= last && days.length < most; day++) {
    const turn = freq === 'daily' ? day - first : Math.floor((day - monday) / 7);
    if (turn % interval !== 0 || (wanted.length > 0 && !wanted.includes(weekdayOfNumber(day)))) continue;
    if (days.length === mostOccurrences) throw new DomainError('timetable_too_long', `more than ${mostOccurrences} lessons at once`);
    days.push(dayOf(day));
  }
  return days;
}
