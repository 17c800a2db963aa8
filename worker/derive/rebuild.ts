// Derives everything of a recording again from the raw captures: chunks and files anew, the ids of replays and what was watched of them kept.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Recording, RecordingChunk } from '#db/entities/recording.ts';
import { appendEvent } from '#db/orm.ts';
import { DomainError } from '#domain/errors.ts';
import { restoreMissing } from '../keeper/copies.ts';
import { deriveAll } from './derive-all.ts';
import type { DeriveDeps } from './deps.ts';
import { capturedNothing } from './due-work.ts';
import { change } from './recording-rows.ts';
import { actorOf, loadRecording, placeOf } from './recording-state.ts';

export interface Rebuilt { restored: number; status: Recording['status']; failReason: string | null }

/**
 * Makes the recording of a session that is over again and answers what it came to. Old files stay watchable until the new ones are stored; where making
 * them fails they are kept. A worker at work beside it takes part. Throws not_found for an unknown recording or where no raw capture is left (any more),
 * replay_not_ready while the session is live.
 */
export async function rebuildRecording(deps: DeriveDeps, recordingId: string): Promise<Rebuilt> {
  const state = await loadRecording(deps.orm, recordingId);
  if (!state.endedAt) throw new DomainError('replay_not_ready', 'the session is still live');
  const restored = await restoreMissing(deps, recordingId);
  if (await capturedNothing(deps.dataDir, state)) throw new DomainError('not_found', `no raw capture in ${placeOf('', state).lessonId}`);
  const at = deps.now();
  await change(deps.orm, state, async (em) => {
    await em.nativeDelete(RecordingChunk, { recordingId });
    await em.nativeUpdate(Recording, { id: recordingId }, {
      status: 'processing', progress: 0, secondsLeft: null, failReason: null, settledAt: null, facts: { remadeSince: at.toISOString() },
    });
    await appendEvent(em, actorOf(state), `lesson:${state.lessonId}`, 'recording:remaking', at, { recordingId, restored });
  });
  // Without rows nobody takes what lies there.
  await rm(join(deps.dataDir, 'chunks', recordingId), { recursive: true, force: true });
  await deriveAll(deps, { recordingId });
  const { status, failReason } = await deps.orm.em.fork().findOneOrFail(Recording, { id: recordingId });
  return { restored, status, failReason: failReason ?? null };
}
