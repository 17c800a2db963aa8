// Learners' keys that are no more: everything sealed with them is unreadable wherever copies lie; a store of keys kept elsewhere forgets them by this list.
import type { EntityManager } from '../orm.ts';

/** Which key, by whose it was and when it was made: who comes back has a newer one. */
export interface DestroyedKey { personId: string; keyCreatedAt: Date; destroyedAt: Date }

/** In a unit of work; the row goes with its bytes, and a trigger writes down that there was one (0053). False where there is none. */
export async function destroyKey(em: EntityManager, personId: string): Promise<boolean> {
  const gone = await em.execute<unknown[]>('delete from learner_key where person_id = ? returning person_id', [personId]);
  return gone.length > 0;
}

/** All of them, oldest first. */
export async function destroyedKeys(em: EntityManager): Promise<DestroyedKey[]> {
  const rows = await em.execute<{ person_id: string; key_created_at: string; at: string }[]>('select person_id, key_created_at, at from forgotten_key order by id');
  return rows.map((row) => ({ personId: row.person_id, keyCreatedAt: new Date(row.key_created_at), destroyedAt: new Date(row.at) }));
}
