// `npm run keys` as a process: files exchanged only at the end, killed in the middle it goes on, refuses while the product runs and with a wrong key.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { requireCurrentKey } from '#db/master-key.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { createVault, keyVersionOf } from '#db/vault.ts';
import { lockFolder } from './folder-lock.ts';
import { runKeys } from './keys.ts';

let db: TestDatabase;
let folder: string;
const oldKey = Buffer.alloc(32, 3);
const people = 1000;
const script = join(import.meta.dirname, 'keys.ts');

beforeEach(async () => {
  db = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'keys-'));
  await mkdir(join(folder, 'keys'));
  await writeFile(keyFile(), oldKey);
  await requireCurrentKey(db.orm, oldKey);
});
afterEach(async () => {
  await db.close();
  await rm(folder, { recursive: true, force: true });
});
const keyFile = () => join(folder, 'keys', 'master.key');
const env = () => ({ PATH: process.env['PATH'], DATABASE_URL: db.url, DATA_DIR: folder });
const files = async () => (await readdir(join(folder, 'keys'))).sort();
async function run(...words: string[]): Promise<string[]> {
  const lines: string[] = [];
  await runKeys(words, env(), (line) => lines.push(line));
  return lines;
}

/** Many learners with a key; one of them with something sealed. */
async function fill(): Promise<{ personId: string; sealed: Buffer }> {
  const em = db.orm.em.fork();
  const rows = await em.execute<{ id: string }[]>(`insert into person (id, name, created_at) select gen_random_uuid(), 'somebody', now() from generate_series(1, ?) returning id`, [people]);
  const vault = createVault(oldKey);
  for (const { id } of rows) await vault.digest(em, id, 'makes the key');
  const personId = rows[0]!.id;
  return { personId, sealed: await vault.seal(em, personId, Buffer.from('a picture')) };
}

it('killed in the middle it keeps both keys, keeps everybody out, and goes on to the end', async () => {
  const { personId, sealed } = await fill();
  const child = spawn(process.execPath, [script, 'rotate'], { env: env(), stdio: ['ignore', 'pipe', 'inherit'] });
  const killed = once(child, 'exit');
  child.stdout.on('data', (chunk) => { if (/^\d+ learner keys/m.test(String(chunk))) child.kill('SIGKILL'); });
  expect((await killed)[1]).toBe('SIGKILL');
  const [half] = await db.orm.em.fork().execute<{ done: number }[]>(`select count(*)::int as done from learner_key where key_version <> ?`, [keyVersionOf(oldKey)]);
  expect(half!.done).toBeGreaterThan(0);
  expect(half!.done).toBeLessThan(people);
  expect(await files()).toEqual(['master.key', 'master.key.next']);
  expect(await readFile(keyFile())).toEqual(oldKey);
  const newKey = await readFile(`${keyFile()}.next`);
  expect((await run('status')).join('\n')).toMatch(/A change to [0-9a-f]{16} has begun: \d+ learner keys and 0 identities left/);
  await expect(requireCurrentKey(db.orm, oldKey)).rejects.toThrow('The master key is being changed');
  const said = await run('rotate');
  expect(said.at(-1)).toBe('Done.');
  expect(await readFile(keyFile())).toEqual(newKey);
  expect(await files()).toEqual(['master.key', `master.key.old-${keyVersionOf(oldKey)}`]);
  expect((await createVault(newKey).open(db.orm.em.fork(), personId, sealed)).toString()).toBe('a picture');
  await requireCurrentKey(db.orm, newKey);
});

it('killed between the last row and the files it only exchanges the files', async () => {
  await run('rotate');
  const newKey = await readFile(keyFile());
  const aside = `${keyFile()}.old-${keyVersionOf(oldKey)}`;
  for (const left of ['before the old one was put aside', 'after']) {
    await writeFile(`${keyFile()}.next`, newKey);
    await writeFile(keyFile(), oldKey);
    if (left !== 'after') await rm(aside);
    expect((await run('rotate')).at(-1), left).toBe('Done.');
    expect([await readFile(keyFile()), await readFile(aside)]).toEqual([newKey, oldKey]);
  }
});

it('refuses a wrong key in clear words and changes nothing', async () => {
  const { personId, sealed } = await fill();
  await writeFile(keyFile(), Buffer.alloc(32, 9));
  await expect(run('rotate')).rejects.toMatchObject({ lines: [`The old master key is not the one this database is sealed with (${keyVersionOf(oldKey)}): put the right one back from the backup.`] });
  await writeFile(keyFile(), 'short');
  await expect(run('rotate')).rejects.toThrow('must hold exactly 32 bytes, but has 5');
  await rm(keyFile());
  await expect(run('rotate')).rejects.toThrow('cannot be read: ENOENT');
  await expect(access(keyFile())).rejects.toThrow('ENOENT');
  expect((await createVault(oldKey).open(db.orm.em.fork(), personId, sealed)).toString()).toBe('a picture');
});

it('refuses while the product runs, here or on another machine', async () => {
  const lock = await lockFolder(folder, 'product');
  await expect(run('rotate')).rejects.toThrow('is in use by');
  await lock.release();
  await db.orm.em.fork().execute(`insert into process_report (id, role, host, pid, report) values ('one', 'worker', 'machine-2', 7, '{}')`);
  await expect(run('rotate')).rejects.toMatchObject({ lines: [expect.stringMatching(/^worker on machine-2 \(process 7\) was heard \d+ s ago: stop it first/)] });
  await db.orm.em.fork().execute(`update process_report set heard_at = now() - interval '31 s'`);
  expect((await run('rotate')).at(-1)).toBe('Done.');
});

it('takes keys of the environment, in base64 and hex, and never repeats them', async () => {
  await rm(keyFile());
  const newKey = Buffer.alloc(32, 5);
  const lines: string[] = [];
  const rotate = (change: object) => runKeys(['rotate'], { ...env(), ...change }, (line) => lines.push(line));
  await expect(rotate({ MASTER_KEY: oldKey.toString('base64') })).rejects.toThrow('MASTER_KEY_NEXT is missing');
  await expect(rotate({ MASTER_KEY: oldKey.toString('base64'), MASTER_KEY_NEXT: 'too short' })).rejects.toThrow(/^MASTER_KEY_NEXT must be 32 bytes/);
  await rotate({ MASTER_KEY: oldKey.toString('base64'), MASTER_KEY_NEXT: newKey.toString('hex') });
  expect(lines.join('\n')).toContain('Now set MASTER_KEY to what MASTER_KEY_NEXT was');
  expect(lines.join('\n')).not.toMatch(/AwMDAw|05050505/);
  await requireCurrentKey(db.orm, newKey);
  expect(await files()).toEqual([]);
});

it('stands in the security log, done or failed; looking does not', async () => {
  await run('status');
  await run('rotate');
  await run('rotate-evidence').catch(() => undefined);
  expect(await db.orm.em.fork().execute('select kind, outcome, subject, person_id from security_log order by id')).toEqual([
    { kind: 'key', outcome: 'done', subject: 'npm run keys -- rotate', person_id: null }, { kind: 'key', outcome: 'failed', subject: 'npm run keys -- rotate-evidence', person_id: null },
  ]);
});

it('says how it is used', async () => {
  for (const words of [[], ['turn'], ['rotate', 'now']]) await expect(run(...words)).rejects.toMatchObject({ lines: ['Usage: npm run keys -- status | rotate | rotate-evidence'] });
});
