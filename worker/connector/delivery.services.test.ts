// Delivery to a real server with every fault of a line: each fact arrives, in order, under one id; a worker killed in the middle loses nothing; the outbox costs nothing while nobody is told.
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { appendEvent, unitOfWork } from '#db/orm.ts';
import { pauseConnector, sendDeadAgain } from '#db/queries/connector-deeds.ts';
import { deadFacts } from '#db/queries/connectors.ts';
import { testDatabase } from '#db/testing/database.ts';
import { addLearners, addTaughtClass } from '#db/testing/taught-class.ts';
import { reckonLedger } from '#db/queries/ledger-reckon.ts';
import { newId } from '#domain/id.ts';
import { connectorWorld, type ConnectorWorld } from '../testing/connector-world.ts';
import type { Mood } from '../testing/receiving-platform.ts';

let world: ConnectorWorld;
beforeEach(async () => { world = await connectorWorld(); });
afterEach(() => world.close());

const ascending = (numbers: readonly number[]): number[] => numbers.toSorted((one, other) => one - other);
const settled = (count: number) => expect.poll(async () => { const { waiting, sent } = await world.view(); return { waiting, sent }; }, { timeout: 20_000, interval: 20 }).toEqual({ waiting: 0, sent: count });
const allThere = (ids: readonly string[]) => expect([...world.platform.store.keys()].toSorted()).toEqual([...ids].toSorted());

it('sends what is recorded, mapped and signed, in order, with receipts; the fact and its place in the outbox are of one transaction', async () => {
  world.work();
  const ids = await world.facts(250);
  await settled(250);
  allThere(ids);
  expect(world.platform.batches.map(({ length }) => length)).toEqual([100, 100, 50]);
  expect(world.platform.taken).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
  const { fact, path } = world.platform.store.get(ids[0]!)!;
  expect(path).toBe('/api/v1/checks');
  expect(fact).toMatchObject({ id: ids[0], kind: 'check:missed', data: { result: '3', traineeNo: world.school.teacherId, happenedAt: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/) as unknown } });
  expect(await world.sql(`select distinct receipt from outbox order by 1`)).toEqual([{ receipt: 'R-1' }, { receipt: 'R-2' }, { receipt: 'R-3' }]);
  await expect(unitOfWork(world.db.orm, { personId: null, institutionId: world.school.institutionId }, async (em) => {
    await appendEvent(em, { personId: null, institutionId: world.school.institutionId }, `lesson:${newId()}`, 'check:missed', new Date(), { checkId: newId() });
    throw new Error('undone');
  })).rejects.toThrow('undone');
  expect(await world.sql('select count(*)::int as count from outbox')).toEqual([{ count: 250 }]);
});

it('every fact arrives, none is lost or in two versions, whatever the line does', async () => {
  const moods: Mood[] = ['fail', 'hang', 'cut', 'twice', 'hang_after', 'busy', 'moved', 'garbage', 'cut', 'twice', 'fail', 'well', 'cut', 'hang'];
  world.platform.moods.push(...moods);
  world.work();
  const ids: string[] = [];
  while (world.platform.moods.length > 0) {
    ids.push(...await world.facts(7));
    await new Promise((resolve) => { setTimeout(resolve, 40); });
  }
  // It goes away in the middle and comes back with what it stored.
  await world.platform.stop();
  ids.push(...await world.facts(30));
  await expect.poll(async () => (await world.view()).trouble, { timeout: 10_000 }).toBe('connection');
  await world.platform.start();
  await settled(ids.length);
  allThere(ids);
  for (const mood of new Set(moods)) expect(world.platform.counts[mood], mood).toBeGreaterThan(0);
  // What was cut off after it was taken came again, under the same id; after taking each once the order is that of the numbers.
  expect(Math.max(...[...world.platform.store.values()].map(({ times }) => times))).toBeGreaterThan(1);
  const once = [...new Set(world.platform.taken)];
  expect(once).toEqual(ascending(once));
  expect(await world.view()).toMatchObject({ trouble: null, failures: 0, dead: 0 });
}, 60_000);

it('a worker killed in the middle of a delivery: the next one sends the same facts under the same ids', async () => {
  const ids = await world.facts(130);
  let arrived = 0;
  const child = fork(join(import.meta.dirname, '../testing/connector-process.ts'), [world.db.url, world.masterKey.toString('hex'), '1500'], { silent: true });
  const gone = new Promise((resolve) => { child.once('exit', resolve); });
  // Killed when the second message stands at the platform, which takes it; nobody hears the answer.
  world.platform.onDelivery = () => { if (++arrived === 2) child.kill('SIGKILL'); };
  await gone;
  await expect.poll(() => world.platform.store.size).toBe(130);
  expect(await world.view()).toMatchObject({ sent: 100, waiting: 30 });
  world.work();
  await settled(130);
  allThere(ids);
  expect([...world.platform.store.values()].filter(({ times }) => times === 2)).toHaveLength(30);
  expect(world.platform.taken.slice(-30)).toEqual(Array.from({ length: 30 }, (_, index) => index + 101));
}, 60_000);

it('two workers share a connector without overtaking each other', async () => {
  const ids: string[] = [];
  world.work();
  world.work();
  for (let round = 0; round < 10; round++) ids.push(...await world.facts(20));
  await settled(200);
  allThere(ids);
  expect(world.platform.taken).toEqual(ascending(world.platform.taken));
  expect([...world.platform.store.values()].every(({ times }) => times === 1)).toBe(true);
});

it.each([false, true])('puts a fact aside that is refused three times, with the code that was given, and only that one (silent: %s)', async (silent) => {
  const ids = await world.facts(9);
  world.platform.silent = silent;
  world.platform.refuses.set(ids[3]!, 'TRAINEE_UNKNOWN');
  world.work();
  await settled(8);
  expect(await world.view()).toMatchObject({ dead: 1, trouble: null });
  expect(await deadFacts(world.db.orm.em.fork(), world.connectorId)).toMatchObject([{ factId: ids[3], kind: 'check:missed', code: silent ? 'http_422' : 'TRAINEE_UNKNOWN', refusals: 3 }]);
  world.platform.refuses.clear();
  await sendDeadAgain(world.doing, world.connectorId, [ids[3]!]);
  await settled(9);
  allThere(ids);
});

it('what does not fit the mapping is put aside by itself and holds up nobody; a wrong secret puts nothing aside', async () => {
  const actor = { personId: null, institutionId: world.school.institutionId };
  await unitOfWork(world.db.orm, actor, (em) => appendEvent(em, actor, `cohort:${newId()}`, 'certificate:issued', new Date(), { certificateId: newId() }));
  await world.facts(2);
  world.work();
  await settled(2);
  expect(await deadFacts(world.db.orm.em.fork(), world.connectorId)).toMatchObject([{ kind: 'certificate:issued', code: 'own source_absent traineeNo', refusals: 0 }]);
  world.platform.stranger = true;
  const more = await world.facts(3);
  await expect.poll(async () => (await world.view()).failures).toBeGreaterThan(2);
  expect(await world.view()).toMatchObject({ waiting: 3, dead: 1, trouble: 'http_401' });
  world.platform.stranger = false;
  await settled(5);
  expect(more.every((id) => world.platform.store.has(id))).toBe(true);
});

it('keeps facts while it is paused; a mapping that is gone is said and nothing is lost', async () => {
  await pauseConnector(world.doing, world.connectorId, true);
  world.work();
  const ids = await world.facts(5);
  await new Promise((resolve) => { setTimeout(resolve, 300); });
  expect(await world.view()).toMatchObject({ waiting: 5, sent: 0, pausedAt: expect.any(String) as unknown });
  await world.sql(`update connector set mapping = 'gone'`);
  await pauseConnector(world.doing, world.connectorId, false);
  await expect.poll(async () => (await world.view()).trouble).toBe('mapping_missing');
  await world.sql(`update connector set mapping = 'example-province', next_at = null`);
  await settled(5);
  allThere(ids);
  expect((await world.sql<{ type: string }>(`select type from event where stream = ? order by id`, [`connector:${world.connectorId}`])).map(({ type }) => type)).toEqual(['connector:added', 'connector:paused', 'connector:resumed']);
});

it('tells figures of the ledger when the class is over, and again when they change, each under its own id', async () => {
  const since = new Date(Date.now() - 7_200_000);
  const [personId] = await addLearners(world.db.orm, world.school, ['李雷'], new Date(since.getTime() - 3_600_000));
  const { lessonId } = await addTaughtClass(world.db.orm, world.school, [{ personId: personId!, story: { seats: [[0, 30, 'left']], checks: [[10, 'matched']] } }], { startsAt: since });
  world.work();
  const hours = () => [...world.platform.store.values()].filter(({ fact }) => fact.kind === 'ledger').map(({ fact }) => fact.data);
  await reckonLedger(world.db.orm, lessonId, new Date(), { all: true });
  await expect.poll(() => hours().length).toBe(1);
  expect(hours()[0]).toMatchObject({ classNo: lessonId, traineeNo: personId, traineeName: '李雷', faceChecks: 1, faceChecksPassed: 1 });
  // Reckoned again without news, nothing is told.
  await reckonLedger(world.db.orm, lessonId, new Date(), { all: true });
  await new Promise((resolve) => { setTimeout(resolve, 200); });
  expect(hours()).toHaveLength(1);
  const [row] = await world.sql<{ row: string }>('select (to_jsonb(r) || jsonb_build_object(?::text, r.made_up_ms + 120000, ?::text, now()))::text as row from ledger_row r', ['made_up_ms', 'reckoned_at']);
  await world.sql('delete from ledger_row');
  await world.sql('insert into ledger_row select * from jsonb_populate_record(null::ledger_row, ?::jsonb)', [row!.row]);
  await expect.poll(() => hours().length).toBe(2);
  expect(hours().map((data) => data['madeUpMinutes'])).toEqual([0, 2]);
});

it('sends signed heads of the evidence log, whosever facts it sends', async () => {
  world.work();
  const [key, root] = ['1'.repeat(64), '0'.repeat(64)];
  await world.sql(`insert into evidence_key (key_id, public_key, since) values (?, 'none', now())`, [key]);
  await world.sql(`insert into tree_head (size, root, at, key_id, signature, proof) values (7, ?, now(), ?, 'c2ln', '["aa", "bb"]')`, [root, key]);
  await expect.poll(() => [...world.platform.store.values()].map(({ fact }) => fact.data)).toMatchObject([{ size: 7, root, keyId: key, signature: 'c2ln', consistencyProof: '["aa","bb"]' }]);
  // A refill knows it already; one that was never told comes in.
  const refill = async () => (await world.sql<{ count: number }>(`select refill_outbox(?, now() - interval '1 hour') as count`, [world.connectorId]))[0]!.count;
  expect(await refill()).toBe(0);
  await world.sql(`update outbox set connector_id = ? where kind = 'tree_head'`, [newId()]);
  expect(await refill()).toBe(1);
});

it('costs nothing while there is no connector: the triggers are off, and on with the first', async () => {
  const empty = await testDatabase();
  const states = async (orm = empty.orm) => (await orm.em.fork().execute<{ tgenabled: string }[]>(`select tgenabled from pg_trigger where tgname in ('outbox_of_event', 'outbox_of_ledger', 'outbox_of_head')`)).map(({ tgenabled }) => tgenabled);
  expect(await states()).toEqual(['D', 'D', 'D']);
  expect(await states(world.db.orm)).toEqual(['O', 'O', 'O']);
  await empty.close();
});
