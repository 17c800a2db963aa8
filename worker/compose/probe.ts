// Reads what filters noted while a chunk was composed. Pure; times in ms from the chunk's start.
import type { Stretch } from '../recording/model.ts';

/** Values ffmpeg's metadata filters print: by frame, the key without `lavfi.`, in order. */
export interface Noted { key: string; value: number }

export function parseMetadata(text: string): Noted[] {
  return text.split('\n').flatMap((line) => {
    const match = /^lavfi\.([^=]+)=(.+)$/.exec(line);
    if (!match) return [];
    // Of silence ebur128 says -inf, or nan where its running sum came out below 0.
    const value = Number(match[2]);
    return [{ key: match[1]!, value: Number.isNaN(value) ? -Infinity : value }];
  });
}

/** Stretches between `start` and `end` notes; one that is still open lasts to `endMs`. */
function stretches(noted: readonly Noted[], start: string, end: string, endMs: number): Stretch[] {
  const found: Stretch[] = [];
  let open: number | null = null;
  for (const { key, value } of noted) {
    const ms = Math.round(value * 1000);
    if (key === start) open ??= ms;
    if (key !== end || open === null) continue;
    found.push({ fromMs: open, toMs: ms });
    open = null;
  }
  return open === null ? found : [...found, { fromMs: open, toMs: endMs }];
}

/** What is left of `found` within `allowed`, both in order, where it is at least so long. */
export const clipped = (found: readonly Stretch[], allowed: readonly Stretch[], leastMs: number): Stretch[] =>
  found.flatMap(({ fromMs, toMs }) => allowed.map((span) => ({ fromMs: Math.max(fromMs, span.fromMs), toMs: Math.min(toMs, span.toMs) })))
    .filter(({ fromMs, toMs }) => toMs - fromMs >= leastMs);

export const blackStretches = (noted: readonly Noted[], endMs: number): Stretch[] => stretches(noted, 'black_start', 'black_end', endMs);
export const frozenStretches = (noted: readonly Noted[], endMs: number): Stretch[] => stretches(noted, 'freezedetect.freeze_start', 'freezedetect.freeze_end', endMs);

/** Every value noted under a key. */
export const valuesOf = (noted: readonly Noted[], key: string): number[] => noted.filter((note) => note.key === key).map(({ value }) => value);
