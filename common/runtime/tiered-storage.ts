// Files in two places behind one interface: new ones near at hand, old ones on a cheap disk or bucket; whoever asks for an old one gets it from there at once (R145).
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import type { Storage } from './storage.ts';

export interface TieredStorage extends Storage {
  /** Moves one file to the archive: the copy there is whole before the near one goes. Nothing to do where it lies there already; throws not_found where it is nowhere. */
  archive(key: string): Promise<void>;
  /** True where the file lies only in the archive. */
  isArchived(key: string): Promise<boolean>;
}

const isMissing = (error: unknown): boolean => error instanceof DomainError ? error.code === 'not_found' : (error as NodeJS.ErrnoException).code === 'ENOENT';

/** Units are larger than memory should hold: through a file in `workDir`. */
async function copied(from: Storage, to: Storage, key: string, workDir: string): Promise<void> {
  await mkdir(workDir, { recursive: true });
  const part = join(workDir, `${newId()}.part`);
  try {
    await pipeline(from.stream(key), createWriteStream(part));
    await to.move(key, part);
  } finally {
    await rm(part, { force: true });
  }
}

/** `near` takes everything that is written; what it does not have is read from `far`. `workDir`: on the disk of the archive, for files on their way. */
export function tieredStorage(near: Storage, far: Storage, workDir: string): TieredStorage {
  const either = async <T>(ask: (one: Storage) => Promise<T>): Promise<T> => {
    try {
      return await ask(near);
    } catch (error) {
      if (!isMissing(error)) throw error;
      return ask(far);
    }
  };
  /** The first byte decides: once it has come, what goes wrong is an error of the stream. */
  const stream: Storage['stream'] = (key, range) => {
    const out = new PassThrough();
    const pass = (from: Readable, onError: (error: Error) => void): void => {
      from.once('error', onError);
      from.once('readable', () => from.pipe(out));
      out.once('close', () => from.destroy());
    };
    pass(near.stream(key, range), (error) => {
      if (isMissing(error) && out.writableLength === 0 && out.readableLength === 0) pass(far.stream(key, range), (worse) => out.destroy(worse));
      else out.destroy(error);
    });
    return out;
  };
  return {
    put: near.put, move: near.move, putBytes: near.putBytes, stream,
    read: (key) => either((one) => one.read(key)),
    stat: async (key) => await near.stat(key) ?? far.stat(key),
    remove: async (key) => { await near.remove(key); await far.remove(key); },
    link: async (key, wish) => (await near.stat(key) ? near : far).link(key, wish),
    archive: async (key) => {
      const there = await near.stat(key);
      if (!there) {
        if (!await far.stat(key)) throw new DomainError('not_found', 'no such file');
        return;
      }
      await copied(near, far, key, workDir);
      if ((await far.stat(key))?.sizeBytes !== there.sizeBytes) throw new Error(`the archive did not take ${key} whole`);
      await near.remove(key);
    },
    isArchived: async (key) => await near.stat(key) === null && await far.stat(key) !== null,
  };
}
