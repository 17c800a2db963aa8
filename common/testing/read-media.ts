// Reads back from finished files what the camera files put in: counters from pictures, beeps from sound.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readCounter } from './counter-picture.ts';
import { beep, cameraFps } from './camera-files.ts';

async function decode(ffmpegBin: string, args: string[], take: (chunk: Buffer) => void): Promise<void> {
  const child = spawn(ffmpegBin, ['-hide_banner', '-loglevel', 'error', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => { words += chunk.toString(); });
  child.stdout.on('data', take);
  const [code] = await once(child, 'close') as [number];
  if (code !== 0) throw new Error(`ffmpeg could not read: ${words}`);
}

/** Where the counting camera lies in the picture, as shares of width and height. */
export interface PictureBox { x: number; y: number; w: number; h: number }
export const wholePicture: PictureBox = { x: 0, y: 0, w: 1, h: 1 };

/** Counter of every picture at `fps` pictures a second; null where none can be read. */
export async function readCountersOf(file: string, fps: number, box: PictureBox = wholePicture, ffmpegBin = 'ffmpeg'): Promise<(number | null)[]> {
  const width = 640;
  const height = 360;
  const size = width * height;
  const counters: (number | null)[] = [];
  let pending: Buffer = Buffer.alloc(0);
  const place = { x: box.x * width, y: box.y * height, w: box.w * width, h: box.h * height };
  await decode(ffmpegBin, ['-i', file, '-an', '-vf', `fps=${fps},scale=${width}:${height},format=gray`, '-f', 'rawvideo', '-'], (chunk) => {
    pending = pending.length > 0 ? Buffer.concat([pending, chunk]) : chunk;
    while (pending.length >= size) {
      counters.push(readCounter(pending.subarray(0, size), width, height, place));
      pending = pending.subarray(size);
    }
  });
  return counters;
}

/** Share of the window's energy at the beep's frequency (Goertzel), 0..1. */
function toneShare(samples: Int16Array, from: number, length: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * beep.hertz) / beep.rate);
  let a = 0;
  let b = 0;
  let energy = 0;
  for (let index = from; index < from + length; index++) {
    const sample = samples[index]! / 32768;
    const next = sample + coefficient * a - b;
    b = a;
    a = next;
    energy += sample * sample;
  }
  const tone = a * a + b * b - coefficient * a * b;
  return energy < 1e-5 * length ? 0 : tone / ((energy * length) / 2);
}

/** Seconds at which a beep begins, to about 2 ms. */
export async function readBeepsOf(file: string, ffmpegBin = 'ffmpeg'): Promise<number[]> {
  const chunks: Buffer[] = [];
  await decode(ffmpegBin, ['-i', file, '-vn', '-ac', '1', '-ar', String(beep.rate), '-af', 'aresample=async=1000:first_pts=0', '-f', 's16le', '-'], (chunk) => chunks.push(chunk));
  const bytes = Buffer.concat(chunks);
  const samples = new Int16Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / 2));
  const window = Math.round(beep.rate * 0.01);
  const step = Math.round(beep.rate * 0.002);
  const onsets: number[] = [];
  for (let from = 0; from + window <= samples.length; from += step) {
    const at = (from + window / 2) / beep.rate;
    if (toneShare(samples, from, window) > 0.5 && at - (onsets.at(-1) ?? -1) > 0.5) onsets.push(at);
  }
  return onsets;
}

/** Pictures and beeps of one file: `counters` at `fps` pictures a second, `beeps` in seconds. */
export interface Heard { counters: readonly (number | null)[]; fps: number; beeps: readonly number[] }

/**
 * Second at which a counter is first shown; null where neither it nor a near neighbour is. A file with fewer pictures a second than the camera leaves
 * counters out, always the same ones of every second, so the nearest shown one stands in, moved by the pictures between.
 */
function shownAt({ counters, fps }: Heard, counter: number): number | null {
  for (const away of [0, 1, -1, 2, -2]) {
    const index = counters.indexOf(counter + away);
    if (index >= 0) return index / fps - away / cameraFps;
  }
  return null;
}

/** Where a counting picture and a beep stand to each other is a fact of the devices; one per beep: the counter shown, and the ms from its first picture to the beep. */
function pairsOf(heard: Heard): { counter: number; afterMs: number }[] {
  return heard.beeps.flatMap((at) => {
    const counter = heard.counters[Math.floor(at * heard.fps)];
    const from = counter === null || counter === undefined ? null : shownAt(heard, counter);
    return counter === null || counter === undefined || from === null ? [] : [{ counter, afterMs: (at - from) * 1000 }];
  });
}

/**
 * How much later (ms) sound comes in `file` than in `truth`, both recorded from the same devices: one figure per beep of `truth` that `file` has too. The
 * comparison is by counter, so a camera that does not keep its rate does no harm. Resolution: one picture of either file.
 */
export function soundOffsetsMs(file: Heard, truth: Heard): number[] {
  return pairsOf(truth).flatMap(({ counter, afterMs }) => {
    const from = shownAt(file, counter);
    if (from === null) return [];
    const expected = from + afterMs / 1000;
    const nearest = file.beeps.reduce((best, at) => (Math.abs(at - expected) < Math.abs(best - expected) ? at : best), Number.POSITIVE_INFINITY);
    return Math.abs(nearest - expected) < beep.everyMs / 2000 ? [(nearest - expected) * 1000] : [];
  });
}
