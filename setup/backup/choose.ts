// Which base backup, WAL and list of files a restore to an instant takes; everything is read and held against its hash before anything is written.
import { join } from 'node:path';
import { access, readFile } from 'node:fs/promises';
import { baseStamps, readManifest, verifyBase, type BaseManifest } from './base.ts';
import { indexFor, indexStamps, readIndex } from './file-store.ts';
import { readKeys, type SavedKeys } from './keys-store.ts';
import { BackupRefused, walDir, type BackupPlace } from './places.ts';
import { reachedFile, type WalReached } from './receiver.ts';
import { lsnOf } from './replication.ts';
import { reachFrom, segmentName, segmentOf, verifyWal, walFiles } from './wal-store.ts';

export interface Chosen {
  manifest: BaseManifest;
  /** Files in the backup, in order, and their names in pg_wal. */
  wal: { from: string; name: string }[];
  /** Up to when everything is in it. */
  reachesTo: Date;
  index: string | null;
  keys: SavedKeys;
}

async function chooseBase(dir: string, at: Date | null): Promise<string> {
  const stamps = await baseStamps(dir);
  if (stamps.length === 0) throw new BackupRefused('no_backup', `there is no base backup in ${dir}.`);
  if (!at) return stamps.at(-1)!;
  for (const stamp of stamps.toReversed()) if (new Date((await readManifest(dir, stamp)).finishedAt).getTime() <= at.getTime()) return stamp;
  throw new BackupRefused('time_not_covered', `no base backup was finished by ${at.toISOString()}; the oldest began ${stamps[0]}.`);
}

async function chooseWal(dir: string, { systemId, timeline, startLsn, finishedAt }: BaseManifest, at: Date | null): Promise<Pick<Chosen, 'wal' | 'reachesTo'>> {
  const folder = walDir(dir, systemId, timeline);
  const files = await walFiles(folder);
  const first = segmentOf(lsnOf(startLsn));
  const last = reachFrom(files, first);
  const newest = [...files.whole, ...(files.partial === null ? [] : [files.partial])].reduce((one, other) => (one > other ? one : other), -1n);
  if (newest >= first && (last === null || last < newest) && !at) {
    throw new BackupRefused('wal_missing', `WAL segment ${segmentName(timeline, (last ?? first - 1n) + 1n)} is missing: name a time before with --at, or take an older backup.`);
  }
  if (last === null) return { wal: [], reachesTo: new Date(finishedAt) };
  const reached = await readFile(join(folder, reachedFile), 'utf8').then((text) => JSON.parse(text) as WalReached, () => null);
  const whole = Array.from({ length: Number(last - first) + 1 }, (_, index) => first + BigInt(index)).filter((segment) => files.whole.includes(segment)).map((segment) => segmentName(timeline, segment));
  await verifyWal(folder, whole);
  const partial = last === files.partial ? [{ from: join(folder, `${segmentName(timeline, last)}.partial`), name: segmentName(timeline, last) }] : [];
  const to = new Date(reached?.caughtUpAt ?? finishedAt);
  return { wal: [...whole.map((name) => ({ from: join(folder, name), name })), ...partial], reachesTo: to };
}

/** Throws BackupRefused. */
export async function chooseBackup({ dir, keysDir }: BackupPlace, at: Date | null): Promise<Chosen> {
  await access(dir).catch(() => { throw new BackupRefused('no_backup', `there is no folder ${dir}.`); });
  const keys = await readKeys(keysDir);
  const stamp = await chooseBase(dir, at);
  const manifest = await verifyBase(dir, stamp);
  const { wal, reachesTo } = await chooseWal(dir, manifest, at);
  if (at && at.getTime() > reachesTo.getTime()) throw new BackupRefused('time_not_covered', `the backup reaches to ${reachesTo.toISOString()}, not to ${at.toISOString()}.`);
  const index = indexFor(await indexStamps(dir), at);
  if (index) await readIndex(dir, index);
  return { manifest, wal, reachesTo, index, keys };
}
