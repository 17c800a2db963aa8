// Uploads nobody went on with: their pieces and then their rows are removed. Nobody but their sender ever saw them.
import { abandonedUploadMs } from '#domain/courseware.ts';
import { Courseware } from '#db/entities/courseware.ts';
import { platform, unitOfWork, type Orm } from '#db/orm.ts';
import { removePieces } from '#db/queries/courseware-pieces.ts';
import type { Storage } from '#runtime/storage.ts';

const batch = 100;

/** Answers how many. */
export async function removeLeftUploads({ orm, storage, now }: { orm: Orm; storage: Storage; now: () => Date }): Promise<number> {
  const heardBefore = new Date(now().getTime() - abandonedUploadMs);
  const left = { status: 'uploading' as const, heardAt: { $lt: heardBefore } };
  const rows = await orm.em.fork().find(Courseware, left, { limit: batch });
  let removed = 0;
  for (const row of rows) {
    // The row first: who goes on in this moment finds no upload, rather than one with a hole.
    const gone = await unitOfWork(orm, platform, (em) => em.nativeDelete(Courseware, { ...left, id: row.id }));
    if (!gone) continue;
    await removePieces(storage, row);
    removed++;
  }
  return removed;
}
