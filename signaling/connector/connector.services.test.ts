// Connectors over REST: for whoever runs the platform alone; the secret is told once; every deed is put down with who did it; every refusal.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Connector, ConnectorAdded, ConnectorList, DeadFacts, Reconciliations } from '#contracts/connector-routes.ts';
import { appendEvent, unitOfWork } from '#db/orm.ts';
import { shanghaiDay } from '#domain/day.ts';
import { newId } from '#domain/id.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addPerson, addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let admin: Known;
beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  admin = await addPerson(world.deps.orm, world.clock.now(), 'Admin', school.institutionId, 'admin');
});
afterAll(() => world.close());

const body = { name: ' 省平台 ', address: 'https://jg.example.gov.cn/api', mapping: 'example-province', institutionId: null, from: null, secret: null };
const add = (change: object = {}) => world.call('POST /api/connectors', admin, { payload: { ...body, ...change } });
const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error?: { code: string } }).error?.code ?? 'done';
const list = async () => (await world.call('GET /api/connectors', admin)).json<ConnectorList>();
const today = (): string => shanghaiDay(world.clock.now());

it('refuses what cannot be sent to, what maps nothing, days that are none, and the same twice', async () => {
  for (const address of ['http://jg.example.gov.cn', 'https://127.0.0.1', 'https://10.1.1.1/x', 'https://localhost', 'https://a.cn?x=1', 'x']) expect(codeOf(await add({ address })), address).toBe('connector_address');
  expect(codeOf(await add({ mapping: 'unknown' }))).toBe('connector_mapping');
  for (const from of ['2026-02-30', '2999-01-01']) expect(codeOf(await add({ from })), from).toBe('connector_day');
  expect(codeOf(await add({ institutionId: newId() }))).toBe('not_found');
  for (const change of [{ secret: 'short' }, { name: ' ' }, { from: 'yesterday' }]) expect(codeOf(await add(change))).toBe('bad_request');
  expect((await list()).connectors).toEqual([]);
});

it('tells the secret once; lists, pauses, sends again, replays and compares, each with who did it', async () => {
  const { connectorId, secret } = (await add()).json<ConnectorAdded>();
  expect(codeOf(await add())).toBe('connector_double');
  const shown = await list();
  expect(shown).toMatchObject({ connectors: [{ connectorId, name: '省平台', institutionName: null, mappingFound: true, sent: 0, dead: 0, pausedAt: null, replay: null, reconciliation: null }], wrongMappings: [] });
  expect(JSON.stringify(shown)).not.toContain(secret);
  const actor = { personId: null, institutionId: school.institutionId };
  await unitOfWork(world.deps.orm, actor, (em) => appendEvent(em, actor, `lesson:${school.lessonId}`, 'check:missed', world.clock.now(), { checkId: newId() }));
  await world.deps.orm.em.fork().execute(`update outbox set state = 'dead', code = 'X', sequence = 1, refusals = 3`);
  const call = async <T>(route: string, payload?: object) => (await world.call(route, admin, payload && { payload })).json<T>();
  const { facts: [fact] } = await call<DeadFacts>(`GET /api/connectors/${connectorId}/dead`);
  expect(fact).toMatchObject({ kind: 'check:missed', code: 'X', refusals: 3, sequence: 1 });
  expect(await call<Connector>(`POST /api/connectors/${connectorId}/sending`, { factIds: [fact!.factId] })).toMatchObject({ dead: 0, waiting: 1 });
  expect(await call<Connector>(`PUT /api/connectors/${connectorId}/pausing`, { paused: true })).toMatchObject({ pausedAt: expect.any(String) as unknown });
  await call(`PUT /api/connectors/${connectorId}/pausing`, { paused: true });
  expect(await call<Connector>(`POST /api/connectors/${connectorId}/replays`, { from: today() })).toMatchObject({ replay: { from: today(), preparing: true } });
  expect(codeOf(await world.call(`POST /api/connectors/${connectorId}/replays`, admin, { payload: { from: today() } }))).toBe('connector_replaying');
  expect(await call<Connector>(`POST /api/connectors/${connectorId}/reconciliations`, { day: today() })).toMatchObject({ reconciliation: { day: today(), outcome: 'asked' } });
  const { reconciliations: [asked] } = await call<Reconciliations>(`GET /api/connectors/${connectorId}/reconciliations`);
  expect(codeOf(await world.call(`POST /api/connectors/${connectorId}/reconciliations/${asked!.reconciliationId}/mending`, admin))).toBe('done');
  for (const day of ['2026-02-30', '2999-01-01']) for (const [route, payload] of [['reconciliations', { day }], ['replays', { from: day }]] as const) expect(codeOf(await world.call(`POST /api/connectors/${connectorId}/${route}`, admin, { payload }))).toBe('connector_day');
  for (const type of ['connector:added', 'connector:sentAgain', 'connector:paused', 'connector:replayed']) expect(await world.events(type), type).toMatchObject([{ stream: `connector:${connectorId}`, actor_id: admin.personId }]);
});

it('is for nobody else, and knows no connector that is not there', async () => {
  for (const person of [school.scheduler, school.teacher, school.learner, school.regulator]) {
    expect(codeOf(await world.call('GET /api/connectors', person))).toBe('forbidden');
    expect(codeOf(await world.call('POST /api/connectors', person, { payload: { ...body, address: 'https://other.example.cn' } }))).toBe('forbidden');
  }
  const none = newId();
  for (const [route, payload] of [[`PUT /api/connectors/${none}/pausing`, { paused: true }], [`GET /api/connectors/${none}/dead`, null], [`POST /api/connectors/${none}/sending`, { factIds: null }], [`POST /api/connectors/${none}/replays`, { from: today() }],
    [`GET /api/connectors/${none}/reconciliations`, null], [`POST /api/connectors/${none}/reconciliations`, { day: today() }], [`POST /api/connectors/${none}/reconciliations/${none}/mending`, null]] as const) {
    expect(codeOf(await world.call(route, admin, payload ? { payload } : {})), route).toBe('not_found');
  }
});
