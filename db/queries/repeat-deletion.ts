// What goes when something is due: the rows of a thing and the keys of its files; and the same once more in a restored database, for deletions that happened after its backup.
import { createHash } from 'node:crypto';
import { coursewareOriginalKey, coursewarePageKey, replayKey } from '#contracts/places.ts';
import { replayFileNames } from '#contracts/recording.ts';
import type { RetentionClass } from '#domain/retention.ts';
import { appendEvent, type EntityManager } from '../orm.ts';
import { destroyKey } from './destroyed-keys.ts';
import { withdrawFace } from './face-withdrawal.ts';

export interface Thing { retentionClass: RetentionClass; subjectId: string }
export interface RowsGone { counts: Record<string, number>; hash: string }
export const hashOfLines = (lines: readonly string[]): string => createHash('sha256').update(lines.toSorted().join('\n')).digest('hex');

/** Keys of files of a thing, as its rows still say. Files lent from a film are the film's. */
export async function filesOfThing(em: EntityManager, { retentionClass, subjectId }: Thing): Promise<string[]> {
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
async function deleteFace(em: EntityManager, personId: string, now: Date): Promise<RowsGone> {
  const { enrolments } = await withdrawFace(em, personId, now);
  await em.execute('update face_check set picture_id = null where picture_id in (select id from face_picture where person_id = ?)', [personId]);
  const pictures = await em.execute<{ id: string }[]>('delete from face_picture where person_id = ? returning id', [personId]);
  const key = await destroyKey(em, personId);
  const counts = { face_enrolment: enrolments, face_picture: pictures.length, learner_key: Number(key) };
  return { counts: Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)), hash: hashOfLines([personId, ...pictures.map(({ id }) => id)]) };
}

/** In a unit of work. Throws where a hold stands. */
export async function deleteThingRows(em: EntityManager, { retentionClass, subjectId }: Thing, now: Date): Promise<RowsGone> {
  if (retentionClass === 'face') return deleteFace(em, subjectId, now);
  const [row] = await em.execute<{ gone: RowsGone }[]>('select delete_due_rows(?, ?) as gone', [retentionClass, subjectId]);
  const gone = row!.gone;
  if (retentionClass !== 'courseware') return gone;
  const removed = await em.execute<unknown[]>('update courseware set removed_at = coalesce(removed_at, ?) where id = ? returning id', [now, subjectId]);
  return { counts: { ...gone.counts, courseware: removed.length }, hash: gone.hash };
}

/** A row of deletion_certificate as the keys' place keeps it (docs/backup.md). */
export interface DeletionLine {
  id: string; class: RetentionClass; subjectId: string; institutionId: string | null; counts: Record<string, number>; idsHash: string; rule: string; dueAt: string; deletedAt: string; askedBy: string | null;
}
const asOwner = (em: EntityManager, role: string): Promise<unknown> => em.execute(`select set_config('role', ?, true)`, [role]);

/** What went was not held when it went: holds of an older state do not keep it. Only whoever owns the tables can do this, in a database nobody uses. */
async function underNoHold<T>(em: EntityManager, work: () => Promise<T>): Promise<T> {
  const [row] = await em.execute<{ role: string; code: string }[]>(`select current_setting('role') as role, pg_get_functiondef('held_by(text, uuid)'::regprocedure) as code`);
  const { role, code } = row!;
  await asOwner(em, 'none');
  await em.execute(`create or replace function held_by(class text, subject uuid) returns uuid[] language sql stable security definer set search_path = public as $$ select '{}'::uuid[] $$`);
  await asOwner(em, role);
  const done = await work();
  await asOwner(em, 'none');
  await em.execute(code);
  await asOwner(em, role);
  return done;
}

/** In a unit of work across all institutions, as the tables' owner. Answers the keys of files that must not be there any more; null where it was done before. */
export async function repeatDeletion(em: EntityManager, line: DeletionLine): Promise<string[] | null> {
  const [known] = await em.execute<{ known: boolean }[]>('select exists (select from deletion_certificate where id = ?) as known', [line.id]);
  if (known!.known) return null;
  const { id, subjectId, institutionId, idsHash, rule } = line;
  const [thing, at] = [{ retentionClass: line.class, subjectId }, new Date(line.deletedAt)];
  const files = await filesOfThing(em, thing);
  const { counts } = await underNoHold(em, () => deleteThingRows(em, thing, at));
  const [there] = await em.execute<{ id: string | null }[]>('select (select id from institution where id = ?) as id', [institutionId]);
  await em.execute('insert into deletion_certificate (id, institution_id, class, subject_id, counts, ids_hash, rule, due_at, deleted_at, asked_by) values (?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?, (select id from person where id = ?))',
    [id, there!.id, line.class, subjectId, JSON.stringify(line.counts), idsHash, rule, line.dueAt, line.deletedAt, line.askedBy]);
  await appendEvent(em, { personId: null, institutionId: there!.id }, there!.id ? `institution:${there!.id}` : `person:${subjectId}`, 'retention:repeated', new Date(), { certificateId: id, class: line.class, subjectId, counts, idsHash, rule });
  return files;
}
