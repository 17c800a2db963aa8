// A real media node for tests, as a process of its own: signaling knows the sfu only over its control socket.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../sfu/main.ts', import.meta.url));

/** A TCP port nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export interface SfuProcess { kill(): Promise<void> }

/** Starts a node and answers when it serves; `kill` takes it away without a word. */
export async function startSfu(dataDirectory: string, controlPort: number, secret: string): Promise<SfuProcess> {
  const child: ChildProcess = spawn(process.execPath, [main], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: {
      ...process.env, DATA_DIR: dataDirectory, SFU_CONTROL_PORT: `${controlPort}`, SFU_SECRET: secret, LOG_LEVEL: 'error',
      MEDIA_PORT: `${await freePort()}`, MEDIA_WORKERS: '1', NODE_ID: 'sfu-test',
    },
  });
  const [first] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => { throw new Error(`sfu ended with ${code}`); }),
  ]) as [{ type?: string }];
  if (first.type !== 'ready') throw new Error('sfu said something else than ready');
  return {
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
