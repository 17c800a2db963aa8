// Whether a worker may begin another broadcast: not more than it was told, and not where the machine's work for live lessons would suffer. Pure.
import type { StreamWaitReason } from '#contracts/live-stream.ts';
import { busyLimit } from '../derive/yielding.ts';

/** Of one core, until one has been measured on this machine (docs/decisions/023). */
export const assumedCostPercent = 60;

export interface Machine {
  running: number; most: number; cores: number;
  /** Share of the machine at work on what has priority, 0..1 (worker/derive/yielding.ts); broadcasts do not count in it. */
  busyShare: number;
  /** What the running broadcasts take together, and what one more will, percent of one core. */
  runningPercent: number; nextPercent: number;
}

/** Null: it may begin. */
export function waitReason({ running, most, cores, busyShare, runningPercent, nextPercent }: Machine): StreamWaitReason | null {
  if (running >= most) return 'full';
  const used = busyShare + (runningPercent + nextPercent) / 100 / cores;
  return busyShare >= busyLimit || used > 1 ? 'busy' : null;
}
