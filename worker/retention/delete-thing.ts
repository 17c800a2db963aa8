// Deletes one thing that is due so that nothing is ever half gone: its files first, then, in one transaction, its rows, with a certificate of deletion and an event. Killed in between it is found again and done to the end.
import { createHash } from 'node:crypto';
import { coursewareOriginalKey, coursewarePageKey, replayKey } from '#contracts/places.ts';
import { replayFileNames } from '#contracts/recording.ts';
import { appendEvent, unitOfWork, type EntityManager, type Orm } from '#db/orm.ts';
import { destroyKey } from '#db/queries/destroyed-keys.ts';
import { withdrawFace } from '#db/queries/face-withdrawal.ts';
import type { DueThing } from '#db/queries/retention-due.ts';
import { newId } from '#domain/id.ts';
import type { Storage } from '#runtime/storage.ts';

export interface RetentionDeps { orm: Orm; storage: Storage; now: () => Date }
/** `counts`: rows by table, and `files`. */
export interface Deleted { certificateId: string; counts: Record<string, number>; idsHash: string }

const hashOf = (lines: readonly string[]): string => createHash('sha256').update(lines.toSorted().join('\n')).digest('hex');

/** Keys of files of a thing, as its rows still say. Files lent from a film are the film's. */
async function filesOf(em: EntityManager, { retentionClass, subjectId }: DueThing): Promise<string[]> {
  if (retentionClass === 'recording') {
    const replays = await em.execute<{ id: string }[]>('select id from replay where lesson_id = ? and film_id is null', [subjectId]);
    return replays.flatMap(({ id }) => replayFileNames.map((name) => replayKey(id, name)));
  }
  if (retentionClass === 'courseware') {
    const [row] = await em.execute<{ page_count: number | null }[]>('select page_count from courseware where id = ?', [subjectId]);
    const pages = Array.from({ length: row?.page_count ?? 0 }, (_, index) => index + 1);
    return [coursewareOriginalKey(subjectId), ...pages.flatMap((page) => (['page', 'thumb'] as const).map((size) => coursewarePageKey(subjectId, page, size)))];
  }
  if (retentionClass !== 'face') return [];
  return (await em.execute<{ storage_key: string }[]>('select storage_key from face_picture where person_id = ?', [subjectId])).map(({ storage_key: key }) => key);
}

/** Nothing of a face stays: vectors, prints, rows of pictures, and at last the key, after which copies elsewhere are noise. */
async function deleteFace(em: EntityManager, personId: string, now: Date): Promise<{ counts: Record<string, number>; hash: string }> {
  const { enrolments } = await withdrawFace(em, personId, now);
  await em.execute('update face_check set picture_id = null where picture_id in (select id from face_picture where person_id = ?)', [personId]);
  const pictures = await em.execute<{ id: string }[]>('delete from face_picture where person_id = ? returning id', [personId]);
  const key = await destroyKey(em, personId);
  const counts = { face_enrolment: enrolments, face_picture: pictures.length, learner_key: Number(key) };
  return { counts: Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)), hash: hashOf([personId, ...pictures.map(({ id }) => id)]) };
}

async function deleteRows(em: EntityManager, { retentionClass, subjectId }: DueThing, now: Date): Promise<{ counts: Record<string, number>; hash: string }> {
  if (retentionClass === 'face') return deleteFace(em, subjectId, now);
  const [row] = await em.execute<{ gone: { counts: Record<string, number>; hash: string } }[]>('select delete_due_rows(?, ?) as gone', [retentionClass, subjectId]);
  const gone = row!.gone;
  if (retentionClass !== 'courseware') return gone;
  const removed = await em.execute<unknown[]>('update courseware set removed_at = coalesce(removed_at, ?) where id = ? returning id', [now, subjectId]);
  return { counts: { ...gone.counts, courseware: removed.length }, hash: gone.hash };
}

/** Facts and courseware leave a row behind that would be found again. */
const leavesRow = new Set(['fact', 'courseware']);

/** Null where somebody else deleted it meanwhile, and where a check still waits for one of the pictures. `askedBy`: who asked for it before its time. Throws where a hold stands. */
export async function deleteThing({ orm, storage, now }: RetentionDeps, thing: DueThing, askedBy: string | null = null): Promise<Deleted | null> {
  const { retentionClass, subjectId, institutionId, since, rule } = thing;
  const look = orm.em.fork();
  const [held] = await look.execute<{ held: boolean; busy: boolean }[]>(
    `select cardinality(held_by(?, ?)) > 0 as held, exists (select from face_check c join face_picture p on p.id = c.picture_id where p.person_id = ? and c.status = 'verifying') as busy`, [retentionClass, subjectId, subjectId]);
  if (held!.held) throw new Error(`a legal hold keeps ${retentionClass} ${subjectId}`);
  if (held!.busy) return null;
  const files = await filesOf(look, thing);
  for (const key of files) await storage.remove(key);
  const at = now();
  const actor = { personId: askedBy, institutionId };
  return unitOfWork(orm, actor, async (em) => {
    await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 54))', [`${retentionClass} ${subjectId}`]);
    const [before] = await em.execute<{ done: boolean }[]>('select exists (select from deletion_certificate where class = ? and subject_id = ?) as done', [retentionClass, subjectId]);
    if (before!.done && leavesRow.has(retentionClass)) return null;
    const rows = await deleteRows(em, thing, at);
    if (Object.keys(rows.counts).length === 0 && !leavesRow.has(retentionClass)) return null;
    const counts = { ...rows.counts, ...(files.length > 0 && { files: files.length }) };
    const [certificateId, idsHash] = [newId(at.getTime()), hashOf([rows.hash, ...files])];
    await em.execute('insert into deletion_certificate (id, institution_id, class, subject_id, counts, ids_hash, rule, due_at, deleted_at, asked_by) values (?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?)',
      [certificateId, institutionId, retentionClass, subjectId, JSON.stringify(counts), idsHash, rule, since, at, askedBy]);
    await appendEvent(em, actor, institutionId ? `institution:${institutionId}` : `person:${subjectId}`, 'retention:deleted', at, { certificateId, class: retentionClass, subjectId, counts, idsHash, rule });
    return { certificateId, counts, idsHash };
  });
}
