// A real redis-server for one test: an own port, nothing kept, gone with the test.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#runtime/free-port.ts';

const program = process.env['REDIS_SERVER_BIN'] ?? 'redis-server';
/** False where no redis-server is installed: tests that need it say that they are skipped. */
export const redisThere = spawnSync(program, ['--version']).status === 0;

export interface RedisServer { url: string; port: number; pid: number; stop(): Promise<void> }

/** Answers when it takes connections; on a given port in place of one that died. Throws when it cannot start. */
export async function startRedis(wantedPort?: number): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'redis-'));
  const port = wantedPort ?? await freePort();
  const server = spawn(program, ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)));
    server.stdout.on('data', (chunk: Buffer) => { if (chunk.toString().includes('Ready to accept connections')) resolve(); });
  });
  return {
    url: `redis://127.0.0.1:${port}`, port, pid: server.pid!,
    stop: async () => {
      if (server.exitCode === null && server.signalCode === null) {
        const ended = once(server, 'exit');
        server.kill();
        await ended;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}
