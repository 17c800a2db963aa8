// A picture that carries its own frame number: 20 bits and a 4-bit check as black and white blocks along the top, digits below for people.

export const counterGrid = { bits: 20, checkBits: 4, leftShare: 0.05, widthShare: 0.9, topShare: 0.04, heightShare: 0.12 } as const;
const columns = counterGrid.bits + counterGrid.checkBits;

/** Nibbles of the number xored with a constant, so that an all-black picture is not counter 0. */
const checkOf = (counter: number): number => {
  let check = 0b1010;
  for (let rest = counter; rest > 0; rest = Math.floor(rest / 16)) check ^= rest % 16;
  return check;
};

/** True where block `index` (0 leftmost) is white. */
export const counterBits = (counter: number): boolean[] =>
  Array.from({ length: columns }, (_, index) => {
    const value = counter * 16 + checkOf(counter);
    return Math.floor(value / 2 ** (columns - 1 - index)) % 2 === 1;
  });

const segmentsOf = [0x77, 0x24, 0x5d, 0x6d, 0x2e, 0x6b, 0x7b, 0x25, 0x7f, 0x6f];

function fill(picture: Uint8Array, width: number, box: { x: number; y: number; w: number; h: number }, level: number): void {
  for (let row = box.y; row < box.y + box.h; row++) picture.fill(level, row * width + box.x, row * width + box.x + box.w);
}

function drawDigit(picture: Uint8Array, width: number, digit: number, x: number, y: number, size: number): void {
  const thick = Math.max(2, Math.round(size / 6));
  const on = segmentsOf[digit]!;
  const long = size;
  const boxes = [
    { x, y, w: long, h: thick }, { x, y, w: thick, h: long }, { x: x + long - thick, y, w: thick, h: long },
    { x, y: y + long - thick, w: long, h: thick }, { x, y: y + long - thick, w: thick, h: long },
    { x: x + long - thick, y: y + long - thick, w: thick, h: long }, { x, y: y + 2 * long - 2 * thick, w: long, h: thick },
  ];
  // Order of the boxes: top, upper left, upper right, middle, lower left, lower right, bottom.
  boxes.forEach((box, index) => { if ((on >> index) & 1) fill(picture, width, box, 235); });
}

/** One grey picture (8 bit, width x height) with its number burnt in and a bar that moves with it. */
export function drawCounter(counter: number, width: number, height: number): Uint8Array {
  const picture = new Uint8Array(width * height).fill(90);
  const top = Math.round(height * counterGrid.topShare);
  const tall = Math.round(height * counterGrid.heightShare);
  const left = width * counterGrid.leftShare;
  const step = (width * counterGrid.widthShare) / columns;
  counterBits(counter).forEach((white, index) => {
    const x = Math.round(left + index * step);
    fill(picture, width, { x, y: top, w: Math.round(left + (index + 1) * step) - x, h: tall }, white ? 235 : 16);
  });
  const size = Math.round(height / 8);
  String(counter).padStart(6, '0').split('').forEach((digit, index) =>
    drawDigit(picture, width, Number(digit), Math.round(width * 0.12 + index * size * 1.4), Math.round(height * 0.4), size));
  const bar = Math.round(width / 40);
  fill(picture, width, { x: (counter * 8) % (width - bar), y: Math.round(height * 0.85), w: bar, h: Math.round(height * 0.1) }, 200);
  return picture;
}

/** The number in a grey picture made by drawCounter and since scaled or compressed; null where the check does not hold. `box` is where the picture lies. */
export function readCounter(
  grey: Uint8Array, width: number, height: number, box = { x: 0, y: 0, w: width, h: height },
): number | null {
  const y = Math.min(height - 1, Math.round(box.y + box.h * (counterGrid.topShare + counterGrid.heightShare / 2)));
  let value = 0;
  for (let index = 0; index < columns; index++) {
    const x = Math.round(box.x + box.w * (counterGrid.leftShare + (counterGrid.widthShare * (index + 0.5)) / columns));
    const level = grey[y * width + x];
    if (level === undefined) return null;
    value = value * 2 + (level > 126 ? 1 : 0);
  }
  const counter = Math.floor(value / 16);
  return value % 16 === checkOf(counter) ? counter : null;
}
