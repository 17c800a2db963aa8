// `npm start` with something wrong: one clear line for each, exit code 1, no stack, nothing left running.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockFolder } from './folder-lock.ts';
import { productPorts } from './ports.ts';

let dataDir: string;
let env: NodeJS.ProcessEnv;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'keshi-start-'));
  await chmod(dataDir, 0o711);
  env = { ...process.env, ...await productPorts(1), DATA_DIR: dataDir };
});
afterEach(async () => { await rm(dataDir, { recursive: true, force: true }); });

/** What it wrote to stderr, as lines; only when it ended with code 1. */
async function refusal(change: NodeJS.ProcessEnv): Promise<string[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'start.ts')], { env: { ...env, ...change }, stdio: ['ignore', 'pipe', 'pipe'] });
  const [written, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  expect(code).toBe(1);
  expect(written).not.toMatch(/^\s+at /m);
  return written.trimEnd().split('\n');
}

test('every wrong variable is named', async () => {
  expect(await refusal({ PORT: 'abc', MEDIA_WORKERS: '0' })).toEqual([expect.stringMatching(/^PORT=abc is not valid/), expect.stringMatching(/^MEDIA_WORKERS=0 is not valid/)]);
});

test('an occupied port is named, TCP and UDP', async () => {
  const tcp = createServer().listen(Number(env.PORT), '127.0.0.1');
  const udp = createSocket('udp4').bind(Number(env.MEDIA_PORT), '0.0.0.0');
  await Promise.all([once(tcp, 'listening'), once(udp, 'listening')]);
  const lines = await refusal({});
  tcp.close();
  udp.close();
  expect(lines).toEqual([
    expect.stringMatching(`^Port ${env.PORT} \\(PORT\\) is occupied`), expect.stringMatching(`^Port ${env.MEDIA_PORT} \\(MEDIA_PORT\\) is occupied`),
  ]);
});

test('a data folder in use names the process that has it', async () => {
  const lock = await lockFolder(dataDir, 'product');
  const lines = await refusal({});
  await lock.release();
  expect(lines).toEqual([expect.stringContaining(`${dataDir} is in use by process ${process.pid}`)]);
});

test('a data folder that cannot be made is said', async () => {
  expect(await refusal({ DATA_DIR: '/dev/null/data' })).toEqual([expect.stringMatching(/^DATA_DIR=\/dev\/null\/data cannot be written/)]);
});

test('a database that does not answer, or is no address, is said', async () => {
  expect(await refusal({ DATABASE_URL: `postgresql://owner:secret@127.0.0.1:${env.POSTGRES_PORT}/keshi` })).toEqual([expect.stringMatching(/^DATABASE_URL: the database at 127\.0\.0\.1:\d+ cannot be used: .*ECONNREFUSED/)]);
  expect(await refusal({ DATABASE_URL: 'keshi' })).toEqual([expect.stringMatching(/^DATABASE_URL is not an address/)]);
});

test('a password is never repeated in what is said', async () => {
  const lines = await refusal({ DATABASE_URL: `postgresql://owner:secret@127.0.0.1:${env.POSTGRES_PORT}/keshi` });
  expect(lines.join('\n')).not.toContain('secret');
});

test('Redis that does not answer, half a certificate, a missing worker: each its line', async () => {
  expect(await refusal({ REDIS_URL: `redis://127.0.0.1:${env.SFU_CONTROL_PORT}` })).toEqual([expect.stringMatching(/^REDIS_URL: nothing answers/)]);
  expect(await refusal({ TLS_CERT_FILE: '/etc/hostname' })).toEqual(['TLS_CERT_FILE and TLS_KEY_FILE go together: set both or none.']);
  expect(await refusal({ TLS_CERT_FILE: '/nowhere.crt', TLS_KEY_FILE: '/nowhere.key' })).toEqual(['TLS_CERT_FILE=/nowhere.crt cannot be read.']);
  expect(await refusal({ MEDIASOUP_WORKER_BIN: '/nowhere' })).toEqual([expect.stringMatching(/^MEDIASOUP_WORKER_BIN=\/nowhere is not there/)]);
});
