// Until when a session's captures are on file, so that a chunk can be made without losing what is still on its way.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RoomPlace } from './model.ts';
import { capturesOf, ended, findBoots, lastSignMs, readTimelineEnd, type Boot } from './rooms.ts';

/** A boot that is silent for so long is dead when a newer one records the room, or however that may be. */
const replacedAfterMs = 15_000;
const deadAfterMs = 60_000;
/** Written at the latest: the log's buffer and one slow write (see sfu/README.md). */
const unflushedMs = 2000;

interface Life { roomId: string; bootedMs: number; signMs: number; flushedMs: number | null; ended: boolean }

/** Newest change of any file of the boot: a sign of life of nodes that do not note how far they have written. */
async function newestChangeMs(boot: Boot): Promise<number> {
  let newest = -Infinity;
  for (const { path } of [...await capturesOf(boot), boot]) {
    const last = (await readdir(path).catch(() => [])).filter((name) => /\.(rtplog|part|jsonl)$/.test(name)).sort().at(-1);
    const found = last === undefined ? null : await stat(join(path, last)).catch(() => null);
    if (found) newest = Math.max(newest, found.mtimeMs);
  }
  return newest;
}

async function lifeOf(boot: Boot): Promise<Life> {
  const entries = await readTimelineEnd(boot);
  const untilMs = entries.findLast(({ type }) => type === 'capture:flushed')?.data?.['untilMs'];
  const flushedMs = typeof untilMs === 'number' ? untilMs : null;
  const isEnded = ended(entries);
  const lineMs = lastSignMs(entries);
  const signMs = flushedMs === null && !isEnded ? Math.max(lineMs, await newestChangeMs(boot)) : lineMs;
  // The first line of a long timeline is not read; only that some boot is newer matters, and the newest line tells that as well.
  const bootedMs = entries.findLast(({ type }) => type === 'node:booted')?.atMs ?? -Infinity;
  return { roomId: boot.roomId, bootedMs, signMs, flushedMs, ended: isEnded };
}

const replaced = (life: Life, lives: readonly Life[]): boolean =>
  lives.some((other) => other !== life && other.roomId === life.roomId && Math.max(other.bootedMs, other.signMs) > life.signMs);

/**
 * Everything that arrived before the answer (server time, ms) is on file, or noted as dropped. Infinity when every boot has ended or is dead,
 * `nowMs` where nothing was recorded yet. Reads the ends of the timelines only.
 */
export async function capturedUntilMs(place: RoomPlace, nowMs: number): Promise<number> {
  const boots = await findBoots(place);
  if (boots.length === 0) return nowMs;
  const lives: Life[] = [];
  for (const boot of boots) lives.push(await lifeOf(boot));
  const holding = lives.filter((life) => {
    const silentMs = nowMs - life.signMs;
    return !life.ended && silentMs <= deadAfterMs && !(silentMs > replacedAfterMs && replaced(life, lives));
  });
  return holding.reduce((least, life) => Math.min(least, life.flushedMs ?? Math.min(nowMs, life.signMs) - unflushedMs), Infinity);
}
