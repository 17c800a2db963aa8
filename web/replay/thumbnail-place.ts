// Which picture of a sheet shows a moment of the film, and where it lies.
import type { LessonReplay } from '#contracts/replay.ts';

export type ThumbnailSheet = NonNullable<LessonReplay['parts'][number]['thumbnails']>;
/** Pixels of the sheet as stored. */
export interface ThumbnailPlace { index: number; x: number; y: number }

/** The last picture taken at or before the moment; the ends stand for what is beyond them. */
export function thumbnailAt(atMs: number, { everyMs, columns, count, width, height }: ThumbnailSheet): ThumbnailPlace {
  const index = Math.min(Math.max(0, Math.floor(atMs / everyMs)), Math.max(0, count - 1));
  return { index, x: (index % columns) * width, y: Math.floor(index / columns) * height };
}
/** Size of the whole sheet in px: the last row may be short, a single row may be narrower. */
export const sheetSize = ({ columns, count, width, height }: ThumbnailSheet): { width: number; height: number } =>
  ({ width: Math.min(columns, Math.max(1, count)) * width, height: Math.max(1, Math.ceil(count / columns)) * height });

/** Left edge of a preview of `previewPx` over a bar of `barPx` that points at `share` of it: never outside the bar. */
export const previewLeft = (share: number, barPx: number, previewPx: number): number =>
  Math.min(Math.max(0, share * barPx - previewPx / 2), Math.max(0, barPx - previewPx));
