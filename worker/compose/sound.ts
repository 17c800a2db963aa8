// The unit's one AAC stream, chunk by chunk: each encode starts in the chunk before, so that its own frames join those already there.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '#domain/errors.ts';
import type { ChunkGain, ComposeTools, SoundFrames } from '../recording/model.ts';
import { adtsFrames, isLong, samplesPerAacFrame } from './adts.ts';
import { overlapSamples } from './chunk-sound.ts';
import { runFfmpeg } from './ffmpeg.ts';
import { sampleRate } from './grid.ts';

/** A stream of AAC begins one frame before the first sample: a decoder needs it to start (priming), and it is never heard. */
export const firstSoundFrame = -1;
export const soundBitrates = { main: 128_000, low: 64_000 };
export type SoundRendition = keyof typeof soundBitrates;
export const soundFiles: Readonly<Record<SoundRendition, string>> = { main: 'sound.aac', low: 'sound-low.aac' };

/** Encoding begins so many frames (1 s) before the first one that is kept: by then encoder and limiter are as if they had never stopped. */
const leadFrames = 48;
/** Frames left to the next chunk at least: their windows or the encoder's look-ahead reach beyond this chunk's end. */
const tailFrames = 3;
/** Of so many places for the cut the last one between long windows is taken. */
const cutPlaces = 12;

export interface ChunkSound {
  /** Sample of the unit its chunk begins with, and how many it has: 1920 a frame. */
  startSample: number; samples: number; gain: ChunkGain;
  /** The chunk before; null for the unit's first. */
  previous: { folder: string; samples: number; gain: ChunkGain; sound: SoundFrames } | null;
  /** The unit ends with this chunk. */
  last: boolean;
  /** Both where left out. */
  renditions?: readonly SoundRendition[];
}

const gainAt = ({ fromDb, toDb }: ChunkGain, samples: number, offset: number): string =>
  `volume='pow(10,(${fromDb}+(${toDb - fromDb})*(t*${sampleRate}+${offset})/${samples})/20)':eval=frame`;

/** The tail of the chunk before, faded over into this chunk, each with its gain; then a last limit at about -1.5 dB. */
function soundArguments({ samples, gain, previous, last }: ChunkSound, renditions: readonly SoundRendition[], leadSamples: number, folder: string): string[] {
  const frames = `asetnsamples=n=${samplesPerAacFrame}:p=0`;
  const own = `atrim=end_sample=${samples + (last ? 0 : overlapSamples)},asetpts=N/SR/TB,${frames},${gainAt(gain, samples, 0)}`;
  const from = previous ? previous.samples - leadSamples : 0;
  const joined = previous
    ? [
        `[0:a]atrim=start_sample=${from}:end_sample=${previous.samples + overlapSamples},asetpts=N/SR/TB,${frames},${gainAt(previous.gain, previous.samples, from)}[before]`,
        `[1:a]${own}[own]`, `[before][own]acrossfade=ns=${overlapSamples}:c1=tri:c2=tri[joined]`,
      ]
    : [`[0:a]${own}[joined]`];
  const graph = [...joined, `[joined]alimiter=limit=0.84:level=disabled:latency=1,${renditions.length > 1 ? `asplit=${renditions.length}` : 'anull'}${renditions.map((name) => `[${name}]`).join('')}`].join(';');
  const encode = (name: SoundRendition): string[] =>
    ['-map', `[${name}]`, '-c:a', 'aac', '-b:a', String(soundBitrates[name]), '-ar', String(sampleRate), '-ac', '2', '-f', 'adts', `${name}.aac`];
  return [
    ...(previous ? ['-i', join(previous.folder, 'sound.flac')] : []), '-i', join(folder, 'sound.flac'), '-filter_complex', graph,
    ...renditions.flatMap(encode),
  ];
}

/** The frame the next chunk goes on with, counted in the unit. */
function cutFrame(streams: readonly Buffer[], zero: number, endSample: number): number {
  const latest = Math.floor(endSample / samplesPerAacFrame) - tailFrames;
  const read = streams.map((bytes) => ({ bytes, frames: adtsFrames(bytes) }));
  const fits = (frame: number): boolean => read.every(({ bytes, frames }) =>
    [-2, -1, 0, 1].every((away) => frames[frame + away - zero] !== undefined && isLong(bytes, frames[frame + away - zero]!)));
  for (let frame = latest; frame > latest - cutPlaces; frame--) if (fits(frame)) return frame;
  return latest;
}

/**
 * Writes `sound.aac` (128 kbit/s) and `sound-low.aac` (64 kbit/s) from `sound.flac` and answers which AAC frames of the unit they hold: frame n decodes to samples
 * [1024 n, 1024 n + 1024) of the unit, so the unit's first chunk begins with frame -1. All files hold the same frames. Throws internal when ffmpeg fails,
 * or when the chunk before is too short to start in (less than 50 ms).
 */
export async function encodeChunkSound(tools: ComposeTools, chunk: ChunkSound): Promise<SoundFrames> {
  const { startSample, samples, previous, last, renditions = ['main', 'low'] } = chunk;
  const first = previous?.sound.end ?? firstSoundFrame;
  const earliest = previous ? Math.ceil((startSample - previous.samples) / samplesPerAacFrame) : 0;
  // Frame numbers of the encode begin one before its first sample.
  const begin = previous ? Math.max(earliest, first - leadFrames) : 0;
  if (previous && begin + 1 > first) throw new DomainError('internal', 'the chunk before is too short');
  const folder = join(tools.folder, 'work-sound');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    const args = soundArguments(chunk, renditions, startSample - begin * samplesPerAacFrame, tools.folder);
    await runFfmpeg({ bin: tools.ffmpegBin, cwd: folder, args, signal: tools.signal });
    const streams = await Promise.all(renditions.map((name) => readFile(join(folder, `${name}.aac`))));
    const zero = begin - 1;
    const end = last ? Math.ceil((startSample + samples) / samplesPerAacFrame) : cutFrame(streams, zero, startSample + samples);
    for (const [index, name] of renditions.entries()) {
      const frames = adtsFrames(streams[index]!);
      const [from, to] = [frames[first - zero], frames[end - 1 - zero]];
      if (!from || !to) throw new DomainError('internal', `AAC frames ${first} to ${end} were not made`);
      await writeFile(join(tools.folder, soundFiles[name]), streams[index]!.subarray(from.offset, to.offset + to.length));
    }
    return { first, end };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
