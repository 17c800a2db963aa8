// How long to wait before trying again: doubling with jitter, so that a class that was cut at once does not return at once.

/** Milliseconds before attempt `attempt` (0 is the first): between half and all of min(capMs, firstMs * 2^attempt); `random` in [0, 1). */
export function backoffMs(attempt: number, firstMs: number, capMs: number, random: number): number {
  const whole = Math.min(capMs, firstMs * 2 ** Math.min(attempt, 20));
  return Math.round(whole / 2 + (whole / 2) * random);
}
