// The unit's time grid: every span, cut and sample stands on it, counted from the unit's absolute start.

export const framesPerSecond = 25;
export const frameMs = 1000 / framesPerSecond;
export const sampleRate = 48_000;
export const samplesPerFrame = sampleRate / framesPerSecond;
/** `startMs` on the server's clock; `frames` of 40 ms each. */
export interface Grid { startMs: number; frames: number }

/**
 * The grid of [fromMs, toMs) on frames counted from `originMs`, to the nearest frame, at least one. Spans that meet share the
 * same edge, so that units of one session neither lose nor repeat anything where they meet.
 */
export function gridOf(fromMs: number, toMs: number, originMs: number = fromMs): Grid {
  const first = Math.round((fromMs - originMs) / frameMs);
  const end = Math.round((toMs - originMs) / frameMs);
  return { startMs: originMs + first * frameMs, frames: Math.max(1, end - first) };
}
export const secondsOf = (grid: Grid): number => grid.frames / framesPerSecond;
