// The outbox as whoever delivers it sees it: whose turn it is, the next facts in order, and what became of them.
import { refusalsUntilDead, type Refused } from '#domain/connector/delivery.ts';
import type { EntityManager } from '../orm.ts';
import { arrayOf } from './lesson-access.ts';

/** A connector that is held by this lease: nobody else sends meanwhile. */
export interface HeldConnector {
  id: string; institution_id: string | null; address: string; mapping: string; takes: string[]; sealed_secret: Buffer; failures: number; refill_from: string | null; replay_from: string | null;
  /** Its line is not to be tried yet. */
  resting: boolean; sweep_due: boolean;
}
const sweepEvery = `interval '1 hour'`;

/** Connectors with something to do now that nobody holds. By the database's clock; a handful of index looks each. */
export const connectorsDue = async (em: EntityManager): Promise<string[]> => (await em.execute<{ id: string }[]>(
  `select c.id from connector c where c.paused_at is null and (c.leased_until is null or c.leased_until < now()) and (c.refill_from is not null or c.swept_at is null or c.swept_at < now() - ${sweepEvery}
     or ((c.next_at is null or c.next_at <= now()) and (exists (select from outbox o where o.connector_id = c.id and o.sequence is null) or exists (select from connector_reconciliation r where r.connector_id = c.id and r.outcome = 'asked')
       or exists (select from (select o.next_at from outbox o where o.connector_id = c.id and o.state = 'waiting' order by o.sequence limit 1) first where first.next_at is null or first.next_at <= now())))) order by c.id`)).map(({ id }) => id);

/** Takes it, or holds it longer; null where somebody else has it, or it was paused. */
export async function holdConnector(em: EntityManager, id: string, lease: string, leaseMs: number): Promise<HeldConnector | null> {
  const [held] = await em.execute<HeldConnector[]>(
    `update connector set lease = ?, leased_until = now() + ? * interval '1 millisecond' where id = ? and paused_at is null and (lease = ? or leased_until is null or leased_until < now())
     returning id, institution_id, address, mapping, takes, sealed_secret, failures, refill_from, to_char(replay_from, 'YYYY-MM-DD') as replay_from, coalesce(next_at > now(), false) as resting,
       swept_at is null or swept_at < now() - ${sweepEvery} as sweep_due`, [lease, leaseMs, id, lease]);
  return held ?? null;
}
export const letConnectorGo = (em: EntityManager, id: string, lease: string): Promise<unknown> => em.execute('update connector set lease = null, leased_until = null where id = ? and lease = ?', [id, lease]);

/** What the mapping names now: read by the triggers from then on. */
export const retake = (em: EntityManager, id: string, takes: readonly string[]): Promise<unknown> => em.execute('update connector set takes = array(select jsonb_array_elements_text(?::jsonb)) where id = ?', [JSON.stringify(takes), id]);

const numberedAtOnce = 20_000;
/** Gives facts that came in their numbers, in the order in which they came; whoever calls holds the connector. */
export async function numberFacts(em: EntityManager, id: string): Promise<void> {
  await em.execute(
    `with fresh as (select fact_id, row_number() over (order by queued) as place from outbox where connector_id = ? and sequence is null order by queued limit ${numberedAtOnce}),
       last as (update connector set last_sequence = last_sequence + (select count(*) from fresh) where id = ? returning last_sequence - (select count(*) from fresh) as before)
     update outbox o set sequence = last.before + fresh.place from fresh, last where o.connector_id = ? and o.fact_id = fresh.fact_id`, [id, id, id]);
}

export interface Taken { factIds: readonly string[]; hashes: readonly string[]; receipt: string | null }
/** Facts the platform has said it has. `hashes` in the order of `factIds`, hexadecimal. */
export async function settleSent(em: EntityManager, id: string, { factIds, hashes, receipt }: Taken): Promise<void> {
  await em.execute(
    `with fresh as (select count(*) as facts from outbox where connector_id = ? and fact_id = any(?::uuid[]) and sent_at is null),
     theirs as (update outbox o set state = 'sent', attempts = attempts + 1, sent_at = now(), receipt = ?, code = null, next_at = null, replay = false, hash = decode(s.hash, 'hex')
       from unnest(?::uuid[], ?::text[]) as s(fact_id, hash) where o.connector_id = ? and o.fact_id = s.fact_id returning 1)
     update connector set sent = sent + (select facts from fresh), failures = 0, next_at = null, trouble = null, trouble_at = null, answered_at = now() where id = ?`,
    [id, arrayOf(factIds), receipt, arrayOf(factIds), arrayOf(hashes), id, id]);
}

/** Refused by name: tried again after the pause, put aside after the last time. */
export async function settleRefused(em: EntityManager, id: string, refused: readonly Refused[], pauseMs: number): Promise<void> {
  await em.execute(
    `update outbox o set attempts = attempts + 1, refusals = refusals + 1, code = s.code, next_at = now() + ? * interval '1 millisecond', state = case when refusals + 1 >= ${refusalsUntilDead} then 'dead' else 'waiting' end,
       replay = replay and refusals + 1 < ${refusalsUntilDead} from jsonb_to_recordset(?::jsonb) as s(id uuid, code text) where o.connector_id = ? and o.fact_id = s.id`, [pauseMs, JSON.stringify(refused), id]);
  await em.execute('update connector set failures = 0, next_at = null, trouble = null, trouble_at = null, answered_at = now() where id = ?', [id]);
}

/** Not to be sent as they are: put aside at once. */
export const settleUnfit = (em: EntityManager, id: string, unfit: readonly Refused[]): Promise<unknown> => em.execute(
  `update outbox o set state = 'dead', code = s.code, next_at = null, replay = false from jsonb_to_recordset(?::jsonb) as s(id uuid, code text) where o.connector_id = ? and o.fact_id = s.id`, [JSON.stringify(unfit), id]);

/** The line, the platform or a setting is at fault: everything stays, and is tried after the pause. */
export async function settleLater(em: EntityManager, id: string, code: string, pauseMs: number, factIds: readonly string[] = []): Promise<void> {
  if (factIds.length > 0) await em.execute('update outbox set attempts = attempts + 1 where connector_id = ? and fact_id = any(?::uuid[])', [id, arrayOf(factIds)]);
  await em.execute(`update connector set failures = failures + 1, next_at = now() + ? * interval '1 millisecond', trouble = ?, trouble_at = coalesce(trouble_at, now()) where id = ?`, [pauseMs, code, id]);
}

/** Finds what was recorded of late and is not in the outbox: written by a transaction that began before the connector was there. Answers how many. */
export async function sweepOutbox(em: EntityManager, id: string): Promise<number> {
  const [row] = await em.execute<{ found: number }[]>(
    `with swept as (update connector set swept_at = now() where id = ? returning created_at) select refill_outbox(?, greatest(now() - 2 * ${sweepEvery}, created_at - interval '5 minutes')) as found from swept`, [id, id]);
  return row?.found ?? 0;
}

/**
 * One day of what is still to be looked through: facts the outbox does not have come in and, in a replay, those that were sent or put aside wait again under their ids and numbers. Answers how
 * many wait now of that day because of it. In the caller's transaction: a day is done or not.
 */
export async function refillDay(em: EntityManager, id: string): Promise<number> {
  const [step] = await em.execute<{ since: string; until: string; last: boolean; again: boolean }[]>(
    `select refill_from as since, least(refill_to, (outbox_day(refill_from) + 1)::timestamp at time zone 'Asia/Shanghai') as until, refill_to <= (outbox_day(refill_from) + 1)::timestamp at time zone 'Asia/Shanghai' as last,
       replay_from is not null as again from connector where id = ? and refill_from is not null for update`, [id]);
  if (!step) return 0;
  const { since, until, again } = step;
  const [added] = await em.execute<{ count: number }[]>('select refill_outbox(?, ?::timestamptz, ?::timestamptz, ?) as count', [id, since, until, again]);
  const repeated = again ? await em.execute<{ fact_id: string }[]>(
    `update outbox set state = 'waiting', replay = true, refusals = 0, next_at = null where connector_id = ? and day = outbox_day(?::timestamptz) and not replay returning fact_id`, [id, since]) : [];
  const waiting = (added?.count ?? 0) + repeated.length;
  await em.execute(
    `update connector set refill_from = case when ? then null else ?::timestamptz end, refill_to = case when ? then null else refill_to end, replay_facts = replay_facts + ? where id = ?`,
    [step.last, until, step.last, again ? waiting : 0, id]);
  return waiting;
}
