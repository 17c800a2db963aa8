// Reads back from finished files what made devices put in: counters from pictures, beeps from sound, and how far the two are apart.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { beep } from './beep.ts';
import { readCounter } from './counter-picture.ts';
import { beepTimes, type PictureSourceName, type Truth } from './page-media.ts';

interface Taken { bytes?: (chunk: Buffer) => void; line?: (line: string) => void }

async function decode(ffmpegBin: string, args: string[], { bytes, line }: Taken): Promise<void> {
  const child = spawn(ffmpegBin, ['-hide_banner', '-nostats', '-loglevel', line ? 'info' : 'error', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => {
    words += chunk.toString();
    if (!line) return;
    const lines = words.split('\n');
    words = lines.pop() ?? '';
    lines.forEach(line);
  });
  child.stdout.on('data', (chunk: Buffer) => bytes?.(chunk));
  const [code] = await once(child, 'close') as [number];
  if (code !== 0) throw new Error(`ffmpeg could not read: ${words}`);
}

/** Where the counting camera lies in the picture, as shares of width and height. */
export interface PictureBox { x: number; y: number; w: number; h: number }
export const wholePicture: PictureBox = { x: 0, y: 0, w: 1, h: 1 };
export interface FilePart { fromS?: number; lengthS?: number }
/** One picture of a file: when it is shown (ms from the file's start) and the counter in it, null where none can be read. */
export interface SeenPicture { atMs: number; counter: number | null }

const place = ({ fromS, lengthS }: FilePart): string[] => [...(fromS === undefined ? [] : ['-ss', String(fromS)]), ...(lengthS === undefined ? [] : ['-t', String(lengthS)])];

/** Every picture of the file, as often as the file has them. */
export async function readPicturesOf(file: string, ffmpegBin = 'ffmpeg', box: PictureBox = wholePicture, part: FilePart = {}): Promise<SeenPicture[]> {
  const [width, height] = [320, 180];
  const size = width * height;
  const counters: (number | null)[] = [];
  const times: number[] = [];
  let pending: Buffer = Buffer.alloc(0);
  const filter = `crop=iw*${box.w}:ih*${box.h}:iw*${box.x}:ih*${box.y},scale=${width}:${height},format=gray,showinfo=checksum=0`;
  await decode(ffmpegBin, [...place(part), '-i', file, '-an', '-vf', filter, '-fps_mode', 'passthrough', '-f', 'rawvideo', '-'], {
    bytes: (chunk) => {
      pending = pending.length > 0 ? Buffer.concat([pending, chunk]) : chunk;
      for (; pending.length >= size; pending = pending.subarray(size)) counters.push(readCounter(pending.subarray(0, size), width, height));
    },
    line: (line) => {
      const found = /pts_time:\s*(-?[\d.]+)/.exec(line);
      if (found) times.push((Number(found[1]) + (part.fromS ?? 0)) * 1000);
    },
  });
  if (counters.length !== times.length) throw new Error(`${counters.length} pictures with ${times.length} times in ${file}`);
  return counters.map((counter, index) => ({ counter, atMs: times[index]! }));
}

const samplesPerMs = beep.rate / 1000;
const windowMs = 10;

/** Level of one tone in windows of 10 ms, one a ms; other tones at multiples of 100 Hz leave no trace in it. */
function toneLevels(samples: Int16Array, hertz: number): Float32Array {
  const blocks = Math.floor(samples.length / samplesPerMs);
  const [real, imaginary] = [new Float64Array(blocks + 1), new Float64Array(blocks + 1)];
  const step = (2 * Math.PI * hertz) / beep.rate;
  for (let block = 0; block < blocks; block++) {
    let [re, im] = [0, 0];
    for (let index = block * samplesPerMs; index < (block + 1) * samplesPerMs; index++) {
      re += samples[index]! * Math.cos(step * index);
      im += samples[index]! * Math.sin(step * index);
    }
    real[block + 1] = real[block]! + re;
    imaginary[block + 1] = imaginary[block]! + im;
  }
  return Float32Array.from({ length: Math.max(0, blocks - windowMs) }, (_, from) =>
    (2 * Math.hypot(real[from + windowMs]! - real[from]!, imaginary[from + windowMs]! - imaginary[from]!)) / (windowMs * samplesPerMs * 32_768));
}

/** Where a tone rises to half its height within a window and stays for most of a beep. */
function onsets(levels: Float32Array): number[] {
  const loud = [...levels].filter((level) => level > 0.01).sort((one, other) => one - other);
  const usual = loud[Math.floor(loud.length * 0.9)] ?? 1;
  const found: number[] = [];
  for (let at = 0; at + beep.lengthMs < levels.length; at++) {
    if (levels[at]! < usual / 4 || at - (found.at(-1) ?? -beep.everyMs) < beep.everyMs / 2) continue;
    const body = levels.subarray(at + windowMs, at + beep.lengthMs - windowMs);
    const height = [...body].sort((one, other) => one - other)[Math.floor(body.length / 2)]!;
    if (height < usual / 4) continue;
    const half = levels.subarray(at - Math.min(at, windowMs), at + 2 * windowMs).findIndex((level) => level >= height / 2);
    found.push(at - Math.min(at, windowMs) + Math.max(0, half));
  }
  return found.map((at) => at + windowMs / 2);
}

/** When beeps begin, ms from the file's start, to about 2 ms. */
export async function readBeepsOf(file: string, ffmpegBin = 'ffmpeg', hertz: number = beep.hertz): Promise<number[]> {
  const chunks: Buffer[] = [];
  await decode(ffmpegBin, ['-i', file, '-vn', '-ac', '1', '-ar', String(beep.rate), '-af', 'aresample=async=1000:first_pts=0', '-f', 's16le', '-'], { bytes: (chunk) => chunks.push(chunk) });
  const bytes = Buffer.concat(chunks);
  return onsets(toneLevels(new Int16Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / 2)), hertz));
}

/** The moment each counter came into view: only where the picture before was readable too, so that the end of a gap counts for nothing. */
function appearances(pictures: readonly SeenPicture[]): Map<number, number> {
  const first = new Map<number, number>();
  pictures.forEach(({ counter, atMs }, index) => {
    const before = pictures[index - 1]?.counter ?? null;
    if (counter !== null && before !== null && counter !== before && !first.has(counter)) first.set(counter, atMs);
  });
  return first;
}

const median = (values: readonly number[]): number | undefined => [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)];

export interface SoundOffset {
  /** Of the beep in the file. */
  atMs: number;
  /** How much later than the picture sound comes in the file, compared to how they were made; negative: too early. */
  offsetMs: number;
}
/**
 * One figure per beep that is in truth and file. Pictures are placed by all counters that came into view within a second of the beep, the middle one; a picture
 * of the file stands for 40 ms, so a right file shows them 20 ms late in the mean and none more than 40 ms.
 */
export function soundOffsetsMs(seen: { pictures: readonly SeenPicture[]; beeps: readonly number[] }, truth: Truth, source: PictureSourceName = 'camera', hertz: number = beep.hertz): SoundOffset[] {
  const appeared = appearances(seen.pictures);
  const drawn = truth.pictures.filter((picture) => picture.source === source && appeared.has(picture.counter))
    .map(({ counter, atMs }) => ({ atMs, laterMs: appeared.get(counter)! - atMs }));
  return beepTimes(truth).filter((one) => one.hertz === hertz).flatMap(({ atMs }) => {
    const laterMs = median(drawn.filter((picture) => Math.abs(picture.atMs - atMs) <= 1000).map((picture) => picture.laterMs));
    if (laterMs === undefined) return [];
    const expected = atMs + laterMs;
    const nearest = seen.beeps.reduce((best, one) => (Math.abs(one - expected) < Math.abs(best - expected) ? one : best), Number.POSITIVE_INFINITY);
    return Math.abs(nearest - expected) < beep.everyMs / 2 ? [{ atMs: nearest, offsetMs: nearest - expected }] : [];
  });
}
