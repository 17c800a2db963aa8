// A platform out of its backup, into an empty folder: looked at first, recovered, its evidence held against what was noted, deletions repeated, files put
// back. Whole, or nothing of it stays.
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { rotateMasterKey } from '#db/key-rotation.ts';
import { keyState, masterKeyBytes } from '#db/master-key.ts';
import { openDatabase, platform, unitOfWork, type Orm } from '#db/orm.ts';
import { addBackupRun } from '#db/queries/backups.ts';
import { verifyLog, type HeldHead, type LogState } from '#db/queries/evidence-log.ts';
import { addSecurityEntry } from '#db/queries/security-log.ts';
import { arrayOf } from '#db/queries/lesson-access.ts';
import { ConfigError } from '#runtime/config.ts';
import { withDatabase } from '../databases.ts';
import { findPostgresPlace } from '../postgres-place.ts';
import { databaseName } from '../product-database.ts';
import { afterRestore } from './after-restore.ts';
import { readHeads, tarOf } from './base.ts';
import { chooseBackup, type Chosen } from './choose.ts';
import { recover } from './cluster.ts';
import { restoreFiles } from './file-store.ts';
import { putLearnerKeys, readLearnerKeys } from './learner-keys.ts';
import { BackupRefused, type BackupPlace } from './places.ts';
import { lockFolder } from '../folder-lock.ts';
import { markFinished, markUnfinished, unfinishedName } from './unfinished.ts';

export interface RestoreOptions {
  place: BackupPlace; to: string;
  /** Null: as far as the backup reaches. */
  at: Date | null;
  now: () => Date;
  /** Heads of the evidence log from elsewhere: what is restored must go on from them. */
  held?: readonly HeldHead[];
  say?: (line: string) => void;
  /** Stops it before its next step, as if it had failed. */
  signal?: AbortSignal;
  /** Looks at what was restored while its database runs. */
  inspect?: (orm: Orm, chosen: Chosen) => Promise<void>;
}
export interface Restored {
  stamp: string; reachesTo: Date; streams: number; files: number; bytes: number; tookMs: number;
  /** By the name of each step after a restore: rows it took. */
  repeated: Record<string, number>;
  /** `gone`: made within the last moments, before they were copied; what they sealed cannot be opened. */
  learnerKeys: { put: number; gone: number };
  log: LogState;
}

async function emptyTarget(to: string): Promise<boolean> {
  const names = await readdir(to).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new BackupRefused('not_empty', `${to} is no folder.`);
  });
  // What a restore left that was killed is nobody's.
  if (names?.includes(unfinishedName)) {
    await clearRestored(to, false);
    return false;
  }
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

/** What was sealed with a master key that is in no backup is sealed with a new one, learners' keys as the keys' place has them. Throws BackupRefused where it does not have what opens the fields. */
async function sealAnew(orm: Orm, { keys }: Chosen, { keysDir, to }: { keysDir: string; to: string }): Promise<{ put: number; gone: number }> {
  const { current, next } = await keyState(orm.em.fork());
  if (next) throw new BackupRefused('keys_other', 'the master key was being changed at that time: name another time with --at.');
  if (!current) return { put: 0, gone: 0 };
  const from = keys.fieldKeys.find(({ version }) => version === current);
  if (!from) throw new BackupRefused('keys_other', `the database is sealed with the master key ${current}, and what opens it is not among these keys.`);
  const masterKey = randomBytes(masterKeyBytes);
  await writeFile(join(to, 'keys', 'master.key'), masterKey, { mode: 0o600, flush: true });
  const sums = await putLearnerKeys(orm, await readLearnerKeys(keysDir), masterKey);
  await rotateMasterKey(orm, { from, to: masterKey }).catch((error: unknown) => { throw error instanceof ConfigError ? new BackupRefused('keys_other', error.lines.join(' ')) : error; });
  return sums;
}

/** The log as it was signed, against its own heads and those held elsewhere. Throws BackupRefused naming the first fault. */
async function requireLog(orm: Orm, held: readonly HeldHead[]): Promise<LogState> {
  const state = await verifyLog(orm.em.fork(), held);
  if (state.fault) throw new BackupRefused('evidence_broken', `${state.fault.code} (${state.fault.record}).`);
  return state;
}

async function placeKeys({ keys }: Chosen, to: string): Promise<void> {
  await mkdir(join(to, 'keys'), { recursive: true, mode: 0o700 });
  for (const [name, bytes] of keys.files) await writeFile(join(to, 'keys', name), bytes, { mode: 0o600 });
}

async function repeatDeletions(orm: Orm, keysDir: string, to: string): Promise<Record<string, number>> {
  const repeated: Record<string, number> = {};
  for (const { name, run } of afterRestore) repeated[name] = await unitOfWork(orm, platform, (em) => run(em, { keysDir, dataDir: to }));
  return repeated;
}

async function fill({ place, to, at, now, held = [], say: tell = () => undefined, inspect, signal }: RestoreOptions, chosen: Chosen): Promise<Restored> {
  const say = (line: string): void => {
    if (signal?.aborted) throw new BackupRefused('interrupted', 'stopped before it was done; nothing of it was left.');
    tell(line);
  };
  const startedAt = now();
  const { stamp } = chosen.manifest;
  await placeKeys(chosen, to);
  say(`Recovering the database of ${stamp} with ${chosen.wal.length} WAL segments …`);
  const postgres = await recover({ dataDir: to, chosen, at, tar: tarOf(place.dir, stamp) });
  try {
    const orm = await openDatabase(withDatabase(postgres.url, databaseName));
    try {
      const streams = await requireHeads(orm, place.dir, stamp);
      say('Computing the evidence log again …');
      const log = await requireLog(orm, held);
      say('Putting files back …');
      const { files, bytes } = chosen.index ? await restoreFiles(place.dir, chosen.index, to) : { files: 0, bytes: 0 };
      const repeated = await repeatDeletions(orm, place.keysDir, to);
      const learnerKeys = await sealAnew(orm, chosen, { keysDir: place.keysDir, to });
      await inspect?.(orm, chosen);
      say('Writing down what was done …');
      const restored = { stamp, reachesTo: chosen.reachesTo, streams, files, bytes, tookMs: now().getTime() - startedAt.getTime(), repeated, learnerKeys, log };
      await unitOfWork(orm, platform, (em) => addBackupRun(em, { kind: 'restore', startedAt, finishedAt: now(), code: null, detail: { ...restored, at: at?.toISOString() ?? null } }));
      await addSecurityEntry(orm.em.fork(), { kind: 'restore', outcome: 'done', personId: null, institutionId: null, subject: stamp, address: null, detail: { at: at?.toISOString() ?? null, reachesTo: chosen.reachesTo.toISOString(), ...repeated } });
      return restored;
    } finally {
      await orm.close();
    }
  } finally {
    await postgres.stop();
  }
}

/** Throws BackupRefused (its code says why) or ConfigError; then the folder is as it was. Killed in the middle it leaves a folder nothing starts in. */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { place, to, at } = options;
  const fresh = await emptyTarget(to);
  const chosen = await chooseBackup(place, at);
  // The server's user must be able to pass through.
  await mkdir(to, { recursive: true, mode: 0o711 });
  const lock = await lockFolder(to, 'restore');
  try {
    await markUnfinished(to);
    const restored = await fill(options, chosen);
    await markFinished(to);
    return restored;
  } catch (error) {
    await clearRestored(to, fresh);
    throw error;
  } finally {
    await lock.release();
  }
}

/** Takes a restored platform away again, its cluster too where that lies elsewhere. */
export async function clearRestored(to: string, folderToo: boolean): Promise<void> {
  const { cluster } = await findPostgresPlace(to);
  await rm(cluster.startsWith(to) ? cluster : dirname(cluster), { recursive: true, force: true });
  for (const name of await readdir(to)) await rm(join(to, name), { recursive: true, force: true });
  if (folderToo) await rm(to, { recursive: true });
}
