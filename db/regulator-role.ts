// What a person who only oversees runs as, in requests and in classrooms: a role that reads what requests may read and writes what regulators themselves write, and nothing else (decisions 088, 099).
interface Runner { execute<T>(sql: string, values?: readonly unknown[]): Promise<T> }

/** Within institutions, across them where a handler asks for that, and for one's own account. They own nothing. */
export const regulatorRole = 'keshi_regulator';
export const regulatorAcrossRole = 'keshi_regulator_across';
export const regulatorSelfRole = 'keshi_regulator_self';

/** By table: what they put down themselves. Nothing of lessons, presence, checks, hours, exams or people; nothing is deleted. */
const writes: Readonly<Record<string, string>> = {
  event: 'insert', look: 'insert',
  // Watching a film: who watches, and how far.
  viewing: 'insert, update', replay_position: 'insert, update',
  // Files of the ledger they ask for.
  ledger_export: 'insert, update',
  // Opening a cohort where the rules ask for the authority.
  cohort_opening: 'insert, update', cohort_move: 'insert', cohort: 'update (opening)',
  // Policies, jobs and the authority's material.
  corner_post: 'insert, update', corner_resource: 'insert, update',
  // What they have kept beyond its time.
  legal_hold: 'insert, update',
  // Their own: reports of trouble, a feed of their calendar, notices they read; notices of what they decided.
  // Their own seat in a class they look into; a policy lets them have seats of observers alone (migration 0062).
  connection: 'insert, update (left_at, left_reason, last_seen_at, visible)',
  help_ticket: 'insert, update', help_post: 'insert', calendar_feed: 'insert, update', notice: 'insert, update',
};
/** Beside what that role may: being logged in, password and language, second factor, consents, and asking for what is stored of oneself. */
const ownWrites: Readonly<Record<string, string>> = {
  login_session: 'insert, update, delete', account: 'update (password_hash, locale)', second_factor: 'insert, update, delete', recovery_code: 'insert, update, delete', consent: 'insert', deletion_request: 'insert',
};
/** Inspections are theirs (decision 085), whatever tables they come to have. */
const theirs = '^inspection';

const rightsSql = `
select c.relname as name, case when c.relname ~ ? then 'insert, update' end as whole
from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and has_table_privilege('keshi_app', c.oid, 'select') order by 1`;

/** Run after migrations, so that a new table can be read and not written. Tables are named by the catalogue alone. */
export async function grantRegulator(owner: Runner): Promise<void> {
  const tables = await owner.execute<{ name: string; whole: string | null }[]>(rightsSql, [theirs]);
  await owner.execute(`grant usage on schema public to ${regulatorRole}; revoke all on all tables in schema public from ${regulatorRole}, ${regulatorSelfRole}`);
  for (const { name, whole } of tables) {
    const rights = ['select', ...[whole ?? writes[name] ?? []].flat()];
    await owner.execute(`grant ${rights.join(', ')} on ${name} to ${regulatorRole}`);
    if (ownWrites[name]) await owner.execute(`grant ${ownWrites[name]} on ${name} to ${regulatorSelfRole}`);
  }
}

const guardedSql = `
select p.polrelid::regclass::text as name, p.polname as policy, array_to_string(array(select r.rolname from pg_roles r where r.oid = any(p.polroles)), ',') as roles
from pg_policy p where p.polname in ('of_institution', 'of_platform')`;

/** The same walls between institutions as for everybody else. */
export async function guardRegulator(owner: Runner): Promise<void> {
  for (const { name, policy, roles } of await owner.execute<{ name: string; policy: string; roles: string }[]>(guardedSql)) {
    const wanted = policy === 'of_institution' ? regulatorRole : regulatorAcrossRole;
    if (!roles.split(',').includes(wanted)) await owner.execute(`alter policy ${policy} on ${name} to ${roles}, ${wanted}`);
  }
}
