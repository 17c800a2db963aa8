// Supervision connectors as whoever runs the platform sees them: figures, what was put aside, what was compared.
import type { Connector, DeadFacts, Reconciliation } from '#contracts/connector-routes.ts';
import { timeLeftMs } from '#domain/connector/delivery.ts';
import { webhookMapping } from '#domain/connector/mapping.ts';
import type { EntityManager } from '../orm.ts';

interface Row {
  id: string; name: string; institution_id: string | null; institution_name: string | null; address: string; mapping: string; takes: string[]; created_at: string; paused_at: string | null; waiting: number; sent: string; dead: number;
  oldest_ms: number | null; trouble: string | null; trouble_at: string | null; next_at: string | null; failures: number; answered_at: string | null;
  replay_from: string | null; replay_at: string | null; replay_facts: string; replay_left: number; preparing: boolean; replay_ms: number | null; last: LastRow | null;
}
interface LastRow { id: string; day: string; asked_at: string; settled_at: string | null; outcome: Reconciliation['outcome']; code: string | null; difference_count: number }

const iso = (at: string): string => new Date(at).toISOString();
const isoOr = (at: string | null): string | null => at && iso(at);
const lastOf = (row: LastRow): NonNullable<Connector['reconciliation']> =>
  ({ reconciliationId: row.id, day: row.day, askedAt: iso(row.asked_at), settledAt: isoOr(row.settled_at), outcome: row.outcome, code: row.code, differenceCount: row.difference_count });

function replayOf(row: Row): Connector['replay'] {
  if (row.replay_from === null || row.replay_at === null) return null;
  const [facts, left] = [Number(row.replay_facts), row.replay_left];
  return { from: row.replay_from, beganAt: iso(row.replay_at), facts, left: Math.min(left, facts), preparing: row.preparing, leftMs: row.preparing ? null : timeLeftMs({ facts, left: Math.min(left, facts), sinceMs: row.replay_ms ?? 0 }) };
}

const viewOf = (row: Row, found: ReadonlySet<string>): Connector => ({
  connectorId: row.id, name: row.name, institutionId: row.institution_id, institutionName: row.institution_name, address: row.address, mapping: row.mapping, mappingFound: found.has(row.mapping), kinds: row.takes,
  createdAt: iso(row.created_at), pausedAt: isoOr(row.paused_at), waiting: row.waiting, sent: Number(row.sent), dead: row.dead, oldestMs: row.oldest_ms === null ? null : Math.max(0, row.oldest_ms),
  trouble: row.trouble, troubleAt: isoOr(row.trouble_at), nextAt: isoOr(row.next_at), failures: row.failures, answeredAt: isoOr(row.answered_at), replay: replayOf(row), reconciliation: row.last && lastOf(row.last),
});

/** Waiting and dead by their own indexes; how many were sent is counted as they are sent. */
const listSql = `
select c.id, c.name, c.institution_id, i.name as institution_name, c.address, c.mapping, c.takes, c.created_at, c.paused_at, c.sent, c.trouble, c.trouble_at, c.next_at, c.failures, c.answered_at,
  to_char(c.replay_from, 'YYYY-MM-DD') as replay_from, c.replay_at, c.replay_facts, c.refill_from is not null as preparing, extract(epoch from now() - c.replay_at)::float8 * 1000 as replay_ms,
  (select count(*)::int from outbox o where o.connector_id = c.id and o.state = 'waiting') as waiting, (select count(*)::int from outbox o where o.connector_id = c.id and o.state = 'dead') as dead,
  (select count(*)::int from outbox o where o.connector_id = c.id and o.state = 'waiting' and o.replay) as replay_left,
  (select extract(epoch from now() - o.at)::float8 * 1000 from outbox o where o.connector_id = c.id and o.state = 'waiting' and not o.replay order by o.sequence limit 1) as oldest_ms,
  (select json_build_object('id', r.id, 'day', to_char(r.day, 'YYYY-MM-DD'), 'asked_at', r.asked_at, 'settled_at', r.settled_at, 'outcome', r.outcome, 'code', r.code, 'difference_count', r.difference_count)
    from connector_reconciliation r where r.connector_id = c.id order by r.asked_at desc, r.id desc limit 1) as last
from connector c left join institution i on i.id = c.institution_id`;

/** Those of platforms: webhooks are their institutions'. `found`: names of the mappings there are. */
export async function listConnectors(em: EntityManager, found: ReadonlySet<string>): Promise<Connector[]> {
  return (await em.execute<Row[]>(`${listSql} where c.mapping <> '${webhookMapping}' order by c.created_at, c.id`)).map((row) => viewOf(row, found));
}
/** What an institution's own programs are told. */
export async function webhooksOf(em: EntityManager, institutionId: string): Promise<Connector[]> {
  return (await em.execute<Row[]>(`${listSql} where c.mapping = '${webhookMapping}' and c.institution_id = ? and c.ended_at is null order by c.created_at, c.id`, [institutionId])).map((row) => viewOf(row, new Set([webhookMapping])));
}
export async function connectorById(em: EntityManager, id: string, found: ReadonlySet<string>): Promise<Connector | null> {
  const [row] = await em.execute<Row[]>(`${listSql} where c.id = ?`, [id]);
  return row ? viewOf(row, found) : null;
}

const mostDead = 200;
export async function deadFacts(em: EntityManager, connectorId: string): Promise<DeadFacts['facts']> {
  const rows = await em.execute<{ fact_id: string; sequence: string | null; kind: string; subject_id: string; at: string; code: string | null; refusals: number }[]>(
    `select fact_id, sequence, kind, subject_id, at, code, refusals from outbox where connector_id = ? and state = 'dead' order by sequence desc limit ${mostDead}`, [connectorId]);
  return rows.map((row) => ({ factId: row.fact_id, sequence: row.sequence === null ? null : Number(row.sequence), kind: row.kind, subject: row.subject_id, at: iso(row.at), code: row.code ?? '', refusals: row.refusals }));
}

const mostShown = 60;
export async function reconciliationsOf(em: EntityManager, connectorId: string): Promise<Reconciliation[]> {
  const rows = await em.execute<(LastRow & Pick<Reconciliation, 'kinds' | 'differences'>)[]>(
    `select id, to_char(day, 'YYYY-MM-DD') as day, asked_at, settled_at, outcome, code, difference_count, kinds, differences from connector_reconciliation where connector_id = ? order by asked_at desc, id desc limit ${mostShown}`, [connectorId]);
  return rows.map((row) => ({ ...lastOf(row), kinds: row.kinds, differences: row.differences }));
}

/** Of those that are not paused: how long one is in trouble, in how many facts the last comparison of each of the last five weeks' days differs, and what was put aside. */
export async function connectorTroubles(em: EntityManager): Promise<{ name: string; stuckMs: number | null; differs: number; dead: number }[]> {
  return em.execute(
    `select c.name, extract(epoch from now() - c.trouble_at)::float8 * 1000 as "stuckMs", (select count(*)::int from outbox o where o.connector_id = c.id and o.state = 'dead') as dead,
       coalesce((select sum(l.difference_count)::int from (select distinct on (r.day) r.outcome, r.difference_count from connector_reconciliation r where r.connector_id = c.id and r.day > current_date - 35 and r.outcome in ('same', 'differs')
         order by r.day, r.asked_at desc) l where l.outcome = 'differs'), 0) as differs
     from connector c where c.paused_at is null order by c.name, c.id`);
}
