// Fingerprints of every row there is, so that a test can say that nothing was written anywhere.
import type { Orm } from '../orm.ts';

/** Written by being asked at all, or by clocks: no record of anything. */
const restless = ['login_session', 'process_report', 'phone_code', 'media_node', 'migration', 'security_log'];

export type Fingerprints = ReadonlyMap<string, string>;

export interface EveryRow {
  /** Further tables whose rows change by themselves. */
  except?: readonly string[];
  /** Rows of this institution alone, and of tables that have none. */
  of?: string;
}

/** By table, of all tables the app may read, rows of all institutions; seen as the platform. */
export async function everyRow(orm: Orm, { except = [], of }: EveryRow = {}): Promise<Fingerprints> {
  const em = orm.em.fork();
  const tables = await em.execute<{ name: string; owned: boolean }[]>(
    `select c.relname as name, exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'institution_id' and not a.attisdropped) as owned from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
       and has_table_privilege(c.oid, 'select') order by 1`);
  const parts = tables.filter(({ name }) => !restless.includes(name) && !except.includes(name))
    .map(({ name, owned }) => `select '${name}' as name, count(*) || ' ' || md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as print from ${name} t${of && owned ? ` where institution_id = '${of}'` : ''}`);
  const prints = await em.execute<{ name: string; print: string }[]>(parts.join(' union all '));
  return new Map(prints.map(({ name, print }) => [name, print]));
}
