// Comparing days with a real server: a planted difference is found and named fact by fact, sending again and replaying mend it, ids stay what they were; days are compared by themselves.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addConnector, askReconciliation, mendReconciliation, replayFrom } from '#db/queries/connector-deeds.ts';
import { reconciliationsOf } from '#db/queries/connectors.ts';
import { createVault } from '#db/vault.ts';
import { shanghaiDay, shanghaiInstant } from '#domain/day.ts';
import { newId } from '#domain/id.ts';
import { loadMappings } from '#runtime/connector-mappings.ts';
import { connectorWorld, type ConnectorWorld } from '../testing/connector-world.ts';

const dayMs = 86_400_000;
const daysAgo = (days: number): Date => new Date(shanghaiInstant(shanghaiDay(new Date()), '12:00')!.getTime() - days * dayMs);
const dayOf = (days: number): string => shanghaiDay(daysAgo(days));

let world: ConnectorWorld;
beforeEach(async () => { world = await connectorWorld({ from: dayOf(4) }); });
afterEach(() => world.close());
const settled = (count: number) => expect.poll(async () => { const { waiting, sent } = await world.view(); return { waiting, sent }; }, { timeout: 20_000, interval: 20 }).toEqual({ waiting: 0, sent: count });
const replayed = (facts: number) => expect.poll(async () => (await world.view()).replay, { timeout: 20_000, interval: 20 }).toMatchObject({ facts, left: 0, preparing: false });
async function compared(day: string) {
  const id = await askReconciliation(world.doing, world.connectorId, day);
  await expect.poll(async () => (await reconciliationsOf(world.db.orm.em.fork(), world.connectorId)).find((one) => one.reconciliationId === id)?.outcome, { interval: 20 }).not.toBe('asked');
  return (await reconciliationsOf(world.db.orm.em.fork(), world.connectorId)).find((one) => one.reconciliationId === id)!;
}

it('finds what was removed and altered at the platform, and what was never sent; sending again mends it', async () => {
  world.work();
  const ids = await world.facts(40);
  await settled(40);
  const today = dayOf(0);
  expect(await compared(today)).toMatchObject({ outcome: 'same', differenceCount: 0, kinds: [{ kind: 'check:missed', count: 40, theirCount: 40 }] });
  const { store } = world.platform;
  const invented = newId();
  store.delete(ids[5]!);
  store.set(invented, { ...store.get(ids[6]!)!, fact: { ...store.get(ids[6]!)!.fact, id: invented } });
  store.get(ids[7]!)!.fact.data = { ...store.get(ids[7]!)!.fact.data, result: '1' };
  world.platform.pageSize = 7;
  const found = await compared(today);
  expect(found).toMatchObject({ outcome: 'differs', differenceCount: 3, kinds: [{ kind: 'check:missed', count: 40, theirCount: 40 }] });
  expect(found.differences.toSorted((one, other) => (one.way < other.way ? -1 : 1))).toEqual([
    { factId: ids[7], kind: 'check:missed', way: 'altered' }, { factId: ids[5], kind: 'check:missed', way: 'missing' }, { factId: invented, kind: 'check:missed', way: 'unknown' }]);
  await mendReconciliation(world.doing, world.connectorId, found.reconciliationId);
  await expect.poll(async () => (await world.view()).waiting, { interval: 20 }).toBe(0);
  await settled(40);
  expect((await compared(today)).differences).toEqual([{ factId: invented, kind: 'check:missed', way: 'unknown' }]);
  expect(store.get(ids[7]!)!.fact.data['result']).toBe('3');
  expect(await world.sql(`select payload ->> 'outcome' as outcome from event where type = 'connector:reconciled' order by id`)).toEqual([{ outcome: 'same' }, { outcome: 'differs' }, { outcome: 'differs' }]);
  await expect(mendReconciliation(world.doing, world.connectorId, newId())).rejects.toMatchObject({ code: 'not_found' });
});

it('a replay from a day sends what was recorded since under the same ids and numbers, and says how far it is', async () => {
  world.work();
  const early = await world.factsAt(15, daysAgo(3));
  const late = await world.factsAt(25, daysAgo(1));
  await settled(40);
  const { store } = world.platform;
  const before = new Map([...store].map(([id, { fact }]) => [id, structuredClone(fact)]));
  for (const id of late.slice(0, 10)) store.delete(id);
  store.get(late[12]!)!.fact.data = {};
  expect(await compared(dayOf(1))).toMatchObject({ outcome: 'differs', differenceCount: 11 });
  await replayFrom(world.doing, world.connectorId, dayOf(2));
  await replayed(25);
  expect(await world.view()).toMatchObject({ waiting: 0, sent: 40, replay: { from: dayOf(2), leftMs: 0 } });
  expect([...store.keys()].toSorted()).toEqual([...early, ...late].toSorted());
  for (const [id, { fact }] of store) expect(fact).toEqual(before.get(id));
  expect(await compared(dayOf(1))).toMatchObject({ outcome: 'same', kinds: [{ count: 25, theirCount: 25 }] });
  for (const id of early) expect(store.get(id)!.times).toBe(1);
});

it('a replay is not lost with its worker, and what the outbox never had comes in', async () => {
  // Written before there was a connector, and past the triggers.
  await world.sql(`update connector set paused_at = now()`);
  const unknown = await world.factsAt(12, daysAgo(2));
  await world.sql('update outbox set connector_id = ?', [newId()]);
  await world.sql('update connector set paused_at = null, refill_from = null, refill_to = null');
  await replayFrom(world.doing, world.connectorId, dayOf(3));
  await expect(replayFrom(world.doing, world.connectorId, dayOf(3))).rejects.toMatchObject({ code: 'connector_replaying' });
  world.platform.moods.push('hang', 'hang', 'hang');
  const first = world.work();
  await expect.poll(() => world.platform.counts.hang).toBeGreaterThan(0);
  await first.close();
  expect(await world.view()).toMatchObject({ replay: { facts: 12, left: 12 }, waiting: 12 });
  world.platform.moods.length = 0;
  world.work();
  await settled(12);
  expect([...world.platform.store.keys()].toSorted()).toEqual(unknown.toSorted());
});

it('compares every day that is over by itself, once, and again after something of it was sent again', async () => {
  await world.factsAt(3, daysAgo(2));
  await world.factsAt(4, daysAgo(1));
  world.work({ daysEveryMs: 0 });
  await settled(7);
  const asked = async () => (await reconciliationsOf(world.db.orm.em.fork(), world.connectorId)).map(({ day, outcome }) => `${day} ${outcome}`).toSorted();
  // As an hour later.
  const nudge = async () => {
    await world.sql('update connector set swept_at = null');
    await expect.poll(async () => (await world.sql<{ swept: boolean }>('select swept_at is not null as swept from connector'))[0]!.swept, { interval: 20 }).toBe(true);
    await new Promise((resolve) => { setTimeout(resolve, 150); });
  };
  await nudge();
  const both = [`${dayOf(2)} same`, `${dayOf(1)} same`].toSorted();
  await expect.poll(asked).toEqual(both);
  await nudge();
  expect(await asked()).toEqual(both);
  world.platform.store.delete([...world.platform.store].find(([, { fact }]) => fact.day === dayOf(1))![0]);
  await replayFrom(world.doing, world.connectorId, dayOf(1));
  await replayed(4);
  await nudge();
  await expect.poll(asked).toEqual([...both, `${dayOf(1)} same`].toSorted());
});

it('says why a day could not be compared; refuses days that are none, addresses and mappings that cannot be used', async () => {
  world.work();
  await world.platform.stop();
  expect(await compared(dayOf(0))).toMatchObject({ outcome: 'failed', code: 'connection', differences: [] });
  for (const day of ['2026-02-30', '2999-01-01', 'yesterday', '']) {
    await expect(askReconciliation(world.doing, world.connectorId, day), day).rejects.toMatchObject({ code: 'connector_day' });
    await expect((async () => replayFrom(world.doing, world.connectorId, day))(), day).rejects.toMatchObject({ code: 'connector_day' });
  }
  await expect(askReconciliation(world.doing, newId(), dayOf(0))).rejects.toMatchObject({ code: 'not_found' });
  const adding = { ...world.doing, vault: createVault(world.masterKey), mappings: await loadMappings(undefined), allowInward: false };
  const body = { name: 'x', address: 'https://jg.example.gov.cn/api', mapping: 'example-province', institutionId: null, from: null, secret: null };
  const refusal = (change: Partial<typeof body>) => addConnector(adding, { ...body, ...change }).then(() => 'added', ({ code }: { code: string }) => code);
  for (const address of ['http://jg.example.gov.cn', 'https://10.0.0.8', 'https://localhost', 'https://[::1]', 'javascript:1', 'jg.example.gov.cn']) expect(await refusal({ address }), address).toBe('connector_address');
  expect(await refusal({ mapping: 'nobody-has-it' })).toBe('connector_mapping');
  expect(await refusal({ from: '2026-13-01' } as never)).toBe('connector_day');
  expect(await refusal({ institutionId: newId() } as never)).toBe('not_found');
  expect([await refusal({}), await refusal({})]).toEqual(['added', 'connector_double']);
  const [row] = await world.sql<{ sealed: Buffer }>(`select sealed_secret as sealed from connector where address = ?`, [body.address]);
  expect(row!.sealed.length).toBeGreaterThan(40);
});

it('sends nothing to an address that leads inward, even where it stands in the row', async () => {
  world.work({ allowInward: false });
  await world.facts(1);
  await expect.poll(async () => (await world.view()).trouble).toBe('inward');
  expect(world.platform.counts.well).toBe(0);
});
