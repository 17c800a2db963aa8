// Is it a picture at all: by its content, small enough to be unpacked, and still.
import sharp from 'sharp';
import { DomainError } from '#domain/errors.ts';
import { pictureTypeOf, type PictureType } from '#domain/picture.ts';

/** More are not unpacked. */
export const mostPixels = 40_000_000;
const leastSide = 64;
/** The type of a picture that can be read. Throws picture_invalid. */
export async function readablePictureType(bytes: Buffer): Promise<PictureType> {
  const type = pictureTypeOf(bytes);
  const invalid = (why: string): DomainError => new DomainError('picture_invalid', why);
  if (!type) throw invalid('not a JPEG, PNG or WebP picture');
  const header = await sharp(bytes, { limitInputPixels: mostPixels, failOn: 'error' }).metadata().catch(() => null);
  if (!header || type !== `image/${header.format}`) throw invalid('the picture cannot be read');
  if (header.width < leastSide || header.height < leastSide || header.width * header.height > mostPixels) throw invalid('the picture is too small or too wide');
  if ((header.pages ?? 1) > 1) throw invalid('a picture does not move');
  return type;
}
