// Segment files of one capture: in order, with the span of time each holds, found without reading them whole.
import { open, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeFrames, frameTypes, type CaptureHeader, type Frame } from '#runtime/capture-log.ts';

/** One segment file. Frames in it arrived in [fromMs, toMs) on the server's clock; `toMs` of the last one is Infinity. */
export interface Segment { path: string; index: number; fromMs: number; toMs: number }
export interface CaptureSegments {
  /** Of the first readable segment; `encodings` may be known better in later ones. */
  header: CaptureHeader;
  segments: Segment[];
}

/** A header and the first packets; a header alone has about 800 bytes. */
const headBytes = 8 * 1024;
const searchedBytes = 512 * 1024;
const tailBytes = 64 * 1024;

export function json<T>(text: string): T | null {
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}

/** Null for a file that is not there (sealing renames it). */
const orNull = (error: NodeJS.ErrnoException): null => {
  if (error.code === 'ENOENT') return null;
  throw error;
};

/** The bytes of a segment; a file that was sealed since its name was read is found under its new name. */
export async function readSegment(path: string): Promise<Buffer> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => (path.endsWith('.part') ? orNull(error) : Promise.reject(error)));
  return bytes ?? readFile(path.slice(0, -'.part'.length));
}

async function openSegment(path: string): ReturnType<typeof open> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => (path.endsWith('.part') ? orNull(error) : Promise.reject(error)));
  return file ?? open(path.slice(0, -'.part'.length));
}

/** The bytes of a segment from `from` to its end of now. */
export async function readSegmentFrom(path: string, from: number): Promise<Buffer> {
  const file = await openSegment(path);
  try {
    const length = Math.max(0, (await file.stat()).size - from);
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Bytes [from, from + length) of a segment, a negative `from` counted from its end. */
async function readSome(path: string, from: number, length: number): Promise<Buffer> {
  const file = await openSegment(path);
  try {
    const start = from < 0 ? Math.max(0, (await file.stat()).size + from) : from;
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, start);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Segment files in order; of a sealed file and its unfinished twin the sealed one counts. */
async function segmentPaths(path: string): Promise<string[]> {
  const names = (await readdir(path)).filter((name) => /^\d+\.rtplog(\.part)?$/.test(name)).sort();
  return names.filter((name) => !(name.endsWith('.part') && names.includes(name.slice(0, -'.part'.length)))).map((name) => join(path, name));
}

export const headerIn = (frames: readonly Frame[]): CaptureHeader | null => {
  const frame = frames.find((candidate) => candidate.type === frameTypes.header);
  return frame ? json<CaptureHeader>(frame.payload.toString()) : null;
};

interface Head { header: CaptureHeader | null; firstUs: number | null }

async function headOf(path: string): Promise<Head> {
  for (const length of [headBytes, searchedBytes]) {
    const bytes = await readSome(path, 0, length);
    const { frames } = decodeFrames(bytes);
    if (frames[0]) return { header: headerIn(frames.slice(0, 1)), firstUs: frames[0].atUs };
    if (bytes.length < length) break;
  }
  return { header: null, firstUs: null };
}

/** Everything under a capture's folder; null when no segment has a readable header. A segment without one starts where it can be read. */
export async function findSegments(path: string): Promise<CaptureSegments | null> {
  const paths = await segmentPaths(path);
  const heads: Head[] = [];
  for (const file of paths) heads.push(await headOf(file));
  const header = heads.find((head) => head.header)?.header;
  if (!header) return null;
  // Damaged beyond reading at its start: what it holds came after the segment before it began, and is looked for there.
  let before = header.startWallMs;
  const starts = heads.map(({ firstUs }) => (before = firstUs === null ? before : Math.max(before, header.startWallMs + firstUs / 1000)));
  const segments = paths.map((file, index): Segment => ({ path: file, index, fromMs: starts[index]!, toMs: starts[index + 1] ?? Infinity }));
  return { header, segments };
}

export interface LastSigns { frameMs: number; packetMs: number | null }

/** When the last whole frame and the last RTP packet of a capture arrived, on the server's clock. Reads the ends of its last segments only. */
export async function lastSigns({ header, segments }: CaptureSegments): Promise<LastSigns> {
  let frameMs = -Infinity;
  for (const segment of segments.toReversed()) {
    const { frames } = decodeFrames(await readSome(segment.path, -tailBytes, tailBytes));
    const last = frames.at(-1);
    if (last) frameMs = Math.max(frameMs, header.startWallMs + last.atUs / 1000);
    const packet = frames.findLast(({ type }) => type === frameTypes.rtp);
    if (packet) return { frameMs, packetMs: header.startWallMs + packet.atUs / 1000 };
  }
  return { frameMs: Math.max(frameMs, header.startWallMs), packetMs: null };
}
