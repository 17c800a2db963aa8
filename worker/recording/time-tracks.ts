// Gives every frame and packet of a window its time on the server's clock, participant by participant.
import type { ClockState, Window } from './model.ts';
import { soundContextMs } from './read-window.ts';
import { clockOffset, trackClock, type Arrival } from './timeline.ts';
import type { RawTrack, Stream, TimedFrame, TimedStream, Track } from './tracks.ts';

function timed<T extends Arrival>(stream: Stream<T>, offset: (atMs: number) => number): TimedStream<T & { ms: number }> {
  const points = stream.reports.map((report) => ({ rtp: report.rtp, ms: report.ntpMs + offset(report.atMs), atMs: report.atMs }));
  const clock = trackClock(stream.clockRate, points, stream.items);
  return {
    clock, items: stream.items.map((item) => ({ ...item, ms: clock.toMs(item.rtp, item.atMs) })),
    reports: points.map((point) => ({ ms: point.ms, residualMs: clock.toMs(point.rtp, point.atMs) - point.ms })),
  };
}

/** From the key frame before the window (or the first one in it) on; what comes behind it only as far as holding the last one needs. */
function shownFrames(frames: readonly TimedFrame[], window: Window): TimedFrame[] {
  const key = frames.findLastIndex((frame) => frame.key && frame.ms <= window.fromMs);
  return frames.slice(Math.max(0, key)).filter((frame) => frame.ms < window.toMs + soundContextMs);
}

/** Times and trims the tracks; those with nothing left in the window are left out. */
export function timeTracks(raw: readonly RawTrack[], window: Window, clocks: ClockState | null): { tracks: Track[]; clocks: ClockState } {
  const groups = Map.groupBy(raw, (track) => track.participant);
  const next: ClockState = { participants: { ...clocks?.participants } };
  const tracks = [...groups.values()].flatMap((group) => {
    const offset = clockOffset(group.flatMap((track) => track.streams.flatMap((stream) => stream.reports)));
    return group.map((track): Track => {
      if (track.kind === 'video') {
        const streams = track.streams.map((stream) => timed(stream, offset)).map((stream) => ({ ...stream, items: shownFrames(stream.items, window) }));
        return { ...track, streams: streams.filter((stream) => stream.items.length > 0) };
      }
      const streams = track.streams.map((stream) => timed(stream, offset));
      const near = (ms: number): boolean => ms >= window.fromMs - soundContextMs && ms < window.toMs + soundContextMs;
      return { ...track, streams: streams.map((stream) => ({ ...stream, items: stream.items.filter(({ ms }) => near(ms)) })) };
    });
  });
  return { tracks: tracks.filter((track) => track.openMs < window.toMs + soundContextMs && track.closeMs > window.fromMs - soundContextMs), clocks: next };
}
