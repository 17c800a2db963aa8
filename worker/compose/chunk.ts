// Composes one chunk: pictures and sound of at most a minute as files that join with their neighbours without encoding again.
import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '#domain/errors.ts';
import type { ChunkMeasures, ChunkMedia, ComposeTools, Stretch } from '../recording/model.ts';
import { composeSound } from './chunk-sound.ts';
import { runFfmpeg } from './ffmpeg.ts';
import { frameMs, framesPerSecond, type Grid } from './grid.ts';
import { framesFor, SegmentBytes, writePicture } from './intermediate.ts';
import { canvas, type LayoutSpan } from './layout.ts';
import { PageFrames } from './page-frames.ts';
import { encodeArguments, joinedSpans, mainKbps, type PictureInput, type PictureSource, type SpanPictures } from './picture-arguments.ts';
import { blackStretches, clipped, frozenStretches, parseMetadata, type Noted } from './probe.ts';

/** Bytes of 720p pictures a frame may take: 45 min with sound stay below 690 MB and 50 min below 800 MB (R125). */
const boundPerFrame = 9500;
/** The encoder's buffer may be spent once more in a chunk of any length. */
const boundOnce = (mainKbps * 1000) / 8;
export const boundBytes = (frames: number): number => Math.min(1500, frames) * boundPerFrame + (frames < 1500 ? boundOnce : 0);
const mostAttempts = 4;
export const leastBlackMs = 1000;
const leastFrozenMs = 2000;

interface Work { tools: ComposeTools; media: ChunkMedia; folder: string; bytes: SegmentBytes }

async function writeSpan(grid: Grid, span: LayoutSpan, index: number, folder: string, bytes: SegmentBytes, pages: PageFrames | null): Promise<SpanPictures> {
  const fromMs = grid.startMs + span.fromFrame * frameMs;
  const toMs = grid.startMs + span.toFrame * frameMs;
  const pictures: PictureInput[] = [];
  for (const [tile, { piece, box }] of span.tiles.entries()) {
    const path = `span-${index}-${tile}.mkv`;
    const startMs = await writePicture(join(folder, path), framesFor(piece, fromMs, toMs), piece.track.files, bytes);
    pictures.push({ path, shiftSeconds: (startMs - fromMs) / 1000, box });
  }
  const shown = span.page && pages ? await pages.write(`page-${index}`, span, span.page) : null;
  return { frames: span.toFrame - span.fromFrame, pictures: [...(shown ? [shown.picture] : []), ...pictures], pointer: shown?.pointer ?? null };
}

/** Writes the pictures of every span into `folder`, where ffmpeg will run. */
export async function writeSpans({ grid, spans, pages }: Pick<ChunkMedia, 'grid' | 'spans' | 'pages'>, folder: string, bytes: SegmentBytes): Promise<SpanPictures[]> {
  const written: SpanPictures[] = [];
  const frames = pages ? new PageFrames(folder, grid, pages) : null;
  for (const [index, span] of spans.entries()) written.push(await writeSpan(grid, span, index, folder, bytes, frames));
  return written;
}

const stretchOf = (span: LayoutSpan): Stretch => ({ fromMs: span.fromFrame * frameMs, toMs: span.toFrame * frameMs });

/**
 * Writes the pictures of a chunk from a folder within the tools' own, where ffmpeg runs; answers what was noted of them and how large they are. Encodes until the
 * bound holds: the cap is hard but counts within a buffer only, and noise may beat it.
 */
export async function encodePictures(tools: ComposeTools, folder: string, source: PictureSource): Promise<{ noted: Noted[]; bytes: ChunkMeasures['bytes'] }> {
  const outputs = { main: '../main.mp4', low: '../low.mp4', thumbnails: '../thumbnails.jpg', probe: 'pictures.txt' };
  const { frames } = source;
  let kbps = mainKbps;
  for (let attempt = 1; ; attempt++) {
    await runFfmpeg({
      bin: tools.ffmpegBin, cwd: folder, args: encodeArguments(source, outputs, kbps, tools.threads), signal: tools.signal,
      onProgress: tools.onProgress && ((seconds) => tools.onProgress?.(Math.min(frames, Math.round(seconds * framesPerSecond)))),
    });
    const { size } = await stat(join(tools.folder, 'main.mp4'));
    if (size <= boundBytes(frames)) break;
    if (attempt === mostAttempts) throw new DomainError('internal', `a chunk of ${frames} frames stays at ${size} bytes`);
    kbps = Math.floor(kbps * Math.min(0.95, (0.95 * boundBytes(frames)) / size));
  }
  return {
    noted: parseMetadata(await readFile(join(folder, outputs.probe), 'utf8')),
    bytes: { main: (await stat(join(tools.folder, 'main.mp4'))).size, low: (await stat(join(tools.folder, 'low.mp4'))).size },
  };
}

async function composePictures({ tools, media, folder, bytes }: Work): Promise<Pick<ChunkMeasures, 'black' | 'frozen' | 'sourceHeights' | 'bytes'>> {
  const spans = await writeSpans(media, folder, bytes);
  const encoded = await encodePictures(tools, folder, joinedSpans(spans));
  const { noted } = encoded;
  const endMs = media.grid.frames * frameMs;
  const shown = media.spans.filter(({ tiles, page }) => page !== null || tiles.length > 0);
  // A page may be dark, and it stands still: only what a camera sends can fail so.
  const sent = shown.filter(({ page }) => page === null);
  return {
    black: clipped(blackStretches(noted, endMs), joined(sent), leastBlackMs),
    frozen: clipped(frozenStretches(noted, endMs), joined(sent.filter(({ tiles }) => tiles[0]!.piece.track.source === 'camera')), leastFrozenMs),
    sourceHeights: heightsOf(shown), bytes: encoded.bytes,
  };
}

/** Spans that meet as one stretch. */
function joined(spans: readonly LayoutSpan[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const stretch of spans.map(stretchOf)) {
    const before = stretches.at(-1);
    if (before?.toMs === stretch.fromMs) before.toMs = stretch.toMs;
    else stretches.push(stretch);
  }
  return stretches;
}

/** Lines of the leading picture as it came, tallest first; a page is drawn in as many as the file has. */
function heightsOf(shown: readonly LayoutSpan[]): ChunkMeasures['sourceHeights'] {
  const total = new Map<number, number>();
  for (const { fromFrame, toFrame, tiles, page } of shown) {
    const height = page ? canvas.height : tiles[0]!.piece.height;
    total.set(height, (total.get(height) ?? 0) + (toFrame - fromFrame) * frameMs);
  }
  return [...total].map(([height, ms]) => ({ height, ms })).sort((one, other) => other.height - one.height);
}

/** Both go on to their end before an error is told: nothing may still write when the folder is removed. */
async function both<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  const [first, second] = await Promise.allSettled([one, other]);
  if (first.status === 'rejected') throw first.reason;
  if (second.status === 'rejected') throw second.reason;
  return [first.value, second.value];
}

const checkGrid = ({ grid, spans }: { grid: Grid; spans: readonly LayoutSpan[] }): void => {
  if (spans[0]?.fromFrame !== 0 || spans.at(-1)?.toFrame !== grid.frames) throw new DomainError('internal', 'spans do not cover the chunk');
};

/**
 * Writes `main.mp4` (720p), `low.mp4` (360p), `sound.flac` and `thumbnails.jpg` into the tools' folder and answers what was measured on the way.
 * The same media give the same files; what a killed run left is written over. Throws internal when ffmpeg fails, and when the size bound cannot be kept.
 */
export async function composeChunk(tools: ComposeTools, media: ChunkMedia): Promise<ChunkMeasures> {
  checkGrid(media);
  const folder = join(tools.folder, 'work');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    const bytes = SegmentBytes.create();
    const [pictures, sound] = await both(
      composePictures({ tools, media, folder, bytes }),
      composeSound({ bin: tools.ffmpegBin, folder, signal: tools.signal }, media.grid, media.lanes, bytes, '../sound.flac'),
    );
    return { ...sound, ...pictures };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
