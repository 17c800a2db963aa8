// The job recording-chunk: a minute of a unit, once. Run again, or by two workers at once, it finds what is done and changes nothing.
import { RecordingChunk } from '#db/entities/recording.ts';
import { newId } from '#domain/id.ts';
import { chunkFolder, settleFolder } from './chunk-files.ts';
import type { DeriveDeps } from './deps.ts';
import { makeChunkFiles, storedChunks, type MadeFiles } from './make-chunk.ts';
import { chunkContextMs, chunkPlan, endMsOf, standing, type ChunkPlan } from './plan.ts';
import { change, saveProgress } from './recording-rows.ts';
import { isSettled, loadRecording, plansOf, type RecordingState } from './recording-state.ts';

export interface ChunkJob { recordingId: string; unitId: string; ordinal: number }

/** The row first, as it decides who is first; the folder moves while the row is still ours alone, so that no row stands without its files. */
async function keepChunk(deps: DeriveDeps, state: RecordingState, plan: ChunkPlan, unfit: string | null, made: MadeFiles): Promise<boolean> {
  const { recordingId, institutionId } = state;
  const { unitId, ordinal, grid } = plan;
  const at = deps.now();
  let kept = false;
  await change(deps.orm, state, async (em) => {
    if (unfit) await em.nativeDelete(RecordingChunk, { id: unfit });
    const row = {
      id: newId(at.getTime()), institutionId, recordingId, unitId, ordinal, startsAt: new Date(grid.startMs), frames: grid.frames,
      facts: { ...made.facts }, composedMs: made.composedMs, createdAt: at,
    };
    const added = await em.createQueryBuilder(RecordingChunk).insert(row).onConflict(['unitId', 'ordinal']).ignore().execute('run');
    kept = added.affectedRows > 0;
    if (kept) await settleFolder(made.folder, chunkFolder(deps.dataDir, recordingId, unitId, ordinal));
  });
  return kept;
}

/**
 * Makes the chunk unless it stands, its unit is settled, or the one before it is missing (then it is not its turn). Throws not_found for an
 * unknown recording, internal when ffmpeg fails; nothing half-made is left.
 */
export async function deriveChunk(deps: DeriveDeps, { recordingId, unitId, ordinal }: ChunkJob): Promise<void> {
  const state = await loadRecording(deps.orm, recordingId);
  const unit = plansOf(state).find((plan) => plan.unitId === unitId);
  const plan = unit && chunkPlan(unit, ordinal, deps.chunkFrames);
  if (!unit || !plan || isSettled(state, unitId) || standing(unit, state.chunks, deps.chunkFrames).length !== ordinal) return;
  const before = (await storedChunks(deps, recordingId, unitId)).slice(0, ordinal);
  const unfit = state.chunks.find((chunk) => chunk.unitId === unitId && chunk.ordinal === ordinal)?.id ?? null;
  await makeChunkFiles(deps, state, { plan, before, gain: null }, async (made) => {
    const kept = await keepChunk(deps, state, plan, unfit, made);
    const { composedMs, facts } = made;
    deps.log.info({ recordingId, unitId, ordinal, frames: plan.grid.frames, composedMs, inputs: facts.inputs.length, kept }, 'chunk composed');
    if (kept) deps.onComposed?.(deps.now().getTime() - endMsOf(plan) - chunkContextMs);
  });
  if (state.status === 'processing') await saveProgress(deps.orm, await loadRecording(deps.orm, recordingId));
}
