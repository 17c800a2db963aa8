// Is everything still what it was? Raw captures, their second copies and the files of replays, read whole and held against the hashes in the rows.
import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { replayFileNames, type ReplayFileName } from '#contracts/recording.ts';
import { replayFileKey } from '#contracts/places.ts';
import { Recording, Replay } from '#db/entities/recording.ts';
import type { Orm } from '#db/orm.ts';
import { ConfigError } from '#runtime/config.ts';
import type { Storage } from '#runtime/storage.ts';
import { verifySegments, type SegmentState } from '../keeper/verify-segments.ts';

export interface VerifyDeps { orm: Orm; dataDir: string; copies: Storage; storage: Storage }
export interface Checked { recordingId: string; path: string; where: SegmentState['where'] | 'replay'; state: SegmentState['state'] }
export interface Verified {
  /** Nothing is missing or changed. */
  ok: boolean;
  /** How many of each were read and found as they were. */
  intact: { captures: number; copies: number; files: number };
  /** What is missing or changed, in order. */
  problems: Checked[];
  /** Segments that have no row (yet): those of a lesson that is live, or left by a kill. */
  unregistered: string[];
}

async function hashOf(storage: Storage, key: string): Promise<string | null> {
  if (!await storage.stat(key)) return null;
  const hash = createHash('sha256');
  await pipeline(storage.stream(key), hash);
  return hash.digest('hex');
}

async function verifyFiles({ orm, storage }: VerifyDeps, recordingId: string): Promise<Checked[]> {
  const replays = await orm.em.fork().find(Replay, { recordingId, status: { $in: ['ready', 'held'] } }, { orderBy: { startsAt: 'asc' } });
  const checked: Checked[] = [];
  for (const { id, files, sha256, filmId, filmOrdinal } of replays) {
    // The whole file's hash also stands in its own column, which people compare with.
    const hashes: Partial<Record<ReplayFileName, string>> = { ...files.sha256, ...(sha256 && { 'unit.mp4': sha256 }) };
    for (const name of replayFileNames) {
      const wanted = hashes[name];
      if (wanted === undefined) continue;
      const path = replayFileKey({ id, filmId, filmOrdinal }, name);
      const found = await hashOf(storage, path);
      const same = found === wanted && (files.sha256?.[name] ?? wanted) === wanted;
      checked.push({ recordingId, path, where: 'replay', state: found === null ? 'missing' : same ? 'ok' : 'changed' });
    }
  }
  return checked;
}

/** Recordings of one lesson, or of all. Throws ConfigError for a lesson that has none. */
export async function verifyRecordings(deps: VerifyDeps, lesson: string | null): Promise<Verified> {
  const recordings = await deps.orm.em.fork().find(Recording, lesson === null ? {} : { lessonId: lesson }, { orderBy: { createdAt: 'asc' } });
  if (recordings.length === 0 && lesson !== null) throw new ConfigError([`There is no recording of a lesson ${lesson}.`]);
  const checked: Checked[] = [];
  for (const { id } of recordings) {
    checked.push(...(await verifySegments(deps, id)).map((state): Checked => ({ recordingId: id, ...state })), ...await verifyFiles(deps, id));
  }
  const intact = (where: Checked['where']): number => checked.filter((one) => one.where === where && one.state === 'ok').length;
  const problems = checked.filter(({ state }) => state === 'missing' || state === 'changed');
  return {
    ok: problems.length === 0, intact: { captures: intact('data'), copies: intact('copy'), files: intact('replay') }, problems,
    unregistered: checked.filter(({ state }) => state === 'unregistered').map(({ path }) => path),
  };
}

export function verifiedLines({ ok, intact, problems, unregistered }: Verified): string[] {
  const [first] = problems;
  const place = { data: 'in DATA_DIR', copy: 'in the second copy', replay: 'in the storage' } as const;
  return [
    `${intact.captures} captures, ${intact.copies} second copies and ${intact.files} files of replays are what they were.`,
    ...(unregistered.length > 0 ? [`${unregistered.length} segments have no row yet, the first: ${unregistered[0]}`] : []),
    ...problems.map(({ path, where, state }) => `${state}: ${path} (${place[where]})`),
    ok ? 'Nothing is missing or changed.' : `${problems.length} missing or changed, the first: ${first!.path}`,
  ];
}
