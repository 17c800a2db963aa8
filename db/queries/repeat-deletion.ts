// What was deleted after a backup was taken, deleted again when it is restored: by the list of certificates that is kept beside the keys (docs/retention.md).
import { appendEvent, platform, type EntityManager } from '../orm.ts';
import { filesOf } from './deletion-files.ts';
import { addCertificate, deleteRows, type DeletionLine } from './deletion-rows.ts';

const oldest = `select id, class, subject_id as "subjectId", institution_id as "institutionId", before_at as "beforeAt", counts, ids_hash as "idsHash", rule, due_at as "dueAt", deleted_at as "deletedAt", asked_by as "askedBy"
  from deletion_certificate where ?::uuid is null or id > ? order by id limit ?`;
/** Up to `limit` lines after `after` (null: from the first), in the order of ids. */
export const deletionLines = (em: EntityManager, after: string | null, limit: number): Promise<DeletionLine[]> => em.execute<DeletionLine[]>(oldest, [after, after, limit]);

const sweepBatch = 10_000;
async function sweepAgain(em: EntityManager, { counts, beforeAt }: DeletionLine): Promise<void> {
  for (const table of Object.keys(counts)) {
    if (table === 'security_log') continue;
    for (let gone = sweepBatch; gone === sweepBatch;) {
      const [row] = await em.execute<{ gone: { counts: Record<string, number> } }[]>('select delete_old_rows(?, ?, ?) as gone', [table, beforeAt, sweepBatch]);
      gone = row!.gone.counts[table] ?? 0;
    }
  }
}

/** Made by then: a face that came later is another. */
const cameBack = async (em: EntityManager, { subjectId, deletedAt }: DeletionLine): Promise<boolean> =>
  (await em.execute<unknown[]>('select from learner_key where person_id = ? and created_at > ? union all select from face_picture where person_id = ? and taken_at > ?', [subjectId, deletedAt, subjectId, deletedAt])).length > 0;

/** In a unit of work across all institutions. Answers the keys of files that must not be there any more; null where the restored database knows of it already, or the person came back. */
export async function repeatDeletion(em: EntityManager, line: DeletionLine): Promise<string[] | null> {
  const known = await em.execute<unknown[]>('select from deletion_certificate where id = ?', [line.id]);
  if (known.length > 0 || (line.class === 'face' && await cameBack(em, line))) return null;
  const files = line.class === 'log' ? [] : await filesOf(em, line.class, line.subjectId!);
  if (line.class === 'log') await sweepAgain(em, line);
  else await deleteRows(em, line.class, line.subjectId!, { at: new Date(line.deletedAt), again: true });
  await addCertificate(em, line);
  await appendEvent(em, platform, line.institutionId ? `institution:${line.institutionId}` : line.subjectId ? `person:${line.subjectId}` : 'platform', 'retention:repeated', new Date(), { certificateId: line.id, class: line.class, subjectId: line.subjectId });
  return files;
}
