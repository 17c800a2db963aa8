// What was deleted after a backup was taken, deleted again when it is restored: by the list of certificates that is kept beside the keys (docs/retention.md).
import { appendEvent, type EntityManager, type Stream } from '../orm.ts';
import { filesOf } from './deletion-files.ts';
import { addCertificate, deleteRows, type DeletionLine } from './deletion-rows.ts';

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
  const files = line.class === 'log' ? [] : await filesOf(em, line.class, line.subjectId!);
  if (line.class === 'log') await sweepAgain(em, line);
  else await deleteRows(em, line.class, line.subjectId!, { at: new Date(line.deletedAt), again: true });
  // The state that was restored may be from before them.
  const institutionId = await exists(em, 'institution', line.institutionId) ? line.institutionId : null;
  await addCertificate(em, { ...line, institutionId, askedBy: await exists(em, 'person', line.askedBy) ? line.askedBy : null });
  const stream: Stream = institutionId ? `institution:${institutionId}` : line.subjectId ? `person:${line.subjectId}` : 'platform:log';
  await appendEvent(em, { personId: null, institutionId }, stream, 'retention:repeated', new Date(), { certificateId: line.id, class: line.class, subjectId: line.subjectId, idsHash: line.idsHash, rule: line.rule });
  return files;
}
