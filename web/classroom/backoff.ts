// How long to wait before trying again: doubling with jitter, so that a class that was cut at once does not return at once.

/** Milliseconds before attempt `attempt` (0 is the first): between half and all of min(capMs, firstMs * 2^attempt); `random` in [0, 1). */
export function backoffMs(attempt: number, firstMs: number, capMs: number, random: number): number {
  const whole = Math.min(capMs, firstMs * 2 ** Math.min(attempt, 20));
  return Math.round(whole / 2 + (whole / 2) * random);
}

/** A server takes so many people back in a second without trouble. */
const returningPerSecond = 500;
/** A seat is kept for half a minute: nobody waits so long on purpose. */
const longestSpreadMs = 10_000;
const first = { tryMs: 400, capMs: 4_000 } as const;

/** Over what time a class of so many comes back, each at a moment of their own. */
export const spreadOfClass = (people: number): number => Math.min(longestSpreadMs, (people / returningPerSecond) * 1000);

/**
 * Milliseconds before connecting again. The first time a class spreads over `spreadMs` (told by a server that stops, or by the size of the class);
 * after that everybody has a rhythm of their own, slower where the class is large.
 */
export function returnMs(failures: number, spreadMs: number, random: number): number {
  const own = backoffMs(failures, first.tryMs, Math.max(first.capMs, spreadMs), random);
  return failures === 0 ? Math.round(own / 2 + Math.min(longestSpreadMs, spreadMs) * random) : own;
}
