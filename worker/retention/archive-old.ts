// Moves the files of old replays to the archive, each whole before the near one goes; the row is marked at last, so that what was begun is finished by the next round (R145).
import { replayFileNames } from '#contracts/recording.ts';
import { replayKey } from '#contracts/places.ts';
import { DomainError } from '#domain/errors.ts';
import type { Orm } from '#db/orm.ts';
import type { TieredStorage } from '#runtime/tiered-storage.ts';

export interface OldFiles { files: TieredStorage; afterDays: number }
const batch = 50;
const dayMs = 86_400_000;

/** Not every replay has every file. */
async function archiveFile(files: TieredStorage, key: string): Promise<void> {
  await files.archive(key).catch((error: unknown) => {
    if (!(error instanceof DomainError && error.code === 'not_found')) throw error;
  });
}

/** Answers how many replays went. Posters and thumbnails stay near: pages of lists show them. */
export async function archiveOld({ orm, now }: { orm: Orm; now: () => Date }, { files, afterDays }: OldFiles, goOn: () => boolean = () => true): Promise<number> {
  const before = new Date(now().getTime() - afterDays * dayMs);
  const names = replayFileNames.filter((name) => !name.endsWith('.jpg'));
  for (let moved = 0; ;) {
    const rows = await orm.em.fork().execute<{ id: string }[]>(
      `select id from replay where archived_at is null and status = 'ready' and film_id is null and starts_at < ? order by starts_at, id limit ${batch}`, [before]);
    for (const { id } of rows) {
      if (!goOn()) return moved;
      for (const name of names) await archiveFile(files, replayKey(id, name));
      await orm.em.fork().execute('update replay set archived_at = ? where id = ?', [now(), id]);
      moved++;
    }
    if (rows.length < batch) return moved;
  }
}
