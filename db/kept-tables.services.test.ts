// Every table and every kind of file has a class; what the database deletes for each is what is said here and printed in docs/retention.md.
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as places from '#contracts/places.ts';
import { retentionClasses } from '#domain/retention.ts';
import { keptFiles, keptTables, type Keeping } from './kept-tables.ts';
import { testDatabase, type TestDatabase } from './testing/database.ts';

let db: TestDatabase;
beforeAll(async () => { db = await testDatabase(); });
afterAll(() => db.close());
const named = async (sql: string): Promise<string[]> => (await db.orm.em.fork().execute<{ name: string }[]>(sql)).map(({ name }) => name);

test('every table has a class, and no class is of a table there is not', async () => {
  // Partitions of a month are their table's.
  const tables = await named(`select t.table_name as name from information_schema.tables t where t.table_schema = 'public' and t.table_type = 'BASE TABLE' and not (select c.relispartition from pg_class c where c.oid = format('public.%I', t.table_name)::regclass)`);
  const unnamed = tables.filter((name) => !(name in keptTables));
  expect(unnamed, 'say in db/kept-tables.ts what becomes of it in time').toEqual([]);
  expect(Object.keys(keptTables).filter((name) => !tables.includes(name))).toEqual([]);
});

test('what goes by class and what goes by age is what the database says', async () => {
  const parts = await db.orm.em.fork().execute<{ class: Keeping; name: string }[]>('select distinct class, name from retention_parts()');
  const sweeps = await named('select name from retention_sweeps()');
  // Rows of these go in the code beside the function; the security log by its months.
  const besides: [Keeping, string][] = [['courseware', 'courseware'], ['film', 'film'], ['face', 'face_picture'], ['face', 'learner_key'], ['face', 'face_enrolment'], ['log', 'security_log']];
  const done = [...parts.map((part) => [part.class, part.name]), ...sweeps.map((name) => ['log', name]), ...besides].map((pair) => pair.join(' ')).sort();
  const goes = new Set<Keeping>([...retentionClasses, 'log']);
  const said = Object.entries(keptTables).flatMap(([name, keepings]) => keepings.filter((one) => goes.has(one)).map((one) => `${one} ${name}`)).sort();
  expect(done).toEqual(said);
});

test('every kind of file has a class', () => {
  const kinds = Object.entries(places).filter(([, value]) => typeof value === 'function').map(([name]) => name).sort();
  expect(Object.keys(keptFiles).sort()).toEqual(kinds);
});

test('docs/retention.md prints the same', async () => {
  const text = await readFile(new URL('../docs/retention.md', import.meta.url), 'utf8');
  const rows = new Map(text.split('\n').flatMap((line) => { const found = /^\| `(\w+)` \| ([a-z, ]+) \|/.exec(line); return found ? [[found[1]!, found[2]!]] : []; }));
  const said = Object.entries({ ...keptTables, ...keptFiles }).map(([name, keepings]) => [name, keepings.join(', ')]);
  expect(Object.fromEntries([...rows].sort())).toEqual(Object.fromEntries(said.sort()));
});
