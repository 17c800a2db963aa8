// Isolation between institutions, in one place: work for one of them runs as a role to which PostgreSQL shows and gives the rows of that institution alone.
//
// A request runs within the institutions of whoever asks; what the process does by itself (clocks, jobs, batches of many askers) runs across all.
// The pool hands out connections that fit: see keepTenantsApart. Which tables are guarded follows from the catalogue: guardTables.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Pool, PoolClient } from 'pg';
import { regulatorAcrossRole, regulatorRole, regulatorSelfRole } from './regulator-role.ts';
import { takeBackWhenClosing } from './pool-guard.ts';

/** Requests run as this role: rows of other institutions are not there for it, and cannot be made. It owns nothing. */
export const tenantRole = 'keshi_app';
/** What the process does by itself; the same rights on the rows of all. */
export const platformRole = 'keshi_platform';

/** `within` null: across all institutions. `reads`: asked by somebody who only oversees: of institutions, or of their own account. */
interface Reach { within: readonly string[] | null; reads: 'institutions' | 'account' | null }
const everywhere: Reach = { within: null, reads: null };
const reach = new AsyncLocalStorage<Reach>();
const now = (): Reach => reach.getStore() ?? everywhere;

/** Runs `work` so that every statement in it sees and changes rows of these institutions only; of none where the list is empty. Rows of nobody's (people, accounts, nodes) stay in reach. */
export const withinInstitutions = <T>(institutionIds: readonly string[], work: () => T): T => reach.run({ ...now(), within: [...institutionIds].sort() }, work);

/** For work that is not one institution's, inside a request: whoever calls this has asked for the right before, and says why. */
export const acrossInstitutions = <T>(work: () => T): T => reach.run({ ...now(), within: null }, work);

/** For requests of people who only oversee: every statement in it is refused what regulators do not write themselves (db/regulator-role.ts). */
export const readingOnly = <T>(work: () => T): T => reach.run({ ...now(), reads: 'institutions' }, work);

/** Their own account, password and second factor, and no more. */
export const ownAccountOnly = <T>(work: () => T): T => reach.run({ ...now(), reads: 'account' }, work);

/**
 * For what is done for many at once, which runs in nobody's name: that of people who only oversee is done apart, under their role.
 * `open` makes a batch whose work runs through `as`.
 */
export function readersApart<K, V>(open: (as: <T>(work: () => T) => T) => (key: K) => Promise<V>): (key: K) => Promise<V> {
  const [others, readers] = [open((work) => work()), open(readingOnly)];
  return (key) => (now().reads ? readers : others)(key);
}

const roleOf = ({ within, reads }: Reach): string => {
  if (!reads) return within === null ? platformRole : tenantRole;
  if (within === null) return regulatorAcrossRole;
  return reads === 'account' ? regulatorSelfRole : regulatorRole;
};

/**
 * The same of statements of `em`, which may stand in a transaction within one institution: for what follows for a person from rows of all institutions, such as an instant that was
 * credited elsewhere. What comes out of it must not tell of those rows.
 */
export async function acrossInstitutionsIn<T>(em: Transacting, work: () => Promise<T>): Promise<T> {
  const before = now();
  if (before.within === null || !em.isInTransaction()) return acrossInstitutions(work);
  const actAs = (role: string): Promise<unknown> => em.execute(`select set_config('role', ?, true)`, [role]);
  await actAs(roleOf({ ...before, within: null }));
  try {
    return await acrossInstitutions(work);
  } finally {
    // Where a statement failed the transaction is lost, and its role with it; whoever catches anything else goes on within the institution.
    await actAs(roleOf(before)).catch(() => undefined);
  }
}
interface Transacting { isInTransaction(): boolean; execute(sql: string, values: readonly unknown[]): Promise<unknown> }

const wanted = (): string => {
  const here = now();
  return here.within === null ? roleOf(here) : `${roleOf(here)} ${here.within.join(',')}`;
};

/** What each connection was last made fit for; a new one comes as the platform (db/orm.ts). */
const fitFor = new WeakMap<PoolClient, string>();

async function makeFit(client: PoolClient, wish: string): Promise<void> {
  if ((fitFor.get(client) ?? platformRole) === wish) return;
  const [role = platformRole, institutionIds = ''] = wish.split(' ');
  fitFor.set(client, 'nobody');
  try {
    await client.query(`select set_config('role', $1, false), set_config('keshi.institutions', $2, false)`, [role, institutionIds]);
  } catch (error) {
    // It stands between two institutions: nobody may have it.
    client.release(true);
    throw error;
  }
  fitFor.set(client, wish);
}

type Connected = (error: Error | undefined, client: PoolClient | undefined, release: (error?: unknown) => void) => void;

/** Every connection this pool hands out sees what the asker may see: one statement more where it was somebody else's before. */
export function keepTenantsApart(pool: Pool): void {
  const connect = pool.connect.bind(pool) as () => Promise<PoolClient>;
  const fit = async (one: PoolClient, wish: string): Promise<PoolClient> => {
    if (!pool.ending) await makeFit(one, wish);
    // The pool may have been closed meanwhile.
    takeBackWhenClosing(pool, one);
    return one;
  };
  const fitting = (callback?: Connected): Promise<PoolClient> | void => {
    const wish = wanted();
    const client = connect().then((one) => fit(one, wish));
    if (!callback) return client;
    client.then((one) => callback(undefined, one, (error) => one.release(error as Error | boolean | undefined)), (error: Error) => callback(error, undefined, () => undefined));
  };
  Object.assign(pool, { connect: fitting });
}

/** Tables without the column whose rows are an institution's through another: the condition that finds it. The institution itself is its own. */
const throughOthers: Readonly<Record<string, string>> = {
  institution: 'id = any((select keshi_institutions())::uuid[])',
  // Those of the whole platform, which have no institution, are for whoever runs it.
  ...Object.fromEntries(['connector', 'outbox', 'connector_reconciliation'].map((name) => [name, 'institution_id = any((select keshi_institutions())::uuid[])'])),
  breakout_group: 'exists (select from breakout b where b.id = breakout_id)',
  class_reckoning_learner: 'exists (select from class_reckoning r where r.lesson_id = class_reckoning_learner.lesson_id)',
  // Of all institutions it concerns: each sees its own parts of it in rows of its own.
  inspection: 'institution_ids && (select keshi_institutions())::uuid[]',
  replay_position: 'exists (select from replay r where r.id = replay_id)',
};

/** Of a row that may be nobody's, such as a fact about a person: nobody's are for all. */
const conditionOf = ({ name, nullable }: { name: string; nullable: boolean }): string =>
  throughOthers[name] ?? `${nullable ? 'institution_id is null or ' : ''}institution_id = any((select keshi_institutions())::uuid[])`;

interface Runner { execute<T>(sql: string, values?: readonly unknown[]): Promise<T> }
const tablesSql = `
select c.relname as name, not coalesce(a.attnotnull, true) as nullable from pg_class c
left join pg_attribute a on a.attrelid = c.oid and a.attname = 'institution_id' and not a.attisdropped
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and (a.attname is not null or c.relname = any(?::text[]))
  and not exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'of_institution')
order by c.relname`;

/** Puts every table that has rows of institutions under guard; run after migrations, so that a new table cannot be forgotten. Answers those that were not guarded before. */
export async function guardTables(owner: Runner): Promise<string[]> {
  const open = await owner.execute<{ name: string; nullable: boolean }[]>(tablesSql, [`{${Object.keys(throughOthers).join(',')}}`]);
  for (const table of open) {
    const condition = conditionOf(table);
    await owner.execute(`alter table ${table.name} enable row level security;
      create policy of_institution on ${table.name} to ${tenantRole} using (${condition}) with check (${condition});
      create policy of_platform on ${table.name} to ${platformRole} using (true) with check (true);`);
  }
  return open.map(({ name }) => name);
}
