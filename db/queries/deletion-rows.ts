// The rows of a thing that goes, and its certificate: by time or on request, and again in a backup that was restored.
import { createHash } from 'node:crypto';
import type { RetentionClass } from '#domain/retention.ts';
import type { EntityManager } from '../orm.ts';
import { destroyKey } from './destroyed-keys.ts';
import { withdrawFace } from './face-withdrawal.ts';

/** `counts`: rows by table. `hash`: SHA-256 over what they were. */
export interface GoneRows { counts: Record<string, number>; hash: string }
export const hashOfLines = (lines: readonly string[]): string => createHash('sha256').update(lines.toSorted().join('\n')).digest('hex');

/** Nothing of a face stays: vectors, prints, rows of pictures, and at last the key, after which copies elsewhere are noise. */
async function deleteFace(em: EntityManager, personId: string, at: Date): Promise<GoneRows> {
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
async function takeAgain(em: EntityManager, retentionClass: RetentionClass, subjectId: string): Promise<GoneRows> {
  const [before] = await em.execute<{ role: string }[]>(`select current_setting('role') as role, set_config('role', 'none', true)`);
  const [row] = await em.execute<{ gone: GoneRows }[]>('select take_due_rows(?, ?) as gone', [retentionClass, subjectId]);
  await em.execute(`select set_config('role', ?, true)`, [before!.role]);
  return row!.gone;
}
async function takeDue(em: EntityManager, retentionClass: RetentionClass, subjectId: string): Promise<GoneRows> {
  const [row] = await em.execute<{ gone: GoneRows }[]>('select delete_due_rows(?, ?) as gone', [retentionClass, subjectId]);
  return row!.gone;
}

/** `again`: in a restored backup, as the owner, whatever holds it has; what went was not held then. Otherwise throws where a hold stands. */
export async function deleteRows(em: EntityManager, retentionClass: RetentionClass, subjectId: string, { at, again = false }: { at: Date; again?: boolean }): Promise<GoneRows> {
  if (retentionClass === 'face') return deleteFace(em, subjectId, at);
  const gone = await (again ? takeAgain : takeDue)(em, retentionClass, subjectId);
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
