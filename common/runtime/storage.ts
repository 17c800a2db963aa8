// Files by key, behind one interface: a folder of this machine, or an object store (object-storage.ts). Nothing half-written is ever seen under its key.
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';

export interface LinkWish {
  /** The link lasts this long at most, and half of it at least: within that time the same one is given, so that browsers can keep what it leads to. */
  seconds: number;
  contentType: string;
}

/** Everything may throw storage_unavailable where the files are on another machine. */
export interface Storage {
  /** Takes a copy of a finished local file under `key`, replacing what was there, in one step. */
  put(key: string, filePath: string): Promise<void>;
  /** As `put`, and the local file is gone afterwards; on the same file system nothing is copied. */
  move(key: string, filePath: string): Promise<void>;
  putBytes(key: string, bytes: Uint8Array): Promise<void>;
  /** Throws not_found. */
  read(key: string): Promise<Buffer>;
  stat(key: string): Promise<{ sizeBytes: number; changedAt: Date } | null>;
  /** Bytes start..end, both included; whole file without a range. What goes wrong is an error of the stream, before its first byte where possible. */
  stream(key: string, range?: { start: number; end: number }): Readable;
  /** Removing what is not there is fine. */
  remove(key: string): Promise<void>;
  /** An address at which whoever holds it reads this file, ranges included, without asking us; null where there is none, and bytes pass through us. */
  link(key: string, wish: LinkWish): Promise<string | null>;
}

async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
}

async function moveFile(from: string, to: string): Promise<void> {
  await rename(from, to).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EXDEV') throw error;
    await copyFile(from, to);
    await rm(from);
  });
}

/** A segment of a unit in one read or few: each is a way through the thread pool and the event loop. */
const readBytes = 256 * 1024;

/** Keys under one folder of this machine. */
export function folderStorage(root: string): Storage {
  const base = resolve(root);
  const place = (key: string): string => {
    const path = resolve(base, key);
    if (!path.startsWith(base + sep)) throw new DomainError('bad_request', 'key leaves the storage folder');
    return path;
  };
  const settle = async (key: string, fill: (temporary: string) => Promise<void>): Promise<void> => {
    const path = place(key);
    await mkdir(dirname(path), { recursive: true });
    const temporary = join(dirname(path), `.${newId()}.part`);
    try {
      await fill(temporary);
      await syncPath(temporary);
      await rename(temporary, path);
      await syncPath(dirname(path));
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  };
  const isMissing = ({ code }: NodeJS.ErrnoException): boolean => code === 'ENOENT' || code === 'ENOTDIR';
  const missing = (error: NodeJS.ErrnoException): never => {
    throw isMissing(error) ? new DomainError('not_found', 'no such file') : error;
  };
  /** A file that is there and cannot be looked at is a fault, not a missing file. */
  const nothing = (error: NodeJS.ErrnoException): null => {
    if (isMissing(error)) return null;
    throw error;
  };
  return {
    put: (key, filePath) => settle(key, (temporary) => copyFile(filePath, temporary)),
    move: (key, filePath) => settle(key, (temporary) => moveFile(filePath, temporary)),
    putBytes: (key, bytes) => settle(key, async (temporary) => {
      const handle = await open(temporary, 'wx', 0o600);
      await handle.writeFile(bytes).finally(() => handle.close());
    }),
    read: (key) => readFile(place(key)).catch(missing),
    stat: async (key) => {
      const found = await stat(place(key)).catch(nothing);
      return found && { sizeBytes: found.size, changedAt: found.mtime };
    },
    stream: (key, range) => createReadStream(place(key), { ...range, highWaterMark: readBytes }),
    remove: (key) => rm(place(key), { force: true }),
    link: () => Promise.resolve(null),
  };
}
