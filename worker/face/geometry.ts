// Sampling a picture through an affine map, and the map that puts a face upright into a square.

/** 8-bit RGB, row by row. */
export interface Pixels { data: Uint8Array; width: number; height: number }
/** Left, top, right, bottom in picture pixels. */
export type Box = readonly [number, number, number, number];
export type Point = readonly [number, number];
/** Target to source: sx = a·x + b·y + c, sy = d·x + e·y + f. */
export type Affine = readonly [number, number, number, number, number, number];

export const boxWidth = (box: Box): number => box[2] - box[0];
export const boxHeight = (box: Box): number => box[3] - box[1];
export const boxArea = (box: Box): number => boxWidth(box) * boxHeight(box);

/** The map that shows the square of `side` picture pixels at (x, y) in a target of `size` pixels a side. */
export function squareMap(x: number, y: number, side: number, size: number): Affine {
  const scale = side / size;
  const half = 0.5 * scale - 0.5;
  return [scale, 0, x + half, 0, scale, y + half];
}

/** Adds the bilinear sample at (x, y) to `sum`; outside of the picture is black. */
function addSample(picture: Pixels, x: number, y: number, sum: Float64Array): void {
  const { data, width, height } = picture;
  const left = Math.floor(x);
  const top = Math.floor(y);
  if (left < -1 || top < -1 || left >= width || top >= height) return;
  for (let corner = 0; corner < 4; corner++) {
    const column = left + (corner & 1);
    const row = top + (corner >> 1);
    if (column < 0 || row < 0 || column >= width || row >= height) continue;
    const weight = (corner & 1 ? x - left : 1 - x + left) * (corner >> 1 ? y - top : 1 - y + top);
    const at = (row * width + column) * 3;
    for (let channel = 0; channel < 3; channel++) sum[channel]! += weight * data[at + channel]!;
  }
}

/** `size.width` × `size.height` RGB values 0..255. Where the picture shrinks, up to 4×4 samples a pixel keep it free of moiré. */
export function warp(picture: Pixels, map: Affine, size: { width: number; height: number }): Float32Array {
  const [a, b, c, d, e, f] = map;
  const steps = Math.min(4, Math.max(1, Math.round(Math.hypot(a, d))));
  const out = new Float32Array(size.width * size.height * 3);
  const sum = new Float64Array(3);
  for (let row = 0; row < size.height; row++) {
    for (let column = 0; column < size.width; column++) {
      sum.fill(0);
      for (let step = 0; step < steps * steps; step++) {
        const x = column + ((step % steps) + 0.5) / steps - 0.5;
        const y = row + (Math.floor(step / steps) + 0.5) / steps - 0.5;
        addSample(picture, a * x + b * y + c, d * x + e * y + f, sum);
      }
      const at = (row * size.width + column) * 3;
      for (let channel = 0; channel < 3; channel++) out[at + channel] = sum[channel]! / (steps * steps);
    }
  }
  return out;
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
  for (let index = 0; index < count; index++) {
    for (let channel = 0; channel < 3; channel++) out[(bgr ? 2 - channel : channel) * count + index] = (rgb[3 * index + channel]! - shift) / scale;
  }
  return out;
}

export function greys(rgb: Float32Array): Float32Array {
  const out = new Float32Array(rgb.length / 3);
  for (let index = 0; index < out.length; index++) out[index] = 0.299 * rgb[3 * index]! + 0.587 * rgb[3 * index + 1]! + 0.114 * rgb[3 * index + 2]!;
  return out;
}
