// What is done to a restored database before anybody uses it: deletions that happened after the backup happen again. More steps: append to `afterRestore`.
import { join } from 'node:path';
import type { EntityManager } from '#db/orm.ts';
import { repeatDeletion } from '#db/queries/repeat-deletion.ts';
import { folderStorage } from '#runtime/storage.ts';
import { savedDeletions } from './deletions.ts';
import { forgottenKeys } from './keys-store.ts';

export interface RestoredPlace { keysDir: string; dataDir: string }
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

/** What was due or asked for, and went after the state that is restored: its rows, and its files where they were put back. */
const repeatDeletions: AfterRestore = {
  name: 'deletions',
  run: async (em, { keysDir, dataDir }) => {
    const [known] = await em.execute<{ ids: string[] }[]>('select array(select id::text from deletion_certificate) as ids');
    const before = new Set(known!.ids);
    const files = folderStorage(join(dataDir, 'files'));
    let repeated = 0;
    for (const line of (await savedDeletions(keysDir)).filter(({ id }) => !before.has(id))) {
      const gone = await repeatDeletion(em, line);
      for (const key of gone ?? []) await files.remove(key);
      repeated += Number(gone !== null);
    }
    return repeated;
  },
};

export const afterRestore: readonly AfterRestore[] = [destroyForgottenKeys, repeatDeletions];
