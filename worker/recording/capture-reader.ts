// Reads packets, reports and events of one capture from its segments. Unreadable bytes are counted, never fatal.
import { decodeFrames, frameTypes, type CaptureEvent, type CaptureHeader, type Frame, type SenderReport } from '#runtime/capture-log.ts';
import { parseRtp } from './rtp.ts';
import { headerIn, json, readSegmentFrom, type CaptureSegments, type Segment } from './segments.ts';

/** An RTP packet in the log: what the codec says of it, and where its payload lies. A lesson has millions: nothing else is kept. */
export interface LoggedPacket<T> { atMs: number; sequence: number; timestamp: number; marker: boolean; file: number; offset: number; length: number; described: T }
export interface ReadCapture<T> {
  /** With the encodings known last. */
  header: CaptureHeader;
  /** All segment files of the capture, read or not: packets name them by index. */
  files: string[];
  /** By SSRC, in order of arrival. */
  packets: Map<number, LoggedPacket<T>[]>;
  reports: (SenderReport & { atMs: number })[]; events: (CaptureEvent & { atMs: number })[];
  damagedBytes: number;
  /** Of what was read, on the server's clock. */
  firstAtMs: number; lastAtMs: number;
}
export type Describe<T> = (payload: Buffer, header: CaptureHeader) => T;

/** Takes one frame into the capture; `base` is where in the file its bytes were read from. */
function take<T>(into: ReadCapture<T>, file: number, base: number, frame: Frame, describe: Describe<T>): void {
  const atMs = into.header.startWallMs + frame.atUs / 1000;
  if (frame.type === frameTypes.rtp) {
    const rtp = parseRtp(frame.payload);
    if (!rtp || rtp.payloadType === into.header.rtxPayloadType) return;
    const payload = frame.payload.subarray(rtp.payloadOffset, rtp.payloadOffset + rtp.payloadLength);
    // The frame's payload starts behind sync bytes, length, type and time.
    const offset = base + frame.offset + 13 + rtp.payloadOffset;
    const { ssrc, sequence, timestamp, marker, payloadLength: length } = rtp;
    const stream = into.packets.get(ssrc) ?? [];
    if (stream.length === 0) into.packets.set(ssrc, stream);
    stream.push({ atMs, sequence, timestamp, marker, file, offset, length, described: describe(payload, into.header) });
  } else if (frame.type === frameTypes.senderReport) {
    const report = json<SenderReport>(frame.payload.toString());
    if (report) into.reports.push({ ...report, atMs });
  } else if (frame.type === frameTypes.event) {
    const event = json<CaptureEvent>(frame.payload.toString());
    if (!event) return;
    into.events.push({ ...event, atMs });
    const encodings = event.type === 'layers' ? event.data?.['encodings'] : undefined;
    if (Array.isArray(encodings)) into.header = { ...into.header, encodings: encodings as CaptureHeader['encodings'] };
  }
  into.firstAtMs = Math.min(into.firstAtMs, atMs);
  into.lastAtMs = Math.max(into.lastAtMs, atMs);
}

/** A capture of which nothing was read yet. */
export const emptyCapture = <T>({ header, segments }: CaptureSegments): ReadCapture<T> => ({
  header, files: segments.map(({ path }) => path), packets: new Map(), reports: [], events: [], damagedBytes: 0, firstAtMs: Infinity, lastAtMs: -Infinity,
});

/**
 * Reads one more segment, from a byte of it on, which must be behind all that was read; answers where its last whole frame ends, for a file that still
 * grows. `describe` sees each RTP payload once.
 */
export async function readInto<T>(into: ReadCapture<T>, segment: Segment, describe: Describe<T>, from = 0): Promise<number> {
  const { frames, damagedBytes, endOfLastFrame } = decodeFrames(await readSegmentFrom(segment.path, from));
  into.damagedBytes += damagedBytes;
  const header = headerIn(frames);
  if (header) into.header = header;
  for (const frame of frames) take(into, segment.index, from, frame, describe);
  return from + endOfLastFrame;
}

/** Puts what was read of earlier segments before what was read of later ones. */
export function joined<T>(earlier: ReadCapture<T>, later: ReadCapture<T>): ReadCapture<T> {
  const packets = new Map(earlier.packets);
  for (const [ssrc, behind] of later.packets) packets.set(ssrc, [...packets.get(ssrc) ?? [], ...behind]);
  return {
    ...later, packets, reports: [...earlier.reports, ...later.reports], events: [...earlier.events, ...later.events],
    damagedBytes: earlier.damagedBytes + later.damagedBytes,
    firstAtMs: Math.min(earlier.firstAtMs, later.firstAtMs), lastAtMs: Math.max(earlier.lastAtMs, later.lastAtMs),
  };
}
