// Attendance: credited over held time, and when it or the accuracy is too low (R25, R27).
//
// This rule counts connected time only. Hidden and idle time and spans voided by a failed check are stored as facts and do not
// reduce the credit here yet; they come as further spans to subtract, with their own reasons.
import { intersectSpans, subtractSpans, totalMs, unionSpans, type ConnectionFact, type Span, presenceSpans } from './presence.ts';

/** Below this percentage attendance (R25) and accuracy (R27) are marked. */
export const lowBelowPercent = 80;

export interface UnitFact { startedAt?: Date | null | undefined; endedAt?: Date | null | undefined }
export interface InterruptionFact { startedAt: Date; endedAt?: Date | null | undefined }
export interface Held { heldMs: number; interruptedMs: number; spans: Span[] }
export interface Attendance { creditedMs: number; heldMs: number; rate: number | null; low: boolean }

/**
 * What was taught: the real spans of the units, without interruptions (teacher or platform gone), which leave both sums.
 * What has not ended counts up to `now`. A unit that never started counts nothing.
 */
export function heldSpans(units: readonly UnitFact[], interruptions: readonly InterruptionFact[], now: Date): Held {
  const span = (startedAt: Date, endedAt: Date | null | undefined): Span => ({ fromMs: startedAt.getTime(), toMs: Math.min((endedAt ?? now).getTime(), now.getTime()) });
  const live = unionSpans(units.flatMap((unit) => (unit.startedAt ? [span(unit.startedAt, unit.endedAt)] : [])));
  const spans = subtractSpans(live, interruptions.map(({ startedAt, endedAt }) => span(startedAt, endedAt)));
  return { heldMs: totalMs(spans), interruptedMs: totalMs(live) - totalMs(spans), spans };
}

/** One learner's sums: credited is presence within what was held. Judged on milliseconds, before any rounding. */
export function attendanceOf(facts: readonly ConnectionFact[], held: Held, now: Date): Attendance {
  const creditedMs = totalMs(intersectSpans(presenceSpans(facts, now), held.spans));
  return { creditedMs, heldMs: held.heldMs, rate: share(creditedMs, held.heldMs), low: isLow(creditedMs, held.heldMs) };
}

/** Minutes with one decimal, cut and not rounded: nobody is shown more than there was. */
export const minutesOf = (ms: number): number => Math.floor(ms / 6000) / 10;
/** Share 0..1 with three decimals, cut, so that 79.99 % never reads as 80 %; null when there is nothing to share. */
export const share = (part: number, whole: number): number | null => (whole === 0 ? null : Math.floor((part * 1000) / whole) / 1000);
/** True below 80 %; never for nothing. Compared as whole numbers. */
export const isLow = (part: number, whole: number): boolean => whole > 0 && part * 100 < whole * lowBelowPercent;
