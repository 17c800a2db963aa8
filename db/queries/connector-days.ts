// Reconciliations: which days are to be compared, what this side has of a day, and what came of it.
import type { Difference, HeldFact, KindSums } from '#domain/connector/reconciliation.ts';
import { newId } from '#domain/id.ts';
import { appendEvent, type EntityManager } from '../orm.ts';

export interface AskedDay { id: string; day: string; askedAt: Date }

/** Comparisons somebody asked for, oldest first. */
export const askedDays = async (em: EntityManager, connectorId: string): Promise<AskedDay[]> => (await em.execute<{ id: string; day: string; asked_at: string }[]>(
  `select id, to_char(day, 'YYYY-MM-DD') as day, asked_at from connector_reconciliation where connector_id = ? and outcome = 'asked' order by asked_at, id`, [connectorId],
)).map(({ id, day, asked_at: at }) => ({ id, day, askedAt: new Date(at) }));

const longestBackDays = 35;
/**
 * Asks for every day of the last five weeks that is over for an hour, of which nothing waits, and of which something was sent since it was compared last: each day once by itself, and again
 * after a replay. One that failed is asked again an hour later.
 */
export async function askDueDays(em: EntityManager, connectorId: string, institutionId: string | null): Promise<void> {
  const days = await em.execute<{ day: string }[]>(
    `select to_char(o.day, 'YYYY-MM-DD') as day from outbox o where o.connector_id = ? and o.day < outbox_day(now() - interval '1 hour') and o.day >= outbox_day(now()) - ${longestBackDays} group by o.connector_id, o.day
     having bool_and(o.state <> 'waiting') and max(o.sent_at) > coalesce((select max(r.asked_at) from connector_reconciliation r where r.connector_id = o.connector_id and r.day = o.day
         and (r.outcome in ('same', 'differs') or r.asked_at > now() - interval '1 hour')), '-infinity') order by o.day`, [connectorId]);
  for (const { day } of days) await askDay(em, { connectorId, institutionId, day, personId: null });
}

/** Put down as asked; the worker does it. Answers its id. */
export async function askDay(em: EntityManager, { connectorId, institutionId, day, personId }: { connectorId: string; institutionId: string | null; day: string; personId: string | null }): Promise<string> {
  const id = newId();
  await em.execute(`insert into connector_reconciliation (id, connector_id, institution_id, day, asked_at, asked_by, outcome) values (?, ?, ?, ?::date, clock_timestamp(), ?, 'asked')`, [id, connectorId, institutionId, day, personId]);
  return id;
}

/** By kind. `underway`: not known to be theirs, or put aside: whether they have it is no difference. */
export interface OwnDay { facts: HeldFact[]; underway: Set<string> }
export async function ownDay(em: EntityManager, connectorId: string, day: string): Promise<Map<string, OwnDay>> {
  const rows = await em.execute<{ kind: string; fact_id: string; state: string; hash: string | null }[]>(
    `select kind, fact_id, state, encode(hash, 'hex') as hash from outbox where connector_id = ? and day = ?::date order by kind, fact_id`, [connectorId, day]);
  const found = new Map<string, OwnDay>();
  for (const { kind, fact_id: id, state, hash } of rows) {
    const own = found.get(kind) ?? { facts: [], underway: new Set<string>() };
    if (state === 'sent' && hash) own.facts.push({ id, hash });
    else own.underway.add(id);
    found.set(kind, own);
  }
  return found;
}

export type DayOutcome = { outcome: 'same' | 'differs'; kinds: KindSums[]; differences: Difference[] } | { outcome: 'failed'; code: string };
/** Differences are kept by name up to this many; how many there are is kept always. */
export const mostDifferences = 1000;

export async function settleDay(em: EntityManager, of: { connectorId: string; institutionId: string | null }, { id, day }: AskedDay, result: DayOutcome, at: Date): Promise<void> {
  const { kinds, differences, code } = result.outcome === 'failed' ? { kinds: [], differences: [], code: result.code } : { ...result, code: null };
  const rows = await em.execute<{ id: string }[]>(
    `update connector_reconciliation set outcome = ?, code = ?, kinds = ?::jsonb, differences = ?::jsonb, difference_count = ?, settled_at = clock_timestamp() where id = ? and outcome = 'asked' returning id`,
    [result.outcome, code, JSON.stringify(kinds), JSON.stringify(differences.slice(0, mostDifferences)), differences.length, id]);
  if (rows.length === 0) return;
  await appendEvent(em, { personId: null, institutionId: of.institutionId }, `connector:${of.connectorId}`, 'connector:reconciled', at, { connectorId: of.connectorId, day, outcome: result.outcome, differences: differences.length, code });
}
