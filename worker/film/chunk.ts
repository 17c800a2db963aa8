// One chunk of an uploaded film: made beside its place, moved into it whole with what was measured, and taken as it stands when the work is begun again.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodePictures, leastBlackMs } from '../compose/chunk.ts';
import { floats, mixMeasures } from '../compose/chunk-sound.ts';
import { runFfmpeg } from '../compose/ffmpeg.ts';
import { frameMs, samplesPerFrame } from '../compose/grid.ts';
import { humDb } from '../compose/hum.ts';
import { blackStretches, clipped, parseMetadata } from '../compose/probe.ts';
import { clippedSamples } from '../compose/timeline-sound.ts';
import { settleFolder, syncFolder } from '../derive/chunk-files.ts';
import type { ChunkMeasures, ComposeTools } from '../recording/model.ts';
import { filmPictures, filmSound, filmSoundFiles, loudnessLeadMs, type FilmSpan } from './chunk-arguments.ts';
import type { FilmSource } from './look.ts';

export interface FilmChunk extends FilmSpan { folder: string; measures: ChunkMeasures }

const factsFile = 'facts.json';

/** Lines as a picture of this shape has when it fills the canvas: a wide one is as good as a tall one. */
const linesOf = ({ picture: { width, height } }: FilmSource): number => Math.max(height, Math.round((width * 9) / 16));

async function makePictures(tools: ComposeTools, work: string, source: FilmSource, span: FilmSpan): Promise<Pick<ChunkMeasures, 'black' | 'frozen' | 'sourceHeights' | 'bytes'>> {
  const { noted, bytes } = await encodePictures(tools, work, filmPictures(source, span));
  const endMs = span.frames * frameMs;
  // Slides stand still for minutes, and nobody says whether this is a camera: what stands still is no fault here.
  return { black: clipped(blackStretches(noted, endMs), [{ fromMs: 0, toMs: endMs }], leastBlackMs), frozen: [], sourceHeights: [{ height: linesOf(source), ms: endMs }], bytes };
}

async function makeSound({ ffmpegBin, signal }: ComposeTools, work: string, source: FilmSource, span: FilmSpan): Promise<Omit<ChunkMeasures, 'black' | 'frozen' | 'sourceHeights' | 'bytes'>> {
  await runFfmpeg({ bin: ffmpegBin, cwd: work, args: filmSound(source, span, '../sound.flac'), signal });
  const noted = parseMetadata(await readFile(join(work, filmSoundFiles.loudness), 'utf8'));
  const samples = span.frames * samplesPerFrame;
  return {
    ...mixMeasures(noted, Math.min(loudnessLeadMs, span.fromFrame * frameMs) / 1000), samples,
    clippedSamples: clippedSamples(await floats(join(work, filmSoundFiles.raw)), 0, samples), humDb: humDb(await floats(join(work, filmSoundFiles.hum))),
  };
}

/** The chunk as it stands in its place; null where it is not there, or of another cut. */
export async function standingChunk(folder: string, span: FilmSpan): Promise<FilmChunk | null> {
  const text = await readFile(join(folder, factsFile), 'utf8').catch(() => null);
  if (text === null) return null;
  const { fromFrame, frames, measures } = JSON.parse(text) as FilmSpan & { measures: ChunkMeasures };
  return fromFrame === span.fromFrame && frames === span.frames ? { ...span, folder, measures } : null;
}

/** Throws internal when ffmpeg fails. */
export async function makeFilmChunk(tools: ComposeTools, place: string, source: FilmSource, span: FilmSpan): Promise<FilmChunk> {
  const { folder } = tools;
  const work = join(folder, 'work');
  await rm(folder, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  const pictures = await makePictures(tools, work, source, span);
  const sound = await makeSound(tools, work, source, span);
  await rm(work, { recursive: true, force: true });
  const measures: ChunkMeasures = { ...sound, ...pictures };
  await writeFile(join(folder, factsFile), JSON.stringify({ ...span, measures }));
  await syncFolder(folder);
  await settleFolder(folder, place);
  return { ...span, folder: place, measures };
}
