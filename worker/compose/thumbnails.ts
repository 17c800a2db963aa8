// The seek bar's pictures of a part, from those of its chunks, and which of them makes the best poster.
import { join } from 'node:path';
import sharp from 'sharp';
import type { ThumbnailSheet } from '#contracts/recording.ts';
import type { ChunkSpan } from './pack-arguments.ts';
import { thumbnail, thumbnailFrames } from './picture-arguments.ts';

const columns = 10;

/** Which small picture of which chunk stands for every 10 s of the part: the one at that moment, or the last one before. */
export function picturePlaces(spans: readonly ChunkSpan[], frames: number): { folder: string; index: number; frame: number }[] {
  return Array.from({ length: Math.ceil(frames / thumbnailFrames) }, (_, count) => {
    const frame = count * thumbnailFrames;
    let start = 0;
    const span = spans.find(({ from, to }) => {
      if (frame < start + to - from) return true;
      start += to - from;
      return false;
    })!;
    return { folder: span.folder, index: Math.floor((span.from + frame - start) / thumbnailFrames), frame };
  });
}

/** Writes the sheet; answers it, and the frame of its first picture that shows more than a slate (a plain colour tells nothing). */
export async function joinThumbnails(spans: readonly ChunkSpan[], frames: number, output: string): Promise<{ sheet: ThumbnailSheet; posterFrame: number }> {
  const { width, height, everyMs } = thumbnail;
  const places = picturePlaces(spans, frames);
  const pictures: { input: Buffer; left: number; top: number }[] = [];
  let posterFrame: number | null = null;
  for (const [count, { folder, index, frame }] of places.entries()) {
    const input = await sharp(join(folder, 'thumbnails.jpg')).extract({ left: index * width, top: 0, width, height }).png({ compressionLevel: 1 }).toBuffer();
    pictures.push({ input, left: (count % columns) * width, top: Math.floor(count / columns) * height });
    if (posterFrame === null && Math.max(...(await sharp(input).stats()).channels.map(({ stdev }) => stdev)) > 8) posterFrame = frame;
  }
  const rows = Math.ceil(places.length / columns);
  await sharp({ create: { width: columns * width, height: rows * height, channels: 3, background: '#101418' } }).composite(pictures).jpeg({ quality: 75 }).toFile(output);
  return { sheet: { everyMs, columns, count: places.length, width, height }, posterFrame: posterFrame ?? 0 };
}
