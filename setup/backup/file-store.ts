// Files of DATA_DIR in a backup: each content once, named by its SHA-256, and a list per pass of what lay where. A file whose size and time are as in the
// last list is not read again.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, opendir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { newId } from '#domain/id.ts';
import { BackupRefused, indexesDir, objectFile, readJson, sha256Of, sha256Text, stampOf, syncPath, timeOf, writeWhole } from './places.ts';

/** Folders of DATA_DIR that cannot be made again from others. Where an object store holds the files, `files` is empty, and the store keeps them. */
export const savedFolders = ['files', 'capture'] as const;

const safePath = new RegExp(`^(${savedFolders.join('|')})/`);

export interface IndexEntry { path: string; sizeBytes: number; changedMs: number; sha256: string }
/** `listSha256` is of the lines beside it. */
export interface IndexHead { at: string; files: number; bytes: number; listSha256: string }
export interface Pass { stamp: string; files: number; bytes: number; copied: number; copiedBytes: number }

export async function* filesUnder(root: string, folder: string): AsyncGenerator<string> {
  const handle = await opendir(join(root, folder)).catch((error: NodeJS.ErrnoException) => { if (error.code === 'ENOENT') return null; throw error; });
  if (!handle) return;
  for await (const entry of handle) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* filesUnder(root, path);
    else if (entry.isFile() && !entry.name.endsWith('.part')) yield path;
  }
}

/** Copies while hashing; what a file grows meanwhile comes with the next pass. */
async function saveObject(dir: string, from: string): Promise<{ sha256: string; sizeBytes: number; fresh: boolean }> {
  const hash = createHash('sha256');
  const temporary = join(dir, 'objects', `.${newId()}.part`);
  await mkdir(dirname(temporary), { recursive: true, mode: 0o700 });
  let sizeBytes = 0;
  const counted = new Transform({ transform(chunk: Buffer, _encoding, done) { hash.update(chunk); sizeBytes += chunk.length; done(null, chunk); } });
  try {
    await pipeline(createReadStream(from, { highWaterMark: 1 << 20 }), counted, createWriteStream(temporary, { flags: 'wx', mode: 0o600, flush: true }));
    const sha256 = hash.digest('hex');
    const target = objectFile(dir, sha256);
    if (await stat(target).then(({ size }) => size === sizeBytes, () => false)) return { sha256, sizeBytes, fresh: false };
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await rename(temporary, target);
    await syncPath(dirname(target));
    return { sha256, sizeBytes, fresh: true };
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Names of lists, oldest first. */
export const indexStamps = async (dir: string): Promise<string[]> =>
  (await readdir(indexesDir(dir)).catch((): string[] => [])).filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5)).sort();

/** Throws BackupRefused when the list is not as it was written. */
export async function readIndex(dir: string, stamp: string): Promise<IndexEntry[]> {
  const head = await readJson<IndexHead>(join(indexesDir(dir), `${stamp}.json`));
  const text = await readFile(join(indexesDir(dir), `${stamp}.jsonl`), 'utf8').catch(() => '');
  if (sha256Text(text) !== head.listSha256) throw new BackupRefused('damaged', `the list of files ${stamp} is not as it was written.`);
  return text.split('\n').filter(Boolean).map((line) => JSON.parse(line) as IndexEntry);
}

/** One pass over all files; writes its list last, so that a list stands only for what is there. */
export async function saveFiles(dir: string, dataDir: string, now: Date): Promise<Pass> {
  const last = (await indexStamps(dir)).at(-1);
  const known = new Map((last ? await readIndex(dir, last).catch(() => []) : []).map((entry) => [entry.path, entry]));
  const entries: IndexEntry[] = [];
  const pass: Pass = { stamp: stampOf(now), files: 0, bytes: 0, copied: 0, copiedBytes: 0 };
  for (const folder of savedFolders) for await (const path of filesUnder(dataDir, folder)) {
    // Gone since it was listed: deleted, or finished under another name.
    const found = await stat(join(dataDir, path)).catch(() => null);
    if (!found) continue;
    const before = known.get(path);
    let entry = before && before.sizeBytes === found.size && before.changedMs === found.mtimeMs ? before : null;
    if (!entry) {
      const saved = await saveObject(dir, join(dataDir, path)).catch((error: NodeJS.ErrnoException) => { if (error.code === 'ENOENT') return null; throw error; });
      if (!saved) continue;
      entry = { path, sizeBytes: saved.sizeBytes, changedMs: found.mtimeMs, sha256: saved.sha256 };
      pass.copied += saved.fresh ? 1 : 0;
      pass.copiedBytes += saved.fresh ? saved.sizeBytes : 0;
    }
    entries.push(entry);
    pass.bytes += entry.sizeBytes;
  }
  pass.files = entries.length;
  const text = entries.sort((one, other) => (one.path < other.path ? -1 : 1)).map((entry) => `${JSON.stringify(entry)}\n`).join('');
  const head: IndexHead = { at: now.toISOString(), files: pass.files, bytes: pass.bytes, listSha256: sha256Text(text) };
  await writeWhole(join(indexesDir(dir), `${pass.stamp}.jsonl`), text);
  await writeWhole(join(indexesDir(dir), `${pass.stamp}.json`), `${JSON.stringify(head)}\n`);
  return pass;
}

/** The list a restore to `at` takes: the first made then or later, which has all that was there, else the last. */
export function indexFor(stamps: readonly string[], at: Date | null): string | null {
  return (at && stamps.find((stamp) => timeOf(stamp).getTime() >= at.getTime())) || (stamps.at(-1) ?? null);
}

/** Puts the files of a list under `target`, each looked at on the way. Throws BackupRefused for one that is missing or not as it was. */
export async function restoreFiles(dir: string, stamp: string, target: string): Promise<{ files: number; bytes: number }> {
  let bytes = 0;
  const entries = await readIndex(dir, stamp);
  for (const { path, sha256, sizeBytes } of entries) {
    if (!safePath.test(path) || path.includes('..')) throw new BackupRefused('damaged', `the list of files ${stamp} names a place outside the data folder.`);
    const object = objectFile(dir, sha256);
    const to = join(target, path);
    if (await sha256Of(object).catch(() => null) !== sha256) throw new BackupRefused('damaged', `${path} is missing in the backup or not as it was saved (${sha256}).`);
    await mkdir(dirname(to), { recursive: true });
    await pipeline(createReadStream(object), createWriteStream(to, { flags: 'wx', mode: 0o600 }));
    bytes += sizeBytes;
  }
  return { files: entries.length, bytes };
}

/** Removes lists older than `before` (one is always kept) and contents no list names. */
export async function pruneFiles(dir: string, before: Date): Promise<number> {
  const stamps = await indexStamps(dir);
  const old = stamps.slice(0, -1).filter((stamp) => timeOf(stamp).getTime() < before.getTime());
  // A list that cannot be read may name anything: then nothing goes.
  const kept = new Set<string>();
  for (const stamp of stamps.filter((one) => !old.includes(one))) for (const { sha256 } of await readIndex(dir, stamp)) kept.add(sha256);
  for (const stamp of old) for (const end of ['json', 'jsonl']) await rm(join(indexesDir(dir), `${stamp}.${end}`), { force: true });
  let removed = 0;
  if (old.length > 0) for await (const path of filesUnder(dir, 'objects')) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (kept.has(name)) continue;
    await rm(join(dir, path));
    removed++;
  }
  return removed;
}
