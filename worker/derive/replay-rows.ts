// Rows of a unit's files: published or held with all that was measured of them, or failed with the reason. In one transaction per unit.
import { Recording, Replay } from '#db/entities/recording.ts';
import { appendEvent, type EntityManager } from '#db/orm.ts';
import type { Chapter, Gap, HoldReason, QualityReport, ReplayFileName } from '#contracts/recording.ts';
import { replayKey } from '#contracts/places.ts';
import { newId } from '#domain/id.ts';
import { join } from 'node:path';
import type { PartFacts, PartFiles, SyncFigures } from '../recording/model.ts';
import type { DeriveDeps } from './deps.ts';
import { change } from './recording-rows.ts';
import { actorOf, isSettled, loadRecording, type FailReason, type RecordingState } from './recording-state.ts';

/** A file that passed its checks, in a folder from which it is moved. */
export interface FinishedPart {
  startsAt: Date; facts: PartFacts; files: PartFiles; chapters: Chapter[]; gaps: Gap[]; sync: SyncFigures;
  quality: QualityReport; holdReasons: HoldReason[];
}

const emptyRow = {
  failReason: null, startsAt: null, durationMs: null, sizeBytes: null, sha256: null, width: null, height: null, gaps: [], sync: null, quality: null,
  holdReasons: [], coursewareInFilm: false, chapters: [], files: {}, reviewedBy: null, reviewedAt: null, review: null, settledAt: null,
};

const ofFilm = ({ groupId }: RecordingState, unitId: string) => (groupId ? { unitId: null, groupId } : { unitId, groupId: null });

/** In an event: which film. */
const toldOf = ({ groupId }: RecordingState, unitId: string) => (groupId ? { groupId } : { unitId });

/** The row of a part, with the id it always had: positions and viewings stand on it. */
async function rowOf(em: EntityManager, state: RecordingState, unitId: string, part: number, at: Date): Promise<Replay> {
  const of = ofFilm(state, unitId);
  const known = await em.findOne(Replay, { ...of, part });
  if (known) return known;
  const { institutionId, lessonId, recordingId } = state;
  return em.create(Replay, { id: newId(at.getTime()), institutionId, lessonId, recordingId, ...of, part, parts: 1, status: 'processing', createdAt: at, ...emptyRow });
}

/** One after another: who comes second finds the unit settled. */
async function lockUnit(em: EntityManager, unitId: string): Promise<void> {
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`replays of unit ${unitId}`]);
}

/** The report was of other bytes: what a reviewer said of them does not hold for these. */
function fill(row: Replay, state: RecordingState, part: FinishedPart, parts: number, at: Date): void {
  const { facts, files: { files }, holdReasons } = part;
  Object.assign(row, emptyRow, {
    recordingId: state.recordingId, parts, status: holdReasons.length > 0 ? 'held' : 'ready', startsAt: part.startsAt, ...facts, gaps: part.gaps, sync: part.sync,
    // Chunks that were made without pages are made again before they are joined (review-chunks.ts). The film of a group has none.
    coursewareInFilm: state.groupId === null, quality: part.quality, holdReasons, chapters: part.chapters, files, settledAt: at,
  });
}

/**
 * Moves the files into the storage and settles the unit's rows, all at once; false where another worker was first. A crash in between leaves rows that
 * say nothing new, and everything is made again.
 */
export async function publishUnit(deps: DeriveDeps, state: RecordingState, unitId: string, parts: readonly FinishedPart[]): Promise<boolean> {
  const at = deps.now();
  let published = false;
  await change(deps.orm, state, async (em) => {
    await lockUnit(em, unitId);
    if (isSettled(await loadRecording(deps.orm, state.recordingId), unitId)) return;
    const told: Record<string, unknown>[] = [];
    for (const [index, part] of parts.entries()) {
      const row = await rowOf(em, state, unitId, index + 1, at);
      const { sha256, sizes } = part.files.files;
      for (const name of Object.keys(sizes) as ReplayFileName[]) await deps.storage.move(replayKey(row.id, name), join(part.files.folder, name));
      fill(row, state, part, parts.length, at);
      const { durationMs, sizeBytes } = part.facts;
      told.push({ replayId: row.id, part: index + 1, status: row.status, durationMs, sizeBytes, holdReasons: part.holdReasons, sha256 });
    }
    await em.nativeDelete(Replay, { ...ofFilm(state, unitId), part: { $gt: parts.length } });
    await appendEvent(em, actorOf(state), `lesson:${state.lessonId}`, 'replay:made', at, { recordingId: state.recordingId, ...toldOf(state, unitId), parts: told });
    published = true;
  });
  return published;
}

/** The unit cannot be shown. What it had already, from before it was to be made again, is kept. */
export async function failUnit(deps: DeriveDeps, state: RecordingState, unitId: string, reason: FailReason, gaps: Gap[]): Promise<void> {
  const at = deps.now();
  await change(deps.orm, state, async (em) => {
    await lockUnit(em, unitId);
    const fresh = await loadRecording(deps.orm, state.recordingId);
    if (isSettled(fresh, unitId)) return;
    if (fresh.replays.some((replay) => replay.unitId === unitId && (replay.status === 'ready' || replay.status === 'held'))) {
      const facts = { ...fresh.facts, keptUnits: { ...fresh.facts.keptUnits, [unitId]: reason } };
      await em.nativeUpdate(Recording, { id: state.recordingId }, { facts: { ...facts } });
    } else {
      Object.assign(await rowOf(em, state, unitId, 1, at), emptyRow, { recordingId: state.recordingId, parts: 1, status: 'failed', failReason: reason, gaps, settledAt: at });
    }
    await appendEvent(em, actorOf(state), `lesson:${state.lessonId}`, 'replay:failed', at, { recordingId: state.recordingId, ...toldOf(state, unitId), reason });
  });
}
