// Learners' keys that are no more: everything sealed with them is unreadable wherever copies lie; a store of keys kept elsewhere forgets them by this list.
import { newId } from '#domain/id.ts';
import type { EntityManager } from '../orm.ts';

/** Which key, by whose it was and when it was made: who comes back has a newer one. */
export interface DestroyedKey { personId: string; keyCreatedAt: Date; destroyedAt: Date }

/** In a unit of work; the row goes with its bytes, and that there was one is written down. False where there is none. */
export async function destroyKey(em: EntityManager, personId: string, at: Date): Promise<boolean> {
  const gone = await em.execute<{ created_at: string }[]>('delete from learner_key where person_id = ? returning created_at', [personId]);
  for (const { created_at: keyCreatedAt } of gone) {
    await em.execute('insert into destroyed_key (id, person_id, key_created_at, destroyed_at) values (?, ?, ?, ?) on conflict do nothing', [newId(at.getTime()), personId, keyCreatedAt, at]);
  }
  return gone.length > 0;
}

/** All of them, oldest first. */
export async function destroyedKeys(em: EntityManager): Promise<DestroyedKey[]> {
  const rows = await em.execute<{ person_id: string; key_created_at: string; destroyed_at: string }[]>('select person_id, key_created_at, destroyed_at from destroyed_key order by destroyed_at, id');
  return rows.map((row) => ({ personId: row.person_id, keyCreatedAt: new Date(row.key_created_at), destroyedAt: new Date(row.destroyed_at) }));
}
