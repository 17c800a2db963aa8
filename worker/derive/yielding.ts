// Deriving gives way to live lessons: whether a chunk may be composed now, and with how many threads; and the measures for it.
import { availableParallelism, cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { Orm } from '#db/orm.ts';

export interface Load {
  /** Lessons live on this database, wherever their media run. */
  liveLessons: number;
  /** Share of this machine at work on anything but low-priority work, 0..1. Ours is of low priority, so it does not hold itself up. */
  busyShare: number;
  /** Since when the chunk could have been composed, ms. */
  lagMs: number;
  cores: number;
}
/** `waitMs`: ask again then. */
export type Turn = { go: true; threads: number } | { go: false; waitMs: number };

/** Media nodes lose packets when more of the machine is in use than this. */
export const busyLimit = 0.6;
/** However busy the machine is, work goes on with one thread when it lags so far behind. */
export const longestLagMs = 5 * 60_000;
const askAgainMs = 5000;

/** Nobody live: every core. Somebody live: half of them, and on a busy machine none before the lag is too long. ffmpeg always runs at niceness 15. */
export function turnOf({ liveLessons, busyShare, lagMs, cores }: Load): Turn {
  if (liveLessons === 0) return { go: true, threads: cores };
  if (busyShare < busyLimit) return { go: true, threads: Math.max(1, Math.floor(cores / 2)) };
  return lagMs >= longestLagMs ? { go: true, threads: 1 } : { go: false, waitMs: askAgainMs };
}

interface CpuTimes { busy: number; all: number }
function cpuTimes(): CpuTimes {
  return cpus().reduce<CpuTimes>((sum, { times: { user, nice, sys, idle, irq } }) => ({
    busy: sum.busy + user + sys + irq, all: sum.all + user + nice + sys + idle + irq,
  }), { busy: 0, all: 0 });
}

const measureMs = 2000;
/** Over the next two seconds; time of processes with a positive niceness does not count. */
export async function measureBusyShare(signal?: AbortSignal): Promise<number> {
  const before = cpuTimes();
  await pause(measureMs, undefined, { signal });
  const after = cpuTimes();
  return after.all > before.all ? (after.busy - before.busy) / (after.all - before.all) : 0;
}

/** Whether a chunk that has been due for `lagMs` may be composed now. */
export async function askTurn(orm: Orm, lagMs: number, signal?: AbortSignal): Promise<Turn> {
  const [row] = await orm.em.fork().execute<{ live: string }[]>('select count(*) as live from lesson_session where ended_at is null');
  const liveLessons = Number(row?.live ?? 0);
  return turnOf({ liveLessons, busyShare: liveLessons > 0 ? await measureBusyShare(signal) : 0, lagMs, cores: availableParallelism() });
}
