// Takes the jobs of recordings: gives way to live lessons, settles what failed for good, and looks for the next step at once.
import type { Logger } from '#runtime/log.ts';
import { isNoAttempt, type Attempt, type Later, type Queues } from '#runtime/queues.ts';
import { deriveChunk, type ChunkJob } from './chunk.ts';
import type { DeriveDeps } from './deps.ts';
import { chunkContextMs, chunkPlan, endMsOf } from './plan.ts';
import { loadRecording, plansOf } from './recording-state.ts';
import type { RecordingWatch } from './recording-watch.ts';
import { deriveUnit, giveUpUnit, type UnitJob } from './unit.ts';
import { askTurn } from './yielding.ts';

export interface RecordingJobs { derive: DeriveDeps; queues: Queues; log: Logger; watch: RecordingWatch }

/** For how long the chunk could have been composed already; 0 for one that is not planned (any more). */
async function lagOf(deps: DeriveDeps, { recordingId, unitId, ordinal }: ChunkJob): Promise<number> {
  const unit = plansOf(await loadRecording(deps.orm, recordingId)).find((plan) => plan.unitId === unitId);
  const plan = unit && chunkPlan(unit, ordinal, deps.chunkFrames);
  return plan ? Math.max(0, deps.now().getTime() - endMsOf(plan) - chunkContextMs) : 0;
}

async function takeChunk({ derive, log, watch }: RecordingJobs, data: ChunkJob, { last, signal }: Attempt): Promise<void | Later> {
  const turn = await askTurn(derive.orm, await lagOf(derive, data), signal);
  if (!turn.go) {
    log.debug({ ...data, waitMs: turn.waitMs }, 'chunk waits: lessons are live and the machine is busy');
    return { laterMs: turn.waitMs };
  }
  try {
    await deriveChunk({ ...derive, threads: turn.threads, signal }, data);
  } catch (error) {
    if (last && !signal.aborted && !isNoAttempt(error)) await giveUpUnit(derive, data);
    throw error;
  }
  // The job's own id is free again only when it is done; the next chunk has another.
  watch.lookAt(data.recordingId).catch((error: unknown) => log.warn({ err: error, ...data }, 'next step is left to the next round'));
}

async function takeUnit({ derive }: RecordingJobs, data: UnitJob, { last, signal }: Attempt): Promise<void> {
  try {
    await deriveUnit({ ...derive, signal }, data);
  } catch (error) {
    if (last && !signal.aborted && !isNoAttempt(error)) await giveUpUnit(derive, data);
    throw error;
  }
}

/** One of each at a time in a process: ffmpeg uses the cores by itself. Other recordings run side by side on other workers. */
export async function takeRecordingJobs(jobs: RecordingJobs): Promise<void> {
  await jobs.queues.work('recording-chunk', 1, (data, attempt) => takeChunk(jobs, data, attempt));
  await jobs.queues.work('recording-unit', 1, (data, attempt) => takeUnit(jobs, data, attempt));
}
