// Sealed segments become rows, once each whoever looks: the directory is the truth, so lost rows are made again from it.
import { join } from 'node:path';
import { CaptureSegment } from '#db/entities/recording.ts';
import { appendEvent, unitOfWork } from '#db/orm.ts';
import { newId } from '#domain/id.ts';
import { bytesAt, describeSegment, type Kept, type SegmentFacts, type SegmentPlace } from './capture-folder.ts';
import type { KeeperDeps } from './deps.ts';

/** What was put down for good when the file was sealed, by path: the first `segment:sealed` of the lesson's stream. */
async function sealedBefore({ orm }: KeeperDeps, kept: Kept, path: string): Promise<Pick<SegmentFacts, 'sha256' | 'sizeBytes'> | null> {
  const [event] = await orm.em.fork().execute<{ sha256: string; size_bytes: string }[]>(
    `select payload->>'sha256' as sha256, payload->>'sizeBytes' as size_bytes from event
     where stream = ? and type = 'segment:sealed' and payload->>'path' = ? order by id limit 1`, [`lesson:${kept.lessonId}`, path]);
  return event ? { sha256: event.sha256, sizeBytes: Number(event.size_bytes) } : null;
}

/**
 * Gives one sealed file its row and its event. False where another worker was first, or the file is gone. A row that was lost comes back
 * with the hash of the event, not of the file: a file changed meanwhile is found out, never made good.
 */
export async function registerSegment(deps: KeeperDeps, kept: Kept, place: SegmentPlace): Promise<boolean> {
  const { orm, log, now, dataDir } = deps;
  const bytes = await bytesAt(join(dataDir, place.path));
  if (!bytes) return false;
  const { packets, firstAt, lastAt, ...seen } = describeSegment(bytes);
  const before = await sealedBefore(deps, kept, place.path);
  if (before && before.sha256 !== seen.sha256) log.error({ recordingId: kept.id, path: place.path }, 'capture file is not what was sealed');
  const { sha256, sizeBytes } = before ?? seen;
  const { institutionId } = kept;
  const at = now();
  return unitOfWork(orm, { personId: null, institutionId }, async (em) => {
    const row = {
      id: newId(at.getTime()), institutionId, recordingId: kept.id, ...place, packets, firstAt, lastAt, sha256, sizeBytes,
      registeredAt: at, copiedAt: null, removedAt: null,
    };
    const added = await em.createQueryBuilder(CaptureSegment).insert(row).onConflict('path').ignore().execute('run');
    if (added.affectedRows === 0) return false;
    await appendEvent(em, { personId: null, institutionId }, `lesson:${kept.lessonId}`, 'segment:sealed', at, {
      recordingId: kept.id, ...place, sha256, sizeBytes, ...(before && { rebuilt: true }),
    });
    log.info({ recordingId: kept.id, path: place.path, packets, sizeBytes, ...(before && { rebuilt: true }) }, 'segment registered');
    return true;
  });
}
