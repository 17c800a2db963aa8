// The clock of one participant against the server's: an offset that all its streams share, moving slowly. Pure; times in ms.
import { percentile } from './statistics.ts';

/** A report's arrival and the sender's time in it, after the sender's own steps were taken out. */
export interface Sent { atMs: number; ntpMs: number }
export interface Offset { offsetMs: number; atMs: number }

/** The fastest reports came without waiting: this share of them may still be flattered. */
const fastest = 0.05;
/** Clocks drift by less; so moved, nobody hears or sees it. */
const mostPerMs = 0.0005;
/** Farther off the sender's clock was set between two windows, and there is nothing to be steady with. */
const resetMs = 2000;

/** Offset (server minus sender) by server time, and what the next window begins with. Without reports null. */
export function offsetOf(reports: readonly Sent[], untilMs: number, before: Offset | null): { at: (ms: number) => number; next: Offset } | null {
  if (reports.length === 0) return null;
  const wanted = percentile(reports.map(({ atMs, ntpMs }) => atMs - ntpMs), fastest);
  if (!before || Math.abs(wanted - before.offsetMs) > resetMs) return { at: () => wanted, next: { offsetMs: wanted, atMs: untilMs } };
  const at = (ms: number): number => {
    const reach = mostPerMs * Math.max(0, Math.min(ms, untilMs) - before.atMs);
    return before.offsetMs + Math.max(-reach, Math.min(reach, wanted - before.offsetMs));
  };
  return { at, next: { offsetMs: at(untilMs), atMs: untilMs } };
}
