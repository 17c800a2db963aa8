// What happened in the last minutes, as counts by bucket: counts of several processes are added, and a percentile read from the sum.

/** Upper edges of the buckets in ms; what is above the last is counted in one bucket more. 25 is R16's edge. */
export const rttEdgesMs: readonly number[] = [5, 10, 25, 50, 100, 200, 400, 800];
export const spanEdgesMs: readonly number[] = [10, 25, 50, 100, 250, 500, 1000, 1500, 2000, 3000, 5000, 8000, 15_000, 30_000];

export const emptyCounts = (edges: readonly number[]): number[] => Array.from({ length: edges.length + 1 }, () => 0);

/** The bucket of a value: the first whose edge it does not exceed. */
export function bucketOf(edges: readonly number[], value: number): number {
  const index = edges.findIndex((edge) => value <= edge);
  return index === -1 ? edges.length : index;
}

/** Counts over the same edges, added; shorter ones (of an older version) count as far as they go. */
export function addCounts(edges: readonly number[], all: readonly (readonly number[])[]): number[] {
  return emptyCounts(edges).map((_, index) => all.reduce((sum, counts) => sum + (counts[index] ?? 0), 0));
}

export const totalOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** How many are at or below an edge of the list. */
export const countWithin = (edges: readonly number[], counts: readonly number[], edge: number): number => totalOf(counts.slice(0, edges.indexOf(edge) + 1));

/**
 * The value below which this share (0..1) lies, evenly spread inside a bucket; null of nothing. In the open bucket it is the last edge:
 * at least so much.
 */
export function percentileOf(edges: readonly number[], counts: readonly number[], share: number): number | null {
  const total = totalOf(counts);
  if (total === 0) return null;
  let below = 0;
  for (const [index, edge] of edges.entries()) {
    const here = counts[index] ?? 0;
    if (here > 0 && below + here >= share * total) {
      const from = edges[index - 1] ?? 0;
      return from + (edge - from) * Math.max(0, (share * total - below) / here);
    }
    below += here;
  }
  return edges.at(-1) ?? null;
}

/** Counts of the last `windowMs`, in slots that fall out one after the other. */
export class CountWindow {
  readonly #edges: readonly number[];
  readonly #slotMs: number;
  readonly #slots: number;
  readonly #nowMs: () => number;
  readonly #counts = new Map<number, number[]>();

  constructor(edges: readonly number[], windowMs: number, nowMs: () => number = () => performance.now()) {
    this.#edges = edges;
    this.#slots = 10;
    this.#slotMs = windowMs / this.#slots;
    this.#nowMs = nowMs;
  }

  add(value: number): void {
    const slot = this.#forget();
    const counts = this.#counts.get(slot) ?? emptyCounts(this.#edges);
    counts[bucketOf(this.#edges, value)]! += 1;
    this.#counts.set(slot, counts);
  }

  get counts(): number[] {
    this.#forget();
    return addCounts(this.#edges, [...this.#counts.values()]);
  }

  #forget(): number {
    const slot = Math.floor(this.#nowMs() / this.#slotMs);
    for (const old of this.#counts.keys()) if (old <= slot - this.#slots) this.#counts.delete(old);
    return slot;
  }
}
