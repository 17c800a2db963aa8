// Pictures that were taken in for a question and never used by any version of one: removed with their files a day later.
import { platform, unitOfWork, type Orm } from '#db/orm.ts';
import type { Storage } from '#runtime/storage.ts';

/** Somebody may still be writing the question. */
export const unusedPictureMs = 24 * 3_600_000;
const batch = 100;

/** Answers how many. */
export async function removeLeftPictures({ orm, storage, now }: { orm: Orm; storage: Storage; now: () => Date }): Promise<number> {
  const before = new Date(now().getTime() - unusedPictureMs);
  const unused = 'p.created_at < ? and not exists (select from question_version v where v.picture_id = p.id)';
  const rows = await orm.em.fork().execute<{ id: string; storage_key: string }[]>(
    `select p.id, p.storage_key from question_picture p where ${unused} order by p.created_at limit ?`, [before, batch]);
  let removed = 0;
  for (const { id, storage_key: key } of rows) {
    // The row is held while the file goes: a question saved in this moment either keeps both or finds neither.
    await unitOfWork(orm, platform, async (em) => {
      const gone = await em.execute<unknown[]>(`delete from question_picture p where p.id = ? and ${unused} returning p.id`, [id, before]);
      if (gone.length === 0) return;
      await storage.remove(key);
      removed++;
    });
  }
  return removed;
}
