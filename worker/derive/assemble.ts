// The job recording-assemble: from the raw capture of a session to one replay per unit. Run again it goes on where it stood.
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { unitKey } from '#contracts/places.ts';
import { DomainError } from '#domain/errors.ts';
import type { Orm } from '#db/orm.ts';
import type { Logger } from '#runtime/log.ts';
import type { Storage } from '#runtime/storage.ts';
import { findCaptures } from '../recording/capture-reader.ts';
import { gapsOf, type Gap } from '../recording/gaps.ts';
import { frameMs, gridOf, type Grid } from '../compose/grid.ts';
import { layoutSpans, type Rank } from '../compose/layout.ts';
import { piecesOf } from '../recording/pieces.ts';
import { createProgress } from './progress.ts';
import {
  beginProcessing, loadJob, replayFailed, replayReady, saveProgress, settleRecording, type FailReason, type RecordingJob,
} from './recording-rows.ts';
import { renderUnit, workOf, type UnitFiles } from '../compose/render-unit.ts';
import { lanesOf } from '../recording/sound.ts';
import { readTrack, syncFigures, timeTracks, type RawTrack, type Track, type Unusable } from '../recording/tracks.ts';
import { unitWindows, type Window } from './unit-windows.ts';
import { verifyUnit, type UnitFacts } from '../compose/verify-unit.ts';

export interface AssembleDeps {
  orm: Orm; log: Logger; storage: Storage; dataDir: string; ffmpegBin: string; now: () => Date;
  /** Stops the work; what was finished stays. */
  signal?: AbortSignal | undefined;
}
interface Material { tracks: Track[]; unusable: Unusable[] }
interface Plan { window: Window; grid: Grid }

const progressEveryMs = 2000;

async function readMaterial(deps: AssembleDeps, job: RecordingJob): Promise<Material> {
  const { captures, unreadableLines } = await findCaptures(deps.dataDir, job.lessonId, job.sessionId);
  const raw: RawTrack[] = [];
  const unusable: Unusable[] = [];
  for (const folder of captures) {
    deps.signal?.throwIfAborted();
    const track = await readTrack(folder);
    if ('reason' in track) unusable.push(track);
    else raw.push(track);
  }
  const ids = { recordingId: job.recordingId, lessonId: job.lessonId };
  for (const { producerId, reason } of unusable) deps.log.warn({ ...ids, producerId, reason }, 'capture cannot be used');
  deps.log.info({ ...ids, captures: captures.length, tracks: raw.length, unreadableLines }, 'capture read');
  return { tracks: timeTracks(raw), unusable };
}

/** True when anything of the track falls into the window. */
const within = (track: Track, fromMs: number, toMs: number): boolean =>
  track.streams.some((stream) => stream.items.some((item) => item.ms < toMs && item.ms >= fromMs))
  || (track.kind === 'video' && track.streams.some((stream) => stream.items.length > 0) && track.openMs < toMs && track.closeMs > fromMs);

const rankOf = (job: RecordingJob): Rank => (peerId) => (peerId === job.leadPersonId ? 0 : job.staff.has(peerId) ? 1 : 2);

async function store(storage: Storage, unitId: string, files: UnitFiles): Promise<void> {
  await storage.put(unitKey(unitId, 'stream.m4s'), files.media);
  await storage.put(unitKey(unitId, 'index.m3u8'), files.playlist);
  await storage.put(unitKey(unitId, 'poster.jpg'), files.poster);
  await storage.put(unitKey(unitId, 'unit.mp4'), files.mp4);
}

interface UnitWork { deps: AssembleDeps; job: RecordingJob; material: Material; folder: string; onProgress: (done: number) => void }

/** Renders, looks at and stores one unit. Answers its facts, or why it cannot be shown. */
async function makeUnit(work: UnitWork, { window: { unitId }, grid }: Plan, tracks: Track[]): Promise<{ facts: UnitFacts } | { faults: string[] }> {
  const { deps, job } = work;
  const pieces = tracks.flatMap((track) => (track.kind === 'video' ? piecesOf(track) : []));
  const media = {
    grid, spans: layoutSpans(pieces, grid, rankOf(job)),
    lanes: lanesOf(tracks.filter((track) => track.kind === 'audio'), grid.startMs, grid.startMs + grid.frames * frameMs),
  };
  const files = await renderUnit({ ffmpegBin: deps.ffmpegBin, signal: deps.signal, onProgress: work.onProgress }, media, work.folder);
  const { facts, faults } = await verifyUnit(files, grid);
  if (faults.length > 0) return { faults };
  await store(deps.storage, unitId, files);
  return { facts };
}

/** Answers why the unit has no replay, or null when it has one. */
async function settleUnit(work: UnitWork, plan: Plan): Promise<FailReason | null> {
  const { deps, job, material } = work;
  const { unitId } = plan.window;
  const [fromMs, toMs] = [plan.grid.startMs, plan.grid.startMs + plan.grid.frames * frameMs];
  const ids = { recordingId: job.recordingId, lessonId: job.lessonId, unitId };
  const tracks = material.tracks.filter((track) => within(track, fromMs, toMs));
  const gaps: Gap[] = gapsOf(tracks, material.unusable, fromMs, toMs);
  if (tracks.length === 0) {
    deps.log.warn(ids, 'nothing was captured in this unit');
    await replayFailed(deps.orm, job, unitId, 'nothing_captured', gaps, deps.now());
    return 'nothing_captured';
  }
  const made = await makeUnit(work, plan, tracks);
  if ('faults' in made) {
    deps.log.error({ ...ids, faults: made.faults }, 'unit is not as it must be');
    await replayFailed(deps.orm, job, unitId, 'verification_failed', gaps, deps.now());
    return 'verification_failed';
  }
  await replayReady(deps.orm, job, unitId, { startsAt: new Date(fromMs), facts: made.facts, gaps, sync: syncFigures(tracks) }, deps.now());
  deps.log.info({ ...ids, ...made.facts, gaps: gaps.length }, 'unit ready');
  return null;
}

/** A folder of this job's own; what an earlier, killed run left behind is removed. */
async function workFolder(dataDir: string, recordingId: string): Promise<string> {
  const parent = join(dataDir, 'tmp');
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    if (name.startsWith(`assemble-${recordingId}-`)) await rm(join(parent, name), { recursive: true, force: true });
  }
  return mkdtemp(join(parent, `assemble-${recordingId}-`));
}

/** Works through the units that have no replay yet; answers the reason of each. */
async function makeUnits(deps: AssembleDeps, job: RecordingJob, plans: Plan[], folder: string): Promise<(FailReason | null)[]> {
  const material = await readMaterial(deps, job);
  const progress = createProgress({
    total: plans.reduce((sum, { grid }) => sum + workOf(grid), 0), now: deps.now, everyMs: progressEveryMs,
    save: (share, secondsLeft) => saveProgress(deps.orm, job, share, secondsLeft),
    failed: (error) => deps.log.warn({ err: error, recordingId: job.recordingId }, 'progress not saved'),
  });
  const outcomes: (FailReason | null)[] = [];
  let doneBefore = 0;
  try {
    for (const plan of plans) {
      deps.signal?.throwIfAborted();
      const before = doneBefore;
      const work = { deps, job, material, folder: join(folder, plan.window.unitId), onProgress: (done: number) => progress.reach(before + done) };
      outcomes.push(await settleUnit(work, plan));
      doneBefore += workOf(plan.grid);
    }
  } finally {
    await progress.settle();
  }
  return outcomes;
}

/** A unit that did not pass fails the recording; units without capture do so only when no other has a replay. */
function reasonOf(outcomes: readonly (FailReason | null)[], someReady: boolean): FailReason | null {
  if (outcomes.includes('verification_failed')) return 'verification_failed';
  return someReady || outcomes.includes(null) ? null : 'nothing_captured';
}

/**
 * Makes the replays of a recording's session and settles its row. Throws not_found for an unknown recording,
 * replay_not_ready while the session is live, and what went wrong when trying again may help (the row then says `failed`).
 */
export async function assembleRecording(deps: AssembleDeps, { recordingId }: { recordingId: string }): Promise<void> {
  const job = await loadJob(deps.orm, recordingId);
  if (job.status === 'ready') return;
  if (!job.endedAt) throw new DomainError('replay_not_ready', 'the session is still live');
  const plans = unitWindows(job.units, { startedAt: job.startedAt, endedAt: job.endedAt })
    .filter(({ unitId }) => !job.readyUnits.has(unitId))
    .map((window): Plan => ({ window, grid: gridOf(window.fromMs, window.toMs, job.startedAt.getTime()) }));
  await beginProcessing(deps.orm, job, plans.map(({ window }) => window.unitId), deps.now());
  const folder = await workFolder(deps.dataDir, recordingId);
  let outcomes: (FailReason | null)[];
  try {
    outcomes = await makeUnits(deps, job, plans, folder);
  } catch (error) {
    // Stopped is not failed: the job comes back and goes on.
    if (!deps.signal?.aborted) await settleRecording(deps.orm, job, 'internal', deps.now());
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const reason = reasonOf(outcomes, job.readyUnits.size > 0);
  await settleRecording(deps.orm, job, reason, deps.now());
  if (reason === 'verification_failed') throw new DomainError('internal', `a unit of recording ${recordingId} did not pass its checks`);
}
