// A key in a file of its own: made at first use, once, whole or not at all, for its owner's eyes only.
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { newId } from '#domain/id.ts';
import { ConfigError } from '#runtime/config.ts';

async function makeKeyFile(path: string, bytes: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = join(dirname(path), `.${newId()}.part`);
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  // Of several processes that start at once the first one's key stays: link refuses to replace.
  await link(temporary, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  }).finally(() => rm(temporary, { force: true }));
}

/** What the file holds, after it was made of `fresh` (mode 600) where there was none. `name`: how an operator knows it. Throws ConfigError when it cannot be read. */
export async function readKeyFile(path: string, name: string, fresh: () => string | Uint8Array): Promise<Buffer> {
  const read = (): Promise<Buffer | null> => readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new ConfigError([`${name} cannot be read: ${error.code}`]);
  });
  const there = await read();
  if (there) return there;
  await makeKeyFile(path, fresh());
  return readFile(path);
}
