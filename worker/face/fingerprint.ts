// The fingerprint of a snapshot as uploaded: its print, and a digest of its bytes.
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { printOf, rasterSide } from '#domain/picture-print.ts';

const maxPixels = 40_000_000;
const digestDigits = 32;

/** `hash`: 16 hex digits; `digest`: the same for the same bytes. */
export interface Fingerprint { hash: string; digest: string }

/** Null for what cannot be decoded, and for a picture with nothing in it: a covered camera gives the same picture each time. */
export async function fingerprint(bytes: Uint8Array): Promise<Fingerprint | null> {
  const raster = await sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error' })
    .rotate().flatten({ background: '#000' }).greyscale().resize(rasterSide, rasterSide, { fit: 'fill' }).raw().toBuffer()
    .catch(() => null);
  const hash = raster === null ? null : printOf(raster);
  return hash === null ? null : { hash, digest: createHash('sha256').update(bytes).digest('hex').slice(0, digestDigits) };
}
