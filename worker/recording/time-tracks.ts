// Gives every frame and packet of a window its time on the server's clock, participant by participant, and leaves out what the window does not need.
import type { ClockState, Window } from './model.ts';
import { clockContextMs, soundContextMs } from './read-window.ts';
import type { Arrival, StreamInput } from './stream.ts';
import { timeParticipant, type StreamTimes } from './timeline.ts';
import type { RawTrack, Stream, TimedFrame, TimedPacket, TimedStream, Track } from './tracks.ts';

/** Reports far from the window are known to some readers of it and not to others: left out, so that all get the same. */
function inputOf(kind: StreamInput['kind'], stream: Stream<Arrival>, window: Window): StreamInput {
  const near = (atMs: number): boolean => atMs >= window.fromMs - clockContextMs.before && atMs < window.toMs + clockContextMs.behind;
  return { kind, clockRate: stream.clockRate, items: stream.items, reports: stream.reports.filter(({ atMs }) => near(atMs)) };
}

/** Frames at least a millisecond apart, in order: where RTP time was set back, the later ones wait. */
function rising(frames: TimedFrame[]): TimedFrame[] {
  let before = -Infinity;
  for (const frame of frames) before = frame.ms = Math.max(frame.ms, before + 1);
  return frames;
}

/** Sound that lies within the packet before it, where RTP time was set back, has been heard already. */
function heardOnce(packets: TimedPacket[]): TimedPacket[] {
  let before: TimedPacket | null = null;
  return packets.filter((packet) => {
    if (before && packet.ms < before.ms + before.durationMs / 2) return false;
    before = packet;
    return true;
  });
}

/** From the key frame before the window (or the first one in it) on, and as far behind it as sound is. */
function shownFrames(frames: readonly TimedFrame[], window: Window): TimedFrame[] {
  const key = frames.findLastIndex((frame) => frame.key && frame.ms <= window.fromMs);
  return frames.slice(Math.max(0, key)).filter((frame) => frame.ms < window.toMs + soundContextMs);
}

const timedItems = <T extends Arrival>(stream: Stream<T>, times: StreamTimes): (T & { ms: number })[] =>
  stream.items.map((item, index) => ({ ...item, ms: times.ms[index]! }));

function timedTrack(track: RawTrack, times: readonly StreamTimes[], window: Window): Track {
  const made = <T extends Arrival, U>(streams: readonly Stream<T>[], shape: (items: (T & { ms: number })[]) => U[]): TimedStream<U>[] =>
    streams.map((stream, index) => ({ items: shape(timedItems(stream, times[index]!)), clock: times[index]!.clock, reports: times[index]!.reports }))
      .filter(({ items }) => items.length > 0);
  if (track.kind === 'video') return { ...track, streams: made(track.streams, (frames) => shownFrames(rising(frames), window)) };
  const near = ({ ms }: TimedPacket): boolean => ms >= window.fromMs - soundContextMs && ms < window.toMs + soundContextMs;
  return { ...track, streams: made(track.streams, (packets) => heardOnce(packets).filter(near)) };
}

/** Times the tracks; those whose life and sound lie outside the window are left out. The order of `raw` changes nothing but the order of the answer. */
export function timeTracks(raw: readonly RawTrack[], window: Window, clocks: ClockState | null): { tracks: Track[]; clocks: ClockState } {
  const next: ClockState = { participants: { ...clocks?.participants } };
  const tracks: Track[] = [];
  for (const [participant, group] of Map.groupBy(raw, (track) => track.participant)) {
    const inputs = group.flatMap((track) => track.streams.map((stream) => inputOf(track.kind, stream, window)));
    const timed = inputs.length > 0 ? timeParticipant(inputs, window, clocks?.participants[participant] ?? null) : { streams: [], offset: null };
    if (timed.offset) next.participants[participant] = timed.offset;
    let first = 0;
    for (const track of group) {
      tracks.push(timedTrack(track, timed.streams.slice(first, first + track.streams.length), window));
      first += track.streams.length;
    }
  }
  const near = (track: Track): boolean => track.openMs < window.toMs + soundContextMs && track.closeMs > window.fromMs - soundContextMs;
  return { tracks: tracks.filter(near), clocks: next };
}
