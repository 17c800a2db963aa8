// The sliding playlist of a broadcast (RFC 8216): the last segments, each with the moment it shows. Pure.
import { playlistSegments, streamSegmentMs } from '#contracts/live-stream.ts';

/** `fromMs`: what the segment shows first, on the server's clock. `jump`: its times or its sound do not go on from the one before. */
export interface ListedSegment { number: number; fromMs: number; jump: boolean }
/** `jumpsBefore` counts the jumps that have left the list, as players count on from them. */
export interface SegmentWindow { segments: readonly ListedSegment[]; jumpsBefore: number }

export const emptyWindow: SegmentWindow = { segments: [], jumpsBefore: 0 };
/** Nothing listed any more; what was listed has left. */
export const cleared = ({ segments, jumpsBefore }: SegmentWindow): SegmentWindow => ({ segments: [], jumpsBefore: jumpsBefore + segments.filter(({ jump }) => jump).length });
export const segmentName = (number: number): string => `${number}.ts`;

/** The window with one more segment, and those that have left it. */
export function slid({ segments, jumpsBefore }: SegmentWindow, added: ListedSegment): { window: SegmentWindow; left: readonly ListedSegment[] } {
  const all = [...segments, added];
  const left = all.slice(0, Math.max(0, all.length - playlistSegments));
  return { window: { segments: all.slice(left.length), jumpsBefore: jumpsBefore + left.filter(({ jump }) => jump).length }, left };
}

/** Addresses are relative to the playlist's own. `over`: nothing follows. */
export function playlistText({ segments, jumpsBefore }: SegmentWindow, over: boolean): string {
  return [
    '#EXTM3U', '#EXT-X-VERSION:6', `#EXT-X-TARGETDURATION:${streamSegmentMs / 1000}`, `#EXT-X-MEDIA-SEQUENCE:${segments[0]?.number ?? 0}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${jumpsBefore}`, '#EXT-X-INDEPENDENT-SEGMENTS',
    ...segments.flatMap(({ number, fromMs, jump }) => [
      ...(jump ? ['#EXT-X-DISCONTINUITY'] : []), `#EXT-X-PROGRAM-DATE-TIME:${new Date(fromMs).toISOString()}`,
      `#EXTINF:${(streamSegmentMs / 1000).toFixed(3)},`, `segments/${segmentName(number)}`,
    ]),
    ...(over ? ['#EXT-X-ENDLIST'] : []), '',
  ].join('\n');
}
