// Backup and restore on a real PostgreSQL: to the last fact, to an instant, with deletions repeated; what is damaged or missing is refused and leaves nothing.
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Orm } from '#db/orm.ts';
import { backupState } from '#db/queries/backups.ts';
import { verifyAllStreams, runDrill } from './drill.ts';
import { baseStamps, tarOf } from './base.ts';
import { indexStamps, readIndex } from './file-store.ts';
import { backUpBase, backUpFiles, backUpKeys, baseIsDue, keepBackups, type Keeper } from './keeper.ts';
import { checkedPlaces, objectFile, walDir } from './places.ts';
import { forgetSlot } from './receiver.ts';
import { restoreBackup, type Restored } from './restore.ts';
import { smallPlatform, type SmallPlatform } from './testing.ts';

let world: SmallPlatform;
let keeper: Keeper;
/** After ten facts, after ten more, and after all. */
let between: Date;
let learners: { forgotten: string; kept: string };
const errors: unknown[] = [];
const log = { info: () => undefined, warn: () => undefined, error: (...words: unknown[]) => { errors.push(words); } };

const serverTime = async (orm: Orm): Promise<Date> => new Date((await orm.em.fork().execute<{ at: string }[]>('select clock_timestamp() as at'))[0]!.at);
const countFacts = async (orm: Orm): Promise<number> => (await orm.em.fork().execute<{ n: number }[]>('select count(*)::int as n from event'))[0]!.n;
/** Until everything written by now is in the backup. */
async function untilCovered(): Promise<void> {
  const from = await serverTime(world.orm);
  for (const until = Date.now() + 30_000; Date.now() < until;) {
    const [wal] = await world.orm.em.fork().execute<{ at: string }[]>('select caught_up_at as at from backup_wal');
    if (wal && new Date(wal.at) > from) return;
    await pause(100);
  }
  throw new Error(`the WAL of ${from.toISOString()} did not come`);
}
async function untilBase(): Promise<string> {
  for (const until = Date.now() + 30_000; Date.now() < until; await pause(100)) {
    const [stamp] = await baseStamps(world.deps.place.dir);
    if (stamp) return stamp;
  }
  throw new Error('no base backup was taken');
}
async function restored(name: string, at: Date | null, look: (orm: Orm) => Promise<void>): Promise<Restored> {
  return restoreBackup({ place: world.deps.place, to: join(world.folder, name), at, now: () => new Date(), inspect: look });
}

beforeAll(async () => {
  world = await smallPlatform();
  await world.addFacts('one', 10);
  learners = { forgotten: await world.addLearner(), kept: await world.addLearner() };
  await world.addAttachment(Buffer.from('before'));
  keeper = keepBackups(world.deps, log, 200);
  await untilBase();
  await world.addFacts('one', 5);
  await world.addFacts('two', 5);
  await pause(20);
  between = await serverTime(world.orm);
  await pause(20);
  await world.addFacts('two', 7);
  await world.addAttachment(Buffer.from('after'));
  await world.orm.em.fork().execute('delete from learner_key where person_id = ?', [learners.forgotten]);
  await backUpFiles(world.deps);
  await backUpKeys(world.deps);
  await untilCovered();
}, 120_000);
afterAll(async () => {
  await keeper?.stop();
  await world?.close();
});

it('restores to the last fact; chains verify, files lie there, and only a missing key is missing', async () => {
  const result = await restored('last', null, async (orm) => {
    expect(await countFacts(orm)).toBe(27);
    expect(await verifyAllStreams(orm)).toEqual({ streams: 2, links: 27, unlinked: 0 });
    const keys = await orm.em.fork().execute<{ person_id: string }[]>('select person_id from learner_key');
    expect(keys.map((row) => row.person_id)).toEqual([learners.kept]);
  });
  expect(result).toMatchObject({ files: 2, repeated: { destroyedKeys: 0, deletions: 0 }, learnerKeys: { put: 1, gone: 0 } });
  const key = await readFile(join(world.folder, 'last/keys/master.key'));
  expect(key).toHaveLength(32);
  expect(key).not.toEqual(Buffer.alloc(32, 7));
  expect(errors).toEqual([]);
}, 120_000);

it('restores to an instant between, and destroys again what was destroyed later', async () => {
  const result = await restored('between', between, async (orm) => {
    expect(await countFacts(orm)).toBe(20);
    expect(await verifyAllStreams(orm)).toEqual({ streams: 2, links: 20, unlinked: 0 });
    const keys = await orm.em.fork().execute<{ person_id: string }[]>('select person_id from learner_key');
    expect(keys.map((row) => row.person_id)).toEqual([learners.kept]);
    await expect(world.vault.open(orm.em.fork(), learners.forgotten, Buffer.alloc(40, 1))).rejects.toMatchObject({ code: 'not_found' });
  });
  expect(result).toMatchObject({ repeated: { destroyedKeys: 1, deletions: 0 }, learnerKeys: { put: 1, gone: 0 } });
}, 120_000);

it('stands on a cluster with checksums that writes through: the self-test’s control is green on the product’s own', async () => {
  expect(await world.orm.em.fork().execute(`select current_setting('data_checksums') as checksums, current_setting('fsync') as fsync, current_setting('full_page_writes') as pages`)).toEqual([{ checksums: 'on', fsync: 'on', pages: 'on' }]);
});

it('is tried whole by a drill, beside the running platform, and leaves nothing but its row', async () => {
  await world.addFacts('three', 3);
  await untilCovered();
  const drill = await runDrill({ orm: world.orm, place: world.deps.place, now: () => new Date(), say: () => undefined, filesElsewhere: false }, world.folder);
  expect(drill).toMatchObject({ streams: 3, links: 30, unlinked: 0, lostFacts: 0, files: { intact: 2, notYet: 0, wrong: [] } });
  expect((await readdir(world.folder)).filter((name) => name.startsWith('keshi-drill'))).toEqual([]);
  const state = await backupState(world.orm.em.fork());
  expect(state).toMatchObject({ ever: true, failing: null, lastDrill: { ok: true } });
  expect(state.walMs).toBeLessThan(60_000);
  expect(state.baseMs).toBeLessThan(120_000);
}, 120_000);

it('says how many facts a drill did not find, when the WAL stopped coming', async () => {
  await keeper.stop();
  await world.addFacts('three', 4);
  const drill = await runDrill({ orm: world.orm, place: world.deps.place, now: () => new Date(), say: () => undefined, filesElsewhere: false }, world.folder);
  expect(drill.lostFacts).toBe(4);
  expect(drill.lostSeconds).toBeGreaterThan(0);
  // It goes on where it stopped: nothing is missing between, and no new base backup is needed.
  keeper = keepBackups(world.deps, log, 200);
  await untilCovered();
  expect((await runDrill({ orm: world.orm, place: world.deps.place, now: () => new Date(), say: () => undefined, filesElsewhere: false }, world.folder)).lostFacts).toBe(0);
  expect(await baseStamps(world.deps.place.dir)).toHaveLength(1);
}, 120_000);

const copyOf = async (name: string) => {
  const place = { dir: join(world.folder, name, 'backup'), keysDir: join(world.folder, name, 'keys') };
  await mkdir(join(world.folder, name), { mode: 0o711 });
  await cp(world.deps.place.dir, place.dir, { recursive: true });
  await cp(world.deps.place.keysDir, place.keysDir, { recursive: true });
  return { place, to: join(world.folder, name, 'restored') };
};
/** Those with a line in them. */
const learnerFiles = async (keysDir: string): Promise<string[]> => {
  const names = await readdir(join(keysDir, 'learners'));
  return (await Promise.all(names.map(async (name) => ((await stat(join(keysDir, 'learners', name))).size > 0 ? [name] : [])))).flat();
};
const flip = async (path: string, at: number): Promise<void> => {
  const bytes = await readFile(path);
  bytes[at]! ^= 1;
  await writeFile(path, bytes);
};

it.each<[string, string, (place: { dir: string; keysDir: string }) => Promise<void>]>([
  ['one bit of the base backup', 'damaged', async ({ dir }) => flip(tarOf(dir, (await baseStamps(dir))[0]!), 5000)],
  ['its manifest', 'damaged', async ({ dir }) => flip(join(dir, 'bases', (await baseStamps(dir))[0]!, 'manifest.json'), 40)],
  ['the noted ends of chains', 'damaged', async ({ dir }) => flip(join(dir, 'bases', (await baseStamps(dir))[0]!, 'heads.jsonl'), 3)],
  ['a file’s content', 'damaged', async ({ dir }) => flip(objectFile(dir, (await readIndex(dir, (await indexStamps(dir)).at(-1)!))[0]!.sha256), 0)],
  ['the list of files', 'damaged', async ({ dir }) => flip(join(dir, 'files', `${(await indexStamps(dir)).at(-1)!}.jsonl`), 3)],
  ['a key', 'damaged', async ({ keysDir }) => flip(join(keysDir, 'sets', (await readdir(join(keysDir, 'sets')))[0]!, 'field.key'), 0)],
  ['a learner’s key', 'damaged', async ({ keysDir }) => flip(join(keysDir, 'learners', (await learnerFiles(keysDir))[0]!), 120)],
  ['no keys at all', 'keys_missing', async ({ keysDir }) => rm(keysDir, { recursive: true })],
  ['no master key', 'keys_missing', async ({ keysDir }) => rm(join(keysDir, 'sets', (await readdir(join(keysDir, 'sets')))[0]!, 'field.key'))],
  ['no base backup', 'no_backup', async ({ dir }) => rm(join(dir, 'bases'), { recursive: true })],
])('refuses a backup with a fault in %s (%s) and leaves nothing', async (what, code, harm) => {
  const { place, to } = await copyOf(what.replaceAll(/\W/g, '-'));
  await harm(place);
  await expect(restoreBackup({ place, to, at: null, now: () => new Date() })).rejects.toMatchObject({ code, lines: [expect.stringMatching(new RegExp(`^${code}: `))] });
  expect(existsSync(to)).toBe(false);
}, 120_000);

it('refuses a folder that holds something, an instant that is not covered, and places that are not apart', async () => {
  const to = join(world.folder, 'full');
  await mkdir(to);
  await writeFile(join(to, 'mine'), 'mine');
  const now = (): Date => new Date();
  await expect(restoreBackup({ place: world.deps.place, to, at: null, now })).rejects.toMatchObject({ code: 'not_empty' });
  expect(await readdir(to)).toEqual(['mine']);
  for (const at of [new Date(Date.now() + 3_600_000), new Date(0)]) {
    await expect(restoreBackup({ place: world.deps.place, to: join(world.folder, 'none'), at, now })).rejects.toMatchObject({ code: 'time_not_covered' });
  }
  expect(() => checkedPlaces({ dir: '/a/backup', keysDir: '/a/backup/keys' }, '/data')).toThrow('same_place');
  expect(() => checkedPlaces({ dir: '/data/backup', keysDir: '/keys' }, '/data')).toThrow('same_place');
});

it('notices WAL that is missing between, and asks for a new base backup', async () => {
  const { systemId, timeline } = (await restoredManifest());
  const [row] = await world.orm.em.fork().execute<{ lsn: string; at: string }[]>('select lsn, caught_up_at as at from backup_wal');
  const reached = { systemId, timeline, lsn: row!.lsn, caughtUpAt: new Date(row!.at) };
  expect(await baseIsDue(world.deps, reached)).toBe(false);
  const { place, to } = await copyOf('gap');
  const folder = walDir(place.dir, systemId, timeline);
  const [partial] = (await readdir(folder)).filter((name) => name.endsWith('.partial'));
  const number = (BigInt(`0x${partial!.slice(0, 24)}`) + 2n).toString(16).toUpperCase().padStart(24, '0');
  await writeFile(join(folder, `${number}.partial`), '');
  await truncate(join(folder, `${number}.partial`), 16 * 1024 * 1024);
  await expect(restoreBackup({ place, to, at: null, now: () => new Date() })).rejects.toMatchObject({ code: 'wal_missing' });
  await rm(folder, { recursive: true });
  expect(await baseIsDue({ ...world.deps, place }, reached)).toBe(true);
  expect(await baseIsDue({ ...world.deps, now: () => new Date(Date.now() + 24 * 3_600_000) }, reached)).toBe(true);
});
const restoredManifest = async () => JSON.parse(await readFile(join(world.deps.place.dir, 'bases', (await baseStamps(world.deps.place.dir))[0]!, 'manifest.json'), 'utf8')) as { systemId: string; timeline: number };

it('restores a base backup alone, without a line of the later WAL', async () => {
  await keeper.stop();
  expect(await forgetSlot(world.deps.url)).toBe(true);
  const place = { dir: join(world.folder, 'alone/backup'), keysDir: join(world.folder, 'alone/keys') };
  const { stamp } = await backUpBase({ ...world.deps, place });
  await world.addFacts('late', 2);
  const result = await restoreBackup({ place, to: join(world.folder, 'alone/data'), at: null, now: () => new Date(), inspect: async (orm) => { expect(await countFacts(orm)).toBe(34); } });
  expect(result).toMatchObject({ stamp, files: 0 });
}, 120_000);
