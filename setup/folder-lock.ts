// One process per folder: a lock the kernel gives back when its holder dies, however it dies.
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { ConfigError } from '#runtime/config.ts';

export interface FolderLock { release(): Promise<void> }

/** Abstract socket (no file, so nothing stale is ever left); named after the real path, so links to it are the same folder. */
const socketName = (folder: string, purpose: string): string =>
  `\0keshi-${purpose}-${createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 32)}`;

function holderPid(name: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = createConnection(name);
    let text = '';
    socket.setTimeout(1000, () => socket.destroy());
    socket.on('data', (chunk) => { text += String(chunk); });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(/^\d+$/.test(text) ? `process ${text}` : 'another process'));
  });
}

/** Throws ConfigError naming the process that has the folder. */
export async function lockFolder(folder: string, purpose: string): Promise<FolderLock> {
  const name = socketName(folder, purpose);
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(String(process.pid));
  });
  const taken = await new Promise<boolean>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(true) : reject(error)));
    server.listen(name, () => resolve(false));
  });
  if (taken) {
    throw new ConfigError([`The data folder ${folder} is in use by ${await holderPid(name)}: stop it first, or choose another folder with DATA_DIR.`]);
  }
  server.unref();
  return {
    release: () => new Promise((resolve) => { server.close(() => resolve()); }),
  };
}
