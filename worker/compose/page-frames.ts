// Draws pages with their lines as pictures, one for each change, and lists them with their times for ffmpeg: a page that stands costs nothing.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Stroke } from '#contracts/courseware.ts';
import { strokeInks, strokePath, strokeScale } from '#domain/stroke.ts';
import { frameMs, type Grid } from './grid.ts';
import type { Box } from './layout.ts';
import { pageFaces, pageKey, pointerPlaces, type FilmPages } from './pages.ts';
import { background, type PictureInput, type PointerLayer } from './picture-arguments.ts';

type Size = Pick<Box, 'width' | 'height'>;
/** A page as it lies in its box, without lines. */
interface Base { key: string; raw: Buffer; place: Box }
interface FrameSpan { fromFrame: number; toFrame: number }

/** The pointer of the live page (web/courseware/PageView.vue) a little larger, for small screens. */
const pointerSide = 44;
const pointerSvg = `<svg xmlns="http://www.w3.org/2000/svg" width="${pointerSide}" height="${pointerSide}"><circle cx="22" cy="22" r="21" fill="#ff2a1a" fill-opacity="0.35"/><circle cx="22" cy="22" r="14" fill="#fff" fill-opacity="0.85"/><circle cx="22" cy="22" r="10" fill="#ff2a1a"/></svg>`;

/** Throws when the picture cannot be read. */
export async function readablePicture(bytes: Buffer): Promise<void> {
  await sharp(bytes, { failOn: 'error' }).raw().toBuffer();
}

async function baseOf(key: string, bytes: Buffer, box: Size): Promise<Base> {
  const { width = 1, height = 1 } = await sharp(bytes).metadata();
  const scale = Math.min(box.width / width, box.height / height);
  const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  const place: Box = { x: Math.floor((box.width - size.width) / 2), y: Math.floor((box.height - size.height) / 2), ...size };
  const picture = await sharp(bytes).flatten({ background: '#ffffff' }).toColourspace('srgb').resize({ ...size, fit: 'fill' }).png({ compressionLevel: 1 }).toBuffer();
  const raw = await sharp({ create: { width: box.width, height: box.height, channels: 3, background } })
    .composite([{ input: picture, left: place.x, top: place.y }]).removeAlpha().raw().toBuffer();
  return { key, raw, place };
}

/** Ids, colours and numbers only: nothing a person wrote comes in here. */
function linesSvg(strokes: readonly Stroke[], { width, height }: Size): Buffer {
  const paths = strokes.map(({ points, colour, width: thick }) =>
    `<path d="${strokePath(points, { width, height })}" stroke="${strokeInks[colour].hex}" stroke-opacity="${strokeInks[colour].opacity}" stroke-width="${(thick * width) / strokeScale}"/>`);
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><g fill="none" stroke-linecap="round" stroke-linejoin="round">${paths.join('')}</g></svg>`);
}

async function drawFace({ raw, place }: Base, box: Size, strokes: readonly Stroke[], path: string): Promise<void> {
  const page = sharp(raw, { raw: { width: box.width, height: box.height, channels: 3 } });
  const drawn = strokes.length > 0 ? page.composite([{ input: linesSvg(strokes, place), left: place.x, top: place.y }]) : page;
  await drawn.removeAlpha().png({ compressionLevel: 1, palette: false }).toFile(path);
}

const seconds = (frames: number): string => ((frames * frameMs) / 1000).toFixed(3);

/** Draws the pages of courseware as they stand in spans of one chunk. */
export class PageFrames {
  readonly #folder: string;
  readonly #grid: Grid;
  readonly #pages: FilmPages;
  #base: Base | null = null;

  /** `folder` is where ffmpeg will run. */
  constructor(folder: string, grid: Grid, pages: FilmPages) {
    this.#folder = folder;
    this.#grid = grid;
    this.#pages = pages;
  }

  /** Files begin with `name`. The pages fill `box`; the pointer stands on them. */
  async write(name: string, span: FrameSpan, box: Box): Promise<{ picture: PictureInput; pointer: PointerLayer | null }> {
    const faces = pageFaces(this.#pages, this.#grid, span);
    const list = ['ffconcat version 1.0'];
    for (const [index, face] of faces.entries()) {
      const file = `${name}-${index}.png`;
      await drawFace(await this.#baseOf(pageKey(face), box), box, face.strokes, join(this.#folder, file));
      list.push(`file ${file}`, `duration ${seconds((faces[index + 1]?.fromFrame ?? span.toFrame) - face.fromFrame)}`);
    }
    await writeFile(join(this.#folder, `${name}.ffconcat`), `${list.join('\n')}\n`);
    return { picture: { path: `${name}.ffconcat`, shiftSeconds: 0, box }, pointer: await this.#pointer(span, box) };
  }

  async #baseOf(key: string, box: Box): Promise<Base> {
    const known = `${key} ${box.width}x${box.height}`;
    if (this.#base?.key !== known) this.#base = await baseOf(known, this.#pages.pictures.get(key)!, box);
    return this.#base;
  }

  async #pointer(span: FrameSpan, box: Box): Promise<PointerLayer | null> {
    const places = pointerPlaces(this.#pages, this.#grid, span);
    if (places.length === 0) return null;
    await sharp(Buffer.from(pointerSvg)).png().toFile(join(this.#folder, 'pointer.png'));
    const moves: PointerLayer['moves'] = [];
    for (const { fromFrame, page, at } of places) {
      const { place } = await this.#baseOf(pageKey(page), box);
      const middle = at && { x: box.x + place.x + (at.x * place.width) / strokeScale, y: box.y + place.y + (at.y * place.height) / strokeScale };
      moves.push({ fromFrame: fromFrame - span.fromFrame, corner: middle && { x: Math.round(middle.x - pointerSide / 2), y: Math.round(middle.y - pointerSide / 2) } });
    }
    return { path: 'pointer.png', moves };
  }
}
