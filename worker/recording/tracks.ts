// Turns what was read of captures into tracks: decodable frames and packets of sound, each with its time on the server's clock.
import type { CaptureHeader } from '#runtime/capture-log.ts';
import type { Source } from '#domain/media.ts';
import type { LoggedPacket, ReadCapture } from './capture-reader.ts';
import { assembleFrames, type VideoFrame } from './frames.ts';
import type { GapReason } from './gaps.ts';
import type { Window } from './model.ts';
import { orderAudio, type AudioPacket } from './opus.ts';
import type { Described } from './read-window.ts';
import { receivedIn, type Received } from './received.ts';
import type { CaptureFolder } from './rooms.ts';
import { timestampModulus, unwrapNear } from './rtp.ts';
import type { Span } from './spans.ts';
import type { Arrival, Report } from './stream.ts';
import { ntpToMs, type StreamClock } from './timeline.ts';

/** What is known of a capture's life from beginning to end, whatever part of it was read. */
export interface CaptureLife {
  openMs: number; closeMs: number;
  /** Why the sfu closed it; null while it is open, and after a kill. */
  closeReason: string | null;
  paused: Span[];
}
export interface TrackFacts extends CaptureLife {
  producerId: string; peerId: string; source: Source;
  /** Tracks of one device's clock: same peer, same node boot, same CNAME. */
  participant: string;
  files: string[]; damagedBytes: number; received: Received;
}
export interface Stream<T> { items: T[]; clockRate: number; reports: Report[] }
/** Streams lowest layer first; sound has one. */
export type RawTrack = TrackFacts & ({ kind: 'video'; streams: Stream<VideoFrame>[] } | { kind: 'audio'; streams: Stream<AudioPacket>[] });
export type TimedFrame = VideoFrame & { ms: number };
export type TimedPacket = AudioPacket & { ms: number };
export interface TimedStream<T> { items: T[]; clock: StreamClock; reports: { ms: number; residualMs: number }[] }
export type VideoTrack = TrackFacts & { kind: 'video'; streams: TimedStream<TimedFrame>[] };
export type SoundTrack = TrackFacts & { kind: 'audio'; streams: TimedStream<TimedPacket>[] };
export type Track = VideoTrack | SoundTrack;

/** What cannot be shown or heard, with the reason the gap gets; `producerId` is empty where it concerns no single one. */
export interface Unusable { producerId: string; reason: GapReason; span: Span | null }

export const usable = (header: CaptureHeader): boolean =>
  header.mimeType.toLowerCase() === (header.kind === 'video' ? 'video/vp8' : 'audio/opus');

/** RTP time of a packet that arrived about `atMs`; `items` are nearly in order of arrival. */
function rtpAround(items: readonly Arrival[], atMs: number): number | null {
  let low = 0;
  let high = items.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle]!.atMs < atMs) low = middle + 1;
    else high = middle;
  }
  return items[low]?.rtp ?? null;
}

/** A report belongs to the stream its SSRC names; where that is not known, to the one whose RTP time it continues. */
function sortReports(capture: ReadCapture<unknown>, streams: { index: number; stream: Stream<Arrival> }[]): void {
  for (const report of capture.reports) {
    const named = capture.header.encodings.findIndex((encoding) => (encoding.producerSsrc ?? encoding.ssrc) === report.ssrc);
    for (const { index, stream } of streams) {
      if (named >= 0 && named !== index) continue;
      const around = rtpAround(stream.items, report.atMs);
      if (around === null) continue;
      const rtp = unwrapNear(report.rtpTs, around, timestampModulus);
      if (named < 0 && Math.abs(rtp - around) > 10 * stream.clockRate) continue;
      stream.reports.push({ rtp, ntpMs: ntpToMs(report.ntpSec, report.ntpFrac), atMs: report.atMs });
      break;
    }
  }
}

function streamsOf<T extends Arrival>(capture: ReadCapture<Described>, build: (packets: LoggedPacket<Described>[]) => T[]): Stream<T>[] {
  const { header } = capture;
  const built = header.encodings.map(({ ssrc }, index) => {
    const items = build(capture.packets.get(ssrc) ?? []);
    return { index, stream: { items, clockRate: header.clockRate, reports: [] as Report[] } };
  });
  sortReports(capture, built);
  return built.map(({ stream }) => stream).filter((stream) => stream.items.length > 0);
}

/** One capture as streams in order; times are not known yet. */
export function rawTrack(folder: CaptureFolder, capture: ReadCapture<Described>, life: CaptureLife, window: Window): RawTrack {
  const { header, files, damagedBytes } = capture;
  const received = [...capture.packets.values()].map((packets) => receivedIn(packets, window));
  const sum = (of: keyof Received): number => received.reduce((total, figures) => total + figures[of], 0);
  const facts: TrackFacts = {
    ...life, producerId: folder.producerId, peerId: header.peerId, source: header.source, files, damagedBytes,
    participant: [header.peerId, folder.nodeBoot, header.cname ?? ''].join(' '),
    received: { received: sum('received'), lost: sum('lost'), recovered: sum('recovered') },
  };
  return header.kind === 'video'
    ? { ...facts, kind: 'video', streams: streamsOf(capture, (packets) => assembleFrames(packets).frames) }
    : { ...facts, kind: 'audio', streams: streamsOf(capture, (packets) => orderAudio(packets).packets) };
}
