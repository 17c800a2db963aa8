// All due work of a recording one after another, without queues: for tools, tests and making a recording again.
import { DomainError } from '#domain/errors.ts';
import type { Orm } from '#db/orm.ts';
import { deriveChunk } from './chunk.ts';
import type { DeriveDeps } from './deps.ts';
import { dueWork, workId, type Work } from './due-work.ts';
import { beginProcessing, settleRecording } from './recording-rows.ts';
import { loadRecording } from './recording-state.ts';
import { deriveUnit } from './unit.ts';

export const doWork = (deps: DeriveDeps, work: Work): Promise<void> =>
  (work.job === 'recording-chunk' ? deriveChunk(deps, work.data) : deriveUnit(deps, work.data));

/** Whether the session is over; then the recording is `processing`. */
async function begin(orm: Orm, recordingId: string): Promise<void> {
  const state = await loadRecording(orm, recordingId);
  if (state.endedAt && state.status === 'recording') await beginProcessing(orm, state);
}

/**
 * Does what is due until nothing is: of a session that is over all of it, of a live one the chunks that are on file. The rows then say how it ended. Throws
 * not_found for an unknown recording, and what a chunk or a unit throws; what was finished before stays.
 */
export async function deriveAll(deps: DeriveDeps, { recordingId }: { recordingId: string }): Promise<void> {
  await begin(deps.orm, recordingId);
  const tried = new Map<string, number>();
  for (;;) {
    deps.signal?.throwIfAborted();
    const [work] = await dueWork(deps, await loadRecording(deps.orm, recordingId));
    if (!work) break;
    const id = `${work.job} ${workId(work)}`;
    // Another worker may have been faster, and a chunk may become the last one meanwhile; more than that is an endless loop.
    tried.set(id, (tried.get(id) ?? 0) + 1);
    if (tried.get(id)! > 3) throw new DomainError('internal', `${id} of recording ${recordingId} is due again and again`);
    await doWork(deps, work);
  }
  await settleRecording(deps.orm, recordingId, deps.now());
}
