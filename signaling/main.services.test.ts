// The process itself: settings that are wrong, ready, HTTPS, a port that is taken, and stopping cleanly.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { freePort } from '#runtime/free-port.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'signaling-main-'));
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

async function listening(): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}
interface Run { child: ChildProcess; said: () => string; ended: Promise<number | null>; ready: Promise<unknown> }
function run(env: Record<string, string>): Run {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH ?? '', DATABASE_URL: database.url, DATA_DIR: folder, SFU_SECRET: 'secret-for-this-test', ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => { text += String(chunk); });
  return { child, said: () => text, ended: once(child, 'close').then(([code]) => code as number | null), ready: once(child, 'message').then(([message]) => message) };
}

it.each([
  ['a wrong port', { PORT: 'http' }, /^PORT=http is not valid/],
  ['a certificate without its key', { TLS_CERT_FILE: '/nowhere.pem' }, /^TLS_KEY_FILE is missing/],
  ['a missing certificate', { TLS_CERT_FILE: '/nowhere.pem', TLS_KEY_FILE: '/nowhere.key' }, /^TLS_CERT_FILE=\/nowhere.pem cannot be read/],
  ['no database', { DATABASE_URL: '' }, /^DATABASE_URL is missing/],
])('says %s in one line and ends', async (_what, env, line) => {
  const { ended, said } = run(env);
  expect(await ended).toBe(1);
  expect(said()).toMatch(line);
  expect(said()).not.toMatch(/\n\s+at /);
});

it('says that its port is taken', async () => {
  const { server, port } = await listening();
  onTestFinished(() => void server.close());
  const { ended, said } = run({ PORT: String(port) });
  expect(await ended).toBe(1);
  expect(said()).toContain(`PORT=${port} is taken by another program`);
  expect(said()).not.toMatch(/\n\s+at /);
});

it.each(['SIGTERM', 'SIGINT'] as const)('serves, says so, and stops cleanly on %s', async (signal) => {
  const port = await freePort();
  const { child, ready, ended, said } = run({ PORT: String(port) });
  expect(await ready).toEqual({ type: 'ready' });
  const response = await fetch(`http://127.0.0.1:${port}/api/health`);
  expect([response.status, await response.json()]).toEqual([200, { ok: true }]);
  expect((await fetch(`http://127.0.0.1:${port}/api/me`)).status).toBe(401);
  child.kill(signal);
  expect(await ended, said()).toBe(0);
});

it('stops when the process that started it is gone', async () => {
  const { child, ready } = run({ PORT: String(await freePort()) });
  await ready;
  const exited = once(child, 'exit');
  child.disconnect();
  expect(await exited).toEqual([0, null]);
});

it('serves HTTPS with a certificate, and its cookie only there', async () => {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], { algorithm: 'sha256' });
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  await writeFile(certFile, cert);
  await writeFile(keyFile, key);
  const port = await freePort();
  const { child, ready, ended } = run({ PORT: String(port), TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile });
  await ready;
  const asked = request({ host: '127.0.0.1', port, path: '/api/session', method: 'DELETE', ca: cert, servername: 'localhost' }).end();
  const [response] = await once(asked, 'response') as [{ statusCode: number; headers: Record<string, string | string[]>; resume(): void }];
  response.resume();
  expect([response.statusCode, String(response.headers['set-cookie'])]).toEqual([200, expect.stringContaining('; Secure')]);
  expect(String(response.headers['strict-transport-security'])).toContain('max-age=');
  expect(String(response.headers['content-security-policy'])).toContain('wss://localhost:*');
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});
