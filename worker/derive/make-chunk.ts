// Makes the files of one chunk from the raw captures, in a folder of its own that is moved into its place when all is there.
import { rm } from 'node:fs/promises';
import { RecordingChunk } from '#db/entities/recording.ts';
import { composeChunk } from '../compose/chunk.ts';
import { frameMs, samplesPerFrame } from '../compose/grid.ts';
import { layoutSpans, type Rank } from '../compose/layout.ts';
import { gainFor } from '../compose/loudness.ts';
import { encodeChunkSound } from '../compose/sound.ts';
import { gapsOf } from '../recording/gaps.ts';
import type { ChunkFacts, ChunkGain, ComposeTools, SoundFrames } from '../recording/model.ts';
import { piecesOf } from '../recording/pieces.ts';
import { soundContextMs } from '../recording/read-window.ts';
import { screenSpans } from '../recording/screens.ts';
import { readSession } from '../recording/session.ts';
import { lanesOf } from '../recording/sound.ts';
import { chunkFolder, syncFolder, workFolder } from './chunk-files.ts';
import { threadsOf, type DeriveDeps } from './deps.ts';
import { readPages } from './film-pages.ts';
import { endMsOf, type ChunkPlan } from './plan.ts';
import { createProgress } from './progress.ts';
import { saveProgress } from './recording-rows.ts';
import { placeOf, type RecordingState } from './recording-state.ts';

/** A chunk with a row; its files should lie in `folder`. */
export interface StoredChunk { id: string; ordinal: number; frames: number; composedMs: number; facts: ChunkFacts; folder: string }
export interface MadeFiles { facts: ChunkFacts; composedMs: number; folder: string }

const progressEveryMs = 2000;

/** Chunks of a unit with their facts, in order. */
export async function storedChunks({ orm, dataDir }: DeriveDeps, recordingId: string, unitId: string): Promise<StoredChunk[]> {
  const rows = await orm.em.fork().find(RecordingChunk, { recordingId, unitId }, { orderBy: { ordinal: 'asc' } });
  return rows.map(({ id, ordinal, frames, composedMs, facts }) => ({
    id, ordinal, frames, composedMs, facts: facts as Record<string, unknown> & ChunkFacts, folder: chunkFolder(dataDir, recordingId, unitId, ordinal),
  }));
}

/** Encodes the `sound.flac` of the tools' folder as AAC that goes on where the chunk `before` ends. */
export function encodeSound(tools: ComposeTools, plan: ChunkPlan, before: StoredChunk | undefined, gain: ChunkGain): Promise<SoundFrames> {
  return encodeChunkSound(tools, {
    startSample: plan.fromFrame * samplesPerFrame, samples: plan.grid.frames * samplesPerFrame, gain, last: plan.last,
    previous: before ? { folder: before.folder, samples: before.frames * samplesPerFrame, gain: before.facts.gain, sound: before.facts.sound } : null,
  });
}

const rankOf = ({ leadPersonId, staff }: RecordingState): Rank => (peerId) => (peerId === leadPersonId ? 0 : staff.has(peerId) ? 1 : 2);

interface Making { plan: ChunkPlan; before: readonly StoredChunk[]; gain: ChunkGain | null }

async function composeInto(deps: DeriveDeps, state: RecordingState, { plan, before, gain }: Making, tools: ComposeTools): Promise<ChunkFacts> {
  const [fromMs, toMs] = [plan.grid.startMs, endMsOf(plan)];
  const media = await readSession(placeOf(deps.dataDir, state), { fromMs, toMs }, before.at(-1)?.facts.clocks ?? null, deps.signal);
  const { tracks, unusable, layouts, clocks, inputs, sync } = media;
  const pieces = tracks.flatMap((track) => (track.kind === 'video' ? piecesOf(track) : []));
  const lanes = lanesOf(tracks.filter((track) => track.kind === 'audio'), fromMs - soundContextMs, toMs + soundContextMs);
  const { pages, mark, missing } = await readPages(deps, state, { fromMs, toMs });
  const spans = layoutSpans(pieces, plan.grid, { rank: rankOf(state), layouts, pages: pages.scenes });
  const measures = await composeChunk(tools, { grid: plan.grid, spans, lanes, pages });
  const own = gain ?? gainFor(before.map(({ facts }) => ({ loudness: facts.measures.loudness, gain: facts.gain })), measures.loudness);
  const sound = await encodeSound(tools, plan, before.at(-1), own);
  const gaps = gapsOf(tracks, [...unusable, ...missing], fromMs, toMs).map((gap) => ({ ...gap, fromMs: gap.fromMs + fromMs, toMs: gap.toMs + fromMs }));
  return { measures, gain: own, sound, clocks, inputs, sync, gaps, layouts, screens: screenSpans(tracks), pages: mark };
}

/**
 * Composes a chunk and lets `keep` take its folder; whatever is left of it then is removed. `before` are the unit's chunks up to it; `gain` null is
 * decided from the loudness so far. Throws internal when ffmpeg fails.
 */
export async function makeChunkFiles(deps: DeriveDeps, state: RecordingState, making: Making, keep: (made: MadeFiles) => Promise<void>): Promise<void> {
  const { unitId, ordinal } = making.plan;
  const folder = await workFolder(deps.dataDir, state.recordingId, unitId, `chunk-${ordinal}`);
  const progress = createProgress({
    everyMs: progressEveryMs, now: deps.now, save: (composed) => saveProgress(deps.orm, state, { composed }),
    failed: (error) => deps.log.warn({ err: error, recordingId: state.recordingId }, 'progress not saved'),
  });
  const startedMs = performance.now();
  try {
    const facts = await composeInto(deps, state, making, {
      ffmpegBin: deps.ffmpegBin, folder, threads: threadsOf(deps), signal: deps.signal, onProgress: progress.reach,
    });
    await syncFolder(folder);
    await keep({ facts, composedMs: Math.round(performance.now() - startedMs), folder });
  } finally {
    await progress.settle();
    await rm(folder, { recursive: true, force: true });
  }
}

export const spanOf = (plan: ChunkPlan): { fromMs: number; toMs: number } => ({ fromMs: plan.grid.startMs, toMs: plan.grid.startMs + plan.grid.frames * frameMs });
