// The operator's command: a new institution with its office, people of other parts, what it says to wrong words; nothing is left of what failed.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requireCurrentKey, loadMasterKey } from '#db/master-key.ts';
import { Account, Person } from '#db/entities/people.ts';
import { changePhone } from '#db/queries/identities.ts';
import { addMadeUpIdentities } from '#db/testing/identity.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { createVault } from '#db/vault.ts';
import { newId } from '#domain/id.ts';
import { runInstitutions } from './institutions.ts';

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'institutions-'));
  const key = await loadMasterKey(join(folder, 'keys', 'master.key'));
  await requireCurrentKey(database.orm, key);
  const [fang, min] = [await person('fang', '王芳'), await person('min', '赵敏')];
  await addMadeUpIdentities(database.orm.em.fork(), [fang, min], new Date());
  await changePhone(database.orm.em.fork(), createVault(key), fang, '13800000000', new Date());
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

async function person(login: string, name: string): Promise<string> {
  const [id, createdAt, em] = [newId(), new Date(), database.orm.em.fork()];
  await em.insert(Person, { id, name, createdAt });
  await em.insert(Account, { id: newId(), personId: id, login, passwordHash: 'none', locale: 'zh', createdAt, disabledAt: null });
  return id;
}
const run = async (...words: string[]): Promise<string[]> => {
  const lines: string[] = [];
  await runInstitutions(words, { ...process.env, DATABASE_URL: database.url, DATA_DIR: folder }, (line) => lines.push(line));
  return lines;
};
const sql = (words: string) => database.orm.em.fork().execute(words);
const rows = () => sql(`select i.name, m.role, p.name as person from institution i left join membership m on m.institution_id = i.id left join person p on p.id = m.person_id order by 1, 2, 3`);

test('adds an institution with its office, by phone or login; appoints others once; lists', async () => {
  expect(await run('list')).toEqual(['There is no institution yet.']);
  const [said] = await run('add', ' 宁远职校 ', '138 0000 0000', '王芳');
  const [id] = said!.split('  ');
  expect(await run('list')).toEqual([`${id}  宁远职校  (王芳)`]);
  expect(await run('appoint', id!, 'regulator', 'min', '赵敏')).toEqual(['Appointed as regulator.']);
  expect(await run('appoint', id!, 'regulator', 'min', '赵敏')).toEqual(['They have been regulator there already.']);
  expect(await run('appoint', id!, 'admin', 'fang', '王芳')).toEqual(['Appointed as admin.']);
  const expected = [['admin', '王芳'], ['institution', '王芳'], ['regulator', '赵敏']].map(([role, name]) => ({ name: '宁远职校', role, person: name }));
  expect(await rows()).toEqual(expected);
  expect(await sql('select type from event order by id')).toEqual(['institution:added', 'membership:added', 'membership:added', 'membership:added'].map((type) => ({ type })));

  for (const words of [['add', '另一学校', 'fang', '王方'], ['add', '另一学校', '13900000000', '王芳'], ['appoint', id!, 'admin', 'nobody', '王芳']]) {
    await expect(run(...words), words.join(' ')).rejects.toMatchObject({ lines: [expect.stringMatching(/^Nobody has registered with .+ and the name /)] });
  }
  await expect(run('add', '宁远职校', 'min', '赵敏')).rejects.toMatchObject({ lines: [`There is an institution called 宁远职校 already: ${id}`] });
  const unknown = newId();
  await expect(run('appoint', unknown, 'admin', 'min', '赵敏')).rejects.toMatchObject({ lines: [`There is no institution ${unknown}: npm run institutions -- list shows those there are.`] });
  expect(await rows()).toEqual(expected);
});

test('oversight of a region is granted, listed, ended; a region that is none is refused', async () => {
  expect(await run('oversee', '130300', 'min', '赵敏')).toEqual(['They oversee 130300 now, and 0 institutions there.']);
  expect(await run('oversee', '130300', 'min', '赵敏')).toEqual(['They oversee 130300 already.']);
  expect(await run('list')).toContain('130300  is overseen by 赵敏  (0 institutions)');
  await expect(run('oversee', '13', 'min', '赵敏')).rejects.toMatchObject({ lines: [expect.stringContaining('13 is no region')] });
  await expect(run('oversee', '130300', 'min', '赵明')).rejects.toMatchObject({ lines: [expect.stringMatching(/^Nobody has registered/)] });
  expect(await run('end-oversight', '130300', 'min', '赵敏')).toEqual(['They oversee 130300 no more.']);
  expect(await run('end-oversight', '130300', 'min', '赵敏')).toEqual(['They do not oversee 130300.']);
  expect(await run('forget-factor', 'min', '赵敏')).toEqual(['They have no second factor.']);
  expect(await run('moved', newId())).toEqual(['0 people of its former region oversee it no more.']);
});

test('wrong words get the usage and touch nothing', async () => {
  const id = newId();
  for (const words of [[], ['list', 'all'], ['add', '学校'], ['add', ' ', 'min', '赵敏'], ['add', '长'.repeat(101), 'min', '赵敏'], ['appoint', id, 'teacher', 'min', '赵敏'], ['appoint', 'x', 'admin', 'min', '赵敏'], ['remove', id], ['oversee', '130300', 'min'], ['end-oversight', '130300'], ['moved', 'x']]) {
    await expect(run(...words), words.join(' ')).rejects.toMatchObject({ lines: expect.arrayContaining(['Usage: npm run institutions -- list']) as unknown });
  }
});

test('stands in the security log, done or failed, with ids and codes and without names; looking does not', async () => {
  const before = (await sql('select count(*)::int as n from security_log'))[0] as { n: number };
  await run('list');
  expect(await sql('select count(*)::int as n from security_log')).toEqual([before]);
  await run('oversee', '330100', 'min', '赵敏');
  await run('forget-factor', 'min', '赵敏');
  await run('end-oversight', '330100', 'min', '赵敏');
  await run('appoint', newId(), 'admin', 'min', '赵敏').catch(() => undefined);
  const [{ id: personId }] = await sql(`select id from person where name = '赵敏'`) as [{ id: string }];
  const entries = await sql(`select kind, outcome, subject, detail from security_log order by id desc limit 4`) as { subject: string; detail: Record<string, string> }[];
  expect(entries).toEqual([
    { kind: 'role', outcome: 'failed', subject: 'npm run institutions -- appoint', detail: { institutionId: expect.any(String), role: 'admin', personId } },
    { kind: 'role', outcome: 'done', subject: 'npm run institutions -- end-oversight', detail: { region: '330100', personId } },
    { kind: 'second_factor', outcome: 'done', subject: 'npm run institutions -- forget-factor', detail: { personId } },
    { kind: 'role', outcome: 'done', subject: 'npm run institutions -- oversee', detail: { region: '330100', personId } },
  ]);
  expect(JSON.stringify(entries)).not.toContain('赵敏');
});
