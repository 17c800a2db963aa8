// Attendance: credited over held time, and when it or the accuracy is too low (R25, R27).
import type { HeldUnit } from './presence/facts.ts';
import { subtractSpans, totalMs, type Span } from './spans.ts';

export interface UnitFact { id: string; ordinal: number; startedAt?: Date | null | undefined; endedAt?: Date | null | undefined }
export interface InterruptionFact { startedAt: Date; endedAt?: Date | null | undefined }
export interface Held { heldMs: number; interruptedMs: number; units: HeldUnit[] }

/**
 * What was taught: the real spans of the units, without interruptions (teacher or platform gone), which leave both sums.
 * What has not ended counts up to `now`; a unit that never started is left out. Ascending; a moment belongs to one unit.
 */
export function heldUnits(units: readonly UnitFact[], interruptions: readonly InterruptionFact[], now: Date): Held {
  const span = (startedAt: Date, endedAt: Date | null | undefined): Span => ({ fromMs: startedAt.getTime(), toMs: Math.min((endedAt ?? now).getTime(), now.getTime()) });
  const lost = interruptions.map(({ startedAt, endedAt }) => span(startedAt, endedAt));
  const taken: Span[] = [];
  const held = units.toSorted((one, other) => one.ordinal - other.ordinal).flatMap(({ id, startedAt, endedAt }) => {
    if (!startedAt) return [];
    const own = subtractSpans([span(startedAt, endedAt)], taken);
    taken.push(...own);
    return [{ unitId: id, spans: subtractSpans(own, lost) }];
  }).filter(({ spans }) => spans.length > 0).sort((one, other) => one.spans[0]!.fromMs - other.spans[0]!.fromMs);
  const heldMs = totalMs(held.flatMap(({ spans }) => spans));
  return { heldMs, interruptedMs: totalMs(taken) - heldMs, units: held };
}

/** A unit that is to be held again, and how much of it was held. */
export interface ShortUnit { unitId: string; ordinal: number; heldMs: number }
/** Units that are over and were held for less than these minutes, because of interruptions or an early end (R42); also one of which nothing is left. By ordinal. */
export const toBeHeldAgain = (units: readonly UnitFact[], held: Held, leastMinutes: number): ShortUnit[] =>
  units.filter(({ startedAt, endedAt }) => startedAt && endedAt)
    .map(({ id, ordinal }) => ({ unitId: id, ordinal, heldMs: totalMs(held.units.find(({ unitId }) => unitId === id)?.spans ?? []) }))
    .filter(({ heldMs }) => heldMs < leastMinutes * 60_000).sort((one, other) => one.ordinal - other.ordinal);

/** Minutes with one decimal, cut and not rounded: nobody is shown more than there was. */
export const minutesOf = (ms: number): number => Math.floor(ms / 6000) / 10;
/** Share 0..1 with three decimals, cut, so that 79.99 % never reads as 80 %; null when there is nothing to share. */
export const share = (part: number, whole: number): number | null => (whole === 0 ? null : Math.floor((part * 1000) / whole) / 1000);
/** `85.5%` of a share 0..1, cut. The small term undoes binary noise: 0.29 * 1000 is 289.99999999999994. */
export const percentText = (part: number): string => `${Math.floor(part * 1000 + 1e-9) / 10}%`;
/** True below so many percent; never for nothing. Compared as whole numbers. */
export const isLow = (part: number, whole: number, belowPercent: number): boolean => whole > 0 && part * 100 < whole * belowPercent;
