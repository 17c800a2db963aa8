// The unit's time grid: every span, cut and sample stands on it, counted from the unit's absolute start.

export const framesPerSecond = 25;
export const frameMs = 1000 / framesPerSecond;
export const sampleRate = 48_000;
/** `startMs` on the server's clock; `frames` of 40 ms each. */
export interface Grid { startMs: number; frames: number }

/** The grid of a span: as long as the span, to the nearest frame, at least one frame. */
export const gridOf = (fromMs: number, toMs: number): Grid => ({ startMs: fromMs, frames: Math.max(1, Math.round((toMs - fromMs) / frameMs)) });
export const secondsOf = (grid: Grid): number => grid.frames / framesPerSecond;
