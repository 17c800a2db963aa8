// Deletes one thing that is due so that nothing is ever half gone: its files first, then, in one transaction, its rows, with a certificate of deletion and an event. Killed in between it is found again and done to the end.
import { appendEvent, unitOfWork, type Orm } from '#db/orm.ts';
import { addCertificate, deleteThingRows, filesOfThing, hashOfLines, leavesRow } from '#db/queries/repeat-deletion.ts';
import type { DueThing } from '#db/queries/retention-due.ts';
import { newId } from '#domain/id.ts';
import type { Storage } from '#runtime/storage.ts';

export interface RetentionDeps { orm: Orm; storage: Storage; now: () => Date }
/** `counts`: rows by table, and `files`. */
export interface Deleted { certificateId: string; counts: Record<string, number>; idsHash: string }

/** Null where somebody else deleted it meanwhile, and where a check still waits for one of the pictures. `askedBy`: who asked for it before its time. Throws where a hold stands. */
export async function deleteThing({ orm, storage, now }: RetentionDeps, thing: DueThing, askedBy: string | null = null): Promise<Deleted | null> {
  const { retentionClass, subjectId, institutionId, since, rule } = thing;
  const look = orm.em.fork();
  const [held] = await look.execute<{ held: boolean; busy: boolean }[]>(
    `select cardinality(held_by(?, ?)) > 0 as held, exists (select from face_check c join face_picture p on p.id = c.picture_id where p.person_id = ? and c.status = 'verifying') as busy`, [retentionClass, subjectId, subjectId]);
  if (held!.held) throw new Error(`a legal hold keeps ${retentionClass} ${subjectId}`);
  if (held!.busy) return null;
  const files = await filesOfThing(look, thing);
  for (const key of files) await storage.remove(key);
  const at = now();
  const actor = { personId: askedBy, institutionId };
  return unitOfWork(orm, actor, async (em) => {
    await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 54))', [`${retentionClass} ${subjectId}`]);
    const [before] = await em.execute<{ done: boolean }[]>('select exists (select from deletion_certificate where class = ? and subject_id = ?) as done', [retentionClass, subjectId]);
    if (before!.done && leavesRow(retentionClass)) return null;
    const rows = await deleteThingRows(em, thing, at);
    if (Object.keys(rows.counts).length === 0 && !leavesRow(retentionClass)) return null;
    const counts = { ...rows.counts, ...(files.length > 0 && { files: files.length }) };
    const [certificateId, idsHash] = [newId(at.getTime()), hashOfLines([rows.hash, ...files])];
    await addCertificate(em, { id: certificateId, class: retentionClass, subjectId, institutionId, beforeAt: null, counts, idsHash, rule, dueAt: since.toISOString(), deletedAt: at.toISOString(), askedBy });
    await appendEvent(em, actor, institutionId ? `institution:${institutionId}` : `person:${subjectId}`, 'retention:deleted', at, { certificateId, class: retentionClass, subjectId, counts, idsHash, rule });
    return { certificateId, counts, idsHash };
  });
}
