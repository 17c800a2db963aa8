// Makes the files of one unit in a folder: spans of pictures, joined, with the sound encoded once; HLS and poster from the same encode.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runFfmpeg } from './ffmpeg.ts';
import { concatList, hlsArguments, posterArguments, spanArguments, unitArguments, type PictureInput, type SoundInput } from './ffmpeg-arguments.ts';
import { frameMs, framesPerSecond, secondsOf, type Grid } from './grid.ts';
import { framesFor, SegmentBytes, writePicture, writeSound } from './intermediate.ts';
import { canvas, type LayoutSpan } from './layout.ts';
import type { Lane } from '../recording/sound.ts';

export interface UnitMedia { grid: Grid; spans: readonly LayoutSpan[]; lanes: readonly Lane[] }
export interface RenderTools {
  ffmpegBin: string; signal?: AbortSignal | undefined;
  /** Work done so far, in the unit of `workOf`. */
  onProgress: (done: number) => void;
}
export interface UnitFiles { mp4: string; playlist: string; media: string; poster: string }

/** Encoding pictures takes most of the time; a second of sound costs about as much as three of their frames. */
const soundShare = 0.12;
export const workOf = (grid: Grid): number => grid.frames * (1 + soundShare);

/** One span as a file of pictures. */
async function renderSpan(span: LayoutSpan, index: number, media: UnitMedia, folder: string, bytes: SegmentBytes, run: Run): Promise<string> {
  const fromMs = media.grid.startMs + span.fromFrame * frameMs;
  const toMs = media.grid.startMs + span.toFrame * frameMs;
  const pictures: PictureInput[] = [];
  for (const [tile, { piece, box }] of span.tiles.entries()) {
    const path = `span-${index}-${tile}.mkv`;
    const startMs = await writePicture(join(folder, path), framesFor(piece, fromMs, toMs), piece.track.files, bytes);
    pictures.push({ path, shiftSeconds: (startMs - fromMs) / 1000, box });
  }
  const output = `span-${index}.mp4`;
  await run(spanArguments({ frames: span.toFrame - span.fromFrame, ...canvas, pictures, output }), (seconds) => span.fromFrame + seconds * framesPerSecond);
  await Promise.all(pictures.map(({ path }) => rm(join(folder, path))));
  return output;
}

async function writeLanes(media: UnitMedia, folder: string, bytes: SegmentBytes): Promise<SoundInput[]> {
  const sounds: SoundInput[] = [];
  for (const [index, lane] of media.lanes.entries()) {
    const path = `sound-${index}.mkv`;
    const startMs = await writeSound(join(folder, path), lane, bytes);
    sounds.push({ path, shiftSeconds: (startMs - media.grid.startMs) / 1000 });
  }
  return sounds;
}

/** A moment with a picture: some seconds into the first span that shows anything. */
function posterSecond(media: UnitMedia): number {
  const span = media.spans.find(({ tiles }) => tiles.length > 0) ?? media.spans[0]!;
  return Math.min(span.fromFrame + 5 * framesPerSecond, (span.fromFrame + span.toFrame - 1) / 2) / framesPerSecond;
}

type Run = (args: readonly string[], done?: (seconds: number) => number) => Promise<void>;

/** Everything a unit's replay needs, in `folder`, which is created. */
export async function renderUnit(tools: RenderTools, media: UnitMedia, folder: string): Promise<UnitFiles> {
  await mkdir(folder, { recursive: true });
  const bytes = SegmentBytes.create();
  const run: Run = (args, done) => runFfmpeg({
    bin: tools.ffmpegBin, cwd: folder, args, signal: tools.signal, onProgress: done && ((seconds) => tools.onProgress(done(seconds))),
  });
  const parts: { path: string; frames: number }[] = [];
  for (const [index, span] of media.spans.entries()) {
    parts.push({ path: await renderSpan(span, index, media, folder, bytes, run), frames: span.toFrame - span.fromFrame });
    tools.onProgress(span.toFrame);
  }
  await writeFile(join(folder, 'spans.txt'), concatList(parts));
  const sounds = await writeLanes(media, folder, bytes);
  const { frames } = media.grid;
  await run(
    unitArguments({ list: 'spans.txt', sounds, length: secondsOf(media.grid), output: 'unit.mp4' }),
    (seconds) => frames + Math.min(1, seconds / secondsOf(media.grid)) * frames * soundShare,
  );
  await Promise.all([...parts, ...sounds].map(({ path }) => rm(join(folder, path))));
  await run(hlsArguments('unit.mp4', 'stream.m4s', 'index.m3u8'));
  await run(posterArguments('unit.mp4', posterSecond(media), 'poster.jpg'));
  tools.onProgress(workOf(media.grid));
  return { mp4: join(folder, 'unit.mp4'), playlist: join(folder, 'index.m3u8'), media: join(folder, 'stream.m4s'), poster: join(folder, 'poster.jpg') };
}
