// Another master key: everything readable with it afterwards and with it alone, cut off anywhere it goes on, and a wrong key changes nothing.
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newId } from '#domain/id.ts';
import { loadMappings } from '#runtime/connector-mappings.ts';
import { Identity } from './entities/identity.ts';
import { Institution, LearnerKey, Person } from './entities/people.ts';
import { rotateMasterKey, rowsLeft } from './key-rotation.ts';
import { keyState, requireCurrentKey } from './master-key.ts';
import { addConnector } from './queries/connector-deeds.ts';
import { addIdentity, addStatedIdentities, personByPhone, requireFreeIdentity, statedPersonOf } from './queries/identities.ts';
import { beginFactor, confirmFactor, requireFactorCode } from './queries/second-factor.ts';
import { platform, unitOfWork } from './orm.ts';
import { totpCode, totpStep } from '#runtime/totp.ts';
import { testDatabase, type TestDatabase } from './testing/database.ts';
import { addSchool } from './testing/school.ts';
import { createVault, keyVersionOf } from './vault.ts';

let db: TestDatabase;
const keys = { from: Buffer.alloc(32, 1), to: Buffer.alloc(32, 2) };
const [before, after] = [createVault(keys.from), createVault(keys.to)];
beforeEach(async () => {
  db = await testDatabase();
  await requireCurrentKey(db.orm, keys.from);
});
afterEach(() => db.close());
const em = () => db.orm.em.fork();
const numberOf = (index: number) => `A${String(index).padStart(8, '0')}`;
const phoneOf = (index: number) => `139${String(index).padStart(8, '0')}`;

interface Sealed { personId: string; bytes: Buffer; digest: string }
/** Persons with a picture's bytes under their own key, and an identity. */
async function fill(count: number): Promise<Sealed[]> {
  const sealed: Sealed[] = [];
  for (let index = 0; index < count; index++) {
    const personId = newId();
    await em().insert(Person, { id: personId, name: 'somebody', createdAt: new Date() });
    await addIdentity(em(), before, {
      personId, documentKind: 'passport', number: numberOf(index), birthDate: index % 2 === 0 ? '1990-03-07' : null, regionCode: null, phone: phoneOf(index),
      learnerCategory: 'other', employer: null, authorityStatus: 'not_asked',
    }, new Date());
    sealed.push({ personId, bytes: await before.seal(em(), personId, Buffer.from(`picture ${index}`)), digest: await before.digest(em(), personId, 'text') });
  }
  // As rows from before versions were kept.
  await em().execute('update learner_key set key_version = null where person_id = ?', [sealed[0]!.personId]);
  return sealed;
}

async function expectUnder(vault: typeof after, sealed: readonly Sealed[]): Promise<void> {
  for (const [index, { personId, bytes, digest }] of sealed.entries()) {
    expect((await vault.open(em(), personId, bytes)).toString()).toBe(`picture ${index}`);
    expect(await vault.digest(em(), personId, 'text')).toBe(digest);
    const row = await em().findOneOrFail(Identity, { personId });
    expect([vault.openField({ personId, field: 'number' }, row.sealedNumber), vault.openField({ personId, field: 'phone' }, row.sealedPhone!)]).toEqual([numberOf(index), phoneOf(index)]);
    expect(row.sealedBirthDate && vault.openField({ personId, field: 'birth_date' }, row.sealedBirthDate)).toBe(index % 2 === 0 ? '1990-03-07' : null);
    expect(await personByPhone(em(), vault, phoneOf(index))).toBe(personId);
    await expect(requireFreeIdentity(em(), vault, { documentKind: 'passport', number: numberOf(index), phone: '13900009999' })).rejects.toMatchObject({ code: 'identity_taken' });
    expect([row.keyVersion, (await em().findOneOrFail(LearnerKey, { personId })).keyVersion]).toEqual([vault.keyVersion, vault.keyVersion]);
  }
}

it('takes second factors along, the proven and the begun', async () => {
  const personId = newId();
  await em().insert(Person, { id: personId, name: '赵敏', createdAt: new Date() });
  const secret = await beginFactor(em(), before, personId);
  const at = new Date();
  await unitOfWork(db.orm, platform, (one) => confirmFactor(one, before, personId, totpCode(secret, totpStep(at)), at));
  const begun = await beginFactor(em(), before, personId);
  await rotateMasterKey(db.orm, keys);
  const later = new Date(at.getTime() + 60_000);
  const code = totpCode(secret, totpStep(later));
  await expect(unitOfWork(db.orm, platform, (one) => requireFactorCode(one, before, personId, code, later))).rejects.toMatchObject({ code: 'internal' });
  expect(await unitOfWork(db.orm, platform, (one) => requireFactorCode(one, after, personId, code, later))).toBe(true);
  expect(await unitOfWork(db.orm, platform, (one) => confirmFactor(one, after, personId, totpCode(begun, totpStep(later)), later))).toHaveLength(10);
  expect((await rowsLeft(em(), after.keyVersion)).secondFactors).toBe(0);
});

it('takes what an institution stated along', async () => {
  const [personId, institutionId] = [newId(), newId()];
  await em().insert(Institution, { id: institutionId, name: 'School', createdAt: new Date() });
  await em().insert(Person, { id: personId, name: '李雷', createdAt: new Date() });
  const stated = { documentKind: 'passport', number: numberOf(1), phone: phoneOf(1) } as const;
  await addStatedIdentities(em(), before, institutionId, [{ ...stated, personId, birthDate: null, regionCode: null, learnerCategory: 'other', employer: null, authorityStatus: 'not_asked' }], new Date());
  await rotateMasterKey(db.orm, keys);
  expect(await statedPersonOf(em(), after, { ...stated, name: '李雷' })).toBe(personId);
  const row = await em().findOneOrFail(Identity, { personId });
  expect(after.openField({ personId, field: 'phone' }, row.sealedStatedPhone!)).toBe(phoneOf(1));
});

it('leaves everything readable with the new key, and nothing with the old one', async () => {
  const sealed = await fill(7);
  await rotateMasterKey(db.orm, keys, { batch: 3 });
  await expectUnder(after, sealed);
  await expect(before.open(em(), sealed[0]!.personId, sealed[0]!.bytes)).rejects.toMatchObject({ code: 'internal' });
  expect(await personByPhone(em(), before, phoneOf(0))).toBeNull();
  expect(await keyState(em())).toEqual({ current: keyVersionOf(keys.to), next: null });
  await expect(requireCurrentKey(db.orm, keys.from)).rejects.toThrow('is not the one this database is sealed with');
  await requireCurrentKey(db.orm, keys.to);
  await rotateMasterKey(db.orm, keys);
  await rotateMasterKey(db.orm, { from: keys.to, to: keys.from });
  await expectUnder(before, sealed);
});

it('goes on where it was, wherever it was cut off', async () => {
  const sealed = await fill(6);
  for (let cut = 1; cut <= 4; cut++) {
    let batches = 0;
    const stop = () => { if (++batches === 1) throw new Error('cut off'); };
    await expect(rotateMasterKey(db.orm, keys, { batch: 2, onBatch: stop })).rejects.toThrow('cut off');
    const left = await rowsLeft(em(), after.keyVersion);
    expect(left.learnerKeys + left.identities).toBe(12 - 2 * cut);
    expect(await keyState(em())).toEqual({ current: before.keyVersion, next: after.keyVersion });
    for (const key of [keys.from, keys.to]) await expect(requireCurrentKey(db.orm, key)).rejects.toThrow('The master key is being changed');
  }
  await rotateMasterKey(db.orm, keys, { batch: 2 });
  await expectUnder(after, sealed);
});

it('refuses a wrong old key, another new one in the middle, and the same one, and changes nothing', async () => {
  const sealed = await fill(4);
  const wrong = randomBytes(32);
  await expect(rotateMasterKey(db.orm, { from: wrong, to: keys.to })).rejects.toThrow('The old master key is not the one this database is sealed with');
  await expect(rotateMasterKey(db.orm, { from: keys.from, to: keys.from })).rejects.toThrow('The new master key is the old one');
  expect(await keyState(em())).toEqual({ current: before.keyVersion, next: null });
  await expect(rotateMasterKey(db.orm, keys, { batch: 2, onBatch: () => { throw new Error('cut off'); } })).rejects.toThrow('cut off');
  const halfDone = await rowsLeft(em(), after.keyVersion);
  await expect(rotateMasterKey(db.orm, { from: keys.from, to: wrong })).rejects.toThrow(`A change to another master key (${after.keyVersion}) has begun`);
  await expect(rotateMasterKey(db.orm, { from: wrong, to: keys.to })).rejects.toThrow('The old master key is not the one');
  expect(await rowsLeft(em(), after.keyVersion)).toEqual(halfDone);
  await rotateMasterKey(db.orm, keys);
  await expectUnder(after, sealed);
});

it('stops at a row that no key opens, names it, and keeps what was done', async () => {
  const [first, second] = await fill(2);
  await em().execute('update learner_key set wrapped_key = ? where person_id = ?', [randomBytes(61), second!.personId]);
  await expect(rotateMasterKey(db.orm, keys, { batch: 1 })).rejects.toThrow(`The learner key of person ${second!.personId} does not open with the old master key`);
  expect(await keyState(em())).toEqual({ current: before.keyVersion, next: after.keyVersion });
  expect((await after.open(em(), first!.personId, first!.bytes)).toString()).toBe('picture 0');
  await em().execute('delete from learner_key where person_id = ?', [second!.personId]);
  await rotateMasterKey(db.orm, keys);
  expect(await keyState(em())).toEqual({ current: after.keyVersion, next: null });
});

it('knows the key of a database from before keys had names, and takes any key while nothing is sealed', async () => {
  await requireCurrentKey(db.orm, keys.to);
  await requireCurrentKey(db.orm, keys.from);
  const sealed = await fill(1);
  await em().execute('delete from master_key');
  await em().execute('delete from identity');
  await expect(requireCurrentKey(db.orm, keys.to)).rejects.toThrow('is not the one this database is sealed with');
  await requireCurrentKey(db.orm, keys.from);
  await em().execute('delete from master_key');
  await rotateMasterKey(db.orm, keys);
  expect((await after.open(em(), sealed[0]!.personId, sealed[0]!.bytes)).toString()).toBe('picture 0');
});

it('takes along an identity without a phone, and without a birth date', async () => {
  const personId = newId();
  await em().execute('insert into person (id, name, created_at) values (?, ?, now())', [personId, '李雷']);
  await addIdentity(em(), before, {
    personId, documentKind: 'passport', number: 'E7654321', birthDate: null, regionCode: null, phone: null, learnerCategory: 'other', employer: null, authorityStatus: 'not_asked',
  }, new Date());
  await rotateMasterKey(db.orm, keys);
  const row = await em().findOneOrFail(Identity, { personId });
  expect([row.sealedPhone, row.phoneHash, row.keyVersion, after.openField({ personId, field: 'number' }, row.sealedNumber)]).toEqual([null, null, after.keyVersion, 'E7654321']);
});

it('takes the secrets of programs along', async () => {
  const [id, { institutionId, teacherId }] = [newId(), await addSchool(db.orm, 0, new Date())];
  await em().execute(`insert into api_client (id, institution_id, name, scopes, per_minute, sealed_secret, key_version, created_by, created_at) values (?, ?, 'x', '{lessons:read}', 1, ?, ?, ?, now())`,
    [id, institutionId, before.sealField({ personId: id, field: 'api_client' }, 'a secret'), before.keyVersion, teacherId]);
  expect(await rowsLeft(em(), after.keyVersion)).toMatchObject({ secrets: 1 });
  await rotateMasterKey(db.orm, keys);
  const [row] = await em().execute<{ sealed_secret: Buffer }[]>('select sealed_secret from api_client');
  expect(after.openField({ personId: id, field: 'api_client' }, row!.sealed_secret)).toBe('a secret');
});

it('takes the secrets of connectors along', async () => {
  const { connectorId, secret } = await addConnector({ orm: db.orm, now: new Date(), personId: null, vault: before, mappings: await loadMappings(undefined), allowInward: true },
    { name: 'x', address: 'http://127.0.0.1:9', mapping: 'example-province', institutionId: null, from: null, secret: null });
  expect(await rowsLeft(em(), after.keyVersion)).toMatchObject({ secrets: 1 });
  await rotateMasterKey(db.orm, keys);
  const [row] = await em().execute<{ sealed_secret: Buffer }[]>('select sealed_secret from connector');
  expect(after.openField({ personId: connectorId, field: 'connector' }, row!.sealed_secret)).toBe(secret);
  expect(() => before.openField({ personId: connectorId, field: 'connector' }, row!.sealed_secret)).toThrow('do not open');
});
