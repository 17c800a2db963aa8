// Face enrolments: which one counts, and how a newer one takes its place. The worker asks after its gate, signaling when staff decide.
import { FaceEnrolment } from '../entities/check.ts';
import type { EntityManager } from '../orm.ts';

/** One change of a person's face at a time, until the transaction ends. */
export async function lockFace(em: EntityManager, personId: string): Promise<void> {
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`face:${personId}`]);
}

/** The enrolment checks are compared with, whichever model made it. */
export const activeEnrolment = (em: EntityManager, personId: string): Promise<FaceEnrolment | null> =>
  em.findOne(FaceEnrolment, { personId, status: 'active' }, { refresh: true });

/** Makes room for a newer enrolment of this person: what stood as `status` stands no more. */
export async function replaceEnrolments(em: EntityManager, personId: string, status: 'active' | 'awaiting_approval'): Promise<void> {
  await em.nativeUpdate(FaceEnrolment, { personId, status }, { status: 'replaced' });
}

/** Pictures of enrolments that do not stand have no purpose left: the reconciler removes them. Written changes must be flushed before. */
export async function releasePictures(em: EntityManager, personId: string, at: Date): Promise<void> {
  await em.execute(
    `update face_picture set delete_after = ? where delete_after is null and person_id = ? and exists (select from face_enrolment e
       where e.person_id = face_picture.person_id and e.status in ('rejected', 'refused', 'replaced') and e.picture_ids @> to_jsonb(face_picture.id::text))`, [at, personId]);
}

/** SQL: the institutions a person learns or works in, as an array of texts; null for none. `person` is a column. */
export const institutionsSql = (person: string): string => `(select array_agg(distinct belongs.institution_id::text) from (
  select m.institution_id from membership m where m.person_id = ${person}
  union select n.institution_id from enrolment n where n.person_id = ${person}) belongs)`;

/**
 * The institution for which this member of staff decides about that person's face: one in which they have role `institution` or `admin` and the
 * person learns or works. Null for none.
 */
export async function institutionDeciding(em: EntityManager, staffId: string, personId: string): Promise<string | null> {
  const rows = await em.execute<{ institution_id: string }[]>(
    `select m.institution_id from membership m where m.person_id = ? and m.role in ('institution', 'admin')
       and array[m.institution_id::text] && ${institutionsSql('?::uuid')} order by m.institution_id limit 1`, [staffId, personId, personId]);
  return rows[0]?.institution_id ?? null;
}

/** Enrolments that wait to be compared with other people's (worker/face/compare.ts). */
export const uncomparedSql = `e.compared_at is null and e.status in ('active', 'awaiting_approval') and e.sealed_vectors is not null`;
