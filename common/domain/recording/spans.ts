// Spans of a file as they are stored and sent: pairs [from, to) of whole milliseconds; the arithmetic is that of any spans.
import { intersectSpans, totalMs, unionSpans, type Span } from '../spans.ts';

/** Milliseconds from the file's start, end excluded. */
export type Pair = [fromMs: number, toMs: number];

const spanOf = ([fromMs, toMs]: Readonly<Pair>): Span => ({ fromMs, toMs });
const pairOf = ({ fromMs, toMs }: Span): Pair => [fromMs, toMs];

/** Ascending, disjoint, touching ones joined, empty ones dropped; whatever the order given. */
export const unionPairs = (...lists: readonly (readonly Readonly<Pair>[])[]): Pair[] => unionSpans(lists.flat().map(spanOf)).map(pairOf);

/** What lies in both, as a union. */
export const intersectPairs = (some: readonly Readonly<Pair>[], others: readonly Readonly<Pair>[]): Pair[] =>
  intersectSpans(some.map(spanOf), others.map(spanOf)).map(pairOf);

/** Milliseconds in a union. */
export const lengthOf = (union: readonly Readonly<Pair>[]): number => totalMs(union.map(spanOf));

/** The first `ms` of a union, cut where they are used up. */
export function earliest(union: readonly Readonly<Pair>[], ms: number): Pair[] {
  const taken: Pair[] = [];
  let left = ms;
  for (const [from, to] of union) {
    if (left <= 0) break;
    taken.push([from, Math.min(to, from + left)]);
    left -= to - from;
  }
  return taken;
}

/** How far one gets from `fromMs` without a hole longer than `holeMs`. */
export function reach(union: readonly Readonly<Pair>[], fromMs: number, holeMs: number): number {
  return union.reduce((end, [from, to]) => (from <= end + holeMs ? Math.max(end, to) : end), fromMs);
}
