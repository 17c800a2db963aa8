// Level stretches of a noisy series that drifts and makes steps, and its drift. Pure.
import { median } from './statistics.ts';

/** Sound cards and clocks drift by less, as a share of time. */
const mostDrift = 400e-6;

function insert(sorted: number[], value: number): void {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  sorted.splice(low, 0, value);
}

/** Values that come one by one, and the sum of their distances from their median. */
class Spread {
  readonly #below: number[] = [];
  readonly #above: number[] = [];
  #sumBelow = 0;
  #sumAbove = 0;

  add(value: number): void {
    const above = this.#above.length > 0 && value >= this.#above[0]!;
    insert(above ? this.#above : this.#below, value);
    if (above) this.#sumAbove += value;
    else this.#sumBelow += value;
    if (this.#below.length > this.#above.length + 1) this.#move(this.#below.pop()!, 1);
    else if (this.#above.length > this.#below.length) this.#move(this.#above.shift()!, -1);
  }

  #move(value: number, up: 1 | -1): void {
    if (up === 1) this.#above.unshift(value);
    else this.#below.push(value);
    this.#sumAbove += up * value;
    this.#sumBelow -= up * value;
  }

  get cost(): number {
    const middle = this.#below.at(-1) ?? 0;
    return this.#sumAbove - middle * this.#above.length + middle * this.#below.length - this.#sumBelow;
  }
}

/** Where a series is best cut into level stretches when each cut costs `penalty` (least absolute deviations, by dynamic programming). */
function levelCuts(values: readonly number[], penalty: number): { cuts: number[]; cost: number } {
  const best = [-penalty];
  const from = [0];
  for (let end = 1; end <= values.length; end++) best.push(Infinity);
  for (let start = 0; start < values.length; start++) {
    const spread = new Spread();
    for (let end = start + 1; end <= values.length; end++) {
      spread.add(values[end - 1]!);
      const cost = best[start]! + spread.cost + penalty;
      if (cost < best[end]!) [best[end], from[end]] = [cost, start];
    }
  }
  const cuts: number[] = [];
  for (let at = from[values.length] ?? 0; at > 0; at = from[at]!) cuts.unshift(at);
  return { cuts, cost: best[values.length]! };
}

/** Typical distance of neighbours, as a standard deviation. */
export const noiseOf = (values: readonly number[]): number =>
  (values.length < 3 ? 0 : (1.4826 * median(values.slice(1).map((value, index) => Math.abs(value - values[index]!)))) / Math.SQRT2);

/** A step must hold for some values: its size (ms) times their number outweighs this. */
const leastPenalty = 20;
const mostPenalty = 150;
const penaltyFor = (levels: readonly number[]): number => Math.max(leastPenalty, Math.min(mostPenalty, 25 * noiseOf(levels)));

/** Indexes where a new level begins. */
export const levelStarts = (levels: readonly number[]): number[] => levelCuts(levels, penaltyFor(levels)).cuts;

/** Median slope over pairs of points so far apart; null when there are few. */
function slopeOver(points: readonly { atMs: number; shift: number }[], leastMs: number, mostMs: number): number | null {
  const slopes: number[] = [];
  const every = Math.max(1, Math.floor(points.length / 300));
  for (let index = 0; index < points.length; index += every) {
    const one = points[index]!;
    for (let next = index + 1; next < points.length; next++) {
      const other = points[next]!;
      const spanMs = other.atMs - one.atMs;
      if (spanMs > mostMs) break;
      if (spanMs >= leastMs) slopes.push((other.shift - one.shift) / spanMs);
    }
  }
  return slopes.length < 5 ? null : Math.max(-mostDrift, Math.min(mostDrift, median(slopes)));
}

/** Long spans tell a drift best, short ones are not fooled by a device that loses a little again and again. */
const slopeSpans = [[10_000, 25_000], [4000, 10_000], [1500, 4000]] as const;

const comparedPoints = 100;

/** Drift of the clock behind (atMs, shift): of several guesses the one that leaves the fewest and smallest steps. 0 when too little is known. */
export function driftOf(points: readonly { atMs: number; shift: number }[]): number {
  const guesses = [0, ...slopeSpans.map(([least, most]) => slopeOver(points, least, most)).filter((slope) => slope !== null)];
  // A choice among guesses needs no more than these.
  const every = Math.ceil(points.length / comparedPoints);
  const thinned = points.filter((_, index) => index % every === 0);
  const costs = guesses.map((slope) => {
    const levels = thinned.map(({ atMs, shift }) => shift - slope * atMs);
    return levelCuts(levels, penaltyFor(levels) / every).cost;
  });
  return guesses[costs.indexOf(Math.min(...costs))]!;
}
