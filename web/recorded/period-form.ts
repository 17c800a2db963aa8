// The form of a period: what is typed, and whether films can be studied in it.
import { shanghaiInstant } from '#domain/day.ts';
import { periodFits } from '#domain/lesson-kind.ts';
import { clockTime, dayKey } from '../format.ts';

export interface PeriodForm { fromDay: string; fromTime: string; toDay: string; toTime: string }
const dayMs = 86_400_000;

export const periodFormOf = (opensAt: string | number, closesAt: string | number): PeriodForm => ({
  fromDay: dayKey(opensAt), fromTime: clockTime(opensAt, 'zh'), toDay: dayKey(closesAt), toTime: clockTime(closesAt, 'zh'),
});
/** From tomorrow morning, for two weeks. */
export function freshPeriod(nowMs: number): PeriodForm {
  const from = dayKey(nowMs + dayMs);
  return { fromDay: from, fromTime: '08:00', toDay: dayKey(nowMs + 15 * dayMs), toTime: '22:00' };
}

export type PeriodRead = { opensAt: string; closesAt: string; wrong: null } | { wrong: string };
/** `filmsMs`: how long all films are together. `opensAt`: it opened then, which is no more to be changed. */
export function readPeriod({ fromDay, fromTime, toDay, toTime }: PeriodForm, filmsMs: number, nowMs: number, opensAt: string | null = null): PeriodRead {
  const from = opensAt === null ? shanghaiInstant(fromDay, fromTime) : new Date(opensAt);
  const to = shanghaiInstant(toDay, toTime);
  if (!from || !to) return { wrong: 'recorded.wrong.dates' };
  if (to.getTime() <= nowMs) return { wrong: 'recorded.wrong.past' };
  if (!periodFits({ opensMs: from.getTime(), closesMs: to.getTime() }, filmsMs, nowMs)) return { wrong: 'recorded.wrong.period' };
  return { opensAt: from.toISOString(), closesAt: to.toISOString(), wrong: null };
}
