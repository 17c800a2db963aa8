// The vault on a real database: sealing, other learners, damage, deleted keys, the master key file.
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '#domain/id.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { loadMasterKey } from './master-key.ts';
import { createVault } from './vault.ts';

let db: TestDatabase;
let folder: string;
beforeAll(async () => {
  db = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'vault-'));
});
afterAll(async () => {
  await db?.close();
  await rm(folder, { recursive: true, force: true });
});
async function person(): Promise<string> {
  const id = newId();
  await db.orm.em.execute('insert into person (id, name, created_at) values (?, ?, now())', [id, 'somebody']);
  return id;
}
const vault = async (file = 'master.key') => createVault(await loadMasterKey(join(folder, file)));
const secret = Buffer.from('not for everybody');

it('opens what it sealed, and never seals alike twice', async () => {
  const [one, em] = [await person(), db.orm.em.fork()];
  const [a, b] = [await (await vault()).seal(em, one, secret), await (await vault()).seal(em, one, secret)];
  expect(a.equals(b)).toBe(false);
  expect(a.includes(secret)).toBe(false);
  expect(await (await vault()).open(em, one, a)).toEqual(secret);
});

it('refuses another learner, damage, another master key and a deleted key', async () => {
  const [one, other, em] = [await person(), await person(), db.orm.em.fork()];
  const keys = await vault();
  const sealed = await keys.seal(em, one, secret);
  await keys.seal(em, other, secret);
  await expect(keys.open(em, other, sealed)).rejects.toMatchObject({ code: 'internal' });
  for (const index of [0, 5, 20, sealed.length - 1]) {
    const damaged = Buffer.from(sealed);
    damaged[index]! ^= 1;
    await expect(keys.open(em, one, damaged)).rejects.toMatchObject({ code: 'internal' });
  }
  await expect(keys.open(em, one, sealed.subarray(0, 10))).rejects.toMatchObject({ code: 'internal' });
  await expect((await vault('other.key')).open(em, one, sealed)).rejects.toMatchObject({ code: 'internal' });
  await em.execute('delete from learner_key where person_id = ?', [one]);
  await expect(keys.open(em, one, sealed)).rejects.toMatchObject({ code: 'not_found' });
});

it('opens many at once, and leaves out what does not open', async () => {
  const [em, keys] = [db.orm.em.fork(), await vault()];
  const people = await Promise.all([person(), person(), person(), person()]);
  const sealed = await Promise.all(people.map(async (personId, index) => ({ personId, bytes: await keys.seal(em, personId, Buffer.from(`face ${index}`)) })));
  sealed[1]!.bytes[30]! ^= 1;
  await em.execute('delete from learner_key where person_id = ?', [people[2]!]);
  const opened = await keys.openMany(em, [...sealed, { personId: people[3]!, bytes: sealed[0]!.bytes }]);
  expect(opened.map((bytes) => bytes?.toString() ?? null)).toEqual(['face 0', null, null, 'face 3', null]);
  expect(await keys.openMany(em, [])).toEqual([]);
});

it('two first uses at once agree on one key', async () => {
  const [one, keys] = [await person(), await vault()];
  const sealed = await Promise.all(Array.from({ length: 8 }, () => keys.seal(db.orm.em.fork(), one, secret)));
  for (const bytes of sealed) expect(await keys.open(db.orm.em.fork(), one, bytes)).toEqual(secret);
});

it('digests alike for one learner, differently for another', async () => {
  const [one, other, em, keys] = [await person(), await person(), db.orm.em.fork(), await vault()];
  const digest = await keys.digest(em, one, 'text');
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  expect(await keys.digest(em, one, 'text')).toBe(digest);
  expect(await keys.digest(em, other, 'text')).not.toBe(digest);
  expect(await keys.digest(em, one, 'other text')).not.toBe(digest);
});

it('makes one master key for many starters, readable by its owner alone', async () => {
  const path = join(folder, 'fresh', 'master.key');
  const keys = await Promise.all(Array.from({ length: 10 }, () => loadMasterKey(path)));
  expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(join(folder, 'fresh'))).toEqual(['master.key']);
});

it('names a key file that is none', async () => {
  const path = join(folder, 'short.key');
  await writeFile(path, 'short');
  await expect(loadMasterKey(path)).rejects.toThrow(/MASTER_KEY_FILE=.*exactly 32 bytes, but has 5/);
  await chmod(path, 0o600);
});

it('gives every process the same key for a purpose, and another one for each', async () => {
  const [one, again, other] = [await vault(), await vault(), await vault('other.key')];
  expect(one.platformKey('links')).toHaveLength(32);
  expect(again.platformKey('links')).toEqual(one.platformKey('links'));
  expect(one.platformKey('heartbeats')).not.toEqual(one.platformKey('links'));
  expect(other.platformKey('links')).not.toEqual(one.platformKey('links'));
});

it('seals fields of an identity for one person and one field, and finds them by a keyed hash', async () => {
  const [one, again, other] = [await vault(), await vault(), await vault('other.key')];
  const of = { personId: newId(), field: 'number' } as const;
  const sealed = one.sealField(of, '11010519491231002X');
  expect(one.sealField(of, '11010519491231002X').equals(sealed)).toBe(false);
  expect(sealed.includes('11010519491231002X')).toBe(false);
  expect(again.openField(of, sealed)).toBe('11010519491231002X');
  for (const [keys, wrong] of [[one, { ...of, field: 'phone' }], [one, { ...of, personId: newId() }], [other, of]] as const) expect(() => keys.openField(wrong, sealed)).toThrow('do not open');
  const damaged = Buffer.from(sealed);
  damaged[damaged.length - 1]! ^= 1;
  expect(() => one.openField(of, damaged)).toThrow('do not open');
  expect(again.lookupHash('phone', '1')).toEqual(one.lookupHash('phone', '1'));
  expect(one.lookupHash('phone', '1')).toHaveLength(32);
  for (const hash of [one.lookupHash('phone', '2'), one.lookupHash('document passport', '1'), other.lookupHash('phone', '1')]) expect(hash).not.toEqual(one.lookupHash('phone', '1'));
  expect([again.keyVersion === one.keyVersion, other.keyVersion === one.keyVersion]).toEqual([true, false]);
  expect(one.keyVersion).toMatch(/^[0-9a-f]{16}$/);
});
