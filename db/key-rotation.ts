// Another master key in place of the old one: every wrapped learner key, sealed field and keyed hash made again, in batches. Cut off at any moment it goes on where it was.
import { ConfigError } from '#runtime/config.ts';
import { numberHashOf } from './queries/identities.ts';
import { phoneHashOf } from './queries/phone-codes.ts';
import { sealFactorsAgain } from './queries/second-factor.ts';
import { Identity } from './entities/identity.ts';
import { LearnerKey } from './entities/people.ts';
import { keyState, masterKeyLock, opensOldKeys } from './master-key.ts';
import { platform, unitOfWork, type EntityManager, type Orm } from './orm.ts';
import { createVault, fieldKeysOf, fieldVault, keyVersionOf, rewrapLearnerKey, type FieldKeys, type FieldVault, type Vault } from './vault.ts';

/** `from`: the old master key, or what a backup keeps of it; then no learner's key may be under it any more. */
export interface KeyChange { from: Uint8Array | FieldKeys; to: Uint8Array }
const isWhole = (from: KeyChange['from']): from is Uint8Array => from instanceof Uint8Array;
const versionOf = (from: KeyChange['from']): string => (isWhole(from) ? keyVersionOf(from) : from.version);
const openerOf = (from: KeyChange['from']): FieldVault => fieldVault(isWhole(from) ? fieldKeysOf(from) : from);
export interface Rows { learnerKeys: number; identities: number; secrets: number; secondFactors: number }
export interface RotationOptions {
  /** Rows per transaction; default 200. */
  batch?: number;
  /** Told after each batch, with the rows that are left. */
  onBatch?: (left: Rows) => void;
}

const usualBatch = 200;

/** Rows that are not under this key yet. */
export async function rowsLeft(em: EntityManager, version: string): Promise<Rows> {
  const [row] = await em.execute<{ keys: number; identities: number; secrets: number; factors: number }[]>(
    `select (select count(*)::int from learner_key where key_version is distinct from ?) as keys, (select count(*)::int from identity where key_version <> ?) as identities,
       (select count(*)::int from (select key_version from connector union all select key_version from api_client) s where key_version <> ?) as secrets,
       (select count(*)::int from second_factor where key_version <> ?) as factors`, [version, version, version, version]);
  return { learnerKeys: row?.keys ?? 0, identities: row?.identities ?? 0, secrets: row?.secrets ?? 0, secondFactors: row?.factors ?? 0 };
}

const explain = (what: string, of: string): ConfigError =>
  new ConfigError([`The ${what} of ${what === 'secret' ? 'connector or client' : 'person'} ${of} does not open with the old master key: put the right one back from the backup. What was done so far stays done.`]);

function openedWith<T>(what: string, personId: string, open: () => T): T {
  try {
    return open();
  } catch {
    throw explain(what, personId);
  }
}

async function rewrapKeys(em: EntityManager, { from, to }: KeyChange, batch: number): Promise<number> {
  const version = keyVersionOf(to);
  const rows = await em.execute<{ person_id: string; wrapped_key: Buffer }[]>(
    'select person_id, wrapped_key from learner_key where key_version is distinct from ? order by person_id limit ? for update', [version, batch]);
  for (const { person_id: personId, wrapped_key: wrapped } of rows) {
    const wrappedKey = openedWith('learner key', personId, () => { if (!isWhole(from)) throw new Error('no whole key'); return rewrapLearnerKey(from, to, personId, wrapped); });
    await em.nativeUpdate(LearnerKey, { personId }, { wrappedKey, keyVersion: version });
  }
  return rows.length;
}

interface SealedRow { person_id: string; document_kind: Identity['documentKind']; sealed_number: Buffer; sealed_birth_date: Buffer | null; sealed_phone: Buffer | null; sealed_stated_phone: Buffer | null }

async function sealAgain(em: EntityManager, from: FieldVault, to: Vault, row: SealedRow): Promise<void> {
  const { person_id: personId, document_kind: kind } = row;
  const open = (field: 'number' | 'phone' | 'birth_date', sealed: Buffer): string => openedWith('identity', personId, () => from.openField({ personId, field }, sealed));
  const number = open('number', row.sealed_number);
  const phone = row.sealed_phone && open('phone', row.sealed_phone);
  const statedPhone = row.sealed_stated_phone && open('phone', row.sealed_stated_phone);
  const birthDate = row.sealed_birth_date && open('birth_date', row.sealed_birth_date);
  await em.nativeUpdate(Identity, { personId }, {
    sealedNumber: to.sealField({ personId, field: 'number' }, number), numberHash: numberHashOf(to, kind, number),
    ...(phone !== null && { sealedPhone: to.sealField({ personId, field: 'phone' }, phone), phoneHash: phoneHashOf(to, phone) }),
    ...(statedPhone !== null && { sealedStatedPhone: to.sealField({ personId, field: 'phone' }, statedPhone), statedPhoneHash: phoneHashOf(to, statedPhone) }),
    sealedBirthDate: birthDate === null ? null : to.sealField({ personId, field: 'birth_date' }, birthDate), keyVersion: to.keyVersion,
  });
}

async function sealIdentities(em: EntityManager, { from, to }: KeyChange, batch: number): Promise<number> {
  const [before, after] = [openerOf(from), createVault(to)];
  const rows = await em.execute<SealedRow[]>(
    `select person_id, document_kind, sealed_number, sealed_birth_date, sealed_phone, sealed_stated_phone from identity where key_version <> ? order by person_id limit ? for update`,
    [after.keyVersion, batch]);
  for (const row of rows) await sealAgain(em, before, after, row);
  return rows.length;
}

const sealFactors = (em: EntityManager, { from, to }: KeyChange, batch: number): Promise<number> => sealFactorsAgain(em, openerOf(from), createVault(to), batch, openedWith);

/** What is signed with: messages to platforms, requests of programs; bound to its row as identities are to the person. */
const secretTables = [['connector', 'connector'], ['api_client', 'api_client']] as const;
async function sealSecrets(em: EntityManager, { from, to }: KeyChange, [table, field]: (typeof secretTables)[number], batch: number): Promise<number> {
  const [before, after] = [openerOf(from), createVault(to)];
  const rows = await em.execute<{ id: string; sealed_secret: Buffer }[]>(`select id, sealed_secret from ${table} where key_version <> ? order by id limit ? for update`, [after.keyVersion, batch]);
  for (const { id, sealed_secret: sealed } of rows) {
    const secret = openedWith('secret', id, () => before.openField({ personId: id, field }, sealed));
    await em.execute(`update ${table} set sealed_secret = ?, key_version = ? where id = ?`, [after.sealField({ personId: id, field }, secret), after.keyVersion, id]);
  }
  return rows.length;
}

const lock = (em: EntityManager): Promise<unknown> => em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [masterKeyLock]);

/** Says that the change has begun, so that no process starts meanwhile. False where the rows of this change were finished before. Throws ConfigError for a wrong key. */
async function begin(em: EntityManager, { from, to }: KeyChange): Promise<boolean> {
  await lock(em);
  const [oldVersion, newVersion] = [versionOf(from), keyVersionOf(to)];
  if (oldVersion === newVersion) throw new ConfigError(['The new master key is the old one: draw another.']);
  const { current, next } = await keyState(em);
  if (current === newVersion && next === null) return false;
  const right = current === null ? isWhole(from) && await opensOldKeys(em, from) : current === oldVersion;
  if (!right) throw new ConfigError([`The old master key is not the one this database is sealed with${current ? ` (${current})` : ''}: put the right one back from the backup.`]);
  if (next !== null && next !== newVersion) throw new ConfigError([`A change to another master key (${next}) has begun: put that new key back, and it goes on where it was.`]);
  if (current === null) await em.execute(`insert into master_key (version, state, at) values (?, 'current', now())`, [oldVersion]);
  // A key that was put aside before may come back.
  if (next === null) await em.execute(`insert into master_key (version, state, at) values (?, 'next', now()) on conflict (version) do update set state = 'next', at = excluded.at`, [newVersion]);
  return true;
}

/** Codes live for minutes and are hashed with the old key: whoever waits for one asks again. Tables of learners that were not taken yet are sent again. */
async function finish(em: EntityManager, { to }: KeyChange): Promise<void> {
  await lock(em);
  const version = keyVersionOf(to);
  const left = await rowsLeft(em, version);
  if (left.learnerKeys + left.identities + left.secrets + left.secondFactors > 0) throw new ConfigError(['Rows came in under the old key meanwhile: stop what is running and begin again.']);
  await em.execute('delete from phone_code');
  await em.execute('update roster_import set sealed_file = null where sealed_file is not null');
  await em.execute(`update master_key set state = 'old', at = now() where state = 'current'`);
  await em.execute(`update master_key set state = 'current', at = now() where version = ?`, [version]);
}

/**
 * Makes everything again that the master key seals, while no process of the product runs. When it returns nothing is under the old key any more; where
 * it throws or is killed, rows are under one key or the other and both are needed until it has run through. Throws ConfigError.
 */
export async function rotateMasterKey(orm: Orm, change: KeyChange, { batch = usualBatch, onBatch = () => undefined }: RotationOptions = {}): Promise<void> {
  if (!await unitOfWork(orm, platform, (em) => begin(em, change))) return;
  for (const step of [rewrapKeys, sealIdentities, ...secretTables.map((table) => (em: EntityManager, change: KeyChange, most: number) => sealSecrets(em, change, table, most)), sealFactors]) {
    while (await unitOfWork(orm, platform, (em) => step(em, change, batch)) > 0) onBatch(await rowsLeft(orm.em.fork(), keyVersionOf(change.to)));
  }
  await unitOfWork(orm, platform, (em) => finish(em, change));
}
