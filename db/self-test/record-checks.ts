// Checks of what is written down: logs and events that cannot be changed, chains that verify, clocks, integrity of stored data.
import { judged, passed, skipped, failed, type TriedId } from '#domain/self-test/controls.ts';
import { newId } from '#domain/id.ts';
import { appendEvent, platform } from '../orm.ts';
import { verifyStream } from '../queries/event-chain.ts';
import { rootAt, treeSize } from '../queries/evidence-tree.ts';
import { newestHead } from '../queries/tree-heads.ts';
import { hexOf } from '#domain/evidence/tree.ts';
import { addSecurityEntry } from '../queries/security-log.ts';
import { ask, refusedWith } from './context.ts';
import type { Check } from './people-checks.ts';

/** insufficient_privilege: by the role's rights or by the trigger. */
const refusal = '42501';

const securityLogWritten: Check = async (context) => {
  const code = await refusedWith(context, (em) => addSecurityEntry(em, { kind: 'self_test', outcome: 'done', personId: null, institutionId: null, subject: null, address: null }));
  return judged(code === null, code ?? '');
};

/** Each says when, what and how it ended; whoever was logged in stands in it, and where from. What was typed on the machine itself has neither. */
const securityLogWhole: Check = async (context) => {
  const { n, all } = await ask<{ n: number; all: number }>(context,
    `select count(*)::int as all, (count(*) filter (where subject is null or (subject ~ '^(GET|POST|PUT|DELETE) ' and (address is null or (person_id is null and outcome = 'done' and kind not in ('login', 'logout', 'account', 'password'))))))::int as n
     from security_log where at > now() - interval '90 days'`);
  return all === 0 ? skipped('0') : judged(n === 0, `${all - n}/${all}`);
};

const fixedTriggersSql = `
select count(*)::int as n from pg_trigger t where t.tgrelid = ?::regclass and not t.tgisinternal and t.tgenabled in ('O', 'A') and t.tgfoid = 'refuse_change'::regproc`;

/** The app's role may not, and whoever may is stopped by the triggers (one for rows, one for all at once). */
const fixed = (table: 'event' | 'event_link' | 'security_log'): Check => async (context) => {
  const tries = [`update ${table} set ${table === 'security_log' ? 'kind = kind' : 'stream = stream'} where false`, `delete from ${table} where false`, `truncate ${table}`];
  const through: string[] = [];
  for (const sql of tries) if (await refusedWith(context, (em) => em.execute(sql)) !== refusal) through.push(sql.split(' ')[0]!);
  const { n } = await ask<{ n: number }>(context, fixedTriggersSql, [table]);
  return judged(through.length === 0 && n >= 2, [table, ...through, `triggers ${n}`].join(' '));
};

/** A row of its own is changed and deleted, in a transaction that is taken back. */
const eventsFixed: Check = async (context) => {
  const id = newId();
  const added = await refusedWith(context, (em) => appendEvent(em, platform, `node:${id}`, 'selftest:tried', context.now(), {}));
  if (added !== null) return failed(`insert ${added}`);
  for (const table of ['event', 'event_link'] as const) {
    const found = await fixed(table)(context);
    if (found.state !== 'pass') return found;
  }
  return passed('event, event_link');
};

const securityLogFixed: Check = async (context) => {
  const found = await fixed('security_log')(context);
  const { reads } = await ask<{ reads: boolean }>(context, `select has_table_privilege('keshi_app', 'security_log', 'select') as reads`);
  return reads ? failed('keshi_app: select') : found;
};

/** Asked to drop a month that is too young the database refuses; and the months ahead have their tables. */
const securityLogKept: Check = async (context) => {
  const code = await refusedWith(context, (em) => em.execute('select drop_security_log_before(current_date)'));
  const { months } = await ask<{ months: number }>(context, `select count(*)::int as months from pg_inherits where inhparent = 'security_log'::regclass`);
  return judged(code === 'P0001' && months > 1, `6 / ${months}`);
};

const sampleSize = 20;
const chainVerifies: Check = async (context) => {
  const em = context.orm.em.fork();
  const streams = await em.execute<{ stream: string }[]>(`select stream from (select stream, max(position) as n from event_link group by stream) s order by n desc, random() limit ${sampleSize}`);
  for (const { stream } of streams) {
    const { ok, fault } = await verifyStream(em, stream);
    if (!ok) return failed(`${stream}: ${fault?.reason} ${fault?.position}`);
  }
  return streams.length === 0 ? skipped('0') : passed(String(streams.length));
};

const headHours = 26;
/** The newest head is of today or yesterday, and the log of its size has its root. */
const headSigned: Check = async (context) => {
  const em = context.orm.em.fork();
  const head = await newestHead(em);
  const size = await treeSize(em);
  if (!head) return size === 0 ? skipped('0') : failed(`0 / ${size}`);
  const ageHours = (context.now().getTime() - Date.parse(head.at)) / 3_600_000;
  const same = hexOf(await rootAt(em, head.size)) === head.root;
  // A log that did not grow is not signed again.
  return judged(same && (ageHours < headHours || size === head.size), `${head.size}/${size}, ${Math.round(ageHours)} h${same ? '' : ', root'}`);
};

const lateMinutes = 10;
/** Ids grow with time: those of the last minutes may still wait. */
const chainKeepsUp: Check = async (context) => {
  const { n } = await ask<{ n: number }>(context,
    `select count(*)::int as n from event e where e.at < now() - interval '${lateMinutes} minutes' and e.at > now() - interval '7 days' and not exists (select from event_link l where l.event_id = e.id)`);
  return judged(n === 0, String(n));
};

const mostSkewMs = 1_000;
const clockSkew: Check = async (context) => {
  const asked = Date.now();
  const { ms } = await ask<{ ms: number }>(context, `select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`);
  const answered = Date.now();
  const skew = Math.round(ms - (asked + answered) / 2);
  // What the process takes for now may be moved by whoever started it.
  const own = Math.round(context.now().getTime() - answered);
  return judged(Math.abs(skew) <= mostSkewMs + (answered - asked) && Math.abs(own) <= mostSkewMs, `${skew} ms / ${own} ms`);
};

const numbersSealed: Check = async (context) => {
  const { n, all } = await ask<{ n: number; all: number }>(context,
    `select count(*)::int as all, (count(*) filter (where position('*' in number_mask) = 0 or length(number_hash) <> 32 or (phone_mask is not null and position('*' in phone_mask) = 0)))::int as n from identity`);
  return all === 0 ? skipped('0') : judged(n === 0, `${all - n}/${all}`);
};

const checksums: Check = async (context) => {
  const { on, fsync, pages } = await ask<{ on: string; fsync: string; pages: string }>(context, `select current_setting('data_checksums') as on, current_setting('fsync') as fsync, current_setting('full_page_writes') as pages`);
  return judged(on === 'on' && fsync === 'on' && pages === 'on', `data_checksums ${on}, fsync ${fsync}, full_page_writes ${pages}`);
};

/** Text that would be a command stays text. */
const inputChecked: Check = async (context) => {
  const evil = `'; drop table event; --`;
  const { same } = await ask<{ same: boolean }>(context, 'select ?::text = ? as same', [evil, evil]);
  const { there } = await ask<{ there: boolean }>(context, `select to_regclass('event') is not null as there`);
  return judged(same && there, '');
};

export const recordChecks = {
  securityLogWritten, securityLogWhole, securityLogFixed, securityLogKept, eventsFixed, chainVerifies, headSigned, chainKeepsUp, clockSkew, numbersSealed, checksums, inputChecked,
} satisfies Partial<Record<TriedId, Check>>;
