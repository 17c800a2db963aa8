// The end of a consent to faces: nothing is compared any more, vectors and prints go at once, pictures with the next round of the reconciler. Verdicts stay.
import type { EntityManager } from '../orm.ts';
import { lockFace } from './face-enrolments.ts';

export interface Withdrawn { enrolments: number; pictures: number }

/** In a unit of work. Pictures that a check is being judged by go when it is. Again it finds nothing to do. */
export async function withdrawFace(em: EntityManager, personId: string, at: Date): Promise<Withdrawn> {
  // Pictures that are being written just now are waited for, and end too.
  await lockFace(em, personId);
  // Rows are locked by being changed: whoever makes one active at this moment is waited for, and that one ends too.
  const enrolments = await em.execute<{ id: string }[]>(
    `update face_enrolment set sealed_vectors = null, settled_at = coalesce(settled_at, ?),
       status = case when status in ('verifying', 'awaiting_approval', 'active') then 'replaced' else status end
     where person_id = ? and (status in ('verifying', 'awaiting_approval', 'active') or sealed_vectors is not null) returning id`, [at, personId]);
  const pictures = await em.execute<{ id: string }[]>(
    'update face_picture set delete_after = ? where person_id = ? and (delete_after is null or delete_after > ?) returning id', [at, personId, at]);
  await em.execute('update snapshot_print set hash = null, bands = null, digest = null where person_id = ? and hash is not null', [personId]);
  return { enrolments: enrolments.length, pictures: pictures.length };
}
