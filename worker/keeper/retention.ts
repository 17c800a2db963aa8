// Raw captures end some time after everything made of them was published; never before, and never unverified.
import { rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CaptureSegment, recordedRoom } from '#db/entities/recording.ts';
import { appendEvent, unitOfWork } from '#db/orm.ts';
import { segmentCopyKey } from '#contracts/places.ts';
import { folderOf, listFolder, type Kept } from './capture-folder.ts';
import type { KeeperDeps } from './deps.ts';
import { verifySegments } from './verify-segments.ts';

const dayMs = 86_400_000;

interface Row { id: string; institution_id: string; lesson_id: string; session_id: string; group_id: string | null }
const keptOf = ({ id, institution_id: institutionId, lesson_id: lessonId, session_id: sessionId, group_id: groupId }: Row): Kept =>
  ({ id, institutionId, lessonId, sessionId, roomId: recordedRoom({ groupId, lessonId }), status: 'ready' });

/**
 * Recordings whose raw captures have served: the recording is ready, every unit that was held has all its parts published, and the last of
 * them was published before `before`. A replay that is processing, held or failed keeps everything, and so does a legal hold.
 */
async function servedRecordings({ orm }: KeeperDeps, before: Date): Promise<Kept[]> {
  const rows = await orm.em.fork().execute<Row[]>(
    `select r.id, r.institution_id, r.lesson_id, r.session_id, r.group_id from recording r
     where r.status = 'ready' and cardinality(held_by('recording', r.lesson_id)) = 0
       and exists (select from capture_segment s where s.recording_id = r.id and s.removed_at is null)
       and exists (select from replay p where p.recording_id = r.id)
       and not exists (select from replay p where p.recording_id = r.id and (p.status <> 'ready' or p.settled_at is null or p.settled_at > ?))
       and not exists (select from unit u where u.lesson_id = r.lesson_id and r.group_id is null and u.started_at is not null
         and (select count(*) from replay p where p.unit_id = u.id) < (select coalesce(max(p.parts), 1) from replay p where p.unit_id = u.id))
     order by r.id`, [before]);
  return rows.map(keptOf);
}

/** One whole copy of every segment, none changed, none without a row. */
async function verified(deps: KeeperDeps, kept: Kept): Promise<boolean> {
  const states = await verifySegments(deps, kept.id);
  const whole = new Set(states.filter(({ state }) => state === 'ok').map(({ path }) => path));
  const wrong = states.filter(({ state, path }) => state === 'changed' || state === 'unregistered' || !whole.has(path));
  for (const { path, state, where } of wrong) deps.log.error({ recordingId: kept.id, path, state, where }, 'raw capture kept: it could not be verified');
  return wrong.length === 0;
}

/** The rows say so first: a crash in between leaves files that are removed by the next round, never rows that promise files. */
async function putDown({ orm, now }: KeeperDeps, kept: Kept): Promise<void> {
  const at = now();
  const actor = { personId: null, institutionId: kept.institutionId };
  await unitOfWork(orm, actor, async (em) => {
    const segments = await em.find(CaptureSegment, { recordingId: kept.id, removedAt: null }, { orderBy: { path: 'asc' } });
    const removed = await em.nativeUpdate(CaptureSegment, { recordingId: kept.id, removedAt: null }, { removedAt: at });
    if (removed === 0) return;
    // Without captures no film is made again, and nothing else reads where the pointer was.
    if (kept.roomId === kept.lessonId) await em.execute('delete from courseware_pointer where session_id = ?', [kept.sessionId]);
    await appendEvent(em, actor, `lesson:${kept.lessonId}`, 'capture:removed', at, {
      recordingId: kept.id, segments: removed, sizeBytes: segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    });
  });
}

/** Copies first, the folder last: while it stands, there may be something left to remove. */
async function removeFiles({ orm, dataDir, copies }: KeeperDeps, kept: Kept): Promise<void> {
  const rows = await orm.em.fork().find(CaptureSegment, { recordingId: kept.id });
  const { timelines } = await listFolder(dataDir, kept);
  for (const path of [...rows.map((row) => row.path), ...timelines]) await copies.remove(segmentCopyKey(path));
  await rm(join(dataDir, folderOf(kept)), { recursive: true, force: true });
  // The last room of a session takes the session's folder with it.
  await rmdir(dirname(join(dataDir, folderOf(kept)))).catch(() => undefined);
}

/** Recordings whose rows say removed while their folder still stands. */
async function halfRemoved({ orm, dataDir }: KeeperDeps): Promise<Kept[]> {
  const rows = await orm.em.fork().execute<Row[]>(
    `select r.id, r.institution_id, r.lesson_id, r.session_id, r.group_id from recording r
     where exists (select from capture_segment s where s.recording_id = r.id and s.removed_at is not null)
       and not exists (select from capture_segment s where s.recording_id = r.id and s.removed_at is null) order by r.id`);
  const kept: Kept[] = [];
  for (const row of rows) {
    const one = keptOf(row);
    if (await stat(join(dataDir, folderOf(one))).then(() => true, () => false)) kept.push(one);
  }
  return kept;
}

/**
 * Removes raw segments, their copies and timelines of recordings all of whose files were published at least `keepDays` days before `now`,
 * after both copies were read and held against their hashes. Answers how many recordings. What cannot be verified stays and is logged as error.
 */
export async function removeExpired(deps: KeeperDeps, now: Date, keepDays: number): Promise<number> {
  for (const kept of await servedRecordings(deps, new Date(now.getTime() - keepDays * dayMs))) {
    if (await verified(deps, kept)) await putDown(deps, kept);
  }
  let removed = 0;
  for (const kept of await halfRemoved(deps)) {
    await removeFiles(deps, kept);
    deps.log.info({ recordingId: kept.id, lessonId: kept.lessonId }, 'raw capture removed');
    removed++;
  }
  return removed;
}
