// What ffmpeg is asked for to compose the pictures of a chunk: one graph decodes once and gives 720p, 360p, small pictures and measures.
import { frameMs, framesPerSecond } from './grid.ts';
import { canvas, type Box } from './layout.ts';
import { groupFrames } from '#domain/recording/unit-parts.ts';

export interface PictureInput {
  path: string;
  /** Added to the file's times, in seconds, to get the span's; negative for frames that are only there to decode the first one. */
  shiftSeconds: number;
  box: Box;
}
/** A small picture that jumps: from this frame of the span on its upper left corner stands here on the canvas, or (null) it is not seen. In order, the first at frame 0. */
export interface PointerLayer { path: string; moves: { fromFrame: number; corner: { x: number; y: number } | null }[] }
/** `frames` of 40 ms showing these pictures, later ones on top; without any a plain slate. */
export interface SpanPictures { frames: number; pictures: readonly PictureInput[]; pointer?: PointerLayer | null }

export const background = '#101418';
export const lowSize = { width: 640, height: 360 };
/** Pictures on the seek bar: one every 10 s, in rows of this many within a chunk. */
export const thumbnail = { width: 160, height: 90, everyMs: 10_000, perChunk: 6 };
export const thumbnailFrames = thumbnail.everyMs / frameMs;
/** Measures look at every fifth picture, small. */
const probeEvery = 5;

/** Bits a second of each rendition, hard (VBV). */
export const mainKbps = 1800;
const lowKbps = 400;

/**
 * The same in every chunk of every unit: only then may chunks be joined without encoding again. No B-frames: under the cap they gain nothing
 * (docs/decisions/010), and without them decoding and showing times are one, so that a cut is exact.
 */
const encoder = (crf: number, kbps: number, bufferKbit: number, threads: number): string[] => [
  '-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'high', '-level', '3.1', '-bf', '0', '-crf', String(crf),
  '-maxrate', `${kbps}k`, '-bufsize', `${bufferKbit}k`, '-g', String(groupFrames), '-keyint_min', String(groupFrames), '-sc_threshold', '0', '-flags', '+cgop',
  '-color_range', 'tv', '-colorspace', 'smpte170m', '-color_primaries', 'smpte170m', '-color_trc', 'smpte170m',
  '-threads', String(threads), '-video_track_timescale', '90000', '-an',
];
const seconds = (value: number): string => value.toFixed(6);

/**
 * A picture is shown from the frame nearest to its time (hence the half frame) until the next one comes, the last one to the end; the first one from
 * the span's start at the latest. `overlay` does that itself. No `fps` here: it leaves out a last picture of unknown length, and with it a screen that
 * stands still; and each picture is scaled once, not 25 times a second.
 */
const placed = ({ shiftSeconds, box: { width, height } }: PictureInput, input: number): string => {
  const time = `PTS+(${seconds(shiftSeconds - frameMs / 2000)})/TB`;
  return `[${input}:v]setpts='if(eq(N,0),min(0,${time}),${time})',scale=${width}:${height}:force_original_aspect_ratio=decrease:force_divisible_by=2,setsar=1[p${input}]`;
};

export interface PictureSize { width: number; height: number }
/** Boxes stand on the canvas; a smaller picture is composed at its own size, which costs less than to make a large one smaller. */
function boxAt({ x, y, width, height }: Box, size: PictureSize): Box {
  const even = (value: number): number => Math.round(value / 2) * 2;
  const [across, down] = [size.width / canvas.width, size.height / canvas.height];
  return { x: even(x * across), y: even(y * down), width: even(width * across), height: even(height * down) };
}

/** Far outside of every picture. */
const nowhere = -1000;
/** What a coordinate is at frame `n` of the span: halves within halves, so that hundreds of moves are asked for in a few steps. */
function moveExpression(moves: PointerLayer['moves'], axis: 'x' | 'y'): string {
  if (moves.length <= 1) return String(moves[0]?.corner?.[axis] ?? nowhere);
  const middle = moves.length >> 1;
  return `if(lt(n,${moves[middle]!.fromFrame}),${moveExpression(moves.slice(0, middle), axis)},${moveExpression(moves.slice(middle), axis)})`;
}

/** Its files in the order of their inputs. */
const filesOf = ({ pictures, pointer }: SpanPictures): string[] => [...pictures.map(({ path }) => path), ...(pointer ? [pointer.path] : [])];

/** One span, ending in `[s<index>]`. */
function spanChains(span: SpanPictures, index: number, firstInput: number, size: PictureSize): string[] {
  const { frames, pictures, pointer } = span;
  const { width, height } = size;
  const name = (layer: number): string => (layer === filesOf(span).length ? `s${index}` : `g${index}x${layer}`);
  return [
    `color=c=${background}:s=${width}x${height}:r=${framesPerSecond}:d=${seconds(frames / framesPerSecond)},trim=end_frame=${frames},setsar=1,format=yuv420p[${name(0)}]`,
    ...pictures.flatMap((picture, layer) => {
      const box = size === canvas ? picture.box : boxAt(picture.box, size);
      const input = firstInput + layer;
      // A picture behind the end makes overlay repeat the last frame.
      const over = `overlay=${box.x}+(${box.width}-w)/2:${box.y}+(${box.height}-h)/2:eof_action=repeat,trim=end_frame=${frames}`;
      return [placed({ ...picture, box }, input), `[${name(layer)}][p${input}]${over}[${name(layer + 1)}]`];
    }),
    ...(pointer ? [`[${name(pictures.length)}][${firstInput + pictures.length}:v]overlay=x='${moveExpression(pointer.moves, 'x')}':y='${moveExpression(pointer.moves, 'y')}':eval=frame:eof_action=repeat,trim=end_frame=${frames}[${name(pictures.length + 1)}]`] : []),
  ];
}

/** Filters that show the spans one after another, ending in `[joined]`, and the inputs they read, in order; an input each for every picture. A pointer only stands right on the canvas' own size. */
export function joinedSpans(spans: readonly SpanPictures[], size: PictureSize = canvas): { inputs: string[]; chains: string[]; frames: number } {
  let first = 0;
  const chains = spans.flatMap((span, index) => {
    const firstInput = first;
    first += filesOf(span).length;
    return spanChains(span, index, firstInput, size);
  });
  return {
    inputs: spans.flatMap((span) => filesOf(span).flatMap((path) => ['-threads', '1', '-i', path])),
    chains: [...chains, `${spans.map((_, index) => `[s${index}]`).join('')}concat=n=${spans.length}:v=1:a=0[joined]`],
    frames: spans.reduce((sum, span) => sum + span.frames, 0),
  };
}

export interface PictureOutputs { main: string; low: string; thumbnails: string; probe: string }

/** Pictures on the canvas, so many frames of 40 ms: what ffmpeg reads, and filters that end in `[joined]`. */
export interface PictureSource { inputs: readonly string[]; chains: readonly string[]; frames: number }

/** Encoded as one: 720p and 360p pictures only, a sheet of small pictures, and what was measured as text. */
export function encodeArguments({ inputs, chains, frames }: PictureSource, outputs: PictureOutputs, kbps: number, threads: number): string[] {
  const graph = [
    ...chains, '[joined]split=2[main][l]', `[l]scale=${lowSize.width}:${lowSize.height}:flags=bilinear,split=3[low][t][q]`,
    `[t]select='not(mod(n,${thumbnailFrames}))',scale=${thumbnail.width}:${thumbnail.height}:flags=area:out_range=full,format=yuvj420p,tile=${thumbnail.perChunk}x1[sheet]`,
    `[q]select='not(mod(n,${probeEvery}))',scale=160:90:flags=area,blackdetect=d=0,freezedetect=n=0.0002:d=2,metadata=mode=print:file=${outputs.probe}[seen]`,
  ].join(';');
  const most = ['-frames:v', String(frames)];
  return [
    ...inputs, '-filter_complex', graph,
    '-map', '[main]', ...most, ...encoder(23, kbps, mainKbps, threads), outputs.main,
    '-map', '[low]', ...most, ...encoder(26, lowKbps, 2 * lowKbps, 1), outputs.low,
    '-map', '[sheet]', '-frames:v', '1', '-q:v', '3', outputs.thumbnails, '-map', '[seen]', '-f', 'null', '-',
  ];
}
