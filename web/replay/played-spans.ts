// What was really played: stretches of the film that passed at the speed of the clock, collected between two heartbeats.
import type { PlayedSpan } from '#domain/recording/watching.ts';

/** A player's own reading of its position is this much off the clock at most. */
const slackMs = 400;
/** As many as one heartbeat carries. */
export const spansPerBeat = 32;

export interface PlayedSpans {
  /** The film moves and stands at `mediaMs`; `clockMs` is a clock that never jumps. Called as often as the player tells its position. */
  at(mediaMs: number, clockMs: number, speed: number): void;
  /** It stands still, or is about to stand elsewhere: nothing between here and the next `at` counts. */
  cut(): void;
  /** What is collected and not yet taken, at most `spansPerBeat`, whole ms, sorted, disjoint. */
  take(): PlayedSpan[];
  /** What `take` would answer, left where it is. */
  peek(): PlayedSpan[];
  /** Milliseconds collected and not yet taken. */
  waitingMs(): number;
  /** End of the furthest span so far, also of those taken. */
  furthestMs(): number;
}

/** Sorted and disjoint; spans that touch become one. */
export function mergeSpans(spans: readonly Readonly<PlayedSpan>[]): PlayedSpan[] {
  const merged: PlayedSpan[] = [];
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

export function createPlayedSpans(): PlayedSpans {
  let last: { mediaMs: number; clockMs: number } | null = null;
  let spans: PlayedSpan[] = [];
  let furthest = 0;

  return {
    at(stands, clockMs, speed) {
      // Whole milliseconds from the start: no hole of a rounding between two spans.
      const mediaMs = Math.round(stands);
      const from = last;
      last = { mediaMs, clockMs };
      if (!from || mediaMs <= from.mediaMs) return;
      // Further than the clock allows: somebody jumped, and a jump is not watched.
      if (mediaMs - from.mediaMs > (clockMs - from.clockMs) * speed + slackMs) return;
      const open = spans.at(-1);
      if (open && open[1] === from.mediaMs) open[1] = mediaMs;
      else spans.push([from.mediaMs, mediaMs]);
      furthest = Math.max(furthest, mediaMs);
    },
    cut() { last = null; },
    take() {
      const all = mergeSpans(spans);
      const taken = all.slice(0, spansPerBeat);
      spans = all.slice(spansPerBeat);
      return taken;
    },
    peek: () => mergeSpans(spans).slice(0, spansPerBeat),
    waitingMs: () => mergeSpans(spans).reduce((sum, [from, to]) => sum + to - from, 0),
    furthestMs: () => furthest,
  };
}
