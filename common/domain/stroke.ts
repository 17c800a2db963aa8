// Lines drawn on a page: what is a sound one, and how one is made small.

/** Coordinates are whole numbers from 0 to this, over the page's width and height. */
export const strokeScale = 10_000;
export const strokeColours = ['red', 'blue', 'green', 'yellow', 'black'] as const;
export type StrokeColour = (typeof strokeColours)[number];
/** Ten-thousandths of the page's width. */
export const strokeWidths = [30, 60, 160] as const;
/** Of one line as it is stored, and of all lines of one page together. */
export const mostStrokePoints = 400;
export const mostPagePoints = 8_000;
export const mostPageStrokes = 300;
/** Points closer to the line through their neighbours than this are left out; a third of the thinnest line. */
const tolerance = 10;

/** x0, y0, x1, y1 … in `strokeScale`. */
export type StrokePoints = readonly number[];

/** Distance of point `at` from the line between two others, all as indices of points. */
function distance(points: StrokePoints, at: number, from: number, to: number): number {
  const [x, y, ax, ay, bx, by] = [at, from, to].flatMap((index) => [points[2 * index] ?? 0, points[2 * index + 1] ?? 0]) as [number, number, number, number, number, number];
  const [dx, dy] = [bx - ax, by - ay];
  const square = dx * dx + dy * dy;
  const along = square === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / square));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}

/** The same line with fewer points (Ramer, Douglas and Peucker); ends stay. Simplified again it stays as it is. */
export function simplified(points: StrokePoints): number[] {
  const last = points.length / 2 - 1;
  const kept = new Set([0, last]);
  const open: [number, number][] = [[0, last]];
  for (let span = open.pop(); span; span = open.pop()) {
    const [from, to] = span;
    let [worst, at] = [tolerance, -1];
    for (let index = from + 1; index < to; index++) {
      const away = distance(points, index, from, to);
      if (away > worst) [worst, at] = [away, index];
    }
    if (at < 0) continue;
    kept.add(at);
    open.push([from, at], [at, to]);
  }
  return [...kept].sort((one, other) => one - other).flatMap((index) => [points[2 * index] ?? 0, points[2 * index + 1] ?? 0]);
}

/** Whole coordinates on the page, in pairs, at least one pair. A single point is a dot. */
export const strokeSound = (points: StrokePoints): boolean =>
  points.length >= 2 && points.length % 2 === 0 && points.every((value) => Number.isInteger(value) && value >= 0 && value <= strokeScale);

/** How each colour looks: on the page in the browser and in the recorded picture alike. A marker lets the words behind it through. */
export const strokeInks: Record<StrokeColour, { hex: string; opacity: number }> = {
  red: { hex: '#e02b20', opacity: 1 }, blue: { hex: '#1762d6', opacity: 1 }, green: { hex: '#14893c', opacity: 1 }, yellow: { hex: '#ffd400', opacity: 0.75 }, black: { hex: '#16191a', opacity: 1 },
};

/** The line as an SVG path over a page of this size, in its pixels; a dot is a line to itself. */
export function strokePath(points: StrokePoints, page: { width: number; height: number }): string {
  const at = (index: number): string => `${((points[2 * index] ?? 0) * page.width) / strokeScale} ${((points[2 * index + 1] ?? 0) * page.height) / strokeScale}`;
  const all = Array.from({ length: points.length / 2 }, (_, index) => at(index));
  return `M${(all.length === 1 ? [...all, ...all] : all).join('L')}`;
}
