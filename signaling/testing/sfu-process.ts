// A real media node for tests, as a process of its own: signaling knows the sfu only over its control socket.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort } from '#runtime/free-port.ts';

const main = fileURLToPath(new URL('../../sfu/main.ts', import.meta.url));

export interface SfuProcess {
  kill(): Promise<void>;
  /** Stops the process where it stands, and lets it go on: a node that hangs. */
  freeze(): void;
  thaw(): void;
}

/** Starts a node and answers when it serves; `kill` takes it away without a word. It registers at SIGNALING_INTERNAL_PORT of the settings. */
export async function startSfu(dataDirectory: string, controlPort: number, secret: string, settings: Record<string, string | number> = {}): Promise<SfuProcess> {
  const child: ChildProcess = spawn(process.execPath, [main], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: {
      ...process.env, DATA_DIR: dataDirectory, SFU_CONTROL_PORT: `${controlPort}`, SFU_SECRET: secret, LOG_LEVEL: 'error',
      MEDIA_PORT: `${await freePort()}`, MEDIA_WORKERS: '1', NODE_ID: 'sfu-test', DISK_LOW_MB: '0',
      ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, `${value}`])),
    },
  });
  const [first] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => { throw new Error(`sfu ended with ${code}`); }),
  ]) as [{ type?: string }];
  if (first.type !== 'ready') throw new Error('sfu said something else than ready');
  return {
    freeze: () => { child.kill('SIGSTOP'); },
    thaw: () => { child.kill('SIGCONT'); },
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
