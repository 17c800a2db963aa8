// A database cluster out of a base backup and WAL: unpacked, recovered to an instant by PostgreSQL itself, and left as one that starts by itself.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { appendFile, chmod, chown, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ConfigError } from '#runtime/config.ts';
import { freePort } from '#runtime/free-port.ts';
import { startPostgres, type EmbeddedPostgres } from '../embedded-postgres.ts';
import { findPostgresPlace, privateFolder, type PostgresPlace } from '../postgres-place.ts';
import type { Chosen } from './choose.ts';
import { BackupRefused } from './places.ts';

export async function unpack(tar: string, place: PostgresPlace): Promise<void> {
  privateFolder(place.cluster, place.user);
  // As the user the server runs as, so that everything is that user's.
  const child = spawn('tar', ['-xzf', '-', '-C', place.cluster, '--no-same-owner'], { ...place.user, cwd: '/', stdio: ['pipe', 'ignore', 'pipe'], env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' } });
  const ended = once(child, 'exit');
  let said = '';
  child.stderr.on('data', (chunk) => { said += String(chunk); });
  await pipeline(createReadStream(tar), child.stdin).catch((error: NodeJS.ErrnoException) => { if (error.code !== 'EPIPE') throw error; });
  const [code] = await ended as [number | null];
  if (code !== 0) throw new ConfigError([`The base backup cannot be unpacked: ${said.trim().split('\n')[0] || `tar ended with ${code}`}`]);
}

export async function placeWal(wal: Chosen['wal'], { cluster, user }: PostgresPlace): Promise<void> {
  const folder = join(cluster, 'pg_wal');
  await mkdir(folder, { recursive: true });
  for (const { from, name } of wal) {
    const to = join(folder, name);
    await rm(to, { force: true });
    await copyFile(from, to);
    await chmod(to, 0o600);
    if (user) await chown(to, user.uid, user.gid);
  }
}

const autoConf = (cluster: string): string => join(cluster, 'postgresql.auto.conf');

/** What the server is told for its first start; answers how to take it back. All WAL lies in pg_wal already: there is nothing to fetch. */
async function tellRecovery({ cluster, user }: PostgresPlace, at: Date | null): Promise<() => Promise<void>> {
  const before = await readFile(autoConf(cluster));
  // The server reads the time before it knows abbreviations of zones, Z among them.
  const lines = [`restore_command = 'false'`, `recovery_target_timeline = 'current'`, `recovery_target_action = 'promote'`, `archive_mode = off`, ...(at ? [`recovery_target_time = '${at.toISOString().replace('T', ' ').replace('Z', '+00')}'`] : [])];
  await appendFile(autoConf(cluster), `\n${lines.join('\n')}\n`);
  await writeFile(join(cluster, 'recovery.signal'), '', { mode: 0o600 });
  if (user) await chown(join(cluster, 'recovery.signal'), user.uid, user.gid);
  return () => writeFile(autoConf(cluster), before);
}

/** The cluster of a server we did not make has another superuser and other rules: it becomes one as ours are. */
async function makeOurs({ cluster, bin, user }: PostgresPlace, dataDir: string, databaseName: string): Promise<void> {
  const password = randomBytes(24).toString('base64url');
  const rules = ['local all all scram-sha-256', 'host all all 127.0.0.1/32 scram-sha-256', 'host replication all 127.0.0.1/32 scram-sha-256'];
  await writeFile(join(cluster, 'pg_hba.conf'), `${rules.join('\n')}\n`);
  const sql = [
    `do $$ begin if not exists (select from pg_roles where rolname = 'postgres') then create role postgres; end if; end $$`,
    `alter role postgres superuser login replication password '${password}'`, ...(databaseName === 'keshi' ? [] : [`alter database "${databaseName}" rename to keshi`]),
  ];
  const told = spawnSync(join(bin, 'postgres'), ['--single', '-D', cluster, 'template1'], { ...user, cwd: '/', input: `${sql.join(';\n')};\n`, encoding: 'utf8', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' } });
  if (told.status !== 0 || /ERROR|FATAL/.test(told.stderr)) throw new ConfigError([`The restored database cannot be made this product's: ${told.stderr.split('\n').find((line) => /ERROR|FATAL/.test(line)) ?? 'unknown reason'}`]);
  await mkdir(join(dataDir, 'keys'), { recursive: true, mode: 0o700 });
  await writeFile(join(dataDir, 'keys', 'postgres.password'), `${password}\n`, { mode: 0o600 });
}

/** Started; the caller stops it. Throws BackupRefused when the instant is not in the WAL, ConfigError when the server cannot. */
export async function recover({ dataDir, chosen, at, tar }: { dataDir: string; chosen: Chosen; at: Date | null; tar: string }): Promise<EmbeddedPostgres> {
  const place = await findPostgresPlace(dataDir);
  if (place.major !== chosen.manifest.postgresMajor) {
    throw new BackupRefused('other_version', `the backup is of PostgreSQL ${chosen.manifest.postgresMajor} and this is ${place.major}: restore it by hand with that version (docs/backup.md).`);
  }
  await unpack(tar, place);
  await placeWal(chosen.wal, place);
  const start = async (): Promise<EmbeddedPostgres> => startPostgres({ dataDir, port: await freePort(), log: () => undefined });
  const known = chosen.keys.files.has('postgres.password');
  const takeBack = await tellRecovery(place, at);
  let postgres: EmbeddedPostgres;
  try {
    // The address needs a password; what ours is not is replaced below, before anybody connects.
    if (!known) await writeFile(join(dataDir, 'keys', 'postgres.password'), 'none\n', { mode: 0o600 });
    postgres = await start();
  } catch (error) {
    const early = error instanceof Error && error.message.includes('recovery ended before configured recovery target');
    if (!early) throw error;
    // Nothing was written between the last fact and that instant, which choosing found to be covered: the end of the WAL is that state.
    await takeBack();
    await tellRecovery(place, null);
    postgres = await start();
  }
  await takeBack();
  if (known) return postgres;
  await postgres.stop();
  await makeOurs(place, dataDir, chosen.manifest.databaseName);
  return start();
}
