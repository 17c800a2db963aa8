// The keys' own place: DATA_DIR/keys whenever they change, and the list of learners' keys that were destroyed. Of the master key only what opens fields lies there:
// learners' keys are copied one by one (learner-keys.ts), so that a destroyed one is in no copy. Without it a backup stays shut; with it alone there is nothing to open.
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { EntityManager } from '#db/orm.ts';
import { masterKeyBytes, masterKeyFile, parseMasterKey } from '#db/master-key.ts';
import { fieldKeysOf, type FieldKeys } from '#db/vault.ts';
import { newId } from '#domain/id.ts';
import { dropLearnerKeys } from './learner-keys.ts';
import { appendLines, BackupRefused, readJson, readLines, sha256Text, stampOf, syncPath, writeWhole } from './places.ts';

export interface KeySource { DATA_DIR: string; MASTER_KEY_FILE: string | undefined; MASTER_KEY: string | undefined; EVIDENCE_KEY_FILE?: string | undefined }
interface KeySet { at: string; files: { name: string; sha256: string }[] }
/** The learner's key that was made by then is destroyed; a later one of the same learner is another. */
export interface ForgottenKey { personId: string; keyCreatedAt: string; at: string }

const setsDir = (keysDir: string): string => join(keysDir, 'sets');
const setNames = async (keysDir: string): Promise<string[]> => (await readdir(setsDir(keysDir)).catch((): string[] => [])).filter((name) => !name.startsWith('.')).sort();
const forgottenFile = (keysDir: string): string => join(keysDir, 'forgotten.jsonl');
/** In the place of the master key. */
const fieldKeyName = 'field.key';
const masterKeyName = /^master\.key/;

/** Null where there is none yet. Throws BackupRefused for one that cannot be read. */
export async function masterKeyOf(source: KeySource): Promise<Buffer | null> {
  if (source.MASTER_KEY) return parseMasterKey('MASTER_KEY', source.MASTER_KEY);
  const path = masterKeyFile(source);
  const key = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && !source.MASTER_KEY_FILE) return null;
    throw new BackupRefused('keys_missing', `${basename(path)} (MASTER_KEY_FILE) cannot be read: ${error.code}.`);
  });
  if (key && key.length !== masterKeyBytes) throw new BackupRefused('keys_other', `${basename(path)} has not the ${masterKeyBytes} bytes of a master key.`);
  return key;
}

const fieldKeyText = (masterKey: Buffer): string => {
  const { version, fields, lookup } = fieldKeysOf(masterKey);
  return `${JSON.stringify({ version, fields: fields.toString('base64'), lookup: lookup.toString('base64') })}\n`;
};
const fieldKeyIn = (text: string): FieldKeys => {
  const { version, fields, lookup } = JSON.parse(text) as { version: string; fields: string; lookup: string };
  return { version, fields: Buffer.from(fields, 'base64'), lookup: Buffer.from(lookup, 'base64') };
};

async function currentKeys(source: KeySource): Promise<Map<string, Buffer>> {
  const folder = join(source.DATA_DIR, 'keys');
  const found = new Map<string, Buffer>();
  for (const name of await readdir(folder).catch((): string[] => [])) {
    if (name.startsWith('.') || masterKeyName.test(name) || !(await stat(join(folder, name))).isFile()) continue;
    found.set(name, await readFile(join(folder, name)));
  }
  // Keys of other places are saved as what a restored data folder calls them.
  const { EVIDENCE_KEY_FILE: evidence } = source;
  if (evidence) found.set('evidence.key', await readFile(evidence).catch(() => { throw new BackupRefused('keys_missing', `${basename(evidence)} (EVIDENCE_KEY_FILE) cannot be read.`); }));
  const masterKey = await masterKeyOf(source);
  if (masterKey) found.set(fieldKeyName, Buffer.from(fieldKeyText(masterKey)));
  return found;
}

const listed = (keys: ReadonlyMap<string, Buffer>): KeySet['files'] => [...keys].map(([name, bytes]) => ({ name, sha256: sha256Text(bytes) })).sort((one, other) => (one.name < other.name ? -1 : 1));
const setText = (at: string, files: KeySet['files']): string => `${JSON.stringify({ at, files } satisfies KeySet)}\n`;

/** An older set keeps what opens fields of older backups, and nothing else: a key that was changed is gone from here too. One with a whole master key, as earlier versions made them, becomes like this. */
async function shrinkSet(folder: string): Promise<void> {
  const { at, files } = await readJson<KeySet>(join(folder, 'set.json'));
  const kept = new Map<string, Buffer>();
  for (const { name } of files) {
    const bytes = await readFile(join(folder, basename(name)));
    if (name === fieldKeyName) kept.set(name, bytes);
    else if (masterKeyName.test(name) && bytes.length === masterKeyBytes) kept.set(fieldKeyName, Buffer.from(fieldKeyText(bytes)));
  }
  if (files.length !== kept.size || !files.every(({ name }) => kept.has(name))) {
    for (const [name, bytes] of kept) await writeWhole(join(folder, name), bytes);
    await writeWhole(join(folder, 'set.json'), setText(at, listed(kept)));
  }
  for (const name of await readdir(folder)) if (name !== 'set.json' && !kept.has(name)) await rm(join(folder, name));
}

async function addSet(keysDir: string, keys: ReadonlyMap<string, Buffer>, now: Date): Promise<string> {
  const name = stampOf(now);
  const temporary = join(setsDir(keysDir), `.${newId()}`);
  await mkdir(temporary, { recursive: true, mode: 0o700 });
  try {
    for (const [file, bytes] of keys) await writeWhole(join(temporary, file), bytes);
    await writeWhole(join(temporary, 'set.json'), setText(now.toISOString(), listed(keys)));
    await rename(temporary, join(setsDir(keysDir), name));
    await syncPath(setsDir(keysDir));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return name;
}

/** Copies the keys when they are others than in the newest set; answers its name. */
export async function saveKeys(keysDir: string, source: KeySource, now: Date): Promise<string> {
  const keys = await currentKeys(source);
  const before = await setNames(keysDir);
  const last = before.at(-1);
  const same = last !== undefined && JSON.stringify((await readJson<KeySet>(join(setsDir(keysDir), last, 'set.json'))).files) === JSON.stringify(listed(keys));
  const newest = same ? last : await addSet(keysDir, keys, now);
  for (const name of before) if (name !== newest) await shrinkSet(join(setsDir(keysDir), name));
  return newest;
}

export interface SavedKeys {
  /** Of the newest set, as DATA_DIR/keys had them; no master key among them. */
  files: Map<string, Buffer>;
  /** Newest first. */
  fieldKeys: FieldKeys[];
}
/** Throws BackupRefused: none, or one that is not as it was saved. */
export async function readKeys(keysDir: string): Promise<SavedKeys> {
  const names = await setNames(keysDir);
  if (names.length === 0) throw new BackupRefused('keys_missing', `there are no keys in ${keysDir}: name the folder that BACKUP_KEYS_DIR was.`);
  let files = new Map<string, Buffer>();
  const fieldKeys: FieldKeys[] = [];
  for (const name of names) {
    const set = await readJson<KeySet>(join(setsDir(keysDir), name, 'set.json'));
    files = new Map();
    for (const { name: file, sha256 } of set.files) {
      const bytes = await readFile(join(setsDir(keysDir), name, basename(file))).catch(() => { throw new BackupRefused('keys_missing', `${file} is missing among the keys of ${name}.`); });
      if (sha256Text(bytes) !== sha256) throw new BackupRefused('damaged', `${file} among the keys of ${name} is not as it was saved.`);
      if (file === fieldKeyName) fieldKeys.unshift(fieldKeyIn(bytes.toString()));
      else if (!masterKeyName.test(file)) files.set(basename(file), bytes);
    }
  }
  return { files, fieldKeys };
}

export const forgottenKeys = (keysDir: string): Promise<ForgottenKey[]> => readLines<ForgottenKey>(forgottenFile(keysDir));
const wordOf = ({ personId, keyCreatedAt }: ForgottenKey): string => `${personId} ${keyCreatedAt}`;

/** Adds what the database knows to have been destroyed to the keys' own list, on disk when it answers, and takes it out of the copies; answers how many were new. `since`: what was destroyed earlier is there already; null for all. */
export async function saveForgotten(keysDir: string, em: EntityManager, since: Date | null = null): Promise<number> {
  const rows = await em.execute<ForgottenKey[]>(
    `select person_id as "personId", to_char(key_created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "keyCreatedAt", to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as at
     from forgotten_key where ?::timestamptz is null or at >= ? order by id`, [since, since]);
  if (rows.length === 0) return 0;
  const known = new Set((await forgottenKeys(keysDir)).map(wordOf));
  const fresh = rows.filter((row) => !known.has(wordOf(row)));
  if (fresh.length > 0) {
    await mkdir(keysDir, { recursive: true, mode: 0o700 });
    await appendLines(forgottenFile(keysDir), fresh);
  }
  await dropLearnerKeys(keysDir, rows);
  return fresh.length;
}
