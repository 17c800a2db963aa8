// What a unit's file cannot show or let hear, and why: told to whoever watches, never hidden.
import { pictureLosses } from './pieces.ts';
import { soundLosses } from './sound.ts';
import type { Span, Track, Unusable } from './tracks.ts';

export type GapReason = 'nothing_captured' | 'picture_lost' | 'sound_lost' | 'codec_unsupported';
/** Milliseconds from the unit's start. */
export interface Gap { fromMs: number; toMs: number; reason: GapReason }

/** Without any producer for so long, the time counts as not captured. */
const emptyMs = 1000;

/** The parts of [fromMs, toMs) that no span covers. */
export function uncovered(spans: readonly Span[], fromMs: number, toMs: number): Span[] {
  const holes: Span[] = [];
  let covered = fromMs;
  for (const span of spans.toSorted((one, other) => one.fromMs - other.fromMs)) {
    if (span.fromMs > covered) holes.push({ fromMs: covered, toMs: Math.min(span.fromMs, toMs) });
    covered = Math.max(covered, span.toMs);
    if (covered >= toMs) break;
  }
  if (covered < toMs) holes.push({ fromMs: covered, toMs });
  return holes.filter((hole) => hole.toMs > hole.fromMs);
}

function merged(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of spans.toSorted((one, other) => one.fromMs - other.fromMs)) {
    const before = joined.at(-1);
    if (before && span.fromMs <= before.toMs) before.toMs = Math.max(before.toMs, span.toMs);
    else joined.push({ ...span });
  }
  return joined;
}

/** Gaps of the unit [fromMs, toMs), in order. */
export function gapsOf(tracks: readonly Track[], unusable: readonly Unusable[], fromMs: number, toMs: number): Gap[] {
  const open = tracks.map((track) => ({ fromMs: track.openMs, toMs: track.closeMs }));
  const found: [GapReason, Span[]][] = [
    ['nothing_captured', uncovered(open, fromMs, toMs).filter((hole) => hole.toMs - hole.fromMs >= emptyMs)],
    ['picture_lost', tracks.flatMap((track) => (track.kind === 'video' ? pictureLosses(track) : []))],
    ['sound_lost', tracks.flatMap((track) => (track.kind === 'audio' ? soundLosses(track) : []))],
    ['codec_unsupported', unusable.flatMap(({ reason, span }) => (reason === 'codec_unsupported' && span ? [span] : []))],
  ];
  return found.flatMap(([reason, spans]) => merged(spans)
    .map((span): Gap => ({ fromMs: Math.round(Math.max(0, span.fromMs - fromMs)), toMs: Math.round(Math.min(toMs, span.toMs) - fromMs), reason }))
    .filter((gap) => gap.toMs > gap.fromMs))
    .sort((one, other) => one.fromMs - other.fromMs);
}
