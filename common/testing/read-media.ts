// Reads back from finished files what the camera files put in: counters from pictures, beeps from sound.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readCounter } from './counter-picture.ts';
import { beep } from './camera-files.ts';

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

/**
 * How far sound is from picture, ms, -500..500: beeps begin where the counter is a multiple of `fps` plus an unknown constant, the same for
 * every recording of the same devices. Median over all beeps; compare two recordings by the difference of their phases.
 */
export function soundPhaseMs(counters: readonly (number | null)[], pictureRate: number, cameraFps: number, beeps: readonly number[]): number {
  const phases = beeps.flatMap((at) => {
    const index = Math.floor(at * pictureRate);
    const counter = counters[index];
    if (counter === null || counter === undefined) return [];
    // When was this counter first shown? Walk back to its first picture.
    let first = index;
    while (first > 0 && counters[first - 1] === counter) first--;
    const cameraMs = (counter / cameraFps) * 1000 + (at - first / pictureRate) * 1000;
    return [((cameraMs % beep.everyMs) + beep.everyMs) % beep.everyMs];
  });
  return circularMedian(phases);
}

/** Median of angles on a circle of one beep period, as -period/2..period/2. */
function circularMedian(phases: readonly number[]): number {
  if (phases.length === 0) return Number.NaN;
  const period = beep.everyMs;
  const sin = phases.reduce((sum, phase) => sum + Math.sin((2 * Math.PI * phase) / period), 0);
  const cos = phases.reduce((sum, phase) => sum + Math.cos((2 * Math.PI * phase) / period), 0);
  const mean = (Math.atan2(sin, cos) * period) / (2 * Math.PI);
  const near = phases.map((phase) => phase - Math.round((phase - mean) / period) * period).sort((x, y) => x - y);
  return near[Math.floor(near.length / 2)]!;
}

/** Difference of two phases, ms, -500..500. */
export const phaseDifferenceMs = (a: number, b: number): number => {
  const difference = (((a - b) % beep.everyMs) + beep.everyMs) % beep.everyMs;
  return difference > beep.everyMs / 2 ? difference - beep.everyMs : difference;
};
