// A page's picture as browsers get it, and its thumbnail: WebP, upright, without what a camera wrote into it.
import sharp from 'sharp';
import { pageSidePixels, thumbSidePixels } from '#domain/courseware.ts';
import { RefusedFile } from './refused.ts';

/** Of a picture that was uploaded, or a page that was drawn. */
const mostPixels = 80e6;
const sizes = [['page', pageSidePixels, 84], ['thumb', thumbSidePixels, 70]] as const;
export interface PagePicture { size: 'page' | 'thumb'; bytes: Buffer }

/** Both sizes of it, never larger than it is. Throws too_heavy, damaged. */
export async function pagePictures(path: string): Promise<PagePicture[]> {
  try {
    const made: PagePicture[] = [];
    for (const [size, side, quality] of sizes) {
      const picture = sharp(path, { limitInputPixels: mostPixels, failOn: 'error', pages: 1 }).rotate().flatten({ background: '#ffffff' });
      made.push({ size, bytes: await picture.resize(side, side, { fit: 'inside', withoutEnlargement: true }).webp({ quality, smartSubsample: true }).toBuffer() });
    }
    return made;
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : '';
    throw new RefusedFile(/pixel limit/i.test(words) ? 'too_heavy' : 'damaged', words);
  }
}
