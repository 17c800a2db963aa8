// Reads what the sfu recorded: finds every capture of a session and its frames. Unreadable bytes are counted, never fatal.
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeFrames, frameTypes, type CaptureEvent, type CaptureHeader, type Frame, type SenderReport } from '#runtime/capture-log.ts';
import { captureDirectory, timelineFile } from '#contracts/places.ts';
import { parseRtp } from './rtp.ts';

/** One line of a room's timeline; `atMs` is the server's clock. */
export interface TimelineEntry { type: string; atMs: number; [key: string]: unknown }
export interface CaptureFolder { path: string; roomId: string; nodeBoot: string; producerId: string }
export interface SessionCaptures { captures: CaptureFolder[]; timeline: TimelineEntry[]; unreadableLines: number }

/** An RTP packet in the log: what the codec says of it, and where its payload lies. A lesson has millions: nothing else is kept. */
export interface LoggedPacket<T> { atMs: number; sequence: number; timestamp: number; marker: boolean; file: number; offset: number; length: number; described: T }
export interface ReadCapture<T> {
  /** Of the first readable segment, with the encodings known last. */
  header: CaptureHeader; files: string[];
  /** By SSRC, in order of arrival. */
  packets: Map<number, LoggedPacket<T>[]>;
  reports: (SenderReport & { atMs: number })[]; events: (CaptureEvent & { atMs: number })[];
  damagedBytes: number; firstAtMs: number; lastAtMs: number;
}

async function folders(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();
}

function json<T>(text: string): T | null {
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}

async function readTimeline(path: string): Promise<(TimelineEntry | null)[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line.trim() !== '').map((line) => json<TimelineEntry>(line));
}

/** Everything under the session's capture folder, rooms and node boots together. */
export async function findCaptures(dataDir: string, lessonId: string, sessionId: string): Promise<SessionCaptures> {
  const root = join(dataDir, captureDirectory(lessonId, sessionId));
  const found: SessionCaptures = { captures: [], timeline: [], unreadableLines: 0 };
  for (const roomId of await folders(root)) {
    for (const nodeBoot of await folders(join(root, roomId))) {
      const boot = join(root, roomId, nodeBoot);
      const lines = await readTimeline(join(boot, timelineFile));
      found.timeline.push(...lines.filter((line) => line !== null));
      found.unreadableLines += lines.filter((line) => line === null).length;
      for (const producerId of await folders(boot)) found.captures.push({ path: join(boot, producerId), roomId, nodeBoot, producerId });
    }
  }
  return found;
}

/** Segment files in order; of a sealed file and its unfinished twin the sealed one counts. */
async function segmentsOf(path: string): Promise<string[]> {
  const names = (await readdir(path)).filter((name) => /^\d+\.rtplog(\.part)?$/.test(name)).sort();
  return names.filter((name) => !(name.endsWith('.part') && names.includes(name.slice(0, -'.part'.length)))).map((name) => join(path, name));
}

/** Takes the frames of one segment into the capture. */
function take<T>(into: ReadCapture<T>, file: number, startWallMs: number, frame: Frame, describe: (payload: Buffer, header: CaptureHeader) => T): void {
  const atMs = startWallMs + frame.atUs / 1000;
  if (frame.type === frameTypes.rtp) {
    const rtp = parseRtp(frame.payload);
    if (!rtp || rtp.payloadType === into.header.rtxPayloadType) return;
    const payload = frame.payload.subarray(rtp.payloadOffset, rtp.payloadOffset + rtp.payloadLength);
    // The frame's payload starts behind sync bytes, length, type and time.
    const offset = frame.offset + 13 + rtp.payloadOffset;
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

const headerIn = (frames: Frame[]): CaptureHeader | null => {
  const frame = frames.find((candidate) => candidate.type === frameTypes.header);
  return frame ? json<CaptureHeader>(frame.payload.toString()) : null;
};

/** One capture with all its segments; null when no segment has a readable header. `describe` sees each RTP payload once. */
export async function readCapture<T>(folder: CaptureFolder, describe: (payload: Buffer, header: CaptureHeader) => T): Promise<ReadCapture<T> | null> {
  const files = await segmentsOf(folder.path);
  let capture: ReadCapture<T> | null = null;
  let damagedBytes = 0;
  const waiting: { file: number; frames: Frame[] }[] = [];
  for (const [file, path] of files.entries()) {
    const decoded = decodeFrames(await readFile(path));
    damagedBytes += decoded.damagedBytes;
    const header = headerIn(decoded.frames);
    if (!capture && header) {
      capture = { header, files, packets: new Map(), reports: [], events: [], damagedBytes: 0, firstAtMs: Infinity, lastAtMs: -Infinity };
    }
    waiting.push({ file, frames: decoded.frames });
    if (!capture) continue;
    const startWallMs = header?.startWallMs ?? capture.header.startWallMs;
    for (const segment of waiting.splice(0)) for (const frame of segment.frames) take(capture, segment.file, startWallMs, frame, describe);
  }
  return capture && { ...capture, damagedBytes };
}
