// One clock per recorded room: monotonic time, tied to the wall clock once, so that captures of a room stay comparable.

export interface CaptureClock {
  /** Wall-clock milliseconds, with fractions; never jumps, whatever happens to the machine's clock. */
  nowMs(): number;
}

export function startClock(wallMs: number = Date.now(), monotonicMs: () => number = () => performance.now()): CaptureClock {
  const startedAt = monotonicMs();
  return { nowMs: () => wallMs + (monotonicMs() - startedAt) };
}
