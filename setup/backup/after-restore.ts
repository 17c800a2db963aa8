// What is done to a restored database before anybody uses it: deletions that happened after the backup happen again. More steps: append to `afterRestore`.
import type { EntityManager } from '#db/orm.ts';
import { forgottenKeys } from './keys-store.ts';

export interface RestoredPlace { keysDir: string }
export interface AfterRestore {
  name: string;
  /** In one transaction across all institutions; answers how many rows it took. Run again it takes none. */
  run(em: EntityManager, place: RestoredPlace): Promise<number>;
}

/** The keys' own list says which learners' keys were destroyed, also those the backup still has. A learner's later key stays. */
const destroyForgottenKeys: AfterRestore = {
  name: 'destroyedKeys',
  run: async (em, { keysDir }) => {
    const forgotten = await forgottenKeys(keysDir);
    const rows = await em.execute<unknown[]>(
      `delete from learner_key k using jsonb_to_recordset(?::jsonb) as f("personId" uuid, "keyCreatedAt" timestamptz)
       where k.person_id = f."personId" and k.created_at <= f."keyCreatedAt" returning k.person_id`, [JSON.stringify(forgotten)]);
    return rows.length;
  },
};

export const afterRestore: readonly AfterRestore[] = [destroyForgottenKeys];
