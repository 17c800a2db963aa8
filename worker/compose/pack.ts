// Joins the chunks of a part into its files without encoding anything again: MP4, three HLS renditions, poster, seek pictures.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { replayFileNames, type ReplayFileName, type ReplayFiles } from '#contracts/recording.ts';
import { DomainError } from '#domain/errors.ts';
import { groupFrames } from '#domain/recording/unit-parts.ts';
import type { ComposeTools, PackPlan, PartFiles } from '../recording/model.ts';
import { adtsFrames, samplesPerAacFrame } from './adts.ts';
import { runFfmpeg } from './ffmpeg.ts';
import { framesPerSecond, sampleRate, samplesPerFrame } from './grid.ts';
import { chapterText, chunkSpans, concatList, packArguments, posterArguments, type ChunkSpan } from './pack-arguments.ts';
import { joinThumbnails } from './thumbnails.ts';

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest('hex');
}

/**
 * The AAC frames of the part in one file. It begins one frame before the one its first sample lies in, which a decoder needs; answers how many
 * samples of it come before the part.
 */
async function joinSound(plan: PackPlan, name: 'sound.aac' | 'sound-low.aac', output: string): Promise<number> {
  const [fromSample, toSample] = [plan.fromFrame * samplesPerFrame, plan.toFrame * samplesPerFrame];
  const first = Math.floor(fromSample / samplesPerAacFrame) - 1;
  const end = Math.ceil(toSample / samplesPerAacFrame);
  const parts: Buffer[] = [];
  let next = first;
  for (const { folder, sound } of plan.chunks) {
    if (sound.end <= first || sound.first >= end) continue;
    const bytes = await readFile(join(folder, name));
    const frames = adtsFrames(bytes);
    if (frames.length !== sound.end - sound.first || (sound.first > next)) throw new DomainError('internal', `sound of ${folder} does not follow`);
    const [from, to] = [frames[next - sound.first]!, frames[Math.min(end, sound.end) - 1 - sound.first]!];
    parts.push(bytes.subarray(from.offset, to.offset + to.length));
    next = Math.min(end, sound.end);
  }
  if (next !== end) throw new DomainError('internal', `sound ends with AAC frame ${next} instead of ${end}`);
  await writeFile(output, Buffer.concat(parts));
  return fromSample - first * samplesPerAacFrame;
}

async function describe(folder: string, thumbnails: ReplayFiles['thumbnails']): Promise<ReplayFiles> {
  const files: ReplayFiles = { sizes: {}, sha256: {}, thumbnails };
  await Promise.all(replayFileNames.map(async (name: ReplayFileName) => {
    const path = join(folder, name);
    files.sizes[name] = (await stat(path)).size;
    files.sha256[name] = await sha256Of(path);
  }));
  return files;
}

function checkPlan({ chunks, fromFrame, toFrame }: PackPlan): void {
  const frames = chunks.reduce((sum, chunk) => sum + chunk.frames, 0);
  if (fromFrame < 0 || toFrame <= fromFrame || toFrame > frames) throw new DomainError('internal', `no frames ${fromFrame} to ${toFrame} in a unit of ${frames}`);
  let start = 0;
  for (const chunk of chunks) {
    for (const edge of [fromFrame, toFrame]) {
      const inside = edge > start && edge < start + chunk.frames;
      if (inside && (edge - start) % groupFrames !== 0) throw new DomainError('internal', `frame ${edge} is no group edge`);
    }
    start += chunk.frames;
  }
}

const lists = (spans: readonly ChunkSpan[], folder: string) => Promise.all((['main', 'low'] as const).map((name) =>
  writeFile(join(folder, `${name}.txt`), concatList(spans, `${name}.mp4`))));

/**
 * Writes every file of the part (`replayFileNames`) into the tools' folder and answers their sizes and hashes. Pictures are cut at group edges (50 frames) only,
 * sound to the sample. Throws internal when chunks do not follow each other or a cut is no group edge.
 */
export async function packPart(tools: ComposeTools, plan: PackPlan): Promise<PartFiles> {
  checkPlan(plan);
  const folder = join(tools.folder, 'work');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    const spans = chunkSpans(plan);
    await lists(spans, folder);
    const lead = await joinSound(plan, 'sound.aac', join(folder, 'sound.aac'));
    await joinSound(plan, 'sound-low.aac', join(folder, 'sound-low.aac'));
    const frames = plan.toFrame - plan.fromFrame;
    await writeFile(join(folder, 'chapters.txt'), chapterText(plan.chapters, (frames / framesPerSecond) * 1000));
    const run = (args: readonly string[], onProgress?: (seconds: number) => void): Promise<void> =>
      runFfmpeg({ bin: tools.ffmpegBin, cwd: tools.folder, args, signal: tools.signal, onProgress });
    await run(packArguments('work', lead / sampleRate, frames), (seconds) => tools.onProgress?.(Math.min(frames, Math.round(seconds * framesPerSecond))));
    const { sheet, posterFrame } = await joinThumbnails(spans, frames, join(tools.folder, 'thumbnails.jpg'));
    await run(posterArguments('unit.mp4', posterFrame / framesPerSecond, 'poster.jpg'));
    return { folder: tools.folder, files: await describe(tools.folder, sheet) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
