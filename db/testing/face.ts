// Learners who are known by their face without one: agreed to and enrolled as rows, so that the classroom asks them for pictures. For measurements, never beside real people.
import { consentVersion } from '#domain/consent.ts';
import { newId } from '#domain/id.ts';
import type { EntityManager } from '../orm.ts';

/** There is nothing to compare a picture with: what such a learner sends is never matched. */
export async function addMadeUpFaces(em: EntityManager, personIds: readonly string[], at: Date): Promise<void> {
  const made = JSON.stringify(personIds.map((personId) => ({ person_id: personId, consent_id: newId(), enrolment_id: newId() })));
  await em.execute(
    `insert into consent (id, person_id, purpose, version, given, at)
     select consent_id, person_id, 'face', ?, true, ?::timestamptz from jsonb_to_recordset(?::jsonb) as p(person_id uuid, consent_id uuid)`, [consentVersion.face, at, made]);
  await em.execute(
    `insert into face_enrolment (id, person_id, status, picture_ids, created_at, settled_at, compared_at)
     select enrolment_id, person_id, 'active', '[]', ?::timestamptz, ?::timestamptz, ?::timestamptz from jsonb_to_recordset(?::jsonb) as p(person_id uuid, enrolment_id uuid)`, [at, at, at, made]);
}
