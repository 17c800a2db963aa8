// Which chunks a recording consists of, which of them are due, and which units can be joined: pure, from rows and times alone.
import { chunkContextMs, chunkMs } from '#domain/recording/chunk.ts';
import { frameMs, gridOf, type Grid } from '../compose/grid.ts';
import type { LiveSpan, UnitTimes } from './unit-windows.ts';
import { unitWindows } from './unit-windows.ts';

/** Longest chunk, in frames. */
export const chunkFrames = chunkMs / frameMs;
export { chunkContextMs };

/** A unit on the session's frames. `frames` is null while it runs. */
export interface UnitPlan { unitId: string; startMs: number; frames: number | null }
/** `fromFrame` counts from the unit's start; `last` ends its unit. */
export interface ChunkPlan { unitId: string; ordinal: number; fromFrame: number; grid: Grid; last: boolean }
/** A chunk that stands as a row. `last` as it was composed. */
export interface MadeChunk { id: string; unitId: string; ordinal: number; startsAtMs: number; frames: number; last: boolean }
export interface Horizon {
  /** All that arrived before is on file (worker/recording/horizon.ts). */
  capturedMs: number; nowMs: number;
  /** The session is over, so nothing can follow. */
  ended: boolean;
}

/** Starts and ends stand on frames counted from the session's start, so that units which meet share an edge. */
export function unitPlans(units: readonly UnitTimes[], live: LiveSpan): UnitPlan[] {
  const originMs = live.startedAt.getTime();
  return unitWindows(units, live).map(({ unitId, fromMs, toMs }) => {
    const grid = gridOf(fromMs, toMs ?? fromMs, originMs);
    return { unitId, startMs: grid.startMs, frames: toMs === null ? null : grid.frames };
  });
}

/** Chunks of an ended unit. */
export const chunkCount = (frames: number, longest = chunkFrames): number => Math.ceil(frames / longest);

/** Null beyond the unit's end. While the unit runs every chunk is a whole one. */
export function chunkPlan({ unitId, startMs, frames }: UnitPlan, ordinal: number, longest = chunkFrames): ChunkPlan | null {
  const fromFrame = ordinal * longest;
  if (frames !== null && fromFrame >= frames) return null;
  const toFrame = Math.min(fromFrame + longest, frames ?? Infinity);
  return { unitId, ordinal, fromFrame, grid: { startMs: startMs + fromFrame * frameMs, frames: toFrame - fromFrame }, last: toFrame === frames };
}
export const endMsOf = ({ grid }: Pick<ChunkPlan, 'grid'>): number => grid.startMs + grid.frames * frameMs;

/** A chunk made before its unit's end was known may be longer than it should be, or not the last one it has become. */
export const fits = (made: MadeChunk, plan: ChunkPlan): boolean =>
  made.startsAtMs === plan.grid.startMs && made.frames === plan.grid.frames && made.last === plan.last;

/** Chunks of the unit in order, up to the first that is missing or does not fit. */
export function standing(plan: UnitPlan, made: readonly MadeChunk[], longest = chunkFrames): MadeChunk[] {
  const own = new Map(made.filter(({ unitId }) => unitId === plan.unitId).map((chunk) => [chunk.ordinal, chunk]));
  const chunks: MadeChunk[] = [];
  for (;;) {
    const wanted = chunkPlan(plan, chunks.length, longest);
    const chunk = own.get(chunks.length);
    if (!wanted || !chunk || !fits(chunk, wanted)) return chunks;
    chunks.push(chunk);
  }
}

/** The chunk of the unit to be made next; null when all stand. Sound and clocks follow from one chunk to the next, so there is one at a time. */
export const nextChunk = (plan: UnitPlan, made: readonly MadeChunk[], longest = chunkFrames): ChunkPlan | null =>
  chunkPlan(plan, standing(plan, made, longest).length, longest);

/** Whether all that belongs to the chunk is on file. Dead captures hold nothing back, but time that has not passed cannot be composed. */
export function isDue(chunk: ChunkPlan, { capturedMs, nowMs, ended }: Horizon): boolean {
  return endMsOf(chunk) + chunkContextMs <= Math.min(capturedMs, ended ? Infinity : nowMs);
}

/** At most one chunk of each unit, the oldest first. */
export const dueChunks = (plans: readonly UnitPlan[], made: readonly MadeChunk[], horizon: Horizon, longest = chunkFrames): ChunkPlan[] =>
  plans.map((plan) => nextChunk(plan, made, longest)).filter((chunk): chunk is ChunkPlan => chunk !== null && isDue(chunk, horizon))
    .toSorted((one, other) => one.grid.startMs - other.grid.startMs);

/** True when a unit has ended and all its chunks stand. */
export const isWhole = (plan: UnitPlan, made: readonly MadeChunk[], longest = chunkFrames): boolean =>
  plan.frames !== null && nextChunk(plan, made, longest) === null;
