// Turns captures into tracks: decodable frames and packets of sound, each with its time on the server's clock.
import type { CaptureHeader } from '#runtime/capture-log.ts';
import type { Source } from '#domain/media.ts';
import { readCapture, type CaptureFolder, type LoggedPacket, type ReadCapture } from './capture-reader.ts';
import { assembleFrames, type VideoFrame } from './frames.ts';
import { opusDurationMs, orderAudio, type AudioPacket } from './opus.ts';
import { timestampModulus, unwrapNear } from './rtp.ts';
import { clockOffset, ntpToMs, trackClock, type Arrival, type Report, type TrackClock } from './timeline.ts';
import { parseVp8, type Vp8Payload } from './vp8.ts';

export interface Span { fromMs: number; toMs: number }
interface TrackFacts {
  producerId: string; peerId: string; source: Source;
  /** Tracks of one device's clock: same peer, same node boot, same CNAME. */
  participant: string;
  files: string[]; openMs: number; closeMs: number; paused: Span[]; damagedBytes: number; lostPackets: number;
}
export interface Stream<T> { items: T[]; clockRate: number; reports: Report[] }
/** Streams lowest layer first; sound has one. */
export type RawTrack = TrackFacts & ({ kind: 'video'; streams: Stream<VideoFrame>[] } | { kind: 'audio'; streams: Stream<AudioPacket>[] });
export type TimedFrame = VideoFrame & { ms: number };
export type TimedPacket = AudioPacket & { ms: number };
export interface TimedStream<T> { items: T[]; clock: TrackClock; reports: { ms: number; residualMs: number }[] }
export type VideoTrack = TrackFacts & { kind: 'video'; streams: TimedStream<TimedFrame>[] };
export type SoundTrack = TrackFacts & { kind: 'audio'; streams: TimedStream<TimedPacket>[] };
export type Track = VideoTrack | SoundTrack;
/** What cannot be used, with the reason a gap gets. */
export interface Unusable { producerId: string; reason: 'log_unreadable' | 'codec_unsupported'; span: Span | null }

type Described = { vp8: Vp8Payload | null; durationMs: number };

/** What is said of payloads; packets of which the same is said share one object. */
function describer(): (payload: Buffer, header: CaptureHeader) => Described {
  const shared = new Map<string, Described>();
  const once = (key: string, described: Described): Described => {
    const known = shared.get(key) ?? described;
    shared.set(key, known);
    return known;
  };
  return (payload, header) => {
    if (header.kind === 'audio') {
      const durationMs = opusDurationMs(payload);
      return once(`sound ${durationMs}`, { vp8: null, durationMs });
    }
    const vp8 = parseVp8(payload);
    if (!vp8) return once('padding', { vp8, durationMs: 0 });
    // Of a packet inside a frame only the length of its head matters.
    return vp8.start ? { vp8, durationMs: 0 } : once(`inside ${vp8.headLength}`, { vp8, durationMs: 0 });
  };
}

const usable = (header: CaptureHeader): boolean =>
  header.mimeType.toLowerCase() === (header.kind === 'video' ? 'video/vp8' : 'audio/opus');

function pausedSpans(capture: ReadCapture<unknown>, closeMs: number): Span[] {
  const spans: Span[] = [];
  let since: number | null = null;
  for (const event of capture.events) {
    const pauses = event.type === 'paused' || (event.type === 'opened' && event.data?.['paused'] === true);
    if (pauses) since ??= event.atMs;
    if (event.type !== 'resumed' || since === null) continue;
    spans.push({ fromMs: since, toMs: event.atMs });
    since = null;
  }
  if (since !== null && since < closeMs) spans.push({ fromMs: since, toMs: closeMs });
  return spans;
}

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

function streamsOf<T extends Arrival>(
  capture: ReadCapture<Described>, build: (packets: LoggedPacket<Described>[]) => { items: T[]; lostPackets: number },
): { streams: Stream<T>[]; lostPackets: number } {
  const { header } = capture;
  const built = header.encodings.map(({ ssrc }, index) => {
    const result = build(capture.packets.get(ssrc) ?? []);
    return { index, lostPackets: result.lostPackets, stream: { items: result.items, clockRate: header.clockRate, reports: [] as Report[] } };
  });
  sortReports(capture, built);
  const filled = built.filter(({ stream }) => stream.items.length > 0);
  return { streams: filled.map(({ stream }) => stream), lostPackets: filled.reduce((sum, { lostPackets }) => sum + lostPackets, 0) };
}

const videoOf = (capture: ReadCapture<Described>) => streamsOf(capture, (packets) => {
  const { frames, lostPackets } = assembleFrames(packets);
  return { items: frames, lostPackets };
});
const soundOf = (capture: ReadCapture<Described>) => streamsOf(capture, (packets) => {
  const { packets: items, lostPackets } = orderAudio(packets);
  return { items, lostPackets };
});

/** One capture as streams in order; times are not known yet. */
export async function readTrack(folder: CaptureFolder): Promise<RawTrack | Unusable> {
  const capture = await readCapture(folder, describer());
  if (!capture) return { producerId: folder.producerId, reason: 'log_unreadable', span: null };
  const { header } = capture;
  if (!usable(header)) return { producerId: folder.producerId, reason: 'codec_unsupported', span: { fromMs: capture.firstAtMs, toMs: capture.lastAtMs } };
  const closeMs = capture.events.findLast((event) => event.type === 'closed')?.atMs ?? capture.lastAtMs;
  const facts: TrackFacts = {
    producerId: folder.producerId, peerId: header.peerId, source: header.source, files: capture.files,
    participant: [header.peerId, folder.nodeBoot, header.cname ?? ''].join(' '),
    openMs: capture.events.find((event) => event.type === 'opened')?.atMs ?? capture.firstAtMs, closeMs,
    paused: pausedSpans(capture, closeMs), damagedBytes: capture.damagedBytes, lostPackets: 0,
  };
  return header.kind === 'video' ? { ...facts, kind: 'video', ...videoOf(capture) } : { ...facts, kind: 'audio', ...soundOf(capture) };
}

function timed<T extends Arrival>(stream: Stream<T>, offset: (atMs: number) => number): TimedStream<T & { ms: number }> {
  const points = stream.reports.map((report) => ({ rtp: report.rtp, ms: report.ntpMs + offset(report.atMs), atMs: report.atMs }));
  const clock = trackClock(stream.clockRate, points, stream.items);
  return {
    clock, items: stream.items.map((item) => ({ ...item, ms: clock.toMs(item.rtp, item.atMs) })),
    reports: points.map((point) => ({ ms: point.ms, residualMs: clock.toMs(point.rtp, point.atMs) - point.ms })),
  };
}

/** Gives every frame and packet its time. One offset per participant keeps all their tracks together. */
export function timeTracks(tracks: readonly RawTrack[]): Track[] {
  const groups = Map.groupBy(tracks, (track) => track.participant);
  return [...groups.values()].flatMap((group) => {
    const offset = clockOffset(group.flatMap((track) => track.streams.flatMap((stream) => stream.reports)));
    return group.map((track): Track => track.kind === 'video'
      ? { ...track, streams: track.streams.map((stream) => timed(stream, offset)) }
      : { ...track, streams: track.streams.map((stream) => timed(stream, offset)) });
  });
}

/** Largest distance between sound and picture that the Sender Reports of any participant admit, and how they were used. */
export function syncFigures(tracks: readonly Track[]): Record<string, number> {
  const streams = tracks.flatMap((track) => track.streams.map((stream) => ({ kind: track.kind, participant: track.participant, stream })));
  const trusted = streams.filter(({ stream }) => stream.clock.method !== 'arrival');
  const typical = (reports: { residualMs: number }[]): number[] => reports.map((report) => report.residualMs).filter((residual) => Math.abs(residual) < 500);
  let maxAudioVideoOffsetMs = 0;
  for (const sound of trusted.filter(({ kind }) => kind === 'audio')) {
    for (const picture of trusted.filter(({ kind, participant }) => kind === 'video' && participant === sound.participant)) {
      const [soundOff, pictureOff] = [typical(sound.stream.reports), typical(picture.stream.reports)];
      const spread = [Math.max(0, ...soundOff) - Math.min(0, ...pictureOff), Math.max(0, ...pictureOff) - Math.min(0, ...soundOff)];
      maxAudioVideoOffsetMs = Math.max(maxAudioVideoOffsetMs, ...spread);
    }
  }
  return {
    maxAudioVideoOffsetMs: Math.round(maxAudioVideoOffsetMs * 10) / 10,
    usedReports: streams.reduce((sum, { stream }) => sum + stream.clock.usedReports, 0),
    rejectedReports: streams.reduce((sum, { stream }) => sum + stream.clock.rejectedReports, 0),
    streamsWithoutReports: streams.length - trusted.length,
    lostPackets: tracks.reduce((sum, track) => sum + track.lostPackets, 0),
    damagedBytes: tracks.reduce((sum, track) => sum + track.damagedBytes, 0),
  };
}
