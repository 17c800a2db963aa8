// The job recording-unit: the chunks of an ended unit become its files, are looked at, judged and published. Run again it finds what is done.
import { rm } from 'node:fs/promises';
import type { Gap } from '#contracts/recording.ts';
import { unitParts, type PartFrames } from '#domain/recording/unit-parts.ts';
import { frameMs } from '../compose/grid.ts';
import { packPart } from '../compose/pack.ts';
import { verifyPart } from '../compose/verify.ts';
import { restoreMissing } from '../keeper/copies.ts';
import { judgeQuality } from '../quality/judge.ts';
import type { PackPlan } from '../recording/model.ts';
import { chaptersOf, gapsIn, momentsOf, syncOf, type Moment } from './chapters.ts';
import { chunkFolders, removeLeftovers, unitFolder, workFolder } from './chunk-files.ts';
import { threadsOf, type DeriveDeps } from './deps.ts';
import { withoutCapture } from './due-work.ts';
import { storedChunks, type StoredChunk } from './make-chunk.ts';
import { isWhole, type UnitPlan } from './plan.ts';
import { createProgress } from './progress.ts';
import { saveProgress, settleRecording } from './recording-rows.ts';
import { isSettled, loadRecording, plansOf, type RecordingState } from './recording-state.ts';
import { failUnit, publishUnit, type FinishedPart } from './replay-rows.ts';
import { reviewChunks } from './review-chunks.ts';

export interface UnitJob { recordingId: string; unitId: string }
interface Packing { deps: DeriveDeps; state: RecordingState; unit: UnitPlan; chunks: StoredChunk[]; moments: Moment[]; folders: string[]; onProgress: (frames: number) => void }

const progressEveryMs = 2000;

/** Chunks that lie in the part, by their middle: figures of a chunk are told once. */
function chunksIn(chunks: readonly StoredChunk[], { fromFrame, toFrame }: PartFrames): StoredChunk[] {
  let at = 0;
  return chunks.filter(({ frames }) => {
    const middle = at + frames / 2;
    at += frames;
    return middle >= fromFrame && middle < toFrame;
  });
}

/** One file of the unit, checked and judged; or what is wrong with it. */
async function finishPart({ deps, state, unit, chunks, moments, folders, onProgress }: Packing, part: PartFrames, index: number): Promise<FinishedPart | { faults: string[] }> {
  const span = { fromMs: unit.startMs + part.fromFrame * frameMs, toMs: unit.startMs + part.toFrame * frameMs };
  const folder = await workFolder(deps.dataDir, state.recordingId, unit.unitId, `part-${index + 1}`);
  folders.push(folder);
  const gaps = gapsIn(span, chunks.flatMap(({ facts }) => facts.gaps));
  const chapters = chaptersOf(span, chunks.flatMap(({ facts }) => facts.screens), moments);
  const plan: PackPlan = { chunks: chunks.map((chunk) => ({ folder: chunk.folder, frames: chunk.frames, sound: chunk.facts.sound })), ...part, chapters };
  const tools = { ffmpegBin: deps.ffmpegBin, folder, threads: threadsOf(deps), signal: deps.signal, onProgress: (frames: number) => onProgress(part.fromFrame + frames) };
  const files = await packPart(tools, plan);
  const { facts, faults } = await verifyPart(tools, files, { frames: part.toFrame - part.fromFrame });
  if (faults.length > 0) return { faults };
  const { report, holdReasons } = judgeQuality({ chunks, ...part, gaps, part: facts });
  const sync = syncOf(chunksIn(chunks, part).map((chunk) => chunk.facts.sync));
  // What a lesson's file must be is no demand on a group's: it is for staff, credits nobody, and learners may talk with their cameras off.
  return { startsAt: new Date(span.fromMs), facts, files, chapters, gaps, sync, quality: report, holdReasons: state.groupId ? [] : holdReasons };
}

/** The unit's files in order; null when one of them is not as it must be, which is then on the unit's row. */
async function finishParts(packing: Packing): Promise<FinishedPart[] | null> {
  const { deps, state, unit, chunks } = packing;
  const finished: FinishedPart[] = [];
  for (const [index, part] of unitParts(unit.frames!, deps.longestPartFrames).entries()) {
    const made = await finishPart(packing, part, index);
    if ('faults' in made) {
      deps.log.error({ recordingId: state.recordingId, unitId: unit.unitId, part: index + 1, faults: made.faults }, 'file is not as it must be');
      await failUnit(deps, state, unit.unitId, 'verification_failed', gapsIn(wholeOf(unit), chunks.flatMap(({ facts }) => facts.gaps)));
      return null;
    }
    finished.push(made);
  }
  return finished;
}

const wholeOf = ({ startMs, frames }: UnitPlan): { fromMs: number; toMs: number } => ({ fromMs: startMs, toMs: startMs + frames! * frameMs });
const emptyGap = (unit: UnitPlan): Gap[] => [{ fromMs: 0, toMs: unit.frames! * frameMs, reason: 'nothing_captured' }];

/** Packs and publishes; folders of the work are removed whatever happens. */
async function finishUnit(deps: DeriveDeps, state: RecordingState, unit: UnitPlan, chunks: StoredChunk[]): Promise<void> {
  const { recordingId } = state;
  const folders: string[] = [];
  const startedMs = performance.now();
  const progress = createProgress({
    everyMs: progressEveryMs, now: deps.now, save: (packed) => saveProgress(deps.orm, state, { packed }),
    failed: (error) => deps.log.warn({ err: error, recordingId }, 'progress not saved'),
  });
  try {
    const moments = await momentsOf(deps.orm.em.fork(), state.lessonId);
    const parts = await finishParts({ deps, state, unit, chunks, moments, folders, onProgress: progress.reach });
    if (!parts) return;
    const published = await publishUnit(deps, state, unit.unitId, parts);
    const holdReasons = parts.flatMap((part) => part.holdReasons);
    deps.log.info({ recordingId, unitId: unit.unitId, parts: parts.length, frames: unit.frames, holdReasons, published, ms: Math.round(performance.now() - startedMs) }, 'unit made');
  } finally {
    await progress.settle();
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  }
}

/** Chunks have served when the unit's files stand; those of a unit that failed are kept for whoever looks into it. */
async function removeChunks(dataDir: string, { recordingId, facts, replays }: RecordingState, unitId: string): Promise<boolean> {
  const stands = !facts.keptUnits?.[unitId] && replays.some((replay) => replay.unitId === unitId && (replay.status === 'ready' || replay.status === 'held'));
  if (stands) await rm(unitFolder(dataDir, recordingId, unitId), { recursive: true, force: true });
  return stands;
}

/** Removes what a worker that died behind the last step of a unit left; answers how many folders. */
export async function removeServedChunks({ orm, dataDir }: Pick<DeriveDeps, 'orm' | 'dataDir'>): Promise<number> {
  let removed = 0;
  for (const { recordingId, unitId } of await chunkFolders(dataDir)) {
    const state = await loadRecording(orm, recordingId).catch(() => null);
    if (state && isSettled(state, unitId) && await removeChunks(dataDir, state, unitId)) removed++;
  }
  return removed;
}

async function makeUnit(deps: DeriveDeps, state: RecordingState, unit: UnitPlan): Promise<void> {
  const { recordingId } = state;
  await removeLeftovers(deps.dataDir, recordingId, unit.unitId, deps.now());
  const chunks = await reviewChunks(deps, state, unit, await storedChunks(deps, recordingId, unit.unitId));
  if (chunks.some(({ facts }) => facts.inputs.length > 0)) await finishUnit(deps, state, unit, chunks);
  else await failUnit(deps, state, unit.unitId, 'nothing_captured', emptyGap(unit));
}

/**
 * Makes the unit's files unless they stand, or chunks are missing (then it is not its turn), and settles the recording with the last one. Captures that were
 * lost come back from their copy first; chunks that missed them are made again. Throws not_found for an unknown recording, storage_unavailable while a
 * needed copy cannot be read, internal when ffmpeg fails; a file that does not pass its checks is no error but a settled row.
 */
export async function deriveUnit(deps: DeriveDeps, { recordingId, unitId }: UnitJob): Promise<void> {
  const state = await loadRecording(deps.orm, recordingId);
  const unit = plansOf(state).find((plan) => plan.unitId === unitId);
  if (!unit) return;
  if (!isSettled(state, unitId)) {
    await restoreMissing(deps, recordingId);
    if (await withoutCapture(deps, state)) await failUnit(deps, state, unitId, 'nothing_captured', emptyGap(unit));
    else if (!isWhole(unit, state.chunks, deps.chunkFrames)) return;
    else await makeUnit(deps, state, unit);
  }
  const made = await loadRecording(deps.orm, recordingId);
  if (isSettled(made, unitId)) await removeChunks(deps.dataDir, made, unitId);
  await settleRecording(deps.orm, recordingId, deps.now());
}

/** After the last attempt: the unit counts as failed once its session is over. While it is live, everything is tried again. */
export async function giveUpUnit(deps: DeriveDeps, { recordingId, unitId }: UnitJob): Promise<void> {
  const state = await loadRecording(deps.orm, recordingId);
  if (!state.endedAt) return;
  await failUnit(deps, state, unitId, 'internal', []);
  await settleRecording(deps.orm, recordingId, deps.now());
}
