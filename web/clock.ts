// The server's time in the browser: every countdown and deadline is shown by it, never by the device's own clock.
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue';

/** A sample older than this gives way to any newer one. */
const sampleLifeMs = 5 * 60_000;

export interface ServerClock {
  /** Server time in ms since epoch, as well as this device knows it; the device's time before the first sample. */
  now(): number;
  /** One answer of the server: what it said, and when the question left and the answer came, by the device's clock. */
  sample(serverNowMs: number, sentAtMs: number, receivedAtMs: number): void;
}

export function createClock(deviceNow: () => number = Date.now): ServerClock {
  let best: { offsetMs: number; roundTripMs: number; atMs: number } | null = null;
  return {
    now: () => deviceNow() + (best?.offsetMs ?? 0),
    sample(serverNowMs, sentAtMs, receivedAtMs) {
      const roundTripMs = Math.max(0, receivedAtMs - sentAtMs);
      const offsetMs = serverNowMs + roundTripMs / 2 - receivedAtMs;
      // A sample that disagrees by more than its own uncertainty means that the device's clock was set.
      const wrong = best !== null && Math.abs(offsetMs - best.offsetMs) > (roundTripMs + best.roundTripMs) / 2 + 50;
      if (!best || wrong || roundTripMs <= best.roundTripMs || receivedAtMs - best.atMs > sampleLifeMs) {
        best = { offsetMs, roundTripMs, atMs: receivedAtMs };
      }
    },
  };
}

export const serverClock = createClock();
/** Server time, ms since epoch. */
export const serverNow = (): number => serverClock.now();

/** Server time that ticks, for countdowns; stops with the component. */
export function useServerNow(everyMs = 1000): Readonly<ShallowRef<number>> {
  const now = shallowRef(serverNow());
  const timer = setInterval(() => { now.value = serverNow(); }, everyMs);
  onScopeDispose(() => clearInterval(timer));
  return now;
}
