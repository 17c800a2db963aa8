// What is to be done for a recording now: from its rows and from how far its captures are on file.
import { capturedUntilMs } from '../recording/horizon.ts';
import { capturesOf, findBoots } from '../recording/rooms.ts';
import type { ChunkJob } from './chunk.ts';
import { chunkContextMs, dueChunks, endMsOf, nextChunk, type Horizon } from './plan.ts';
import { isSettled, placeOf, plansOf, unitsToPack, type RecordingState } from './recording-state.ts';
import type { UnitJob } from './unit.ts';

export type Work = { job: 'recording-chunk'; data: ChunkJob } | { job: 'recording-unit'; data: UnitJob };
interface Where { dataDir: string; chunkFrames?: number | undefined; now: () => Date }

const atWork = (state: RecordingState) => plansOf(state).filter(({ unitId }) => !isSettled(state, unitId));

/** True when no packet of the session was ever captured. */
export async function capturedNothing(dataDir: string, state: RecordingState): Promise<boolean> {
  for (const boot of await findBoots(placeOf(dataDir, state))) if ((await capturesOf(boot)).length > 0) return false;
  return true;
}

/** A session that is over and left nothing to compose: its units fail without a chunk. */
export const withoutCapture = async ({ dataDir }: Pick<Where, 'dataDir'>, state: RecordingState): Promise<boolean> =>
  state.endedAt !== null && state.chunks.length === 0 && capturedNothing(dataDir, state);

/** Captures are looked at only where time alone would let a chunk be due. */
async function horizonOf({ dataDir, chunkFrames, now }: Where, state: RecordingState): Promise<Horizon> {
  const nowMs = now().getTime();
  const ended = state.endedAt !== null;
  const waiting = atWork(state).map((plan) => nextChunk(plan, state.chunks, chunkFrames)).filter((chunk) => chunk !== null);
  const soon = waiting.some((chunk) => ended || endMsOf(chunk) + chunkContextMs <= nowMs);
  return { capturedMs: soon ? await capturedUntilMs(placeOf(dataDir, state), nowMs) : -Infinity, nowMs, ended };
}

/** At most one chunk of each unit, and every unit whose chunks all stand; oldest first. A session without any capture needs no chunks. */
export async function dueWork(where: Where, state: RecordingState): Promise<Work[]> {
  const { recordingId } = state;
  const unitWork = (unitId: string): Work => ({ job: 'recording-unit', data: { recordingId, unitId } });
  if (await withoutCapture(where, state)) return atWork(state).map(({ unitId }) => unitWork(unitId));
  const chunks = dueChunks(atWork(state), state.chunks, await horizonOf(where, state), where.chunkFrames);
  return [
    ...unitsToPack(state, where.chunkFrames).map(({ unitId }) => unitWork(unitId)),
    ...chunks.map(({ unitId, ordinal }): Work => ({ job: 'recording-chunk', data: { recordingId, unitId, ordinal } })),
  ];
}

/** Id of the row a job is for; with the job's name it is the job's id. */
export const workId = ({ job, data }: Work): string => (job === 'recording-chunk' ? `${data.unitId}-${data.ordinal}` : data.unitId);
