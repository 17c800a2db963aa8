// Decodes an uploaded picture within limits: three formats by signature, 40 megapixels, upright, at most 960 pixels a side.
import sharp from 'sharp';
import { DomainError } from '#domain/errors.ts';
import { analysedSide } from '#domain/face-model.ts';
import { pictureTypeOf } from '#domain/picture.ts';
import type { Pixels } from './geometry.ts';

sharp.concurrency(1);
sharp.cache(false);
const maxPixels = 40_000_000;

/** Throws picture_invalid for what is no whole picture of an accepted format. */
export async function decodePicture(bytes: Uint8Array): Promise<Pixels> {
  if (!pictureTypeOf(bytes)) throw new DomainError('picture_invalid', 'neither JPEG, PNG nor WebP');
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error' })
      .rotate()
      .resize(analysedSide, analysedSide, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#000' })
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new DomainError('picture_invalid', `${info.channels} channels after decoding`);
    return { data, width: info.width, height: info.height };
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw new DomainError('picture_invalid', 'the picture cannot be decoded');
  }
}
