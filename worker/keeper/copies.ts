// The second copy of raw captures: made as soon as a segment is sealed, and brought back where the first one is lost.
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { segmentCopyKey, timelineFile } from '#contracts/places.ts';
import { DomainError } from '#domain/errors.ts';
import { folderStorage, type Storage } from '#runtime/storage.ts';
import { CaptureSegment } from '#db/entities/recording.ts';
import { bytesAt, sha256, type Kept } from './capture-folder.ts';
import type { KeeperDeps } from './deps.ts';

/** The copy's bytes; null where there is none. */
export async function copyAt(copies: Storage, path: string): Promise<Buffer | null> {
  return copies.read(segmentCopyKey(path)).catch((error: unknown) => {
    if (error instanceof DomainError && error.code === 'not_found') return null;
    throw error;
  });
}

const sizeAt = (path: string): Promise<number | null> => stat(path).then(({ size }) => size, () => null);

/**
 * Makes sure the copy is the segment the row tells of, read back and held against its hash, and says so in the row. False where neither file
 * nor copy is: that is for `verifySegments` to tell. Throws what the copy's storage throws, e.g. when it is full or away, and where other bytes came back.
 */
export async function copySegment({ orm, dataDir, copies, now }: KeeperDeps, segment: Pick<CaptureSegment, 'id' | 'path' | 'sha256'>): Promise<boolean> {
  const kept = await copyAt(copies, segment.path);
  if (!kept || sha256(kept) !== segment.sha256) {
    const bytes = await bytesAt(join(dataDir, segment.path));
    // A damaged file must never stand in for the copy: it could not be told from it later.
    if (!bytes || sha256(bytes) !== segment.sha256) return false;
    await copies.putBytes(segmentCopyKey(segment.path), bytes);
    const stored = await copyAt(copies, segment.path);
    if (!stored || sha256(stored) !== segment.sha256) throw new Error('the copy is not what was written');
  }
  await orm.em.fork().nativeUpdate(CaptureSegment, { id: segment.id, copiedAt: null }, { copiedAt: now() });
  return true;
}

/** A timeline grows, so its copy is taken again whenever it is longer. Answers whether it was. */
export async function copyTimeline({ dataDir, copies }: KeeperDeps, path: string): Promise<boolean> {
  const [bytes, copy] = await Promise.all([bytesAt(join(dataDir, path)), copies.stat(segmentCopyKey(path))]);
  if (!bytes || bytes.length <= (copy?.sizeBytes ?? -1)) return false;
  await copies.putBytes(segmentCopyKey(path), bytes);
  return true;
}

async function restoreSegment({ dataDir, copies, log }: KeeperDeps, segment: CaptureSegment): Promise<boolean> {
  if (await sizeAt(join(dataDir, segment.path)) === segment.sizeBytes) return false;
  const bytes = await copyAt(copies, segment.path);
  if (!bytes || sha256(bytes) !== segment.sha256) {
    log.error({ recordingId: segment.recordingId, path: segment.path, copy: bytes ? 'changed' : 'missing' }, 'capture file is lost');
    return false;
  }
  await folderStorage(dataDir).putBytes(segment.path, bytes);
  log.warn({ recordingId: segment.recordingId, path: segment.path }, 'capture file brought back from its copy');
  return true;
}

/** Brings back from the copy what is missing or torn in DATA_DIR, timelines too; answers how many files. To be asked before deriving. */
export async function restoreMissing(deps: KeeperDeps, recordingId: Kept['id']): Promise<number> {
  const segments = await deps.orm.em.fork().find(CaptureSegment, { recordingId, removedAt: null }, { orderBy: { path: 'asc' } });
  let restored = 0;
  for (const segment of segments) if (await restoreSegment(deps, segment)) restored++;
  for (const boot of new Set(segments.map(({ path }) => dirname(dirname(path))))) {
    const path = `${boot}/${timelineFile}`;
    const copy = await sizeAt(join(deps.dataDir, path)) === null ? await copyAt(deps.copies, path) : null;
    if (!copy) continue;
    await folderStorage(deps.dataDir).putBytes(path, copy);
    restored++;
  }
  return restored;
}
