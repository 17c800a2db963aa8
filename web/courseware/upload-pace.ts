// How long an upload still takes: from what arrived since it began to flow, so that a wait for the network does not count.

export interface Pace { fromBytes: number; sinceMs: number }

/** Before that, one quick or slow piece says nothing of the rest. */
const soonestMs = 3_000;

/** Whole seconds until all of `sizeBytes` is there; null where nobody can know yet. `nowMs` is of the same clock as `pace.sinceMs`. */
export function secondsLeft(pace: Pace | null, receivedBytes: number, sizeBytes: number, nowMs: number): number | null {
  if (!pace) return null;
  const [arrived, passedMs] = [receivedBytes - pace.fromBytes, nowMs - pace.sinceMs];
  if (arrived <= 0 || passedMs < soonestMs) return null;
  return Math.ceil(((sizeBytes - receivedBytes) * passedMs) / arrived / 1000);
}
