// What goes when something is due: the rows of a thing and the keys of its files; and the same once more in a restored database, for deletions that happened after its backup (docs/retention.md).
import { createHash } from 'node:crypto';
import { attachmentKey, coursewareOriginalKey, coursewarePageKey, filmFileKey, replayKey } from '#contracts/places.ts';
import { replayFileNames } from '#contracts/recording.ts';
import type { RetentionClass } from '#domain/retention.ts';
import { appendEvent, type EntityManager, type Stream } from '../orm.ts';
import { destroyKey } from './destroyed-keys.ts';
import { withdrawFace } from './face-withdrawal.ts';

export interface Thing { retentionClass: RetentionClass; subjectId: string }
type Ask = (em: EntityManager, subjectId: string) => Promise<string[]>;

/** Those of the subject that no correction and no list of another thing points at, as the rows go (0060). Rows of a lesson's own corrections and lists go with it. */
const attachmentsOf = (subjectType: 'lesson' | 'cohort'): Ask => async (em, subjectId) => {
  const rows = await em.execute<{ id: string; institution_id: string }[]>(
    `select a.id, a.institution_id from attachment a where a.subject_type = ? and a.subject_id = ? and not exists (select from correction c where c.attachment_id = a.id and c.lesson_id <> a.subject_id)
     and not exists (select from offline_sheet o where o.attachment_id = a.id and o.lesson_id <> a.subject_id)`, [subjectType, subjectId]);
  return rows.map(({ id, institution_id: institutionId }) => attachmentKey(institutionId, id));
};

/** Not every replay and film has every file; files a replay has lent from a film are the film's. */
const asks: Partial<Readonly<Record<RetentionClass, Ask>>> = {
  fact: attachmentsOf('lesson'), ledger: attachmentsOf('cohort'),
  recording: async (em, subjectId) => {
    const replays = await em.execute<{ id: string }[]>('select id from replay where lesson_id = ? and film_id is null', [subjectId]);
    return replays.flatMap(({ id }) => replayFileNames.map((name) => replayKey(id, name)));
  },
  courseware: async (em, subjectId) => {
    const [row] = await em.execute<{ page_count: number | null }[]>('select page_count from courseware where id = ?', [subjectId]);
    const pages = Array.from({ length: row?.page_count ?? 0 }, (_, index) => index + 1);
    return [coursewareOriginalKey(subjectId), ...pages.flatMap((page) => (['page', 'thumb'] as const).map((size) => coursewarePageKey(subjectId, page, size)))];
  },
  film: async (em, subjectId) => {
    const files = await em.execute<{ ordinal: number }[]>('select ordinal from film_file where film_id = ?', [subjectId]);
    return files.flatMap(({ ordinal }) => replayFileNames.map((name) => filmFileKey(subjectId, ordinal, name)));
  },
  face: async (em, subjectId) => (await em.execute<{ storage_key: string }[]>('select storage_key from face_picture where person_id = ?', [subjectId])).map(({ storage_key: key }) => key),
};

/** Keys of files of a thing, as its rows still say: before they go. */
export const filesOfThing = (em: EntityManager, { retentionClass, subjectId }: Thing): Promise<string[]> => asks[retentionClass]?.(em, subjectId) ?? Promise.resolve([]);

/** `counts`: rows by table. `hash`: SHA-256 over what they were. */
export interface RowsGone { counts: Record<string, number>; hash: string }
export const hashOfLines = (lines: readonly string[]): string => createHash('sha256').update(lines.toSorted().join('\n')).digest('hex');

/** Nothing of a face stays: vectors, prints, rows of pictures, and at last the key, after which copies elsewhere are noise. */
async function deleteFace(em: EntityManager, personId: string, at: Date): Promise<RowsGone> {
  const { enrolments } = await withdrawFace(em, personId, at);
  await em.execute('update face_check set picture_id = null where picture_id in (select id from face_picture where person_id = ?)', [personId]);
  const pictures = await em.execute<{ id: string }[]>('delete from face_picture where person_id = ? returning id', [personId]);
  const key = await destroyKey(em, personId);
  const counts = { face_enrolment: enrolments, face_picture: pictures.length, learner_key: Number(key) };
  return { counts: Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)), hash: hashOfLines([personId, ...pictures.map(({ id }) => id)]) };
}

/** Facts, courseware and films leave a row behind that would be found again. */
const marked: Partial<Record<RetentionClass, string>> = {
  courseware: 'update courseware set removed_at = coalesce(removed_at, ?) where id = ? returning id', film: 'update film set removed_at = coalesce(removed_at, ?), cleaned_at = now() where id = ? returning id',
};
export const leavesRow = (retentionClass: RetentionClass): boolean => ['fact', 'courseware', 'film', 'person'].includes(retentionClass);

/** Beside what holds say: whoever owns the tables can do this, for a state that nobody uses yet. */
async function takeAgain(em: EntityManager, retentionClass: RetentionClass, subjectId: string): Promise<RowsGone> {
  const [before] = await em.execute<{ role: string }[]>(`select current_setting('role') as role, set_config('role', 'none', true)`);
  const [row] = await em.execute<{ gone: RowsGone }[]>('select take_due_rows(?, ?) as gone', [retentionClass, subjectId]);
  await em.execute(`select set_config('role', ?, true)`, [before!.role]);
  return row!.gone;
}
async function takeDue(em: EntityManager, retentionClass: RetentionClass, subjectId: string): Promise<RowsGone> {
  const [row] = await em.execute<{ gone: RowsGone }[]>('select delete_due_rows(?, ?) as gone', [retentionClass, subjectId]);
  return row!.gone;
}

/** In a unit of work. Throws where a hold stands. `take`: of a restore. */
export async function deleteThingRows(em: EntityManager, { retentionClass, subjectId }: Thing, at: Date, take = takeDue): Promise<RowsGone> {
  if (retentionClass === 'face') return deleteFace(em, subjectId, at);
  const gone = await take(em, retentionClass, subjectId);
  const mark = marked[retentionClass];
  if (!mark) return gone;
  const removed = await em.execute<unknown[]>(mark, [at, subjectId]);
  return { counts: { ...gone.counts, [retentionClass]: removed.length }, hash: gone.hash };
}

/** A row of `deletion_certificate`, as backups keep it. `subjectId` null and `beforeAt`: of class `log`. */
export interface DeletionLine {
  id: string; class: RetentionClass | 'log'; subjectId: string | null; institutionId: string | null; beforeAt: string | null; counts: Record<string, number>; idsHash: string; rule: string; dueAt: string; deletedAt: string; askedBy: string | null;
}

export const addCertificate = (em: EntityManager, line: DeletionLine): Promise<unknown> => em.execute(
  'insert into deletion_certificate (id, institution_id, class, subject_id, before_at, counts, ids_hash, rule, due_at, deleted_at, asked_by) values (?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?)',
  [line.id, line.institutionId, line.class, line.subjectId, line.beforeAt, JSON.stringify(line.counts), line.idsHash, line.rule, line.dueAt, line.deletedAt, line.askedBy]);

const batch = 10_000;
async function sweepAgain(em: EntityManager, { counts, beforeAt }: DeletionLine): Promise<void> {
  // The security log's months are the daily round's.
  for (const table of Object.keys(counts).filter((name) => name !== 'security_log')) {
    for (let gone = batch; gone === batch;) {
      const [row] = await em.execute<{ gone: { counts: Record<string, number> } }[]>('select delete_old_rows(?, ?, ?) as gone', [table, beforeAt, batch]);
      gone = row!.gone.counts[table] ?? 0;
    }
  }
}

/** A face that was made later is another. */
const cameBack = async (em: EntityManager, { subjectId, deletedAt }: DeletionLine): Promise<boolean> =>
  (await em.execute<unknown[]>('select from learner_key where person_id = ? and created_at > ? union all select from face_picture where person_id = ? and taken_at > ?', [subjectId, deletedAt, subjectId, deletedAt])).length > 0;

const exists = async (em: EntityManager, table: 'institution' | 'person', id: string | null): Promise<boolean> => id !== null && (await em.execute<unknown[]>(`select from ${table} where id = ?`, [id])).length > 0;

/** In a unit of work across all institutions, as the tables' owner. Answers the keys of files that must not be there any more; null where it was done before, or the person came back. */
export async function repeatDeletion(em: EntityManager, line: DeletionLine): Promise<string[] | null> {
  const known = await em.execute<unknown[]>('select from deletion_certificate where id = ?', [line.id]);
  if (known.length > 0 || (line.class === 'face' && await cameBack(em, line))) return null;
  const files = line.class === 'log' ? [] : await filesOfThing(em, { retentionClass: line.class, subjectId: line.subjectId! });
  if (line.class === 'log') await sweepAgain(em, line);
  else await deleteThingRows(em, { retentionClass: line.class, subjectId: line.subjectId! }, new Date(line.deletedAt), takeAgain);
  // The state that was restored may be from before them.
  const institutionId = await exists(em, 'institution', line.institutionId) ? line.institutionId : null;
  await addCertificate(em, { ...line, institutionId, askedBy: await exists(em, 'person', line.askedBy) ? line.askedBy : null });
  const stream: Stream = institutionId ? `institution:${institutionId}` : line.subjectId ? `person:${line.subjectId}` : 'platform:log';
  await appendEvent(em, { personId: null, institutionId }, stream, 'retention:repeated', new Date(), { certificateId: line.id, class: line.class, subjectId: line.subjectId, idsHash: line.idsHash, rule: line.rule });
  return files;
}
