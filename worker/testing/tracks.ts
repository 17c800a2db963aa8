// Tracks with known times for tests of everything behind the time line.
import type { Source } from '#domain/media.ts';
import type { SoundTrack, TimedFrame, TimedPacket, VideoTrack } from '../recording/tracks.ts';
import type { StreamClock } from '../recording/timeline.ts';

const clock: StreamClock = { method: 'fit', usedReports: 10, rejectedReports: 0, driftPpm: 0, steps: [] };
const facts = (source: Source, openMs: number, closeMs: number) => ({
  producerId: `${source}-${openMs}`, peerId: 'peer', source, participant: 'peer boot ', files: ['a'], openMs, closeMs, closeReason: 'closed',
  paused: [], damagedBytes: 0, received: { received: 0, lost: 0, recovered: 0 },
});

export const frame = (ms: number, more: Partial<TimedFrame> = {}): TimedFrame =>
  ({ ms, rtp: ms, atMs: ms, key: false, width: 1280, height: 720, places: [], afterLoss: false, ...more });
/** Frames every 40 ms in [fromMs, toMs), the first a key frame. */
export const frames = (fromMs: number, toMs: number, more: Partial<TimedFrame> = {}): TimedFrame[] =>
  Array.from({ length: Math.ceil((toMs - fromMs) / 40) }, (_, index) => frame(fromMs + index * 40, { ...more, key: index === 0 }));

export const videoTrack = (source: Source, openMs: number, closeMs: number, layers: TimedFrame[][], more: Partial<VideoTrack> = {}): VideoTrack =>
  ({ ...facts(source, openMs, closeMs), kind: 'video', streams: layers.map((items) => ({ items, clock, reports: [] })), ...more });

export const packets = (fromMs: number, toMs: number): TimedPacket[] =>
  Array.from({ length: Math.ceil((toMs - fromMs) / 20) }, (_, index) => ({ ms: fromMs + index * 20, rtp: 0, atMs: 0, durationMs: 20, lostBefore: 0, file: 0, offset: 0, length: 3 }));
export const soundTrack = (openMs: number, closeMs: number, items: TimedPacket[], more: Partial<SoundTrack> = {}): SoundTrack =>
  ({ ...facts('microphone', openMs, closeMs), kind: 'audio', streams: [{ items, clock, reports: [] }], ...more });
