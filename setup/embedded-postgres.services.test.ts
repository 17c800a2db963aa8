// The embedded PostgreSQL: starts, stops, keeps its data, takes over an orphan, and says clearly why it cannot.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startPostgres, type EmbeddedPostgres } from './embedded-postgres.ts';
import { findPostgresPlace } from './postgres-place.ts';
import { freePort } from '#runtime/free-port.ts';

let dataDir: string;
let running: EmbeddedPostgres[];
const lines: string[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'keshi-pg-'));
  await chmod(dataDir, 0o711);
  running = [];
  lines.length = 0;
});
afterEach(async () => {
  for (const postgres of running) await postgres.stop();
  const place = await findPostgresPlace(dataDir);
  await rm(place.cluster.startsWith(dataDir) ? place.cluster : dirname(place.cluster), { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
});

async function start(port: number): Promise<EmbeddedPostgres> {
  const postgres = await startPostgres({ dataDir, port, durable: false, log: (line) => lines.push(line) });
  running.push(postgres);
  return postgres;
}
async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client.query(sql).then(({ rows }) => rows as unknown[]).finally(() => client.end());
}
const isAlive = (pid: number): boolean => {
  try { return process.kill(pid, 0); } catch { return false; }
};

test('starts, stops twice, and keeps its data', async () => {
  const port = await freePort();
  const first = await start(port);
  await ask(first.url, 'create table kept (n int)');
  await first.stop();
  await first.stop();
  expect(isAlive(first.pid)).toBe(false);
  const second = await start(port);
  expect(await ask(second.url, 'select count(*)::int as n from kept')).toEqual([{ n: 0 }]);
});

test('asks for its password, which only the owner of the data folder can read', async () => {
  const postgres = await start(await freePort());
  const url = new URL(postgres.url);
  url.password = 'wrong';
  await expect(ask(url.href, 'select 1')).rejects.toThrow('password authentication failed');
  expect((await readFile(join(dataDir, 'keys/postgres.password'), 'utf8')).trim()).toBe(new URL(postgres.url).password);
});

test('an occupied port is one clear line, and the folder is free again after it', async () => {
  const blocker: Server = createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  const address = blocker.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await expect(start(port)).rejects.toMatchObject({ name: 'ConfigError', lines: [expect.stringMatching(`^Port ${port} \\(POSTGRES_PORT\\) is occupied`)] });
  blocker.close();
  await start(port);
});

test('a folder in use names the process that has it', async () => {
  await start(await freePort());
  await expect(start(await freePort())).rejects.toMatchObject({ name: 'ConfigError', lines: [expect.stringContaining(`in use by process ${process.pid}`)] });
});

test('a server that an earlier run left behind is stopped and replaced', async () => {
  const port = await freePort();
  await (await start(port)).stop();
  const place = await findPostgresPlace(dataDir);
  const orphan = spawn(join(place.bin, 'postgres'), ['-D', place.cluster, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='], {
    ...place.user, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'], env: { LC_ALL: 'C' },
  });
  for await (const chunk of orphan.stderr) if (String(chunk).includes('ready to accept connections')) break;
  const second = await start(port);
  expect(lines).toContain(`stopping PostgreSQL ${orphan.pid}, left by an earlier run`);
  expect(await ask(second.url, 'select 1 as n')).toEqual([{ n: 1 }]);
});

test('a pid file left by kill -9 whose number now belongs to another program is harmless', async () => {
  const port = await freePort();
  const first = await start(port);
  const { cluster } = await findPostgresPlace(dataDir);
  const pidFile = await readFile(join(cluster, 'postmaster.pid'), 'utf8');
  await first.stop();
  await writeFile(join(cluster, 'postmaster.pid'), pidFile.replace(/^\d+/, String(process.ppid)));
  await start(port);
  expect(isAlive(process.ppid)).toBe(true);
});

test('data of another version, or that is no database, is refused and left alone', async () => {
  const port = await freePort();
  await (await start(port)).stop();
  const { cluster } = await findPostgresPlace(dataDir);
  await writeFile(join(cluster, 'PG_VERSION'), '15\n');
  await expect(start(port)).rejects.toMatchObject({ lines: [expect.stringMatching(/made by PostgreSQL 15 and this is 18/)] });
  await rm(join(cluster, 'PG_VERSION'));
  await expect(start(port)).rejects.toMatchObject({ lines: [expect.stringContaining('is not a database')] });
});

test('a lost password is said, not overwritten', async () => {
  const port = await freePort();
  await (await start(port)).stop();
  await rm(join(dataDir, 'keys/postgres.password'));
  await expect(start(port)).rejects.toMatchObject({ lines: [expect.stringContaining('put back')] });
});

test('a data folder its user cannot enter keeps the database elsewhere, with a note', async ({ skip }) => {
  skip(process.getuid?.() !== 0, 'only root runs it as another user');
  await chmod(dataDir, 0o700);
  const postgres = await start(await freePort());
  expect(await ask(postgres.url, 'select 1 as n')).toEqual([{ n: 1 }]);
  const { cluster } = await findPostgresPlace(dataDir);
  expect(cluster).toMatch(/^\/var\/lib\/keshi\//);
  expect(await readFile(join(dataDir, 'postgres.README'), 'utf8')).toContain(cluster);
  await postgres.stop();
  await rm(dataDir, { recursive: true });
  await mkdir(dataDir, { mode: 0o700 });
  const fresh = await start(await freePort());
  expect(await ask(fresh.url, 'select 1 as n'), 'a new folder of the same name starts empty').toEqual([{ n: 1 }]);
  expect((await readdir(dirname(cluster))).filter((name) => name.startsWith('postgres.until-'))).toHaveLength(1);
});
