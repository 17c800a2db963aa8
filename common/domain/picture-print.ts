// The fingerprint of a picture: 64 bits that stay nearly the same when it is recompressed, resized or brightened, and differ for another picture (pHash).
// It says that two pictures look alike; no face can be made of it or recognised by it.

/** Side of the grey raster a print is made of. */
export const rasterSide = 32;
const lowest = 8;
const bits = 64;

/** Cosines of the DCT-II, for the lowest frequencies and one more. */
const cosines = Array.from({ length: lowest + 1 }, (_, frequency) =>
  Float64Array.from({ length: rasterSide }, (_value, at) => Math.cos(((2 * at + 1) * frequency * Math.PI) / (2 * rasterSide))));

/** Sum over a raster of brightness times the waves of these two frequencies. */
function coefficient(raster: ArrayLike<number>, across: number, down: number): number {
  let sum = 0;
  for (let row = 0; row < rasterSide; row++) {
    let line = 0;
    for (let column = 0; column < rasterSide; column++) line += raster[row * rasterSide + column]! * cosines[across]![column]!;
    sum += line * cosines[down]![row]!;
  }
  return sum;
}

/** The 8 × 8 lowest frequencies without the mean, and one more. */
const frequencies: readonly (readonly [number, number])[] = [
  ...Array.from({ length: lowest * lowest - 1 }, (_, index) => [(index + 1) % lowest, Math.floor((index + 1) / lowest)] as const), [lowest, 0],
];

/** Standard deviation of brightness. */
function spreadOf(raster: ArrayLike<number>): number {
  let [sum, squares] = [0, 0];
  for (let at = 0; at < raster.length; at++) {
    sum += raster[at]!;
    squares += raster[at]! ** 2;
  }
  return Math.sqrt(Math.max(0, squares / raster.length - (sum / raster.length) ** 2));
}

/** Less than this spread of brightness, 0..255, is a covered lens or a dark room: such pictures all look alike. */
const leastSpread = 6;

/**
 * Print of a grey raster of 32 × 32, 0..255, as 16 hex digits. Null where there is too little in the picture to tell it from another. A pure function of
 * the raster. Throws RangeError for another size.
 */
export function printOf(raster: ArrayLike<number>): string | null {
  if (raster.length !== rasterSide * rasterSide) throw new RangeError(`a raster has ${rasterSide * rasterSide} points, not ${raster.length}`);
  if (spreadOf(raster) < leastSpread) return null;
  const values = frequencies.map(([across, down]) => coefficient(raster, across, down));
  const sorted = values.toSorted((one, other) => one - other);
  const median = (sorted[bits / 2 - 1]! + sorted[bits / 2]!) / 2;
  const text = values.map((value) => (value > median ? '1' : '0')).join('');
  return BigInt(`0b${text}`).toString(16).padStart(bits / 4, '0');
}

/** In how many of the 64 bits two prints differ. */
export function printDistance(one: string, other: string): number {
  let differ = BigInt(`0x${one}`) ^ BigInt(`0x${other}`);
  let count = 0;
  for (; differ > 0n; differ &= differ - 1n) count++;
  return count;
}

/** Four quarters of a print, each told from the others: of prints that differ in at most `bandedMost` bits at least one is the same. */
export const printBands = (print: string): number[] => [0, 1, 2, 3].map((band) => band * 65_536 + Number.parseInt(print.slice(band * 4, band * 4 + 4), 16));
export const bandedMost = 3;
