// A platform out of its backup, into an empty folder: looked at first, recovered, its evidence held against what was noted, deletions repeated, files put
// back. Whole, or nothing of it stays.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { keyState, opensOldKeys } from '#db/master-key.ts';
import { openDatabase, platform, unitOfWork, type Orm } from '#db/orm.ts';
import { addBackupRun } from '#db/queries/backups.ts';
import { arrayOf } from '#db/queries/lesson-access.ts';
import { withDatabase } from '../databases.ts';
import { findPostgresPlace } from '../postgres-place.ts';
import { databaseName } from '../product-database.ts';
import { afterRestore } from './after-restore.ts';
import { readHeads, tarOf } from './base.ts';
import { chooseBackup, type Chosen } from './choose.ts';
import { recover } from './cluster.ts';
import { restoreFiles } from './file-store.ts';
import { keyOfVersion } from './keys-store.ts';
import { BackupRefused, type BackupPlace } from './places.ts';

export interface RestoreOptions {
  place: BackupPlace; to: string;
  /** Null: as far as the backup reaches. */
  at: Date | null;
  now: () => Date;
  say?: (line: string) => void;
  /** Looks at what was restored while its database runs. */
  inspect?: (orm: Orm, chosen: Chosen) => Promise<void>;
}
export interface Restored {
  stamp: string; reachesTo: Date; streams: number; files: number; bytes: number; tookMs: number;
  /** By the name of each step after a restore: rows it took. */
  repeated: Record<string, number>;
}

async function emptyTarget(to: string): Promise<boolean> {
  const names = await readdir(to).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new BackupRefused('not_empty', `${to} is no folder.`);
  });
  if (names && names.length > 0) throw new BackupRefused('not_empty', `${to} is not empty: name a folder that is, or a new one.`);
  return names === null;
}

/** The ends of all chains as they stood before the base backup began must be in what was restored. Throws BackupRefused naming the first that is not. */
async function requireHeads(orm: Orm, dir: string, stamp: string): Promise<number> {
  const heads = await readHeads(dir, stamp);
  const em = orm.em.fork();
  for (let from = 0; from < heads.length; from += 1000) {
    const page = heads.slice(from, from + 1000);
    const rows = await em.execute<{ stream: string; position: number; hash: string }[]>(
      `select l.stream, l.position::int as position, encode(l.hash, 'hex') as hash from unnest(?::text[], ?::bigint[]) as h(stream, position) join event_link l using (stream, position)`,
      [arrayOf(page.map(({ stream }) => stream)), `{${page.map(({ position }) => position).join(',')}}`]);
    const found = new Map(rows.map((row) => [row.stream, row.hash]));
    const wrong = page.find(({ stream, hash }) => found.get(stream) !== hash);
    if (wrong) throw new BackupRefused('evidence_broken', `the chain of ${wrong.stream} is not as it was noted at position ${wrong.position}.`);
  }
  return heads.length;
}

/** The key the restored database is sealed with becomes its master.key. Throws BackupRefused when the keys' place does not have it. */
async function placeMasterKey(orm: Orm, { keys }: Chosen, to: string): Promise<void> {
  const em = orm.em.fork();
  const { current, next } = await keyState(em);
  const wanted = current ?? null;
  if (next) throw new BackupRefused('keys_other', 'the master key was being changed at that time: name another time with --at.');
  const [sealed] = await em.execute<{ any: boolean }[]>('select exists (select from learner_key) or exists (select from identity) as any');
  if (!wanted || !sealed?.any) return;
  const key = keyOfVersion(keys.masterKeys, wanted);
  if (!key) throw new BackupRefused('keys_other', `the database is sealed with the master key ${wanted}, which is not among these keys; one kept in the environment (MASTER_KEY) must lie there as a file master.key.`);
  if (!await opensOldKeys(em, key)) throw new BackupRefused('keys_other', `the master key ${wanted} does not open what is sealed.`);
  await writeFile(join(to, 'keys', 'master.key'), key, { mode: 0o600 });
}

async function placeKeys({ keys }: Chosen, to: string): Promise<void> {
  await mkdir(join(to, 'keys'), { recursive: true, mode: 0o700 });
  for (const [name, bytes] of keys.files) await writeFile(join(to, 'keys', name), bytes, { mode: 0o600 });
}

async function repeatDeletions(orm: Orm, keysDir: string): Promise<Record<string, number>> {
  const repeated: Record<string, number> = {};
  for (const { name, run } of afterRestore) repeated[name] = await unitOfWork(orm, platform, (em) => run(em, { keysDir }));
  return repeated;
}

async function fill({ place, to, at, now, say = () => undefined, inspect }: RestoreOptions, chosen: Chosen): Promise<Restored> {
  const startedAt = now();
  const { stamp } = chosen.manifest;
  await placeKeys(chosen, to);
  say(`Recovering the database of ${stamp} with ${chosen.wal.length} WAL segments …`);
  const postgres = await recover({ dataDir: to, chosen, at, tar: tarOf(place.dir, stamp) });
  try {
    const orm = await openDatabase(withDatabase(postgres.url, databaseName));
    try {
      const streams = await requireHeads(orm, place.dir, stamp);
      await placeMasterKey(orm, chosen, to);
      const repeated = await repeatDeletions(orm, place.keysDir);
      say('Putting files back …');
      const { files, bytes } = chosen.index ? await restoreFiles(place.dir, chosen.index, to) : { files: 0, bytes: 0 };
      await inspect?.(orm, chosen);
      const restored = { stamp, reachesTo: chosen.reachesTo, streams, files, bytes, tookMs: now().getTime() - startedAt.getTime(), repeated };
      await unitOfWork(orm, platform, (em) => addBackupRun(em, { kind: 'restore', startedAt, finishedAt: now(), code: null, detail: { ...restored, at: at?.toISOString() ?? null } }));
      return restored;
    } finally {
      await orm.close();
    }
  } finally {
    await postgres.stop();
  }
}

/** Throws BackupRefused (its code says why) or ConfigError; then the folder is as it was. */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { place, to, at } = options;
  const fresh = await emptyTarget(to);
  const chosen = await chooseBackup(place, at);
  // The server's user must be able to pass through.
  await mkdir(to, { recursive: true, mode: 0o711 });
  try {
    return await fill(options, chosen);
  } catch (error) {
    await clearRestored(to, fresh);
    throw error;
  }
}

/** Takes a restored platform away again, its cluster too where that lies elsewhere. */
export async function clearRestored(to: string, folderToo: boolean): Promise<void> {
  const { cluster } = await findPostgresPlace(to);
  await rm(cluster.startsWith(to) ? cluster : dirname(cluster), { recursive: true, force: true });
  for (const name of await readdir(to)) await rm(join(to, name), { recursive: true, force: true });
  if (folderToo) await rm(to, { recursive: true });
}
