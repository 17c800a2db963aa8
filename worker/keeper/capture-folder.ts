// The capture folder of a recording as it lies on disk, and what one sealed segment file holds.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { roomCaptureDirectory, timelineFile } from '#contracts/places.ts';
import { decodeFrames, frameTypes, type CaptureHeader } from '#runtime/capture-log.ts';

/** A recording as far as its files matter. */
export interface Kept { id: string; institutionId: string; lessonId: string; sessionId: string; roomId: string; status: 'recording' | 'processing' | 'ready' | 'failed' }
/** `path` is relative to DATA_DIR. */
export interface SegmentPlace { path: string; producerId: string; ordinal: number }
export interface CaptureFolder { segments: SegmentPlace[]; timelines: string[]; unsealed: string[] }

const segmentPattern = /^[^/]+\/([^/]+)\/(\d{6})\.rtplog$/;
type Place = Pick<Kept, 'lessonId' | 'sessionId' | 'roomId'>;

export const folderOf = ({ lessonId, sessionId, roomId }: Place): string => roomCaptureDirectory(lessonId, sessionId, roomId);
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A file's bytes; null where there is none. */
export async function bytesAt(path: string): Promise<Buffer | null> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

/** Empty where nothing was captured. */
export async function listFolder(dataDir: string, kept: Place): Promise<CaptureFolder> {
  const folder = folderOf(kept);
  const names = await readdir(join(dataDir, folder), { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const found: CaptureFolder = { segments: [], timelines: [], unsealed: [] };
  for (const name of names.sort()) {
    const path = `${folder}/${name}`;
    const [, producerId, ordinal] = segmentPattern.exec(name) ?? [];
    if (producerId && ordinal) found.segments.push({ path, producerId, ordinal: Number(ordinal) });
    else if (name.endsWith(`/${timelineFile}`)) found.timelines.push(path);
    else if (name.endsWith('.rtplog.part')) found.unsealed.push(path);
  }
  return found;
}

export interface SegmentFacts { sha256: string; sizeBytes: number; packets: number; firstAt: Date | null; lastAt: Date | null }

/** Times are those of the first and the last packet on the server's clock; null without packets or without a readable header. */
export function describeSegment(bytes: Buffer): SegmentFacts {
  const { frames } = decodeFrames(bytes);
  const head = frames[0]?.type === frameTypes.header ? frames[0].payload : null;
  const startWallMs = head ? (JSON.parse(head.toString()) as CaptureHeader).startWallMs : null;
  const packets = frames.filter(({ type }) => type === frameTypes.rtp);
  const at = (atUs: number | undefined): Date | null => (atUs === undefined || startWallMs === null ? null : new Date(startWallMs + atUs / 1000));
  return {
    sha256: sha256(bytes), sizeBytes: bytes.length, packets: packets.length,
    firstAt: at(packets[0]?.atUs), lastAt: at(packets.at(-1)?.atUs),
  };
}
