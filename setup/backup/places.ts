// Where a backup lies, how its files are written whole or not at all, and the one error all of it throws. The form is told in docs/backup.md.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { appendFile, mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { newId } from '#domain/id.ts';
import type { BackupRefusal } from '#domain/backup.ts';
import { ConfigError } from '#runtime/config.ts';

/** Said as `code: words`. */
export class BackupRefused extends ConfigError {
  readonly code: BackupRefusal;
  constructor(code: BackupRefusal, words: string) {
    super([`${code}: ${words}`]);
    this.code = code;
  }
}

const noRoom = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
/** What a command says of an error, a line each; null where it is a fault of the program. */
export function linesOf(error: unknown): readonly string[] | null {
  if (error instanceof ConfigError) return error.lines;
  const { code, path } = error as NodeJS.ErrnoException;
  return code !== undefined && noRoom.has(code) ? [new BackupRefused('disk_full', `there is no room to write (${code}${path ? ` ${path}` : ''}); nothing half-written was left.`).lines[0]!] : null;
}

export interface BackupPlace { dir: string; keysDir: string }
export const basesDir = (dir: string): string => join(dir, 'bases');
export const baseDir = (dir: string, name: string): string => join(basesDir(dir), name);
export const walDir = (dir: string, systemId: string, timeline: number): string => join(dir, 'wal', `${systemId}-${timeline}`);
export const objectFile = (dir: string, sha256: string): string => join(dir, 'objects', sha256.slice(0, 2), sha256);
export const indexesDir = (dir: string): string => join(dir, 'files');

/** File names that sort by time: 20261123T171500Z. */
export const stampOf = (at: Date): string => at.toISOString().replaceAll(/[-:]|\.\d+/g, '');
export const timeOf = (stamp: string): Date => new Date(stamp.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/, '$1-$2-$3T$4:$5:$6Z'));

const within = (inner: string, outer: string): boolean => !relative(outer, inner).startsWith('..');

/** Data and keys must not lie in each other: whoever takes one folder must not have both. Throws BackupRefused. */
export function checkedPlaces({ dir, keysDir }: BackupPlace, dataDir: string): BackupPlace {
  const [data, keys, own] = [resolve(dir), resolve(keysDir), resolve(dataDir)];
  if (within(keys, data) || within(data, keys)) throw new BackupRefused('same_place', 'BACKUP_KEYS_DIR and BACKUP_DIR must be apart: whoever has both can open everything.');
  if (within(data, own) || within(keys, own)) throw new BackupRefused('same_place', 'BACKUP_DIR and BACKUP_KEYS_DIR must lie outside DATA_DIR, best on other disks.');
  return { dir: data, keysDir: keys };
}

export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
}

/** Whole or not at all, and on disk when it answers. */
export async function writeWhole(path: string, bytes: string | Uint8Array, mode = 0o600): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = join(dirname(path), `.${newId()}.part`);
  const handle = await open(temporary, 'wx', mode);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
  await syncPath(dirname(path));
}

/** One JSON a line behind what is there, on disk when it answers. A line that a crash cut off stays one by itself. */
export async function appendLines(path: string, rows: readonly object[]): Promise<void> {
  const cut = await readFile(path, 'utf8').then((text) => text !== '' && !text.endsWith('\n'), () => false);
  await appendFile(path, `${cut ? '\n' : ''}${rows.map((row) => `${JSON.stringify(row)}\n`).join('')}`, { mode: 0o600, flush: true });
}
/** Lines that can be read; one that was cut off is written again by whoever writes the list. */
export async function readLines<T>(path: string): Promise<T[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => { try { return line ? [JSON.parse(line) as T] : []; } catch { return []; } });
}

/** Hex. Throws what reading throws. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}
export const sha256Text = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');

/** A file of ours, or a refusal that names it. */
export async function readJson<T>(path: string): Promise<T> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch (error) {
    throw new BackupRefused('damaged', `${path} cannot be read (${error instanceof Error ? error.message : String(error)}).`);
  }
}
