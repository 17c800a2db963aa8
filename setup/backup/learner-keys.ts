// Learners' keys in the keys' place, one line each in 256 files: a base backup has them under a master key that lies in no backup, so what is destroyed here is destroyed in all of them.
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EntityManager, Orm } from '#db/orm.ts';
import { platform, unitOfWork } from '#db/orm.ts';
import { keyVersionOf, unwrapLearnerKey, wrapLearnerKey } from '#db/vault.ts';
import { BackupRefused, sha256Text, writeWhole } from './places.ts';

/** `keyCreatedAt`: UTC with microseconds, as the database holds it. */
interface WhichKey { personId: string; keyCreatedAt: string }
interface SavedKey extends WhichKey { key: string; sum: string }

const createdText = `to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
const foldersName = 'learners';
export const learnerFolder = (keysDir: string): string => join(keysDir, foldersName);
const shardOf = (personId: string): string => sha256Text(personId).slice(0, 2);
const shardFile = (keysDir: string, shard: string): string => join(learnerFolder(keysDir), `${shard}.jsonl`);
const sumOf = ({ personId, keyCreatedAt, key }: Omit<SavedKey, 'sum'>): string => sha256Text(`${personId} ${keyCreatedAt} ${key}`).slice(0, 16);
const wordOf = ({ personId, keyCreatedAt }: WhichKey): string => `${personId} ${keyCreatedAt}`;

/** Throws BackupRefused for a line that is not as it was written. */
async function readShard(keysDir: string, shard: string): Promise<SavedKey[]> {
  const text = await readFile(shardFile(keysDir, shard), 'utf8').catch((error: NodeJS.ErrnoException) => { if (error.code === 'ENOENT') return ''; throw error; });
  return text.split('\n').filter(Boolean).map((line) => {
    let saved: SavedKey | null = null;
    try {
      saved = JSON.parse(line) as SavedKey;
    } catch { /* said below */ }
    if (!saved || saved.sum !== sumOf(saved)) throw new BackupRefused('damaged', `a learner's key in ${foldersName}/${shard}.jsonl is not as it was saved.`);
    return saved;
  });
}
const writeShard = (keysDir: string, shard: string, keys: readonly SavedKey[]): Promise<void> => writeWhole(shardFile(keysDir, shard), keys.map((key) => `${JSON.stringify(key)}\n`).join(''));

function byShard<T extends WhichKey>(rows: readonly T[]): Map<string, T[]> {
  const shards = new Map<string, T[]>();
  for (const row of rows) {
    const shard = shardOf(row.personId);
    shards.set(shard, [...shards.get(shard) ?? [], row]);
  }
  return shards;
}

/** Adds the keys made since then (null: all there are), but none that was destroyed; answers how many were new. Throws BackupRefused where they do not open with this master key. */
export async function saveLearnerKeys(keysDir: string, em: EntityManager, { masterKey, since, forgotten }: { masterKey: Buffer | null; since: Date | null; forgotten: readonly WhichKey[] }): Promise<number> {
  const rows = await em.execute<(WhichKey & { wrapped: Buffer })[]>(
    `select person_id as "personId", ${createdText} as "keyCreatedAt", wrapped_key as wrapped from learner_key where ?::timestamptz is null or created_at >= ? order by person_id`, [since, since]);
  if (rows.length === 0) return 0;
  if (!masterKey) throw new BackupRefused('keys_missing', 'learners have keys, but there is no master key they open with: set MASTER_KEY_FILE or MASTER_KEY.');
  await mkdir(learnerFolder(keysDir), { recursive: true, mode: 0o700 });
  const gone = new Set(forgotten.map(wordOf));
  let added = 0;
  for (const [shard, wanted] of byShard(rows)) {
    const there = await readShard(keysDir, shard);
    const known = new Set(there.map(wordOf));
    const fresh = wanted.filter((row) => !known.has(wordOf(row)) && !gone.has(wordOf(row))).map(({ personId, keyCreatedAt, wrapped }) => {
      const key = opened(masterKey, personId, wrapped).toString('base64');
      return { personId, keyCreatedAt, key, sum: sumOf({ personId, keyCreatedAt, key }) };
    });
    if (fresh.length > 0) await writeShard(keysDir, shard, [...there, ...fresh]);
    added += fresh.length;
  }
  return added;
}

function opened(masterKey: Buffer, personId: string, wrapped: Buffer): Buffer {
  try {
    return unwrapLearnerKey(masterKey, personId, wrapped);
  } catch {
    throw new BackupRefused('keys_other', 'learners\' keys do not open with this master key.');
  }
}

/** Nothing of them stays: files that had one are written anew without it. */
export async function dropLearnerKeys(keysDir: string, destroyed: readonly WhichKey[]): Promise<number> {
  let dropped = 0;
  for (const [shard, gone] of byShard(destroyed)) {
    const there = await readShard(keysDir, shard);
    const kept = there.filter(({ personId, keyCreatedAt }) => !gone.some((one) => one.personId === personId && keyCreatedAt <= one.keyCreatedAt));
    if (kept.length === there.length) continue;
    await writeShard(keysDir, shard, kept);
    dropped += there.length - kept.length;
  }
  return dropped;
}

/** Throws BackupRefused for one that is not as it was saved. */
export async function readLearnerKeys(keysDir: string): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  for (const name of await readdir(learnerFolder(keysDir)).catch((): string[] => [])) {
    if (!/^[0-9a-f]{2}\.jsonl$/.test(name)) continue;
    for (const saved of await readShard(keysDir, name.slice(0, 2))) found.set(wordOf(saved), Buffer.from(saved.key, 'base64'));
  }
  return found;
}

const batch = 1000;
/** Puts the learners' keys of a restored database under its new master key; a key that was not copied is gone. Answers how many there are, and how many are gone. */
export async function putLearnerKeys(orm: Orm, saved: ReadonlyMap<string, Buffer>, masterKey: Buffer): Promise<{ put: number; gone: number }> {
  const sums = { put: 0, gone: 0 };
  for (let last = '00000000-0000-0000-0000-000000000000'; ;) {
    const rows = await orm.em.fork().execute<WhichKey[]>(`select person_id as "personId", ${createdText} as "keyCreatedAt" from learner_key where person_id > ? order by person_id limit ${batch}`, [last]);
    const known = rows.flatMap((row) => { const key = saved.get(wordOf(row)); return key ? [{ id: row.personId, wrapped: wrapLearnerKey(masterKey, row.personId, key).toString('hex') }] : []; });
    const lost = rows.filter((row) => !saved.has(wordOf(row))).map(({ personId }) => personId);
    await unitOfWork(orm, platform, async (em) => {
      await em.execute(`update learner_key k set wrapped_key = decode(v.wrapped, 'hex'), key_version = ? from jsonb_to_recordset(?::jsonb) as v(id uuid, wrapped text) where k.person_id = v.id`, [keyVersionOf(masterKey), JSON.stringify(known)]);
      if (lost.length > 0) await em.execute('delete from learner_key where person_id = any(?::uuid[])', [`{${lost.join(',')}}`]);
    });
    sums.put += known.length;
    sums.gone += lost.length;
    if (rows.length < batch) return sums;
    last = rows.at(-1)!.personId;
  }
}
