// What a backup no longer needs: base backups older than asked, but never the two newest, and WAL from before the oldest that stays.
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { baseStamps, readManifest } from './base.ts';
import { baseDir, timeOf, walDir } from './places.ts';
import { lsnOf } from './replication.ts';
import { pruneWal, segmentOf } from './wal-store.ts';

const alwaysKept = 2;

/** Throws BackupRefused, and removes no WAL, where a manifest that stays cannot be read. */
export async function pruneBases(dir: string, before: Date): Promise<string[]> {
  const stamps = await baseStamps(dir);
  const old = stamps.slice(0, -alwaysKept).filter((stamp) => timeOf(stamp).getTime() < before.getTime());
  const kept = await Promise.all(stamps.filter((stamp) => !old.includes(stamp)).map((stamp) => readManifest(dir, stamp)));
  for (const stamp of old) await rm(baseDir(dir, stamp), { recursive: true });
  for (const folder of await readdir(join(dir, 'wal')).catch((): string[] => [])) {
    const needed = kept.filter(({ systemId, timeline }) => walDir(dir, systemId, timeline) === join(dir, 'wal', folder)).map(({ startLsn }) => segmentOf(lsnOf(startLsn)));
    if (needed.length > 0) await pruneWal(join(dir, 'wal', folder), needed.reduce((one, other) => (one < other ? one : other)));
  }
  return old;
}
