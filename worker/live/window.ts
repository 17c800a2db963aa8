// Which 4 s of a session are made next, whether they can be made yet, and when so much was missed that it is left out. Pure; ms on the server's clock.
import { streamSegmentMs } from '#contracts/live-stream.ts';
import { framesPerSecond, type Grid } from '../compose/grid.ts';

export const segmentFrames = (streamSegmentMs / 1000) * framesPerSecond;
/** What was sent until a window's end is given so long to arrive. */
const wayMs = 800;
/** A node that does not say how far it has written holds a window up no longer than this: what is on file is shown. */
const longestHoldMs = 5000;
/** The first window lies so far back: two are made at once, and a player begins with them. */
const headStartMs = 12_000;
/** Farther behind, making up would take longer than the watching are willing to wait: the broadcast jumps. */
export const longestLagMs = 20_000;

export interface Capture { capturedMs: number; nowMs: number }

/** Where a broadcast begins that is asked for now. */
export const firstStartMs = (sessionStartMs: number, nowMs: number): number => Math.max(sessionStartMs, Math.floor(nowMs - headStartMs));
export const gridAt = (startMs: number): Grid => ({ startMs, frames: segmentFrames });

/** All that belongs to the window is on file, or it has been waited for long enough. */
export const isDue = (startMs: number, { capturedMs, nowMs }: Capture): boolean => {
  const endMs = startMs + streamSegmentMs;
  return endMs + wayMs <= Math.min(capturedMs, nowMs) || endMs + longestHoldMs <= nowMs;
};

/** Where to go on: at the window that is next, or, too far behind, whole windows later, as near as a new broadcast would begin. */
export function nextStartMs(startMs: number, nowMs: number): number {
  if (nowMs - startMs <= longestLagMs + streamSegmentMs) return startMs;
  return startMs + Math.floor((nowMs - headStartMs - startMs) / streamSegmentMs) * streamSegmentMs;
}
