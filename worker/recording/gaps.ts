// What a unit's file cannot show or let hear, and why: told to whoever watches, never hidden.
import type { Gap } from '#contracts/recording.ts';
import { pictureLosses } from './pieces.ts';
import { soundLosses } from './sound.ts';
import { merged, without, type Span } from './spans.ts';
import type { Track, Unusable } from './tracks.ts';

/**
 * `node_down`: no media node lived, or it came back and the source was not there yet. `sender_gone`: a sender went away without closing its
 * source. `capture_dropped`: the disk could not be written. `nothing_captured`: nobody had sent anything yet. `picture_lost`, `sound_lost`:
 * packets never came, judged by sequence numbers; silence that was not sent is no gap, nor is a source that was paused or closed on purpose.
 * `page_missing`: the picture of a courseware page could not be read, so the camera stands in its place.
 */
export const gapReasons = ['node_down', 'sender_gone', 'capture_dropped', 'nothing_captured', 'picture_lost', 'sound_lost', 'codec_unsupported', 'log_unreadable', 'page_missing'] as const;
export type GapReason = (typeof gapReasons)[number];

const unpaused = (track: Track, spans: readonly Span[]): Span[] => spans.flatMap((span) => without(span, track.paused));

/** Gaps of [fromMs, toMs) in order of their beginning, in ms from `fromMs`. */
export function gapsOf(tracks: readonly Track[], unusable: readonly Unusable[], fromMs: number, toMs: number): Gap[] {
  const lost = (track: Track): Span[] => unpaused(track, track.kind === 'video' ? pictureLosses(track) : soundLosses(track));
  const spansOf = (reason: GapReason): Span[] => [
    ...unusable.flatMap((one) => (one.reason === reason && one.span ? [one.span] : [])),
    ...(reason === 'picture_lost' ? tracks.filter(({ kind }) => kind === 'video').flatMap(lost) : []),
    ...(reason === 'sound_lost' ? tracks.filter(({ kind }) => kind === 'audio').flatMap(lost) : []),
  ];
  return gapReasons.flatMap((reason) => merged(spansOf(reason))
    .map((span): Gap => ({ fromMs: Math.round(Math.max(0, span.fromMs - fromMs)), toMs: Math.round(Math.min(toMs, span.toMs) - fromMs), reason }))
    .filter((gap) => gap.toMs > gap.fromMs))
    .sort((one, other) => one.fromMs - other.fromMs);
}
