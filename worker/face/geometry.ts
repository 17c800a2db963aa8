// Sampling a picture through an affine map, and the map that puts a face upright into a square.
import { greyOf, type Size } from '#domain/face-box.ts';

/** 8-bit RGB, row by row. */
export interface Pixels { data: Uint8Array; width: number; height: number }
export type Point = readonly [number, number];
/** Target to source: sx = a·x + b·y + c, sy = d·x + e·y + f. */
export type Affine = readonly [number, number, number, number, number, number];

/** The map that shows the square of `side` picture pixels at (x, y) in a target of `size` pixels a side. */
export function squareMap(x: number, y: number, side: number, size: number): Affine {
  const scale = side / size;
  const half = 0.5 * scale - 0.5;
  return [scale, 0, x + half, 0, scale, y + half];
}

/** Of one axis: which picture pixels make each target pixel, and how much of it; target n has those from `starts[n]` to before `starts[n + 1]`. */
interface Taps { starts: Int32Array; at: Int32Array; weights: Float32Array }

/** Bilinear samples, `steps` a target pixel, at scale · target + shift; a pixel met twice counts once, what lies outside of the picture is black. */
function tapsOf(scale: number, shift: number, size: number, steps: number, length: number): Taps {
  const taps: Taps = { starts: new Int32Array(size + 1), at: new Int32Array(size * steps * 2), weights: new Float32Array(size * steps * 2) };
  let count = 0;
  const add = (from: number, pixel: number, weight: number): void => {
    if (pixel < 0 || pixel >= length || weight === 0) return;
    let place = count;
    for (let known = from; known < count; known++) if (taps.at[known] === pixel) place = known;
    if (place === count) taps.at[count++] = pixel;
    taps.weights[place]! += weight;
  };
  for (let target = 0; target < size; target++) {
    const from = count;
    for (let step = 0; step < steps; step++) {
      const position = scale * (target + (step + 0.5) / steps - 0.5) + shift;
      const pixel = Math.floor(position);
      add(from, pixel, (1 - position + pixel) / steps);
      add(from, pixel + 1, (position - pixel) / steps);
    }
    taps.starts[target + 1] = count;
  }
  return taps;
}

/** One row of the picture, shrunk or stretched to the target's columns. */
function shrinkRow({ data, width }: Pixels, row: number, { starts, at, weights }: Taps, line: Float32Array): void {
  const base = row * width;
  for (let target = 0, out = 0; target < starts.length - 1; target++, out += 3) {
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let tap = starts[target]!; tap < starts[target + 1]!; tap++) {
      const pixel = (base + at[tap]!) * 3;
      const weight = weights[tap]!;
      red += weight * data[pixel]!;
      green += weight * data[pixel + 1]!;
      blue += weight * data[pixel + 2]!;
    }
    line[out] = red;
    line[out + 1] = green;
    line[out + 2] = blue;
  }
}

/** So many shrunk rows are kept for the next target row; any number gives the same picture. */
const keptRows = 8;

/** Where the map does not turn, columns and rows are done one after the other: far less work, the same picture. */
function warpUpright(picture: Pixels, [a, , c, , e, f]: Affine, size: Size, steps: number): Float32Array {
  const columns = tapsOf(a, c, size.width, steps, picture.width);
  const rows = tapsOf(e, f, size.height, steps, picture.height);
  const length = size.width * 3;
  const out = new Float32Array(size.height * length);
  const kept = Array.from({ length: keptRows }, () => ({ row: -1, line: new Float32Array(length) }));
  for (let target = 0; target < size.height; target++) {
    const start = target * length;
    for (let tap = rows.starts[target]!; tap < rows.starts[target + 1]!; tap++) {
      const row = rows.at[tap]!;
      const shrunk = kept[row % keptRows]!;
      if (shrunk.row !== row) {
        shrinkRow(picture, row, columns, shrunk.line);
        shrunk.row = row;
      }
      const weight = rows.weights[tap]!;
      const { line } = shrunk;
      for (let index = 0; index < length; index++) out[start + index]! += weight * line[index]!;
    }
  }
  return out;
}

/** Adds the bilinear sample at (x, y) to `sum`; outside of the picture is black. */
function addSample({ data, width, height }: Pixels, x: number, y: number, sum: Float64Array): void {
  const left = Math.floor(x);
  const top = Math.floor(y);
  if (left < -1 || top < -1 || left >= width || top >= height) return;
  const right = x - left;
  const below = y - top;
  if (left >= 0 && top >= 0 && left < width - 1 && top < height - 1) {
    const upper = (top * width + left) * 3;
    const lower = upper + width * 3;
    for (let channel = 0; channel < 3; channel++) {
      const above = (1 - right) * data[upper + channel]! + right * data[upper + 3 + channel]!;
      sum[channel]! += (1 - below) * above + below * ((1 - right) * data[lower + channel]! + right * data[lower + 3 + channel]!);
    }
    return;
  }
  // At the edge only the corners that are in the picture count.
  for (let corner = 0; corner < 4; corner++) {
    const column = left + (corner & 1);
    const row = top + (corner >> 1);
    if (column < 0 || row < 0 || column >= width || row >= height) continue;
    const weight = (corner & 1 ? right : 1 - right) * (corner >> 1 ? below : 1 - below);
    const at = (row * width + column) * 3;
    for (let channel = 0; channel < 3; channel++) sum[channel]! += weight * data[at + channel]!;
  }
}

/** A turned map: every sample of every target pixel is looked up by itself. */
function warpTurned(picture: Pixels, [a, b, c, d, e, f]: Affine, size: Size, steps: number): Float32Array {
  const out = new Float32Array(size.width * size.height * 3);
  const sum = new Float64Array(3);
  const share = 1 / (steps * steps);
  for (let row = 0, at = 0; row < size.height; row++) {
    for (let column = 0; column < size.width; column++, at += 3) {
      sum.fill(0);
      for (let down = 0; down < steps; down++) {
        const y = row + (down + 0.5) / steps - 0.5;
        for (let along = 0; along < steps; along++) {
          const x = column + (along + 0.5) / steps - 0.5;
          addSample(picture, a * x + b * y + c, d * x + e * y + f, sum);
        }
      }
      for (let channel = 0; channel < 3; channel++) out[at + channel] = sum[channel]! * share;
    }
  }
  return out;
}

/** `size.width` × `size.height` RGB values 0..255. Where the picture shrinks, up to 4×4 samples a pixel keep it free of moiré. */
export function warp(picture: Pixels, map: Affine, size: Size): Float32Array {
  const [a, b, , d] = map;
  const steps = Math.min(4, Math.max(1, Math.round(Math.hypot(a, d))));
  return b === 0 && d === 0 ? warpUpright(picture, map, size, steps) : warpTurned(picture, map, size, steps);
}

const mean = (points: readonly Point[]): Point => [
  points.reduce((total, point) => total + point[0], 0) / points.length, points.reduce((total, point) => total + point[1], 0) / points.length,
];

/** The rotation, scale and shift (least squares) that carry `target` onto `source`. */
export function similarity(target: readonly Point[], source: readonly Point[]): Affine {
  const [targetX, targetY] = mean(target);
  const [sourceX, sourceY] = mean(source);
  let along = 0;
  let across = 0;
  let spread = 0;
  target.forEach(([x, y], index) => {
    const [u, v] = [x - targetX, y - targetY];
    const [p, q] = [source[index]![0] - sourceX, source[index]![1] - sourceY];
    along += u * p + v * q;
    across += u * q - v * p;
    spread += u * u + v * v;
  });
  const [cos, sin] = [along / spread, across / spread];
  return [cos, -sin, sourceX - cos * targetX + sin * targetY, sin, cos, sourceY - sin * targetX - cos * targetY];
}

/** Mean of the points with these indexes. */
export const meanOf = (points: readonly Point[], indexes: readonly number[]): Point => mean(indexes.map((index) => points[index]!));

/** RGB rows to one plane per channel, shifted and scaled; `bgr` puts blue first. */
export function planes(rgb: Float32Array, shift: number, scale: number, bgr: boolean): Float32Array {
  const count = rgb.length / 3;
  const out = new Float32Array(rgb.length);
  const [red, blue] = bgr ? [2 * count, 0] : [0, 2 * count];
  for (let index = 0, at = 0; index < count; index++, at += 3) {
    out[red + index] = (rgb[at]! - shift) / scale;
    out[count + index] = (rgb[at + 1]! - shift) / scale;
    out[blue + index] = (rgb[at + 2]! - shift) / scale;
  }
  return out;
}

export function greys(rgb: Float32Array): Float32Array {
  const out = new Float32Array(rgb.length / 3);
  for (let index = 0; index < out.length; index++) out[index] = greyOf(rgb[3 * index]!, rgb[3 * index + 1]!, rgb[3 * index + 2]!);
  return out;
}
