// Measures finished files as a viewer would: when pictures flash, when tones begin, what colour stands where, how clean the sound is.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

async function decoded(ffmpeg: string, file: string, args: readonly string[], before: readonly string[] = []): Promise<Buffer> {
  const child = spawn(ffmpeg, ['-hide_banner', '-loglevel', 'error', ...before, '-i', file, ...args, '-'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  let words = '';
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => { words += chunk.toString(); });
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`ffmpeg could not read ${file}: ${words}`);
  return Buffer.concat(chunks);
}

export interface Area { x: number; y: number; width: number; height: number }

/** Mean red, green and blue of an area of every frame at 25 per second, times from the file's zero. */
export async function coloursOf(ffmpeg: string, file: string, { x, y, width, height }: Area): Promise<[number, number, number][]> {
  const filter = `fps=25:start_time=0,crop=${width}:${height}:${x}:${y},scale=1:1:flags=area,format=rgb24`;
  const bytes = await decoded(ffmpeg, file, ['-an', '-vf', filter, '-f', 'rawvideo']);
  return Array.from({ length: bytes.length / 3 }, (_, index) => [bytes[index * 3]!, bytes[index * 3 + 1]!, bytes[index * 3 + 2]!]);
}

/** Milliseconds at which an area becomes bright. */
export async function flashesOf(ffmpeg: string, file: string, area: Area): Promise<number[]> {
  const bright = (await coloursOf(ffmpeg, file, area)).map(([red, green, blue]) => (red + green + blue) / 3 > 150);
  return bright.flatMap((now, index) => (now && index > 0 && !bright[index - 1] ? [index * 40] : []));
}

const rate = 48_000;
/** Left samples at 48 kHz, counted from the file's zero: what comes before it (the lead of AAC) is cut off as a player does. */
export async function samplesOf(ffmpeg: string, file: string): Promise<Float32Array> {
  const bytes = await decoded(ffmpeg, file, ['-vn', '-ar', String(rate), '-af', 'pan=mono|c0=c0,aresample=async=1:first_pts=0', '-f', 'f32le'], ['-copyts']);
  return new Float32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / 4));
}

/** A hash of every picture, in order: two files with the same hashes show the same. */
export async function pictureHashes(ffmpeg: string, file: string): Promise<string[]> {
  const text = (await decoded(ffmpeg, file, ['-an', '-f', 'framemd5'])).toString();
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split(',').at(-1)!.trim());
}

/** Signal to noise of `heard` against `meant` over samples [from, to), dB. */
export function signalToNoise(meant: Float32Array, heard: Float32Array, from: number, to: number): number {
  let [signal, noise] = [0, 0];
  for (let at = from; at < to; at++) {
    signal += meant[at]! ** 2;
    noise += (meant[at]! - (heard[at] ?? 0)) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}

/** Largest departure from a steady tone of `hertz` between samples [from, to): every three samples of one lie on a line x2 = 2 cos(w) x1 - x0. */
export function toneBreak(samples: Float32Array, hertz: number, from: number, to: number): number {
  const twice = 2 * Math.cos((2 * Math.PI * hertz) / rate);
  let worst = 0;
  for (let at = Math.max(1, from); at < Math.min(to, samples.length - 1); at++) worst = Math.max(worst, Math.abs(samples[at + 1]! - twice * samples[at]! + samples[at - 1]!));
  return worst;
}

/** Milliseconds at which a tone begins after at least 300 ms of silence, to a millisecond. */
export async function tonesOf(ffmpeg: string, file: string): Promise<number[]> {
  const samples = await samplesOf(ffmpeg, file);
  const onsets: number[] = [];
  let loudMs = -Infinity;
  for (let at = 0; at + 48 <= samples.length; at += 48) {
    if (Math.max(...samples.subarray(at, at + 48).map(Math.abs)) < 0.09) continue;
    const ms = at / 48;
    if (ms - loudMs > 300) onsets.push(ms);
    loudMs = ms;
  }
  return onsets;
}

/** Distance of every flash to its nearest tone, ms; a flash without a tone within half a second is left out. */
export const offsets = (flashes: readonly number[], tones: readonly number[]): number[] => flashes.flatMap((flash) => {
  const nearest = tones.reduce((best, tone) => (Math.abs(tone - flash) < Math.abs(best - flash) ? tone : best), Infinity);
  return Math.abs(nearest - flash) < 500 ? [nearest - flash] : [];
});
