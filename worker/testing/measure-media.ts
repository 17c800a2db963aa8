// Measures finished files as a viewer would: when pictures flash, when tones begin, what colour stands where.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

async function decoded(ffmpeg: string, file: string, args: readonly string[]): Promise<Buffer> {
  const child = spawn(ffmpeg, ['-hide_banner', '-loglevel', 'error', '-i', file, ...args, '-'], { stdio: ['ignore', 'pipe', 'pipe'] });
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
/** Milliseconds at which a tone begins after at least 300 ms of silence, to a millisecond. */
export async function tonesOf(ffmpeg: string, file: string): Promise<number[]> {
  const bytes = await decoded(ffmpeg, file, ['-vn', '-ac', '1', '-ar', String(rate), '-af', 'aresample=async=1:first_pts=0', '-f', 's16le']);
  const onsets: number[] = [];
  let loudMs = -Infinity;
  for (let at = 0; at + 96 <= bytes.length; at += 96) {
    let peak = 0;
    for (let index = at; index < at + 96; index += 2) peak = Math.max(peak, Math.abs(bytes.readInt16LE(index)));
    if (peak < 3000) continue;
    const ms = at / 96;
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
