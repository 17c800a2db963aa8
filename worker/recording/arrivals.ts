// What arrivals tell of a stream's clock: their lower envelope, its drift, and where it makes a step that stays. Pure; all times in milliseconds.
//
// Of every packet is known when it arrived and what its RTP time was; the difference is the clock's shift plus the way it took. The way has a
// least length, so the lowest differences of half a second follow the clock alone. A full queue or a burst that was held up raises them for a
// while and lets them fall back, as no clock does; what stays is judged by reports (clock-steps.ts).
import { levelStarts } from './levels.ts';
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
  // The last few packets have no lowest of their own.
  const [last, before] = [bins.at(-1), bins.at(-2)];
  if (last && before && last.end - last.first < binItems && items[last.first]!.atMs - items[last.first - 1]!.atMs <= pauseMs) {
    bins.pop();
    const lower = last.shift < before.shift ? last : before;
    Object.assign(before, { end: last.end, shift: lower.shift, atMs: lower.atMs });
  }
  return bins;
}

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
  const edges = [0, ...levelStarts(levels), bins.length];
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
