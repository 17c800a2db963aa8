// The self-test on a real PostgreSQL: right where all is right, and red where a fault is planted.
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { controlIds, type ControlId, type ControlResult } from '#domain/self-test/controls.ts';
import { newId } from '#domain/id.ts';
import { hashPassword } from '#runtime/password.ts';
import { requireCurrentKey } from '../master-key.ts';
import { demoPassword } from '../demo.ts';
import { appendEvent, platform, unitOfWork } from '../orm.ts';
import { firstHash } from '../queries/event-chain.ts';
import { addBackupRun, noteWal } from '../queries/backups.ts';
import { growLog } from '../queries/evidence-tree.ts';
import { sealNow } from '../queries/tree-heads.ts';
import { testDatabase, type TestDatabase } from '../testing/database.ts';
import { createVault } from '../vault.ts';
import type { SelfTestContext } from './context.ts';
import { lastSelfTest, runSelfTest } from './run.ts';

let db: TestDatabase;
let folder: string;
let context: SelfTestContext;
let owner: Client;
const key = Buffer.alloc(32, 3);

beforeEach(async () => {
  db = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'self-test-'));
  await mkdir(join(folder, 'keys'), { mode: 0o700 });
  await writeFile(join(folder, 'keys', 'master.key'), key, { mode: 0o600 });
  await requireCurrentKey(db.orm, key);
  context = {
    orm: db.orm, now: () => new Date(),
    config: {
      DATA_DIR: folder, PUBLIC_HOST: 'class.example.org', TLS_CERT_FILE: '/etc/ssl/site.crt', TRUSTED_PROXIES: undefined, INTERNAL_HOST: '127.0.0.1', DISK_LOW_MB: 1, QPDF_BIN: '/bin/true',
      BACKUP_DIR: '/backup', BACKUP_KEYS_DIR: '/keys', MASTER_KEY: undefined, MASTER_KEY_FILE: undefined, S3_ENDPOINT: undefined,
    },
  };
  owner = new Client({ connectionString: db.url });
  await owner.connect();
  await unitOfWork(db.orm, platform, async (em) => {
    const at = new Date();
    for (const kind of ['base', 'drill'] as const) await addBackupRun(em, { kind, startedAt: at, finishedAt: at, code: null, detail: {} });
    await noteWal(em, '0/1', at);
  });
});
afterEach(async () => {
  await owner.end();
  await db.close();
  await rm(folder, { recursive: true, force: true });
});
const run = async (): Promise<Map<ControlId, ControlResult>> => new Map((await runSelfTest(context, null)).results.map((result) => [result.id, result]));
const em = () => db.orm.em.fork();
/** The server of the tests runs without fsync: that is what is wrong with it, and it is seen. */
const wrongHere: readonly ControlId[] = ['checksums'];

async function addAccount({ login = newId(), role = null, hash = '$argon2id$x' }: { login?: string; role?: string | null; hash?: string }): Promise<{ personId: string; accountId: string }> {
  const [personId, accountId, institutionId] = [newId(), newId(), newId()];
  await em().execute(`insert into person (id, name, created_at) values (?, '丙', now())`, [personId]);
  await em().execute(`insert into account (id, person_id, login, password_hash, locale, created_at) values (?, ?, ?, ?, 'zh', now())`, [accountId, personId, login, hash]);
  await em().execute(`insert into institution (id, name, created_at) values (?, '甲', now())`, [institutionId]);
  if (role) await em().execute('insert into membership (id, person_id, institution_id, role, created_at) values (?, ?, ?, ?, now())', [newId(), personId, institutionId, role]);
  return { personId, accountId };
}

it('tries every control, finds nothing wrong where nothing is, and keeps the result', async () => {
  const results = await run();
  expect([...results.keys()]).toEqual(controlIds);
  const wrong = [...results.values()].filter(({ state, id }) => state === 'fail' && !wrongHere.includes(id));
  expect(wrong).toEqual([]);
  const kept = await lastSelfTest(em());
  expect(kept?.results).toEqual([...results.values()]);
  expect(kept?.failed).toBe([...results.values()].filter(({ state }) => state === 'fail').length);
  // What was tried left nothing behind.
  expect(await em().execute(`select (select count(*)::int from event) as events, (select count(*)::int from security_log) as entries`)).toEqual([{ events: 0, entries: 0 }]);
});

const faults: readonly [ControlId, string, () => Promise<unknown>][] = [
  ['eventsFixed', 'the trigger is switched off', () => owner.query('alter table event disable trigger event_append_only')],
  ['eventsFixed', 'the role may change events', async () => { await owner.query('grant update, delete, truncate on event to keshi_app'); await owner.query('alter table event disable trigger user'); }],
  ['securityLogFixed', 'requests may read the security log', () => owner.query('grant select on security_log to keshi_app')],
  ['securityLogKept', 'the log may be dropped earlier', () => owner.query('create or replace function drop_security_log_before(month date) returns int language sql as $$ select 0 $$')],
  ['securityLogWritten', 'nobody can add to it', () => owner.query('revoke insert on security_log from keshi_app')],
  ['tenantsApart', 'a table is open', () => owner.query('create table careless (id uuid, institution_id uuid not null)')],
  ['rolesOwnNothing', 'the role owns a table', () => owner.query('create table owned (id int); alter table owned owner to keshi_platform')],
  ['chainVerifies', 'a link is wrong', async () => {
    await unitOfWork(db.orm, platform, (work) => appendEvent(work, platform, 'node:x', 'tried', new Date(), {}));
    await owner.query(`insert into event_link (stream, position, event_id, hash, previous_hash, linked_at) select stream, 1, id, $1, $1, now() from event`, [firstHash]);
  }],
  ['chainKeepsUp', 'the linker stands still', () => unitOfWork(db.orm, platform, (work) => appendEvent(work, platform, 'node:x', 'tried', new Date(Date.now() - 3_600_000), {}))],
  ['clockSkew', 'the clock is wrong', async () => { context = { ...context, now: () => new Date(Date.now() + 5_000) }; }],
  ['keyFileMode', 'others may read the master key', () => chmod(join(folder, 'keys', 'master.key'), 0o644)],
  ['keyCurrent', 'a change of the key is half done', () => owner.query(`insert into master_key (version, state, at) values ('0123456789abcdef', 'next', now())`)],
  ['diskFree', 'the disk is full', async () => { context = { ...context, config: { ...context.config, DISK_LOW_MB: 1e9 } }; }],
  ['loginEncrypted', 'no certificate', async () => { context = { ...context, config: { ...context.config, TLS_CERT_FILE: undefined } }; }],
  ['internalPorts', 'internal ports are public', async () => { context = { ...context, config: { ...context.config, INTERNAL_HOST: '0.0.0.0' } }; }],
  ['uploadsCleaned', 'qpdf is not there', async () => { context = { ...context, config: { ...context.config, QPDF_BIN: '/nowhere/qpdf' } }; }],
  ['walAge', 'WAL stopped coming', () => owner.query(`update backup_wal set caught_up_at = now() - interval '3 minutes'`)],
  ['backupAge', 'there is no backup', () => owner.query(`delete from backup_run where kind = 'base'`)],
  ['drillAge', 'the last drill failed', () => addBackupRun(em(), { kind: 'drill', startedAt: new Date(), finishedAt: new Date(), code: 'damaged', detail: {} })],
  ['demoAccounts', 'a demo account with its public password', async () => addAccount({ login: 'admin', hash: await hashPassword(demoPassword) })],
  ['passwordsHashed', 'a password in clear', () => addAccount({ hash: 'secret' })],
  ['closedAccounts', 'a closed account is still logged in', async () => {
    const { accountId } = await addAccount({});
    await em().execute(`insert into login_session (id, token_hash, account_id, created_at, expires_at, last_used_at) values (?, ?, ?, now(), now() + interval '1 hour', now())`, [newId(), firstHash, accountId]);
    await em().execute('update account set disabled_at = now() where id = ?', [accountId]);
  }],
  ['dutiesApart', 'somebody oversees and teaches', async () => {
    const { personId } = await addAccount({ role: 'regulator' });
    await em().execute(`insert into membership (id, person_id, institution_id, role, created_at) select ?, ?, institution_id, 'teacher', now() from membership limit 1`, [newId(), personId]);
  }],
  ['secondFactor', 'a regulator logs in with a password alone', () => addAccount({ role: 'regulator' })],
  ['secondFactor', 'somebody oversees a region without institutions', async () => {
    const { personId } = await addAccount({});
    await owner.query(`insert into region_oversight (id, person_id, region_code, role, granted_by, granted_at) values ($1, $2, '330100', 'regulator', 'operator', now())`, [newId(), personId]);
  }],
  ['secondFactor', 'a second factor was begun and never proven', async () => {
    const { personId } = await addAccount({ role: 'admin' });
    await owner.query(`insert into second_factor (person_id, sealed_pending, key_version) values ($1, 'x', 'x')`, [personId]);
  }],
  ['securityLogWhole', 'an entry of a request does not say whose', () => owner.query(`insert into security_log (id, kind, outcome, subject, address) values (gen_random_uuid(), 'export', 'done', 'POST /api/ledger/exports', '10.0.0.1')`)],
  ['headSigned', 'the log grew and was not signed', async () => {
    await owner.query(`insert into tree_due (kind, what, subject, sha256) values ('file', 'unit', 'x', $1)`, ['a'.repeat(64)]);
    await growLog(db.orm, new Date());
  }],
  ['headSigned', 'the log was changed under its head', async () => {
    await owner.query(`insert into tree_due (kind, what, subject, sha256) values ('file', 'unit', 'x', $1)`, ['a'.repeat(64)]);
    await sealNow(db.orm, join(folder, 'keys', 'evidence.key'), new Date());
    await owner.query('set session_replication_role = replica');
    await owner.query(`update tree_node set hash = decode(repeat('00', 32), 'hex')`);
  }],
  ['keysDestroyed', 'a destroyed key is back', async () => {
    const { personId } = await addAccount({});
    await createVault(key).seal(em(), personId, Buffer.from('x'));
    const [row] = await em().execute<{ wrapped_key: Buffer; created_at: string }[]>('select wrapped_key, created_at::text from learner_key');
    await em().execute('delete from learner_key');
    await owner.query(`insert into learner_key (person_id, wrapped_key, created_at, key_version) values ($1, $2, $3, 'x')`, [personId, row!.wrapped_key, row!.created_at]);
  }],
];
it.each(faults)('%s turns red: %s', async (id, _fault, plant) => {
  const before = (await run()).get(id)!;
  expect(before.state).not.toBe('fail');
  await plant();
  expect((await run()).get(id)).toMatchObject({ state: 'fail' });
});
