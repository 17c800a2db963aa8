// The keys' own place: copies of DATA_DIR/keys whenever they change, and the list of learners' keys that were destroyed. Without it a backup's pictures
// and numbers stay shut; with it alone there is nothing to open.
import { appendFile, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { EntityManager } from '#db/orm.ts';
import { masterKeyBytes, masterKeyFile } from '#db/master-key.ts';
import { keyVersionOf } from '#db/vault.ts';
import { newId } from '#domain/id.ts';
import { BackupRefused, readJson, sha256Text, stampOf, syncPath, writeWhole } from './places.ts';

export interface KeySource { DATA_DIR: string; MASTER_KEY_FILE: string | undefined; MASTER_KEY: string | undefined }
interface KeySet { at: string; files: { name: string; sha256: string }[] }
/** The learner's key that was made by then is destroyed; a later one of the same learner is another. */
export interface ForgottenKey { personId: string; keyCreatedAt: string; at: string }

const setsDir = (keysDir: string): string => join(keysDir, 'sets');
const setNames = async (keysDir: string): Promise<string[]> => (await readdir(setsDir(keysDir)).catch((): string[] => [])).filter((name) => !name.startsWith('.')).sort();
const forgottenFile = (keysDir: string): string => join(keysDir, 'forgotten.jsonl');

async function currentKeys(source: KeySource): Promise<Map<string, Buffer>> {
  const folder = join(source.DATA_DIR, 'keys');
  const found = new Map<string, Buffer>();
  for (const name of await readdir(folder).catch((): string[] => [])) {
    if (name.startsWith('.') || !(await stat(join(folder, name))).isFile()) continue;
    found.set(name, await readFile(join(folder, name)));
  }
  // A master key of another place is saved as what a restored data folder calls it; one of the environment is its owner's to keep.
  const elsewhere = masterKeyFile(source);
  if (!source.MASTER_KEY && source.MASTER_KEY_FILE) found.set('master.key', await readFile(elsewhere).catch(() => { throw new BackupRefused('keys_missing', `${basename(elsewhere)} (MASTER_KEY_FILE) cannot be read.`); }));
  return found;
}

/** Copies the keys when they are others than in the newest set; answers its name. */
export async function saveKeys(keysDir: string, source: KeySource, now: Date): Promise<string> {
  const keys = await currentKeys(source);
  const files = [...keys].map(([name, bytes]) => ({ name, sha256: sha256Text(bytes) })).sort((one, other) => (one.name < other.name ? -1 : 1));
  const last = (await setNames(keysDir)).at(-1);
  if (last && JSON.stringify((await readJson<KeySet>(join(setsDir(keysDir), last, 'set.json'))).files) === JSON.stringify(files)) return last;
  const name = stampOf(now);
  const temporary = join(setsDir(keysDir), `.${newId()}`);
  await mkdir(temporary, { recursive: true, mode: 0o700 });
  try {
    for (const [file, bytes] of keys) await writeWhole(join(temporary, file), bytes);
    await writeWhole(join(temporary, 'set.json'), `${JSON.stringify({ at: now.toISOString(), files } satisfies KeySet)}\n`);
    await rename(temporary, join(setsDir(keysDir), name));
    await syncPath(setsDir(keysDir));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return name;
}

/** All keys of the newest set, and every master key of any set. Throws BackupRefused: none, or one that is not as it was saved. */
export async function readKeys(keysDir: string): Promise<{ files: Map<string, Buffer>; masterKeys: Buffer[] }> {
  const names = await setNames(keysDir);
  if (names.length === 0) throw new BackupRefused('keys_missing', `there are no keys in ${keysDir}: name the folder that BACKUP_KEYS_DIR was.`);
  let files = new Map<string, Buffer>();
  const masterKeys: Buffer[] = [];
  for (const name of names) {
    const set = await readJson<KeySet>(join(setsDir(keysDir), name, 'set.json'));
    files = new Map();
    for (const { name: file, sha256 } of set.files) {
      const bytes = await readFile(join(setsDir(keysDir), name, basename(file))).catch(() => { throw new BackupRefused('keys_missing', `${file} is missing among the keys of ${name}.`); });
      if (sha256Text(bytes) !== sha256) throw new BackupRefused('damaged', `${file} among the keys of ${name} is not as it was saved.`);
      files.set(basename(file), bytes);
      if (/^master\.key/.test(file) && bytes.length === masterKeyBytes) masterKeys.unshift(bytes);
    }
  }
  return { files, masterKeys };
}
export const keyOfVersion = (masterKeys: readonly Buffer[], version: string): Buffer | null => masterKeys.find((key) => keyVersionOf(key) === version) ?? null;

export async function forgottenKeys(keysDir: string): Promise<ForgottenKey[]> {
  const text = await readFile(forgottenFile(keysDir), 'utf8').catch(() => '');
  // A line that was cut off by a crash is written again by the next look at the database.
  return text.split('\n').flatMap((line) => { try { return line ? [JSON.parse(line) as ForgottenKey] : []; } catch { return []; } });
}

const wordOf = ({ personId, keyCreatedAt }: ForgottenKey): string => `${personId} ${keyCreatedAt}`;

/** Adds what the database knows to have been destroyed to the keys' own list, on disk when it answers; answers how many were new. */
export async function saveForgotten(keysDir: string, em: EntityManager): Promise<number> {
  const known = new Set((await forgottenKeys(keysDir)).map(wordOf));
  const rows = await em.execute<ForgottenKey[]>(
    `select person_id as "personId", to_char(key_created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "keyCreatedAt", to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as at
     from forgotten_key order by id`);
  const fresh = rows.filter((row) => !known.has(wordOf(row)));
  if (fresh.length === 0) return 0;
  await mkdir(keysDir, { recursive: true, mode: 0o700 });
  const cut = await readFile(forgottenFile(keysDir), 'utf8').then((text) => text !== '' && !text.endsWith('\n'), () => false);
  await appendFile(forgottenFile(keysDir), `${cut ? '\n' : ''}${fresh.map((row) => `${JSON.stringify(row)}\n`).join('')}`, { mode: 0o600, flush: true });
  return fresh.length;
}
