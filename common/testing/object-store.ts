// A real object store for one test file: OpenStack Swift with its S3 interface, on loopback, gone with the test.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { freePort } from '#runtime/free-port.ts';
import type { ObjectStoreSettings } from '#runtime/object-store.ts';

/** Debian's own: what else is called python3 on a machine does not know Debian's packages. */
const python = '/usr/bin/python3';
/** False where Debian's package python3-swift is missing: tests that need it say that they are skipped. */
export const objectStoreThere = spawnSync(python, ['-c', 'import swift, eventlet']).status === 0;

export interface ObjectStoreServer { settings: ObjectStoreSettings; port: number; stop(): Promise<void> }
/** As settings; this key may use nothing of the bucket. */
export const strangerKey = { accessKeyId: 'keshi:stranger', secretAccessKey: 'strangers-secret' };

async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}

/** With one empty bucket. Throws when it cannot start. */
export async function startObjectStore(): Promise<ObjectStoreServer> {
  const folder = await mkdtemp(join(tmpdir(), 'object-store-'));
  const ports = await freePorts(4);
  const server = spawn(python, [join(import.meta.dirname, 'object-store.py'), folder, ...ports.map(String)], { stdio: ['pipe', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`the object store ended with ${code}`)));
    server.stdout.once('data', () => resolve());
  });
  const settings: ObjectStoreSettings = {
    endpoint: `http://127.0.0.1:${ports[0]}`, publicEndpoint: null, region: 'us-east-1', bucket: 'keshi', accessKeyId: 'keshi:owner', secretAccessKey: 'owners-secret',
  };
  const client = new S3Client({ endpoint: settings.endpoint, region: settings.region, forcePathStyle: true, credentials: settings });
  await client.send(new CreateBucketCommand({ Bucket: settings.bucket }));
  client.destroy();
  return {
    settings, port: ports[0]!,
    stop: async () => {
      if (server.exitCode === null && server.signalCode === null) {
        const ended = once(server, 'exit');
        server.kill('SIGKILL');
        await ended;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}
