// The product as a whole: starts, serves, survives the death of each of its processes, stops without leaving anything.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { demoPassword } from '#db/demo.ts';
import { findPostgresPlace } from './postgres-place.ts';
import { portProblems, productPorts } from './ports.ts';
import { roleNames, startProduct, type Product } from './product.ts';

const secondStartMs = 10_000;
let dataDir: string;
let ports: Awaited<ReturnType<typeof productPorts>>;
let env: NodeJS.ProcessEnv;
const said: string[] = [];
const started: Product[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'keshi-product-'));
  await chmod(dataDir, 0o711);
  ports = await productPorts(1);
  env = { ...process.env, ...ports, DATA_DIR: dataDir };
});
afterEach(async () => { for (const product of started.splice(0)) await product.stop(); });
afterAll(async () => {
  const { cluster } = await findPostgresPlace(dataDir);
  await rm(cluster, { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
});

async function start(change: NodeJS.ProcessEnv = {}): Promise<Product> {
  const product = await startProduct({ env: { ...env, ...change }, say: (line) => said.push(line) });
  started.push(product);
  return product;
}
async function logIn({ url }: Product): Promise<number> {
  const body = JSON.stringify({ login: 'teacher', password: demoPassword });
  const response = await fetch(`${url}/api/session`, { method: 'POST', body, headers: { 'content-type': 'application/json' } }).catch(() => null);
  return response?.status ?? 0;
}
async function expectPortsFree(): Promise<void> {
  const wishes = (['PORT', 'SFU_CONTROL_PORT', 'POSTGRES_PORT', 'MEDIA_PORT'] as const).map((setting) => (
    { setting, port: Number(ports[setting]), host: '127.0.0.1', udp: setting === 'MEDIA_PORT' }));
  expect(await portProblems(wishes)).toEqual([]);
}

test('serves, comes back from the death of any process, and keeps its data over a second start', async () => {
  const product = await start();
  expect(await logIn(product)).toBe(200);
  expect(await fetch(product.url).then((response) => response.text())).toContain('<html');
  for (const name of roleNames) {
    const pid = product.roles[name].pid!;
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(() => expect(product.roles[name].pid ?? pid).not.toBe(pid), 10_000);
    expect(said).toContain(`${name} ended (SIGKILL): starting it again in 0.2 s`);
  }
  await vi.waitFor(async () => expect(await logIn(product)).toBe(200), 15_000);
  const postgres = product.postgresPid()!;
  process.kill(postgres, 'SIGKILL');
  await vi.waitFor(() => expect(product.postgresPid()).not.toBe(postgres), 15_000);
  await vi.waitFor(async () => expect(await logIn(product)).toBe(200), 15_000);
  await Promise.all([product.stop(), product.stop()]);
  await expectPortsFree();

  const again = await start();
  expect(again.startedInMs).toBeLessThan(secondStartMs);
  expect(await logIn(again)).toBe(200);
  await again.stop();
});

test('`npm start` says where it is, and Ctrl-C ends everything with code 0', async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'start.ts')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  for await (const line of reader) {
    lines.push(line);
    if (line.includes('ready in')) child.kill('SIGINT');
  }
  if (child.exitCode === null) await once(child, 'exit');
  expect(child.exitCode).toBe(0);
  expect(lines.join('\n')).toContain(`http://localhost:${ports.PORT}`);
  expect(lines.join('\n')).toContain('student6');
  expect(lines.at(-1)).toBe('Stopped.');
  await expectPortsFree();
});

test('Ctrl-C during the start gives it up and leaves nothing', async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'start.ts')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const postgresUp = async (): Promise<void> => expect((await portProblems([{ setting: 'POSTGRES_PORT', port: Number(ports.POSTGRES_PORT), host: '127.0.0.1' }])).length).toBe(1);
  await vi.waitFor(postgresUp, 15_000);
  child.kill('SIGINT');
  await once(child, 'exit');
  expect(child.exitCode).toBe(0);
  await expectPortsFree();
});

test('another public host is served over HTTPS with a certificate for it', async () => {
  const product = await start({ PUBLIC_HOST: 'class.example' });
  expect(product.url).toBe(`https://class.example:${ports.PORT}`);
  const names = await new Promise<string>((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: Number(ports.PORT), path: '/api/health', servername: 'class.example', rejectUnauthorized: false, agent: false });
    asked.once('response', (response) => { response.resume(); });
    asked.once('error', reject);
    asked.once('socket', (socket) => socket.once('secureConnect', () => resolve(String((socket as TLSSocket).getPeerCertificate().subjectaltname))));
    asked.end();
  });
  expect(names).toContain('DNS:class.example');
  await product.stop();
});
