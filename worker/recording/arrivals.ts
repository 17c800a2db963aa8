// What arrivals tell of a stream's clock: their lower envelope, its drift, and where it makes a step that stays. Pure; all times in milliseconds.
//
// Of every packet is known when it arrived and what its RTP time was; the difference is the clock's shift plus the way it took. The way has a
// least length, so the lowest differences of half a second follow the clock alone. A full queue or a burst that was held up raises them for a
// while and lets them fall back, as no clock does; what stays is judged by reports (clock-steps.ts).
import { median } from './statistics.ts';

/** `x` RTP time and `atMs` arrival, both in ms from an origin of the participant's. In order of RTP time. */
export interface Arrived { x: number; atMs: number }
/** Items [first, end) together; `shift` is the lowest arrival minus RTP time among them. */
export interface Bin { first: number; end: number; atMs: number; shift: number }
/** The first item behind a step, and by how much arrival minus RTP time rose there. */
export interface Cut { item: number; atMs: number; byMs: number }

const binMs = 500;
/** Silence is sent as a packet in 400 ms: a bin waits for some, but not for ever. */
const binItems = 8;
const longestBinMs = 3000;
/** A bin never spans a time in which nothing came. */
const pauseMs = 1000;
/** Very long recordings read at once are looked at more coarsely, so that the search for steps stays short. */
const mostBins = 600;
export const mostDrift = 400e-6;

const shiftOf = ({ x, atMs }: Arrived): number => atMs - x;

export function binsOf(items: readonly Arrived[]): Bin[] {
  const spanMs = (items.at(-1)?.atMs ?? 0) - (items[0]?.atMs ?? 0);
  const wantedMs = Math.max(binMs, spanMs / mostBins);
  const bins: Bin[] = [];
  let startMs = 0;
  items.forEach((item, index) => {
    const bin = bins.at(-1);
    const sinceMs = item.atMs - startMs;
    const full = !bin || (sinceMs >= wantedMs && (index - bin.first >= binItems || sinceMs >= Math.max(wantedMs, longestBinMs)));
    if (full || item.atMs - items[index - 1]!.atMs > pauseMs) {
      bins.push({ first: index, end: index + 1, atMs: item.atMs, shift: shiftOf(item) });
      startMs = item.atMs;
      return;
    }
    bin.end = index + 1;
    if (shiftOf(item) < bin.shift) Object.assign(bin, { shift: shiftOf(item), atMs: item.atMs });
  });
  return bins;
}

/** Slope of (atMs, shift) by the median over pairs 10 to 25 s apart: a few steps and queues do not move it. 0 when too little is known. */
export function driftOf(points: readonly { atMs: number; shift: number }[]): number {
  const slopes: number[] = [];
  const every = Math.max(1, Math.floor(points.length / 300));
  for (let index = 0; index < points.length; index += every) {
    const one = points[index]!;
    for (let next = index + 1; next < points.length; next++) {
      const other = points[next]!;
      const spanMs = other.atMs - one.atMs;
      if (spanMs > 25_000) break;
      if (spanMs >= 10_000) slopes.push((other.shift - one.shift) / spanMs);
    }
  }
  return slopes.length < 5 ? 0 : Math.max(-mostDrift, Math.min(mostDrift, median(slopes)));
}

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
export function levelCuts(values: readonly number[], penalty: number): number[] {
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
  return cuts;
}

/** Typical distance of neighbours, as a standard deviation. */
export const noiseOf = (values: readonly number[]): number =>
  (values.length < 3 ? 0 : (1.4826 * median(values.slice(1).map((value, index) => Math.abs(value - values[index]!)))) / Math.SQRT2);

/** A step must hold for some bins: its size times their number outweighs this. */
const leastPenalty = 20;
const mostPenalty = 150;
/** Packets farther from a step than this are not asked where it was. */
const aroundMs = 3000;

/** The first item in [first, end) behind a step between levels that were measured: rising, the one after the last below the middle; falling, the first below it. */
export function locate(items: readonly Arrived[], drift: number, first: number, end: number, before: number, after: number): number {
  const middle = (before + after) / 2;
  const below = (index: number): boolean => shiftOf(items[index]!) - drift * items[index]!.atMs < middle;
  if (after > before) {
    let index = end - 1;
    while (index >= first && !below(index)) index--;
    return index + 1;
  }
  let index = first;
  while (index < end && !below(index)) index++;
  return index;
}

/** Steps of the envelope that last: candidates, for a queue may look the same for a while. */
export function stepsOf(items: readonly Arrived[], bins: readonly Bin[], drift: number): Cut[] {
  const levels = bins.map((bin) => bin.shift - drift * bin.atMs);
  const edges = [0, ...levelCuts(levels, Math.max(leastPenalty, Math.min(mostPenalty, 25 * noiseOf(levels)))), bins.length];
  const level = edges.slice(1).map((end, index) => median(levels.slice(edges[index], end)));
  return edges.slice(1, -1).flatMap((edge, index): Cut[] => {
    const [before, after] = [level[index]!, level[index + 1]!];
    const [first, end] = [Math.max(edge - 1, edges[index]!), Math.min(edge + 1, edges[index + 2]!)];
    const item = locate(items, drift, bins[first]!.first, bins[end - 1]!.end, before, after);
    if (item <= 0 || item >= items.length) return [];
    return [{ item, atMs: items[item]!.atMs, byMs: after - before }];
  });
}

/** How much the envelope rose between the time before `fromMs` and the time behind `toMs`; null where nothing arrived on a side. */
export function riseBetween(items: readonly Arrived[], drift: number, fromMs: number, toMs: number, lookMs = aroundMs): number | null {
  let [before, after] = [Infinity, Infinity];
  for (const item of items) {
    const shift = shiftOf(item) - drift * item.atMs;
    if (item.atMs >= fromMs - lookMs && item.atMs <= fromMs) before = Math.min(before, shift);
    else if (item.atMs >= toMs && item.atMs <= toMs + lookMs) after = Math.min(after, shift);
  }
  const rise = after - before;
  return Number.isFinite(rise) ? rise : null;
}
