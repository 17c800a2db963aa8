// A role alone, as a container runs it: what it refuses to start without, what migrate makes once, and how it ends on SIGTERM.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest';
import { newId } from '#domain/id.ts';
import { freePort } from '#runtime/free-port.ts';
import { ensureDatabase } from './databases.ts';
import { healthUrl, whatAils } from './role-health.ts';
import { addressTowards, readRoleSettings } from './role-settings.ts';

interface Ended { code: number | null; signal: string | null; words: string }
const script = join(import.meta.dirname, 'run-role.ts');
let folder: string;
let databaseUrl: string;
let env: Record<string, string>;
const running: { kill(): void }[] = [];

beforeAll(async () => { databaseUrl = await ensureDatabase(inject('postgresUrl'), `role_${newId().replaceAll('-', '')}`); });
afterAll(async () => {
  const client = new Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  await client.query(`drop database if exists ${new URL(databaseUrl).pathname.slice(1)} with (force)`).finally(() => client.end());
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keshi-role-'));
  env = {
    PATH: process.env['PATH']!, DATABASE_URL: databaseUrl, DATA_DIR: folder, MASTER_KEY_FILE: join(folder, 'keys/master.key'), DEMO_SEED: 'false',
    PHONE_PROVIDER: 'http', PHONE_PROVIDER_URL: 'http://127.0.0.1:9/', PHONE_PROVIDER_SECRET: 'no code is ever sent',
    SFU_SECRET: 'a secret of this test alone', TRUSTED_PROXIES: 'loopback', PUBLIC_HOST: 'class.test',
    PORT: `${await freePort()}`, SIGNALING_INTERNAL_PORT: `${await freePort()}`, WORKER_INTERNAL_PORT: `${await freePort()}`,
  };
});
afterEach(async () => {
  for (const { kill } of running.splice(0)) kill();
  await rm(folder, { recursive: true, force: true });
});

function start(words: string[], change: Record<string, string> = {}) {
  const child = spawn(process.execPath, [script, ...words], { env: { ...env, ...change }, stdio: ['ignore', 'pipe', 'pipe'] });
  running.push({ kill: () => child.kill('SIGKILL') });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { text += chunk.toString(); });
  const ended = once(child, 'close').then(([code, signal]): Ended => ({ code: code as number | null, signal: signal as string | null, words: text }));
  return { child, ended, text: () => text };
}

test('migrate makes tables and the master key, and a second time changes nothing', async () => {
  const first = await start(['migrate']).ended;
  expect(first).toMatchObject({ code: 0, words: expect.stringContaining('Drawing the master key') });
  const key = await readFile(env['MASTER_KEY_FILE']!);
  const second = await start(['migrate']).ended;
  expect(second).toMatchObject({ code: 0, words: 'The database is up to date.\nDone.\n' });
  expect(await readFile(env['MASTER_KEY_FILE']!)).toEqual(key);
});

test('migrate draws no new master key beside learners whose keys an earlier one wraps', async () => {
  await start(['migrate']).ended;
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const personId = newId();
  await client.query(`insert into person (id, name, created_at) values ($1, 'a', now())`, [personId]);
  await client.query(`insert into learner_key (person_id, wrapped_key, created_at) values ($1, '\\x00', now())`, [personId]);
  await rm(env['MASTER_KEY_FILE']!);
  const refused = await start(['migrate']).ended;
  await client.query('delete from learner_key').finally(() => client.end());
  expect(refused).toMatchObject({ code: 1, words: expect.stringMatching(/master\.key is not there, and the keys of 1 learners .* put it back from the backup/) });
  await expect(readFile(env['MASTER_KEY_FILE']!)).rejects.toThrow('ENOENT');
});

test('signaling is well once it serves, and SIGTERM ends it with 0', async () => {
  await start(['migrate']).ended;
  const signaling = start(['signaling']);
  const url = healthUrl('signaling', env)!;
  expect(await whatAils(url)).toContain('ECONNREFUSED');
  await vi.waitFor(async () => expect(await whatAils(url), signaling.text()).toBeNull(), { timeout: 20_000, interval: 200 });
  signaling.child.kill('SIGTERM');
  expect(await signaling.ended).toMatchObject({ code: 0, signal: null });
});

test('a role that still waits for its database ends at once on SIGTERM', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const connected = once(silent, 'connection');
  const { port } = silent.address() as { port: number };
  await mkdir(join(folder, 'keys'));
  await writeFile(env['MASTER_KEY_FILE']!, Buffer.alloc(32, 1));
  const worker = start(['worker'], { DATABASE_URL: `postgresql://a:b@127.0.0.1:${port}/c` });
  await connected;
  worker.child.kill('SIGTERM');
  expect(await worker.ended).toMatchObject({ code: 0, signal: null });
  silent.close();
});

test.each([
  ['signaling without a master key', 'signaling', {}, 'the role migrate draws it once'],
  ['signaling over HTTP for all the world', 'signaling', { TRUSTED_PROXIES: '' }, 'PUBLIC_HOST=class.test needs HTTPS'],
  ['signaling without the secret', 'signaling', { SFU_SECRET: '' }, 'SFU_SECRET is missing'],
  ['codes for phones in the log', 'signaling', { PHONE_PROVIDER: 'log' }, 'PHONE_PROVIDER=log only writes codes into the log and is for the demo'],
  ['a phone gateway without an address', 'signaling', { PHONE_PROVIDER_URL: '' }, 'PHONE_PROVIDER_URL is missing'],
  ['a phone gateway without a secret', 'signaling', { PHONE_PROVIDER_SECRET: '' }, 'PHONE_PROVIDER_SECRET is missing'],
  ['half an authority', 'signaling', { AUTHORITY_URL: 'https://authority.test/' }, 'AUTHORITY_SECRET is missing'],
  ['a short secret', 'signaling', { SFU_SECRET: 'short' }, 'SFU_SECRET=short is not valid'],
  ['an sfu that does not know where it is', 'sfu', {}, 'MEDIA_ANNOUNCED_ADDRESS is missing'],
  ['an sfu that cannot find signaling', 'sfu', { MEDIA_ANNOUNCED_ADDRESS: '127.0.0.1', SIGNALING_INTERNAL_URL: 'http://nowhere.invalid:4401' }, 'nowhere.invalid is not known here'],
  ['half an object store', 'worker', { S3_BUCKET: 'b' }, 'S3_ENDPOINT is missing'],
  ['a worker without a database', 'worker', { DATABASE_URL: '' }, 'DATABASE_URL is missing'],
] as const)('refuses %s with a clear line', async (_what, role, change, expected) => {
  await expect(readRoleSettings(role, { ...env, ...change })).rejects.toMatchObject({ name: 'ConfigError', lines: expect.arrayContaining([expect.stringContaining(expected)]) });
});

test('a refusal is lines and an exit code, no stack', async () => {
  expect(await start(['proxy']).ended).toMatchObject({ code: 2, words: 'run-role: there is no role proxy; one of sfu, signaling, worker, migrate.\n' });
  expect(await start(['sfu'], { SFU_SECRET: '' }).ended).toMatchObject({ code: 1, words: expect.stringMatching(/^sfu: SFU_SECRET is missing[^\n]*\n(sfu: [^\n]*\n)+$/) });
});

test('an sfu finds its own name and address, and keeps what it was given', async () => {
  const given = { ...env, MEDIA_ANNOUNCED_ADDRESS: '198.51.100.1', SIGNALING_INTERNAL_URL: 'http://127.0.0.1:4401', MEDIASOUP_WORKER_BIN: process.execPath };
  const { config } = await readRoleSettings('sfu', given);
  expect(config).toMatchObject({ SFU_CONTROL_URL: 'http://127.0.0.1:4400', MEDIA_PIPE_ADDRESS: '127.0.0.1', NODE_ID: (await import('node:os')).hostname() });
  const named = await readRoleSettings('sfu', { ...given, NODE_ID: 'north', SFU_CONTROL_URL: 'http://10.0.0.2:4400', MEDIA_PIPE_ADDRESS: '10.0.0.3' });
  expect(named.config).toMatchObject({ NODE_ID: 'north', SFU_CONTROL_URL: 'http://10.0.0.2:4400', MEDIA_PIPE_ADDRESS: '10.0.0.3' });
  expect(await addressTowards('http://localhost:1')).toMatch(/^127\./);
});
