// Where marks stand on the seek bar: in order, inside the bar, and near ones as one, so that each can be hit with a finger.

export type MarkKind = 'quiz' | 'stage' | 'gap';
export interface Mark { atMs: number; kind: MarkKind; label: string }
/** Marks that share one spot; the spot stands at the first. */
export interface Spot { percent: number; atMs: number; marks: Mark[] }

/** Nearer than this share of the bar and two marks are one spot. */
export const nearShare = 0.015;

/** Marks in order of time; those before the start or beyond the end stand at the edge. */
export function layMarks(marks: readonly Mark[], durationMs: number): Spot[] {
  if (durationMs <= 0) return [];
  const spots: Spot[] = [];
  for (const mark of [...marks].sort((a, b) => a.atMs - b.atMs)) {
    const atMs = Math.min(Math.max(0, mark.atMs), durationMs);
    const last = spots.at(-1);
    if (last && atMs - last.atMs < durationMs * nearShare) last.marks.push(mark);
    else spots.push({ percent: (atMs / durationMs) * 100, atMs, marks: [mark] });
  }
  return spots;
}

/** Where to go on: the kept position, or the beginning where it is at the very start or nearly at the end. */
export function resumeAt(positionMs: number, durationMs: number | null): number {
  const nearEnd = durationMs !== null && positionMs > durationMs - 10_000;
  return positionMs < 5000 || nearEnd ? 0 : positionMs;
}
