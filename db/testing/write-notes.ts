// Notes, by PostgreSQL itself, of every statement that writes: as which role it ran. So that a test can say that whatever somebody asked ran as it should.
import { Client } from 'pg';

export interface WriteNote { role: string; name: string; op: string }
export interface WriteNotes {
  /** Since the last time, but of these tables. */
  taken(except: readonly string[]): Promise<WriteNote[]>;
  close(): Promise<void>;
}

const tables = `select c.oid::regclass::text as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'write_note'`;

/** In a test's own database, as its owner. What follows in functions of the owner's is noted as theirs. */
export async function noteWrites(ownerUrl: string): Promise<WriteNotes> {
  const owner = new Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(`create table write_note (id bigint generated always as identity, role text not null, name text not null, op text not null); grant insert on write_note to public;
    create function note_write() returns trigger language plpgsql as $$ begin insert into public.write_note (role, name, op) values (current_user, tg_table_name, tg_op); return null; end $$`);
  for (const { name } of (await owner.query<{ name: string }>(tables)).rows) await owner.query(`create trigger noted before insert or update or delete on ${name} for each statement execute function note_write()`);
  return {
    taken: async (except) => {
      const { rows } = await owner.query<WriteNote>('with gone as (delete from write_note where true returning *) select role, name, op from gone where not name = any($1) order by id', [except]);
      return rows;
    },
    close: () => owner.end(),
  };
}
