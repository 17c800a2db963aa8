// The role of people who only oversee, in SQL: reads what requests read, writes what regulators write, and nothing else; tables of later migrations too.
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '#domain/id.ts';
import { Institution } from './entities/people.ts';
import { migrate, platform, unitOfWork } from './orm.ts';
import { acrossInstitutions, ownAccountOnly, readingOnly, withinInstitutions } from './tenancy.ts';
import { testDatabase, type TestDatabase } from './testing/database.ts';

let database: TestDatabase;
let owner: Client;
const [ours, theirs] = [newId(), newId()];
beforeAll(async () => {
  database = await testDatabase();
  owner = new Client({ connectionString: database.url });
  await owner.connect();
  for (const id of [ours, theirs]) await database.orm.em.fork().insert(Institution, { id, name: id, createdAt: new Date() });
});
afterAll(async () => {
  await owner.end();
  await database.close();
});

const asRegulator = (sql: string): Promise<unknown> => readingOnly(() => withinInstitutions([ours], () => unitOfWork(database.orm, platform, (em) => em.execute(sql))));
const tables = async (right: string, role: string): Promise<string[]> =>
  (await owner.query<{ name: string }>(`select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition and has_table_privilege($1, oid, $2) order by 1`, [role, right])).rows.map(({ name }) => name);

it.each(['lesson', 'unit', 'lesson_session', 'connection', 'observation', 'face_check', 'answer', 'enrolment', 'membership', 'person', 'account', 'second_factor', 'ledger_row', 'certificate', 'exam_attempt', 'correction', 'replay', 'course', 'region_oversight'])('changes no %s', async (table) => {
  const [column] = (await owner.query<{ name: string }>(`select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`, [table])).rows;
  for (const sql of [`update ${table} set ${column!.name} = ${column!.name}`, `delete from ${table}`, `insert into ${table} default values`, `truncate ${table}`]) {
    await expect(asRegulator(sql), sql).rejects.toMatchObject({ code: '42501' });
  }
});

it('deletes nothing anywhere, and truncates nothing', async () => {
  for (const role of ['keshi_regulator', 'keshi_regulator_across']) for (const right of ['delete', 'truncate', 'trigger', 'references']) expect(await tables(right, role), `${role} ${right}`).toEqual([]);
});

it('writes these tables and no others', async () => {
  const inspections = (await tables('select', 'keshi_app')).filter((name) => name.startsWith('inspection'));
  expect(await tables('insert', 'keshi_regulator')).toEqual(['calendar_feed', 'cohort_move', 'cohort_opening', 'connection', 'corner_post', 'corner_resource', 'event', 'help_post', 'help_ticket', 'ledger_export', 'legal_hold', 'look', 'notice', 'replay_position', 'viewing', ...inspections].sort());
  expect(await tables('update', 'keshi_regulator')).toEqual(['calendar_feed', 'cohort_opening', 'corner_post', 'corner_resource', 'help_ticket', 'ledger_export', 'legal_hold', 'notice', 'replay_position', 'viewing', ...inspections].sort());
  await expect(asRegulator(`update cohort set title = 'x'`)).rejects.toMatchObject({ code: '42501' });
  for (const table of ['event', 'look']) await expect(asRegulator(`update ${table} set at = now()`)).rejects.toMatchObject({ code: '42501' });
});

it('writes of its own account these tables and no others; nothing but what logs in is deleted', async () => {
  const more = async (right: string): Promise<string[]> => {
    const plain = await tables(right, 'keshi_regulator');
    return (await tables(right, 'keshi_regulator_self')).filter((name) => !plain.includes(name));
  };
  expect(await more('insert')).toEqual(['consent', 'deletion_request', 'login_session', 'recovery_code', 'second_factor']);
  expect(await more('update')).toEqual(['login_session', 'recovery_code', 'second_factor']);
  expect(await more('delete')).toEqual(['login_session', 'recovery_code', 'second_factor']);
  const own = (sql: string): Promise<unknown> => ownAccountOnly(() => withinInstitutions([ours], () => unitOfWork(database.orm, platform, (em) => em.execute(sql))));
  await own(`update account set locale = 'en'`);
  for (const sql of [`update account set login = 'x'`, 'update account set disabled_at = null', 'update person set name = name', 'update lesson set title = title', `insert into membership default values`]) await expect(own(sql), sql).rejects.toMatchObject({ code: '42501' });
});

it('takes seats of observers, and touches no other', async () => {
  const [person, course, cohort, lesson] = [newId(), newId(), newId(), newId()];
  await owner.query(`insert into person (id, name, created_at) values ('${person}', 'x', now()); insert into course (id, institution_id, title, created_at) values ('${course}', '${ours}', 'x', now());
    insert into cohort (id, institution_id, course_id, title, created_at) values ('${cohort}', '${ours}', '${course}', 'x', now());
    insert into lesson (id, institution_id, cohort_id, title, starts_at, planned_minutes, created_at) values ('${lesson}', '${ours}', '${cohort}', 'x', now(), 45, now())`);
  const seat = (role: string, left = 'null'): string => `insert into connection (id, institution_id, lesson_id, person_id, role, device_id, connected_at, last_seen_at, left_at) values ('${newId()}', '${ours}', '${lesson}', '${person}', '${role}', 'd', now(), now(), ${left})`;
  for (const role of ['student', 'teacher']) await expect(asRegulator(seat(role))).rejects.toMatchObject({ code: '42501' });
  await owner.query(seat('student', 'now()'));
  await asRegulator(seat('observer'));
  await asRegulator('update connection set left_at = now(), visible = false');
  expect((await owner.query('select role, visible from connection order by role')).rows).toEqual([{ role: 'observer', visible: false }, { role: 'student', visible: true }]);
  for (const sql of [`update connection set role = 'student'`, 'update connection set connected_at = now()', 'delete from connection', 'select from lesson for share']) await expect(asRegulator(sql), sql).rejects.toMatchObject({ code: '42501' });
  await expect(readingOnly(() => acrossInstitutions(() => database.orm.em.fork().execute(seat('student'))))).rejects.toMatchObject({ code: '42501' });
});

it('reads all that requests read, within the same walls', async () => {
  expect(await tables('select', 'keshi_regulator')).toEqual(await tables('select', 'keshi_app'));
  const seen = async (): Promise<string[]> => (await database.orm.em.fork().find(Institution, {})).map(({ id }) => id).sort();
  expect(await readingOnly(() => withinInstitutions([ours], seen))).toEqual([ours]);
  expect(await readingOnly(() => withinInstitutions([], seen))).toEqual([]);
  expect(await readingOnly(() => acrossInstitutions(seen))).toEqual([ours, theirs].sort());
  expect(await withinInstitutions([theirs], seen)).toEqual([theirs]);
});

it('stays within its rights across all institutions, and cannot take another role’s', async () => {
  await expect(readingOnly(() => acrossInstitutions(() => database.orm.em.fork().execute('update lesson set title = title')))).rejects.toMatchObject({ code: '42501' });
  await expect(asRegulator(`insert into look (id, institution_id, person_id, route, subjects, at) values ('${newId()}', '${theirs}', '${newId()}', 'x', '[]', now())`)).rejects.toThrow(/row-level security/);
});

it('may read a table that comes later, and not write it; one of inspections it may write', async () => {
  await owner.query('create table later_fact (id uuid primary key, institution_id uuid not null); create table inspection_later (id uuid primary key, institution_id uuid not null); grant select, insert, update, delete on later_fact, inspection_later to keshi_app');
  await migrate(database.url);
  await owner.query('insert into later_fact values ($1, $1), ($2, $2)', [ours, theirs]);
  expect(await asRegulator('select id from later_fact')).toEqual([{ id: ours }]);
  await expect(asRegulator(`insert into later_fact values ('${newId()}', '${ours}')`)).rejects.toMatchObject({ code: '42501' });
  await asRegulator(`insert into inspection_later values ('${newId()}', '${ours}')`);
  await expect(asRegulator('delete from inspection_later')).rejects.toMatchObject({ code: '42501' });
});
