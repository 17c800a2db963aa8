// Identities of people who only have to be somebody: registered, without a phone, sealed with nothing that opens. For tests and measurements, never beside real people.
import { createHash } from 'node:crypto';
import type { EntityManager } from '../orm.ts';

/** In one statement; those who have an identity keep it. */
export async function addMadeUpIdentities(em: EntityManager, personIds: readonly string[], at: Date): Promise<void> {
  const hashes = personIds.map((id) => createHash('sha256').update(id).digest('hex'));
  await em.execute(
    `insert into identity (person_id, document_kind, sealed_number, number_hash, number_mask, learner_category, key_version, authority_status, created_at, changed_at)
     select p.id, 'passport', decode(p.hash, 'hex'), decode(p.hash, 'hex'), '*******00', 'other', 'made up', 'not_asked', ?::timestamptz, ?::timestamptz
     from unnest(?::uuid[], ?::text[]) as p(id, hash) on conflict (person_id) do nothing`, [at, at, `{${personIds.join(',')}}`, `{${hashes.join(',')}}`]);
}
