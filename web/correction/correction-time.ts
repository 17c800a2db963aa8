// Times of a correction as a clerk types them: clock times of Shanghai within one unit, whole seconds, both ends meant.
import { dayKey } from '../format.ts';

const dayMs = 86_400_000;

/**
 * The instant of a clock time (`09:30` or `09:30:05`) in a unit that began then; after midnight it is the next day. `ends`: the second is meant to its end. Less than a second outside the unit is its edge,
 * for people do not see parts of seconds. Null where it is no time.
 */
export function instantOf(clock: string, unit: { startedAt: string; endedAt: string }, ends: boolean): string | null {
  if (!/^\d{2}:\d{2}(:\d{2})?$/.test(clock)) return null;
  const startedMs = Date.parse(unit.startedAt);
  const endedMs = Date.parse(unit.endedAt);
  const sameDayMs = Date.parse(`${dayKey(unit.startedAt)}T${clock.length === 5 ? `${clock}:00` : clock}+08:00`);
  if (Number.isNaN(sameDayMs)) return null;
  const crosses = dayKey(unit.startedAt) !== dayKey(unit.endedAt) && sameDayMs + 1000 <= startedMs;
  const atMs = sameDayMs + (crosses ? dayMs : 0) + (ends && !isWholeMinute(clock) ? 999 : 0);
  const near = (edgeMs: number): boolean => Math.abs(atMs - edgeMs) < 1000;
  return new Date(near(startedMs) ? startedMs : near(endedMs) ? endedMs : atMs).toISOString();
}
/** A whole minute is meant as it is said: until ten is until ten. */
const isWholeMinute = (clock: string): boolean => clock.length === 5 || clock.endsWith(':00');
