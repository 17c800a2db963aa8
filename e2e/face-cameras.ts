// Cameras for the learners: real faces from the shared pictures where they lie beside the project, else drawn pictures without a face.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { cameraFps, makePictureFile } from '#testing/camera-files.ts';

const shared = fileURLToPath(new URL('../../shared/faces/', import.meta.url));
/** False on machines without the pictures: tests that need a verdict say that they are skipped. */
export const facesAvailable = existsSync(join(shared, 'obama_1.jpg'));

const width = 640;
const height = 480;

/** `mirrored:name` is that picture seen the other way round: for the face engine the head turned to the other side. */
async function grey(picture: string): Promise<Uint8Array> {
  const name = picture.replace(/^mirrored:/, '');
  return sharp(join(shared, name)).rotate().flop(name !== picture).resize(width, height, { fit: 'contain', background: '#777' }).greyscale().raw().toBuffer();
}

/** A slow gradient: a picture without a face. */
function drawn(step: number): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, index) => ((index % width) / 4 + Math.floor(index / width) / 3 + step * 40) % 200 + 20);
}

/**
 * A camera that shows the pictures in turn, two seconds each. Pictures are black and white: camera files carry grey, and the face engine does not mind
 * (its own table: 12 of 12 grey probes matched).
 */
export async function makeFaceCamera(path: string, pictures: readonly string[], ffmpegBin: string): Promise<void> {
  const frames = facesAvailable ? await Promise.all(pictures.map(grey)) : pictures.map((_, index) => drawn(index));
  const each = 2 * cameraFps;
  await makePictureFile(path, width, height, frames.length * each, (index) => frames[Math.floor(index / each)]!, ffmpegBin);
}
