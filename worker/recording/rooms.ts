// What was recorded in a room of a session: the boots of media nodes, their captures, and what they noted in their timelines.
import { open, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { roomCaptureDirectory, timelineFile } from '#contracts/places.ts';
import type { RoomPlace } from './model.ts';
import { json } from './segments.ts';

/** One line of a room's timeline; `atMs` is the server's clock. */
export interface TimelineEntry { type: string; atMs: number; data?: Record<string, unknown> }
/** One room on one boot of a media node. */
export interface Boot { path: string; roomId: string; nodeBoot: string }
export interface BootTimeline extends Boot { entries: TimelineEntry[]; unreadableLines: number }
export interface CaptureFolder { path: string; roomId: string; nodeBoot: string; producerId: string }

async function folders(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();
}

export async function findBoots({ dataDir, lessonId, sessionId, roomId }: RoomPlace): Promise<Boot[]> {
  const root = join(dataDir, roomCaptureDirectory(lessonId, sessionId, roomId));
  return (await folders(root)).map((nodeBoot): Boot => ({ path: join(root, nodeBoot), roomId, nodeBoot }));
}

export const capturesOf = async ({ path, roomId, nodeBoot }: Boot): Promise<CaptureFolder[]> =>
  (await folders(path)).map((producerId) => ({ path: join(path, producerId), roomId, nodeBoot, producerId }));

function entriesOf(text: string): { entries: TimelineEntry[]; unreadableLines: number } {
  const lines = text.split('\n').filter((line) => line.trim() !== '').map((line) => json<TimelineEntry>(line));
  const entries = lines.filter((entry): entry is TimelineEntry => typeof entry?.atMs === 'number' && typeof entry.type === 'string');
  return { entries, unreadableLines: lines.length - entries.length };
}

const timelinePath = (boot: Boot): string => join(boot.path, timelineFile);

/** A timeline that is missing counts as empty: the captures beside it tell most of it again. */
export async function readTimeline(boot: Boot): Promise<BootTimeline> {
  return { ...boot, ...entriesOf(await readFile(timelinePath(boot), 'utf8').catch(() => '')) };
}

/** The newest entries of a timeline, at least the last 200 or so, without reading it whole. */
export async function readTimelineEnd(boot: Boot, bytes = 32 * 1024): Promise<TimelineEntry[]> {
  const file = await open(timelinePath(boot)).catch(() => null);
  if (!file) return [];
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size, bytes)), 0, Math.min(size, bytes), Math.max(0, size - bytes));
    return entriesOf(buffer.toString('utf8', 0, bytesRead)).entries;
  } finally {
    await file.close();
  }
}

/** Whether the room was closed in good order, and not opened again since. */
export function ended(entries: readonly TimelineEntry[]): boolean {
  const last = entries.findLast(({ type }) => type === 'capture:ended' || type === 'node:booted');
  return last?.type === 'capture:ended';
}

/** Until when the boot is known to have lived: its last line, or what it said was on file. */
export function lastSignMs(entries: readonly TimelineEntry[]): number {
  return entries.reduce((last, { atMs }) => Math.max(last, atMs), -Infinity);
}
