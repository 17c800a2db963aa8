// Runs the PostgreSQL server that comes inside an npm package, on 127.0.0.1, with its data in the data folder.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ConfigError } from '#runtime/config.ts';
import { lockFolder } from './folder-lock.ts';
import { portProblems } from './ports.ts';
import { findPostgresPlace, privateFolder, type PostgresPlace } from './postgres-place.ts';

export interface PostgresOptions {
  /** Made when missing; the cluster is its `postgres`, the password its `keys/postgres.password`. */
  dataDir: string;
  port: number;
  /** Every line the server writes. */
  log: (line: string) => void;
  /** False only where losing the data is fine (tests): no fsync. */
  durable?: boolean;
}
export interface EmbeddedPostgres {
  /** As the superuser, database `postgres`. */
  url: string;
  pid: number;
  /** Settles when the server has ended, on purpose or not. */
  exited: Promise<void>;
  /** Ends sessions and shuts down cleanly; can be called again. */
  stop(): Promise<void>;
}

const setpriv = '/usr/bin/setpriv';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms); });

/** True while `pid` is a PostgreSQL server on this cluster; its number may belong to another program by now. */
function serves(pid: number, cluster: string): boolean {
  try {
    const [command = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return /postgres$/.test(command) && args.includes(cluster);
  } catch {
    return false;
  }
}

/** Ends a server that an earlier, killed run left on this cluster. We hold the folder's lock, so nobody else uses it. */
async function stopOrphan(cluster: string, log: (line: string) => void): Promise<void> {
  const pidFile = join(cluster, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  if (!(pid > 0) || !isAlive(pid)) return;
  if (!serves(pid, cluster)) return rmSync(pidFile);
  log(`stopping PostgreSQL ${pid}, left by an earlier run`);
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    process.kill(pid, signal);
    for (let waited = 0; waited < 10_000 && serves(pid, cluster); waited += 50) await pause(50);
    if (!serves(pid, cluster)) return;
  }
  throw new ConfigError([`PostgreSQL ${pid}, left by an earlier run in ${cluster}, does not stop: end that process.`]);
}

function passwordOf(dataDir: string, fresh: boolean): string {
  const file = join(dataDir, 'keys', 'postgres.password');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  if (!fresh) throw new ConfigError([`The password of the database in ${dataDir} is missing: put back ${file}.`]);
  mkdirSync(join(dataDir, 'keys'), { recursive: true, mode: 0o700 });
  const password = randomBytes(24).toString('base64url');
  writeFileSync(file, `${password}\n`, { mode: 0o600 });
  return password;
}

/** Builds the cluster beside its place and moves it there whole, so that an interrupted first start leaves nothing half-made. */
function makeCluster(place: PostgresPlace, password: string, durable: boolean): void {
  const unfinished = `${place.cluster}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  privateFolder(unfinished, place.user);
  const passwordFile = join(tmpdir(), `keshi-${randomBytes(12).toString('hex')}`);
  writeFileSync(passwordFile, password, { mode: 0o600, flag: 'wx' });
  try {
    if (place.user) chownSync(passwordFile, place.user.uid, place.user.gid);
    const made = spawnSync(join(place.bin, 'initdb'), [
      '-D', unfinished, '-U', 'postgres', `--pwfile=${passwordFile}`, '-A', 'scram-sha-256', '-E', 'UTF8',
      '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-instructions', '--data-checksums', ...(durable ? [] : ['--no-sync', '--set=scram_iterations=1']),
    ], { ...place.user, cwd: '/', encoding: 'utf8', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' } });
    if (made.status !== 0) {
      const reason = (made.stderr || made.error?.message || '').split('\n').findLast((line) => line.includes('error') || line.includes('Error')) ?? 'unknown reason';
      throw new ConfigError([`The database cannot be made in ${place.cluster}: ${reason.trim()}`]);
    }
    renameSync(unfinished, place.cluster);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function checkVersion(place: PostgresPlace): void {
  let version: string;
  try {
    version = readFileSync(join(place.cluster, 'PG_VERSION'), 'utf8').trim();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new ConfigError([code === 'EACCES'
      ? `The database in ${place.cluster} belongs to another user: start as that user or as root, or choose another folder with DATA_DIR.`
      : `${place.cluster} is not a database of PostgreSQL (no PG_VERSION): move it away, or choose another folder with DATA_DIR.`]);
  }
  if (version !== place.major) {
    throw new ConfigError([`The database in ${place.cluster} was made by PostgreSQL ${version} and this is ${place.major}: dump it with ${version} and load it anew, or choose another folder with DATA_DIR.`]);
  }
}

function launch(place: PostgresPlace, port: number, durable: boolean): ChildProcess {
  const settings = {
    listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '', max_connections: '200', timezone: 'UTC', log_timezone: 'UTC',
    lc_messages: 'C',
    // WAL that a backup has not taken is kept, but never until the disk is full.
    ...(durable ? { max_slot_wal_keep_size: '8GB' } : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', wal_level: 'minimal', max_wal_senders: '0', autovacuum: 'off', authentication_timeout: '10s' }),
  };
  const args = ['-D', place.cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const postgres = join(place.bin, 'postgres');
  // Where the system can say so, the kernel stops the server when we are killed; else the next start does.
  const [command = postgres, ...first] = existsSync(setpriv) ? [setpriv, '--pdeathsig', 'INT', postgres] : [postgres];
  // An own process group: Ctrl-C in the terminal reaches us alone, and we stop the database last.
  return spawn(command, [...first, ...args], {
    ...place.user, cwd: '/', detached: true, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' }, stdio: ['ignore', 'ignore', 'pipe'],
  });
}

async function untilReady(child: ChildProcess, port: number, log: (line: string) => void): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let last = '';
    child.once('error', (error) => reject(new ConfigError([`PostgreSQL does not start: ${error.message}`])));
    child.once('exit', () => reject(new ConfigError([`PostgreSQL does not start: ${last || 'it ended at once'}`])));
    createInterface({ input: child.stderr! }).on('line', (line) => {
      log(line);
      if (line.includes('could not bind')) last ||= `port ${port} (POSTGRES_PORT) is occupied`;
      if (line.includes('FATAL')) last ||= line.slice(line.indexOf('FATAL'));
      if (line.includes('database system is ready to accept connections')) resolve();
    });
  });
}

/** Throws ConfigError with one clear line when it cannot. */
export async function startPostgres({ dataDir, port, log, durable = true }: PostgresOptions): Promise<EmbeddedPostgres> {
  mkdirSync(dataDir, { recursive: true });
  const lock = await lockFolder(dataDir, 'postgres');
  try {
    const place = await findPostgresPlace(dataDir);
    const fresh = !existsSync(place.cluster);
    const password = passwordOf(dataDir, fresh);
    if (fresh) makeCluster(place, password, durable);
    checkVersion(place);
    await stopOrphan(place.cluster, log);
    const [occupied] = await portProblems([{ setting: 'POSTGRES_PORT', port, host: '127.0.0.1' }]);
    if (occupied) throw new ConfigError([occupied]);
    const child = launch(place, port, durable);
    const exited = new Promise<void>((resolve) => { child.once('exit', () => resolve()); child.once('error', () => resolve()); });
    await untilReady(child, port, log);
    void exited.then(() => lock.release());
    const stop = async (): Promise<void> => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
      const hard = setTimeout(() => child.kill('SIGQUIT'), 20_000);
      await exited.finally(() => clearTimeout(hard));
    };
    return { url: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`, pid: child.pid!, exited, stop };
  } catch (error) {
    await lock.release();
    throw error;
  }
}
