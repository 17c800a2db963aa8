// The platform's master key: from a file or the environment, and whether it is the one this database is sealed with.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ConfigError } from '#runtime/config.ts';
import type { Config } from '#runtime/settings.ts';
import { readKeyFile } from './key-file.ts';
import { platform, unitOfWork, type EntityManager, type Orm } from './orm.ts';
import { keyVersionOf, rewrapLearnerKey } from './vault.ts';

export const masterKeyBytes = 32;
/** Taken by whoever says which key is the current one. */
export const masterKeyLock = 'keshi:master-key';
export const masterKeySettings = ['DATA_DIR', 'MASTER_KEY_FILE', 'MASTER_KEY'] as const;
type KeySettings = Config<(typeof masterKeySettings)[number]>;

export const masterKeyFile = ({ MASTER_KEY_FILE, DATA_DIR }: Pick<KeySettings, 'DATA_DIR' | 'MASTER_KEY_FILE'>): string => MASTER_KEY_FILE ?? join(DATA_DIR, 'keys', 'master.key');

/** 32 bytes written in base64 (also of the kind for addresses) or hex. Throws ConfigError, which never repeats what was given. */
export function parseMasterKey(name: string, text: string): Buffer {
  const plain = text.trim();
  const key = /^[0-9a-fA-F]{64}$/.test(plain) ? Buffer.from(plain, 'hex') : /^[A-Za-z0-9+/_-]{43}=?$/.test(plain) ? Buffer.from(plain, 'base64') : null;
  if (key?.length !== masterKeyBytes) throw new ConfigError([`${name} must be ${masterKeyBytes} bytes in base64 (44 signs) or hex (64 signs).`]);
  return key;
}

/** Throws ConfigError for anything but 32 bytes. */
export function checkedMasterKey(name: string, key: Buffer): Buffer {
  if (key.length !== masterKeyBytes) throw new ConfigError([`${name} must hold exactly ${masterKeyBytes} bytes, but has ${key.length}`]);
  return key;
}

/** The 32 bytes of the file; made (mode 600, all or nothing) at first start. Throws ConfigError when the file is something else. */
export async function loadMasterKey(path: string): Promise<Buffer> {
  const name = `MASTER_KEY_FILE=${path}`;
  return checkedMasterKey(name, await readKeyFile(path, name, () => randomBytes(masterKeyBytes)));
}

/** The key of the environment, or else of the file, which is made where there is none. */
export const readMasterKey = async (config: KeySettings): Promise<Buffer> =>
  (config.MASTER_KEY ? parseMasterKey('MASTER_KEY', config.MASTER_KEY) : loadMasterKey(masterKeyFile(config)));

export interface KeyState { current: string | null; next: string | null }
export async function keyState(em: EntityManager): Promise<KeyState> {
  const rows = await em.execute<{ version: string; state: 'current' | 'next' }[]>(`select version, state from master_key where state <> 'old'`);
  const of = (state: string): string | null => rows.find((row) => row.state === state)?.version ?? null;
  return { current: of('current'), next: of('next') };
}

/** True where another key would make something unreadable, or other processes already work with the one that is known. */
async function keyInUse(em: EntityManager): Promise<boolean> {
  const [row] = await em.execute<{ used: boolean }[]>(
    `select exists (select from learner_key) or exists (select from identity) or exists (select from process_report where heard_at > now() - interval '1 minute') as used`);
  return row?.used === true;
}

/** For a database from before keys had names: whether this key opens what is there. */
export async function opensOldKeys(em: EntityManager, masterKey: Uint8Array): Promise<boolean> {
  const rows = await em.execute<{ person_id: string; wrapped_key: Buffer }[]>('select person_id, wrapped_key from learner_key order by created_at limit 1');
  try {
    for (const row of rows) rewrapLearnerKey(masterKey, masterKey, row.person_id, row.wrapped_key);
    return true;
  } catch {
    return false;
  }
}

const wrongKey = (version: string | null): ConfigError => new ConfigError([
  `The master key (MASTER_KEY_FILE or MASTER_KEY) is not the one this database is sealed with${version ? ` (${version})` : ''}: put the right one back from the backup, `
  + 'or run `npm run keys -- rotate` again if a change of the key was cut off.',
]);

/**
 * At the start of whoever seals or opens: throws ConfigError for another key than the database's, and while a change of the key is half done.
 * A database in which nothing is sealed yet takes the key that comes.
 */
export async function requireCurrentKey(orm: Orm, masterKey: Uint8Array): Promise<void> {
  const version = keyVersionOf(masterKey);
  await unitOfWork(orm, platform, async (em) => {
    await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [masterKeyLock]);
    const before = await keyState(em);
    if (before.next) throw new ConfigError(['The master key is being changed: run `npm run keys -- rotate` until it says that it is done, then start again.']);
    if (before.current === version) return;
    if (before.current !== null ? await keyInUse(em) : !await opensOldKeys(em, masterKey)) throw wrongKey(before.current);
    await em.execute(`delete from master_key where state = 'current'`);
    await em.execute(`insert into master_key (version, state, at) values (?, 'current', now()) on conflict (version) do update set state = 'current', at = excluded.at`, [version]);
  });
}
