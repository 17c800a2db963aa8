// What whoever runs the platform does with supervision connectors, from the page and from the command alike: each a fact of the platform.
import { randomBytes } from 'node:crypto';
import type { ConnectorAdded, ConnectorBody } from '#contracts/connector-routes.ts';
import { isWebhook, kindsOf, webhookMapping } from '#domain/connector/mapping.ts';
import { shanghaiDay, shanghaiInstant } from '#domain/day.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import type { Mappings } from '#runtime/connector-mappings.ts';
import { outwardFault } from '#runtime/outward-address.ts';
import { appendEvent, unitOfWork, type EntityManager, type Orm } from '../orm.ts';
import type { Vault } from '../vault.ts';
import { askDay } from './connector-days.ts';
import { arrayOf } from './lesson-access.ts';

/** Who does it: null where it is done at the machine itself. */
export interface Doing { orm: Orm; now: Date; personId: string | null }
export interface Adding extends Doing { vault: Vault; mappings: Mappings; allowInward: boolean }

/** The beginning of a day in Shanghai. Throws connector_day for what no calendar has, and for a day to come. */
export function dayBegin(day: string, now: Date): Date {
  const at = shanghaiInstant(day, '00:00');
  if (!at) throw new DomainError('connector_day', `${day} is no day`);
  if (day > shanghaiDay(now)) throw new DomainError('connector_day', `${day} is yet to come`);
  return at;
}

const secretBytes = 32;
/** Sends what is recorded from now on, and since `from` where it names a day. Throws connector_address, connector_mapping, connector_day, connector_double, not_found. */
export async function addConnector({ orm, vault, mappings, allowInward, now, personId }: Adding, body: ConnectorBody): Promise<ConnectorAdded> {
  const fault = outwardFault(body.address, allowInward);
  if (fault) throw new DomainError('connector_address', `the address cannot be sent to: ${fault}`);
  const mapping = mappings.byName.get(body.mapping);
  if (!mapping || (isWebhook(mapping) && body.institutionId === null)) throw new DomainError('connector_mapping', `there is no usable mapping ${body.mapping}`);
  const from = body.from === null ? null : dayBegin(body.from, now);
  const [connectorId, secret] = [newId(), body.secret ?? randomBytes(secretBytes).toString('base64url')];
  const { institutionId } = body;
  await unitOfWork(orm, { personId, institutionId }, async (em) => {
    await em.execute(`select pg_advisory_xact_lock(hashtextextended('keshi:connectors', 0))`);
    if (institutionId !== null && (await em.execute<unknown[]>('select 1 from institution where id = ?', [institutionId])).length === 0) throw new DomainError('not_found', 'no such institution');
    const double = await em.execute<unknown[]>('select 1 from connector where address = ? and mapping = ? and institution_id is not distinct from ? and ended_at is null', [body.address, mapping.name, institutionId]);
    if (double.length > 0) throw new DomainError('connector_double', 'the same is sent there already');
    await em.execute(
      `insert into connector (id, institution_id, name, address, mapping, takes, sealed_secret, key_version, created_at, created_by, refill_from, refill_to)
       values (?, ?, ?, ?, ?, array(select jsonb_array_elements_text(?::jsonb)), ?, ?, now(), ?, ?::timestamptz, case when ?::timestamptz is null then null else now() end)`,
      [connectorId, institutionId, body.name.trim(), body.address, mapping.name, JSON.stringify(kindsOf(mapping)), vault.sealField({ personId: connectorId, field: 'connector' }, secret), vault.keyVersion, personId, from, from]);
    await appendEvent(em, { personId, institutionId }, `connector:${connectorId}`, 'connector:added', now, { connectorId, mapping: mapping.name, from: body.from });
  });
  return { connectorId, secret };
}

/** With the connector's row held. Throws not_found. */
async function change({ orm, now, personId }: Doing, id: string, work: (em: EntityManager, row: Row) => Promise<{ type: string; payload: Record<string, unknown> } | null>): Promise<void> {
  const [known] = await orm.em.fork().execute<Row[]>('select institution_id from connector where id = ?', [id]);
  if (!known) throw new DomainError('not_found', 'no such connector');
  const actor = { personId, institutionId: known.institution_id };
  await unitOfWork(orm, actor, async (em) => {
    const [row] = await em.execute<Row[]>('select institution_id, paused_at, refill_from from connector where id = ? for update', [id]);
    const fact = await work(em, row!);
    if (fact) await appendEvent(em, actor, `connector:${id}`, fact.type, now, { connectorId: id, ...fact.payload });
  });
}
interface Row { institution_id: string | null; paused_at: string | null; refill_from: string | null }

/** Asked again it changes nothing. Resumed it is tried at once. */
export const pauseConnector = (doing: Doing, id: string, paused: boolean): Promise<void> => change(doing, id, async (em, row) => {
  if ((row.paused_at !== null) === paused) return null;
  await em.execute('update connector set paused_at = case when ? then now() end, next_at = null where id = ?', [paused, id]);
  // Since when it is not reached is counted anew.
  if (!paused) await em.execute('update connector set trouble_at = now() where id = ? and trouble is not null', [id]);
  return { type: paused ? 'connector:paused' : 'connector:resumed', payload: {} };
});

const webhookDays = 5;
/** A webhook that has taken nothing for five days is paused, as a fact of the platform; answers whether it was. */
export async function pauseUnreached(doing: Doing, id: string): Promise<boolean> {
  let done = false;
  await change(doing, id, async (em) => {
    const rows = await em.execute<unknown[]>(`update connector set paused_at = now() where id = ? and mapping = ? and paused_at is null and trouble_at < now() - interval '${webhookDays} days' returning 1`, [id, webhookMapping]);
    done = rows.length > 0;
    return done ? { type: 'connector:paused', payload: { reason: 'unreached' } } : null;
  });
  return done;
}

const againSql = `update outbox set state = 'waiting', refusals = 0, next_at = null where connector_id = ?`;
/** What was put aside waits again: these facts, or all. */
export const sendDeadAgain = (doing: Doing, id: string, factIds: readonly string[] | null): Promise<void> => change(doing, id, async (em) => {
  const rows = await em.execute<unknown[]>(`${againSql} and state = 'dead' and (?::uuid[] is null or fact_id = any(?::uuid[])) returning 1`, [id, factIds && arrayOf(factIds), factIds && arrayOf(factIds)]);
  await em.execute('update connector set next_at = null where id = ?', [id]);
  return rows.length > 0 ? { type: 'connector:sentAgain', payload: { facts: rows.length } } : null;
});

/** Everything recorded since the beginning of that day goes out again under the same ids; the worker gathers it day by day. Throws connector_day, connector_replaying. */
export const replayFrom = (doing: Doing, id: string, day: string): Promise<void> => {
  const from = dayBegin(day, doing.now);
  return change(doing, id, async (em, row) => {
    if (row.refill_from !== null) throw new DomainError('connector_replaying', 'what is to be sent is still being gathered');
    await em.execute('update outbox set replay = false where connector_id = ? and replay', [id]);
    await em.execute('update connector set refill_from = ?::timestamptz, refill_to = now(), replay_from = ?::date, replay_at = now(), replay_facts = 0, next_at = null where id = ?', [from, day, id]);
    return { type: 'connector:replayed', payload: { from: day } };
  });
};

/** Throws connector_day. Answers the id of the comparison, which the worker makes. */
export async function askReconciliation(doing: Doing, id: string, day: string): Promise<string> {
  dayBegin(day, doing.now);
  let asked = '';
  await change(doing, id, async (em, row) => {
    asked = await askDay(em, { connectorId: id, institutionId: row.institution_id, day, personId: doing.personId });
    await em.execute('update connector set next_at = null where id = ?', [id]);
    return null;
  });
  return asked;
}

/** What a comparison found missing or altered there waits again. What they have and were never sent is theirs to explain. Throws not_found. */
export const mendReconciliation = (doing: Doing, id: string, reconciliationId: string): Promise<void> => change(doing, id, async (em) => {
  const [found] = await em.execute<{ ids: string[] }[]>(
    `select array(select d ->> 'factId' from jsonb_array_elements(differences) d where d ->> 'way' <> 'unknown') as ids from connector_reconciliation where id = ? and connector_id = ?`, [reconciliationId, id]);
  if (!found) throw new DomainError('not_found', 'no such comparison');
  const rows = await em.execute<unknown[]>(`${againSql} and state <> 'waiting' and fact_id = any(?::uuid[]) returning 1`, [id, arrayOf(found.ids)]);
  return rows.length > 0 ? { type: 'connector:sentAgain', payload: { reconciliationId, facts: rows.length } } : null;
});

/** At once and for good: it takes nothing more, and what waits is not sent. */
export const endWebhook = (doing: Doing, id: string): Promise<void> => change(doing, id, async (em) => {
  const rows = await em.execute<unknown[]>(`update connector set ended_at = now(), paused_at = coalesce(paused_at, now()), takes = '{}', refill_from = null where id = ? and mapping = ? and ended_at is null returning 1`, [id, webhookMapping]);
  return rows.length > 0 ? { type: 'connector:ended', payload: {} } : null;
});
