// Pictures as a learner's camera gives them, and the same spoilt: dark, blurred, small, turned, pressed too hard.
import sharp, { type Sharp } from 'sharp';
import { boxHeight, type Box } from '#domain/face-box.ts';
import type { Pixels } from '../../worker/face/geometry.ts';

const frame = { width: 640, height: 480 } as const;
const behind = '#777';
const usualFace = 160;
/** As the page of a learner sends it. */
const sentQuality = 88;

/** A face as found in a picture. */
export interface Framed { picture: Pixels; box: Box }

const raw = ({ data, width, height }: Pixels): Sharp => sharp(data, { raw: { width, height, channels: 3 } });

/** The face in the middle of a camera picture, its box so many pixels high; grey where the picture ends. Not compressed yet. */
async function placed({ picture, box }: Framed, height: number): Promise<Sharp> {
  const scale = height / boxHeight(box);
  const [width, length] = [Math.round(picture.width * scale), Math.round(picture.height * scale)];
  const left = Math.round(((box[0] + box[2]) / 2) * scale - frame.width / 2);
  const top = Math.round(((box[1] + box[3]) / 2) * scale - frame.height / 2);
  const [fromX, fromY] = [Math.max(0, left), Math.max(0, top)];
  const seen = { left: fromX, top: fromY, width: Math.min(width, left + frame.width) - fromX, height: Math.min(length, top + frame.height) - fromY };
  const resized = await raw(picture).resize(width, length, { fit: 'fill' }).png({ compressionLevel: 1 }).toBuffer();
  const input = await sharp(resized).extract(seen).png({ compressionLevel: 1 }).toBuffer();
  const whole = await sharp({ create: { ...frame, channels: 3, background: behind } }).composite([{ input, left: fromX - left, top: fromY - top }]).removeAlpha().png({ compressionLevel: 1 }).toBuffer();
  return sharp(whole);
}

/** Leaning, not looking aside: the picture's middle stays as large as it was. */
async function leaning(face: Framed, degrees: number): Promise<Sharp> {
  const { data, info } = await (await placed(face, usualFace)).rotate(degrees, { background: behind }).png({ compressionLevel: 1 }).toBuffer({ resolveWithObject: true });
  return sharp(data).extract({ left: Math.floor((info.width - frame.width) / 2), top: Math.floor((info.height - frame.height) / 2), ...frame });
}

const usual = (face: Framed): Promise<Sharp> => placed(face, usualFace);
const alterations: Record<string, (face: Framed) => Promise<Sharp>> = {
  plain: usual,
  'dark x0.3': async (face) => (await usual(face)).linear(0.3, 0), 'dark x0.15': async (face) => (await usual(face)).linear(0.15, 0),
  'blurred sigma 1.5': async (face) => (await usual(face)).blur(1.5), 'blurred sigma 3': async (face) => (await usual(face)).blur(3), 'blurred sigma 5': async (face) => (await usual(face)).blur(5),
  'small 64 px': (face) => placed(face, 64), 'small 48 px': (face) => placed(face, 48), 'small 32 px': (face) => placed(face, 32),
  'turned 15 deg': (face) => leaning(face, 15), 'turned 30 deg': (face) => leaning(face, 30), 'turned 45 deg': (face) => leaning(face, 45),
};

/** A snapshot as it is sent when nothing is wrong: 640 × 480, a face of 160 pixels. */
export const snapshotOf = async (face: Framed): Promise<Buffer> => (await usual(face)).jpeg({ quality: sentQuality }).toBuffer();

/** The snapshot in every alteration, by its name; `plain` is none. */
export async function* alteredSnapshots(face: Framed): AsyncGenerator<{ name: string; bytes: Buffer }> {
  for (const [name, alter] of Object.entries(alterations)) yield { name, bytes: await (await alter(face)).jpeg({ quality: sentQuality }).toBuffer() };
  yield { name: 'recompressed q10', bytes: await (await usual(face)).jpeg({ quality: 10 }).toBuffer() };
}
