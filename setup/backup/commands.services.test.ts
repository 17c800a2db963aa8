// `npm run backup` and `npm run restore` as whoever runs the platform types them: processes of their own, on a PostgreSQL that is killed in the middle, and everything one can do wrong.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase } from '#db/orm.ts';
import { fieldKeysOf } from '#db/vault.ts';
import { freePort } from '#runtime/free-port.ts';
import { withDatabase } from '../databases.ts';
import { startPostgres } from '../embedded-postgres.ts';
import { findDatabase } from '../find-database.ts';
import { baseStamps, tarOf } from './base.ts';
import { sha256Text } from './places.ts';
import { prune } from './keeper.ts';
import { smallPlatform, type SmallPlatform } from './testing.ts';
import { unfinishedName } from './unfinished.ts';

let world: SmallPlatform;
let killedAt: Date;
let written: { id: string; at: number }[] = [];
const scriptOf = (name: 'backup' | 'restore'): string => join(import.meta.dirname, '..', `${name}.ts`);
const { PATH = '' } = process.env;
const env = () => ({ PATH, DATABASE_URL: world.deps.url, DATA_DIR: world.dataDir, BACKUP_DIR: world.deps.place.dir, BACKUP_KEYS_DIR: world.deps.place.keysDir });
interface Ended { code: number | null; out: string; err: string }
async function ended(child: ChildProcess): Promise<Ended> {
  let [out, err] = ['', ''];
  child.stdout!.on('data', (chunk) => { out += String(chunk); });
  child.stderr!.on('data', (chunk) => { err += String(chunk); });
  const [code] = await once(child, 'close') as [number | null];
  return { code, out, err };
}
const begun = (name: 'backup' | 'restore', words: readonly string[], extra: NodeJS.ProcessEnv = {}): ChildProcess =>
  spawn(process.execPath, [scriptOf(name), ...words], { env: { ...env(), ...extra }, cwd: world.folder, stdio: ['ignore', 'pipe', 'pipe'] });
const backup = (...words: string[]): Promise<Ended> => ended(begun('backup', words));
const restore = (to: string, { from = 'backup', keys = 'keys' }: { from?: string; keys?: string } = {}, ...more: string[]): Promise<Ended> => ended(begun('restore', ['--from', from, '--keys', keys, '--to', to, ...more]));
const facts = () => world.orm.em.fork().execute<{ id: string; at: string }[]>('select id, at from event order by id');

beforeAll(async () => {
  world = await smallPlatform();
  await world.addFacts('before', 5);
  await world.addLearner();
}, 60_000);
afterAll(() => world?.close());

it('takes a backup, keeps taking the WAL, and after PostgreSQL is killed at work gives back all but the last moments', async () => {
  const now = await backup();
  expect(now).toMatchObject({ code: 0, err: '' });
  expect(now.out).toMatch(/^Base backup .+: [\d.]+ MB, 1 chains, 5 facts\.\nFiles: 0 /);
  const keeper = begun('backup', ['keep']);
  const kept = ended(keeper);
  // Facts come in all the while; nobody waits for the backup.
  for (const until = Date.now() + 12_000; Date.now() < until;) await world.addFacts('while', 20);
  written = (await facts()).map(({ id, at }) => ({ id, at: new Date(at).getTime() }));
  killedAt = new Date();
  process.kill(world.postgres.pid, 'SIGKILL');
  await world.postgres.exited;
  keeper.kill('SIGTERM');
  expect((await kept).code).toBe(0);
  const result = await restore('restored');
  expect(result).toMatchObject({ code: 0, err: '' });
  expect(result.out).toMatch(/Sealed with a new master key .*: 1 learners' keys\./);
  const postgres = await startPostgres({ dataDir: join(world.folder, 'restored'), port: await freePort(), log: () => undefined });
  const orm = await openDatabase(withDatabase(postgres.url, 'keshi'));
  try {
    const there = new Set((await orm.em.fork().execute<{ id: string }[]>('select id from event')).map(({ id }) => id));
    const lost = written.filter(({ id }) => !there.has(id));
    expect(written.length).toBeGreaterThan(100);
    expect(Math.max(0, ...lost.map(({ at }) => killedAt.getTime() - at))).toBeLessThan(60_000);
    // Seconds, in truth: the WAL is asked for every two.
    expect(Math.max(0, ...lost.map(({ at }) => killedAt.getTime() - at))).toBeLessThan(8_000);
    expect(await orm.em.fork().execute(`select kind, outcome from security_log where kind = 'restore'`)).toEqual([{ kind: 'restore', outcome: 'done' }]);
  } finally {
    await orm.close();
    await postgres.stop();
  }
}, 180_000);

const copied = async (name: string): Promise<string> => {
  await cp(join(world.folder, 'backup'), join(world.folder, `${name}-backup`), { recursive: true });
  await cp(join(world.folder, 'keys'), join(world.folder, `${name}-keys`), { recursive: true });
  return name;
};
const stampIn = async (dir: string): Promise<string> => (await baseStamps(dir)).at(-1)!;
async function oneByteOther(): Promise<Parameters<typeof restore>[1]> {
  const dir = join(world.folder, `${await copied('byte')}-backup`);
  const tar = tarOf(dir, await stampIn(dir));
  const bytes = await readFile(tar);
  bytes[9_000]! ^= 1;
  await writeFile(tar, bytes);
  return { from: 'byte-backup', keys: 'byte-keys' };
}
async function otherKeys(): Promise<Parameters<typeof restore>[1]> {
  const sets = join(world.folder, `${await copied('other')}-keys`, 'sets');
  const folder = join(sets, (await readdir(sets)).at(-1)!);
  const { version, fields, lookup } = fieldKeysOf(Buffer.alloc(32, 9));
  const text = JSON.stringify({ version, fields: fields.toString('base64'), lookup: lookup.toString('base64') });
  const set = JSON.parse(await readFile(join(folder, 'set.json'), 'utf8')) as { files: { name: string; sha256: string }[] };
  set.files = set.files.map((file) => (file.name === 'field.key' ? { ...file, sha256: sha256Text(text) } : file));
  await writeFile(join(folder, 'field.key'), text);
  await writeFile(join(folder, 'set.json'), JSON.stringify(set));
  return { keys: 'other-keys' };
}
it.each<[string, string, () => Promise<Parameters<typeof restore>[1]>, string[]]>([
  ['a folder that is no backup', 'no_backup', async () => { await mkdir(join(world.folder, 'empty')); return { from: 'empty' }; }, []],
  ['a folder that is not there', 'no_backup', async () => ({ from: 'nowhere' }), []],
  ['a folder without keys', 'keys_missing', async () => ({ keys: 'nowhere' }), []],
  ['a backup with one byte changed', 'damaged', oneByteOther, []],
  ['keys of another platform', 'keys_other', otherKeys, []],
  ['an instant nothing covers', 'time_not_covered', async () => ({}), ['--at', '2020-01-01T00:00:00Z']],
  ['an instant without a zone', '--at 2026-01-01T00:00', async () => ({}), ['--at', '2026-01-01T00:00']],
  ['a head that is none', '--head x', async () => ({}), ['--head', 'x']],
  ['a head nobody signed', 'evidence_broken', async () => ({}), ['--head', `9 · 2026-01-01 · ${'a'.repeat(64)}`]],
  ['a word nobody knows', 'Usage: npm run restore', async () => ({}), ['--force']],
])('refuses %s in one line (%s), and leaves nothing', async (what, code, prepare, words) => {
  const to = `to-${what.replaceAll(' ', '-')}`;
  const { code: exit, err } = await restore(to, await prepare(), ...words);
  expect([exit, err.split('\n')[0]!.slice(0, code.length), err.trim().split('\n').length]).toEqual([2, code, 1]);
  expect(existsSync(join(world.folder, to))).toBe(false);
}, 60_000);

it('does not touch a folder that holds something', async () => {
  await mkdir(join(world.folder, 'full'));
  await writeFile(join(world.folder, 'full', 'mine'), 'mine');
  expect(await restore('full')).toMatchObject({ code: 2, err: expect.stringMatching(/^not_empty: /) });
  expect(await readdir(join(world.folder, 'full'))).toEqual(['mine']);
});

const untilThere = async (path: string): Promise<void> => { for (const until = Date.now() + 20_000; !existsSync(path) && Date.now() < until;) await pause(5); };
it('stopped in the middle it leaves nothing; killed it leaves a folder nothing starts in, which the next restore clears', async () => {
  const stopped = begun('restore', ['--from', 'backup', '--keys', 'keys', '--to', 'stopped']);
  const end = ended(stopped);
  await untilThere(join(world.folder, 'stopped', unfinishedName));
  stopped.kill('SIGTERM');
  expect(await end).toMatchObject({ code: 2, err: expect.stringMatching(/^interrupted: /) });
  expect(existsSync(join(world.folder, 'stopped'))).toBe(false);

  const killed = begun('restore', ['--from', 'backup', '--keys', 'keys', '--to', 'killed']);
  const gone = ended(killed);
  await untilThere(join(world.folder, 'killed', 'keys', 'postgres.password'));
  killed.kill('SIGKILL');
  await gone;
  expect(existsSync(join(world.folder, 'killed', unfinishedName))).toBe(true);
  await expect(findDatabase({ DATA_DIR: '', DATABASE_URL: undefined, POSTGRES_PORT: await freePort() }, join(world.folder, 'killed'))).rejects.toThrow('was cut off');
  expect(await restore('killed')).toMatchObject({ code: 0, err: '' });
  expect(existsSync(join(world.folder, 'killed', unfinishedName))).toBe(false);
}, 120_000);

it('says that the disk is full, keeps the backups there are, and leaves no half of one', async () => {
  const again = await startPostgres({ dataDir: world.dataDir, port: Number(new URL(world.deps.url).port), log: () => undefined });
  try {
    const dir = join(world.folder, 'backup');
    const before = await baseStamps(dir);
    // A file may not grow beyond a megabyte: what a full disk answers, without filling one.
    const limited = spawn('bash', ['-c', `trap '' XFSZ; ulimit -f 1024; exec "$0" "$@"`, process.execPath, scriptOf('backup')], { env: env(), stdio: ['ignore', 'pipe', 'pipe'] });
    expect(await ended(limited)).toMatchObject({ code: 2, err: expect.stringMatching(/^disk_full: /) });
    expect(await readdir(join(dir, 'bases'))).toEqual(before);
    const status = await backup('status');
    expect(status).toMatchObject({ code: 0, out: expect.stringMatching(/Failing: base \(E[A-Z]+\)/) });
    expect(await backup('status', 'more')).toMatchObject({ code: 2, err: expect.stringMatching(/^Usage: /) });
    expect(await ended(begun('backup', [], { BACKUP_KEYS_DIR: join(dir, 'keys') }))).toMatchObject({ code: 2, err: expect.stringMatching(/^same_place: /) });
    expect(await ended(begun('backup', [], { BACKUP_DIR: '' }))).toMatchObject({ code: 2, err: expect.stringMatching(/^not_set_up: /) });
    // What is removed later stands in the security log.
    for (let more = before.length; more < 3; more++) {
      await pause(1_100);
      expect((await backup()).code).toBe(0);
    }
    await prune({ ...world.deps, keepDays: 0, now: () => new Date(Date.now() + 60_000) });
    expect(await baseStamps(dir)).toHaveLength(2);
    expect(await world.orm.em.fork().execute(`select subject, outcome, detail->>'bases' as bases from security_log where kind = 'backup'`)).toEqual([{ subject: 'removed', outcome: 'done', bases: before[0] }]);
  } finally {
    await again.stop();
    await rm(join(world.folder, 'restored'), { recursive: true, force: true });
  }
}, 120_000);
