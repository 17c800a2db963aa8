// Every table of the schema under guard, or named here as nobody's; and what the guard lets through, table by table.
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#domain/id.ts';
import { Course, Institution } from './entities/people.ts';
import { migrate, platform, unitOfWork } from './orm.ts';
import { acrossInstitutions, acrossInstitutionsIn, guardTables, withinInstitutions } from './tenancy.ts';
import { testDatabase, type TestDatabase } from './testing/database.ts';

/** Rows that are no institution's, and why. */
const nobodys: Readonly<Record<string, string>> = {
  person: 'a person belongs to none', account: 'of a person', login_session: 'of a person', identity: 'of a person; sealed', learner_key: 'of a person', consent: 'of a person',
  check_way: 'of a person', face_enrolment: 'of a person', phone_code: 'of a phone', master_key: 'of the platform', event_link: 'hashes; written and read by the chain alone', tree_leaf: 'hashes, for everybody', tree_node: 'hashes, for everybody', tree_due: 'marks for the log', tree_head: 'for everybody', evidence_key: 'of the platform', calendar_feed: 'of a person', corner_resource: 'of the authority, for everybody',
  region_oversight: 'of a region', second_factor: 'of a person; sealed', recovery_code: 'of a person',
  media_node: 'of the platform', media_room: 'of the media nodes', media_seat: 'of the media nodes', process_report: 'of the platform', migration: 'of the schema',
  backup_run: 'of the platform', backup_wal: 'of the platform', self_test_run: 'of the platform',
  forgotten_key: 'of a person; told by a trigger', security_log: 'of the platform; a request may add to it and cannot read it',
};

let database: TestDatabase;
let owner: Client;
const [ours, theirs] = [newId(), newId()];
let guarded: string[];

const named = async (sql: string): Promise<string[]> => (await owner.query<{ name: string }>(sql)).rows.map(({ name }) => name);
const tablesSql = (condition: string): string =>
  `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and ${condition} order by 1`;

/** One row for each of both institutions in every guarded table: all its ids are the institution's own, everything else is whatever its type may be. */
async function fillTables(): Promise<void> {
  await owner.query(`set session_replication_role = replica`);
  await owner.query(`do $$ declare one record; begin
    for one in select conrelid::regclass as name, conname from pg_constraint where contype = 'c' and connamespace = 'public'::regnamespace and coninhcount = 0 loop
      execute format('alter table %s drop constraint %I', one.name, one.conname); end loop; end $$`);
  for (const table of guarded) {
    const { rows } = await owner.query<{ name: string; type: string }>(
      `select attname as name, atttypid::regtype::text as type from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' and attidentity = '' and (attnotnull or attname = 'institution_id')`, [table]);
    const values: Record<string, string> = { xid8: 'pg_current_xact_id()', uuid: '$1::uuid', text: '$1::text', integer: '1', bigint: '1', smallint: '1', 'double precision': '1', boolean: 'false', 'timestamp with time zone': 'now()', date: 'now()', jsonb: `'{}'`, bytea: `decode(md5($1::text), 'hex')`, 'text[]': `'{}'`, 'uuid[]': 'array[$1::uuid]', 'integer[]': `'{}'` };
    const valueOf = ({ name, type }: { name: string; type: string }): string => values[type] ?? expect.fail(`give this test a value of ${type} for ${table}.${name}`);
    for (const institutionId of [ours, theirs]) {
      await owner.query(`insert into ${table} (${rows.map(({ name }) => `"${name}"`).join(', ')}) values (${rows.map(valueOf).join(', ')})`, [institutionId]);
    }
  }
  await owner.query(`set session_replication_role = origin`);
}

beforeAll(async () => {
  database = await testDatabase();
  owner = new Client({ connectionString: database.url });
  await owner.connect();
  guarded = await named(tablesSql(`c.relrowsecurity and (select count(*) from pg_policy p where p.polrelid = c.oid and p.polname in ('of_institution', 'of_platform')) = 2`));
  await fillTables();
});
afterAll(async () => {
  await owner.end();
  await database.close();
});

const count = async (table: string): Promise<{ own: number; others: number }> => {
  const [row] = await database.orm.em.fork().execute<{ own: number; others: number }[]>(
    `select count(*) filter (where t::text like ?)::int as own, count(*) filter (where t::text not like ?)::int as others from ${table} t`, [`%${ours}%`, `%${ours}%`]);
  return row!;
};
/** How a statement ended: rows it touched, or the words of its refusal. */
const outcome = (sql: string): Promise<number | string> =>
  unitOfWork(database.orm, platform, async (em) => (await em.execute<{ affectedRows: number }>(sql, [], 'run')).affectedRows).catch((error: Error) => error.message);

it('guards every table, but for those that are nobody’s', async () => {
  const open = await named(tablesSql('not c.relrowsecurity'));
  expect(open.filter((name) => !(name in nobodys))).toEqual([]);
  expect(guarded.length).toBeGreaterThan(60);
  expect(Object.keys(nobodys).filter((name) => guarded.includes(name))).toEqual([]);
});

it('finds nothing left to guard, and guards a table that comes with the next migration', async () => {
  const runner = { execute: async <T>(sql: string, values: readonly unknown[] = []) => (await owner.query(sql.replace('?', '$1'), [...values])).rows as T };
  expect(await guardTables(runner)).toEqual([]);
  await owner.query('create table later (id uuid primary key, institution_id uuid not null); grant select, insert on later to keshi_app');
  expect(await guardTables(runner)).toEqual(['later']);
  await owner.query('insert into later values ($1, $1), ($2, $2)', [ours, theirs]);
  expect(await withinInstitutions([ours], () => count('later'))).toEqual({ own: 1, others: 0 });
  await owner.query('drop table later');
});

it('lets no row of another institution be read', async () => {
  for (const table of guarded) {
    expect(await withinInstitutions([ours], () => count(table)), table).toEqual({ own: 1, others: 0 });
    expect(await withinInstitutions([], () => count(table)), table).toEqual({ own: 0, others: 0 });
    expect(await withinInstitutions([ours, theirs], () => count(table)), table).toEqual({ own: 1, others: 1 });
    expect(await count(table), table).toEqual({ own: 1, others: 1 });
  }
});

describe('changes', () => {
  it('reach no row of another institution', async () => {
    for (const table of guarded) {
      const before = await owner.query(`select t::text from ${table} t order by 1`);
      for (const sql of [`delete from ${table} where true`, `update ${table} set ${await sameAsBefore(table)}`]) {
        const ended = await withinInstitutions([newId()], () => outcome(sql));
        if (typeof ended === 'string') expect(ended, table).toMatch(/permission denied/);
        else expect(ended, table).toBe(0);
      }
      expect((await owner.query(`select t::text from ${table} t order by 1`)).rows, table).toEqual(before.rows);
    }
  });

  it('make no row of another institution, whatever else is wrong with it', async () => {
    for (const table of guarded) {
      const insert = (await columnsOf(table)).includes('institution_id') ? `insert into ${table} (institution_id) values ('${theirs}')` : `insert into ${table} select * from jsonb_populate_record(null::${table}, '{"id": "${newId()}"}')`;
      expect(await withinInstitutions([ours], () => outcome(insert)), table).toMatch(/row-level security|permission denied/);
    }
  });

  it('hand no row over to another institution', async () => {
    const courseId = newId();
    await database.orm.em.fork().insert(Course, { id: courseId, institutionId: ours, title: 'x', createdAt: new Date() });
    const given = withinInstitutions([ours], () => outcome(`update course set institution_id = '${theirs}' where id = '${courseId}'`));
    expect(await given).toMatch(/row-level security/);
  });
});

const columnsOf = async (table: string): Promise<string[]> =>
  (await owner.query<{ attname: string }>(`select attname from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`, [table])).rows.map(({ attname }) => attname);
const sameAsBefore = async (table: string): Promise<string> => {
  const columns = await columnsOf(table);
  const column = columns.includes('institution_id') ? 'institution_id' : columns[0]!;
  return `${column} = ${column}`;
};

describe('connections', () => {
  const seen = async (): Promise<string[]> => (await database.orm.em.fork().find(Institution, {}, { fields: ['id'] })).map(({ id }) => id).sort();

  it('that many share show each what is theirs', async () => {
    const both = [ours, theirs].sort();
    const rounds = await Promise.all(Array.from({ length: 60 }, async (_, index) => {
      if (index % 3 === 0) return [await withinInstitutions([ours], seen), [ours]];
      if (index % 3 === 1) return [await withinInstitutions([theirs], seen), [theirs]];
      return [await seen(), both];
    }));
    for (const [found, expected] of rounds) expect(found).toEqual(expected);
  });

  it('keep their reach through a transaction, and work beside it is asked anew', async () => {
    const inside = await withinInstitutions([ours], () => unitOfWork(database.orm, platform, async (em) => {
      const own = (await em.find(Institution, {})).map(({ id }) => id);
      return { own, across: await acrossInstitutions(seen) };
    }));
    expect(inside).toEqual({ own: [ours], across: [ours, theirs].sort() });
  });

  it('are within the institution again where work across all of them threw, and somebody caught it', async () => {
    const seenAfter = await withinInstitutions([ours], () => unitOfWork(database.orm, platform, async (em) => {
      await acrossInstitutionsIn(em, () => Promise.reject(new Error('changed my mind'))).catch(() => undefined);
      return (await em.find(Institution, {})).map(({ id }) => id);
    }));
    expect(seenAfter).toEqual([ours]);
  });

  it('that cannot be made fit are not used again', async () => {
    await expect(withinInstitutions([`${ours}'; select 1`], seen)).rejects.toThrow(/uuid/);
    expect(await withinInstitutions([ours], seen)).toEqual([ours]);
  });
});

it('is not lifted by migrating again', async () => {
  await migrate(database.url);
  expect(await withinInstitutions([theirs], () => count('course'))).toEqual({ own: 0, others: 1 });
});
