// Are the raw captures still what was sealed? Both copies are read whole and held against the rows.
import { join } from 'node:path';
import { DomainError } from '#domain/errors.ts';
import { CaptureSegment, recordedRoom, Recording } from '#db/entities/recording.ts';
import { bytesAt, listFolder, sha256 } from './capture-folder.ts';
import { copyAt } from './copies.ts';
import type { KeeperDeps } from './deps.ts';

export interface SegmentState {
  /** Relative to DATA_DIR. */
  path: string;
  /** `unregistered`: a file without a row; also one that was never sealed (`.part`). */
  state: 'ok' | 'missing' | 'changed' | 'unregistered';
  where: 'data' | 'copy';
}

const judged = (bytes: Buffer | null, hash: string): SegmentState['state'] => (!bytes ? 'missing' : sha256(bytes) === hash ? 'ok' : 'changed');

/** Every segment that was not removed on purpose, twice: in DATA_DIR and in the copy. Throws not_found. */
export async function verifySegments({ orm, dataDir, copies }: Pick<KeeperDeps, 'orm' | 'dataDir' | 'copies'>, recordingId: string): Promise<SegmentState[]> {
  const em = orm.em.fork();
  const recording = await em.findOne(Recording, { id: recordingId });
  if (!recording) throw new DomainError('not_found', `no recording ${recordingId}`);
  const rows = await em.find(CaptureSegment, { recordingId }, { orderBy: { path: 'asc' } });
  const states: SegmentState[] = [];
  for (const { path, sha256: hash } of rows.filter(({ removedAt }) => !removedAt)) {
    states.push({ path, where: 'data', state: judged(await bytesAt(join(dataDir, path)), hash) });
    states.push({ path, where: 'copy', state: judged(await copyAt(copies, path), hash) });
  }
  const known = new Set(rows.map(({ path }) => path));
  const { segments, unsealed } = await listFolder(dataDir, { ...recording, roomId: recordedRoom(recording) });
  for (const path of [...segments.map((segment) => segment.path), ...unsealed]) {
    if (!known.has(path)) states.push({ path, where: 'data', state: 'unregistered' });
  }
  return states;
}
