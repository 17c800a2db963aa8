// A signaling process of its own on a given database, for measurements in short.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '#runtime/free-port.ts';

export interface SignalingAlone { url: string; pid: number; stop(): Promise<void> }

export async function startSignaling(databaseUrl: string): Promise<SignalingAlone> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-signaling-'));
  const [port, internalPort] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, [fileURLToPath(new URL('../signaling/main.ts', import.meta.url))], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      PATH: process.env['PATH'] ?? '', DATABASE_URL: databaseUrl, DATA_DIR: folder, LOG_LEVEL: 'error', SFU_SECRET: 'a secret of this measurement',
      PORT: `${port}`, SIGNALING_INTERNAL_PORT: `${internalPort}`, FACE_CHECKS_PER_UNIT: '0', ADMISSION_PER_SECOND: '10000',
    },
  });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  await Promise.race([once(child, 'message'), ended.then(([code]) => { throw new Error(`signaling ended with ${code}`); })]);
  return { url: `http://127.0.0.1:${port}`, pid: child.pid!, stop };
}
