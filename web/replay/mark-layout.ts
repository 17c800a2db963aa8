// What there is to find in a film: the list of contents, and where marks stand on the seek bar, near ones as one, so that each can be hit with a finger.
import type { Chapter } from '#contracts/recording.ts';
import type { Static } from 'typebox';

export type MarkKind = 'quiz' | 'stage' | 'gap';
export interface Mark { atMs: number; kind: MarkKind; label: string }
/** Marks that share one spot; the spot stands at the first. */
export interface Spot<M = Mark> { percent: number; atMs: number; marks: M[] }

/** Nearer than this share of the bar and two marks are one spot. */
export const nearShare = 0.015;

/** Marks in order of time; those before the start or beyond the end stand at the edge. */
export function layMarks<M extends { atMs: number } = Mark>(marks: readonly M[], durationMs: number, near = nearShare): Spot<M>[] {
  if (durationMs <= 0) return [];
  const spots: Spot<M>[] = [];
  for (const mark of [...marks].sort((a, b) => a.atMs - b.atMs)) {
    const atMs = Math.min(Math.max(0, mark.atMs), durationMs);
    const last = spots.at(-1);
    if (last && atMs - last.atMs < durationMs * near) last.marks.push(mark);
    else spots.push({ percent: (atMs / durationMs) * 100, atMs, marks: [mark] });
  }
  return spots;
}

export type ChapterKind = Static<typeof Chapter>['kind'];
export interface Content { atMs: number; kind: ChapterKind | 'gap'; label: string }
/** A chapter and a mark of one kind this near are one thing told twice. */
const sameWithinMs = 1500;

/** Chapters and marks in order of time, nothing twice. */
export function contentsOf(chapters: readonly Static<typeof Chapter>[], marks: readonly Mark[]): Content[] {
  const told = (mark: Mark): boolean => chapters.some((chapter) => chapter.kind === mark.kind && Math.abs(chapter.atMs - mark.atMs) <= sameWithinMs);
  return [...chapters, ...marks.filter((mark) => !told(mark))].sort((a, b) => a.atMs - b.atMs);
}

/** The one that is on at this moment: the last that began, gaps aside. */
export function contentAt(contents: readonly Content[], atMs: number): Content | null {
  return contents.findLast((content) => content.kind !== 'gap' && content.atMs <= atMs) ?? null;
}
