// Webhooks over REST: for the office of the institution alone; the secret is told once; what cannot be sent to is refused.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { WebhookMade, Webhooks } from '#contracts/webhook-routes.ts';
import { appendEvent, unitOfWork } from '#db/orm.ts';
import { newId } from '#domain/id.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
});
afterAll(() => world.close());
const add = (address: string, who: Known = school.scheduler) => world.call(`POST /api/institutions/${school.institutionId}/webhooks`, who, { payload: { name: ' HR ', address } });
const codeOf = (answer: { body: string }): string => (JSON.parse(answer.body) as { error?: { code: string } }).error?.code ?? 'done';
const list = async () => (await world.call(`GET /api/institutions/${school.institutionId}/webhooks`, school.scheduler)).json<Webhooks>().webhooks;

it('refuses addresses that cannot be sent to, the same twice, and a sixth', async () => {
  for (const address of ['http://hr.example.cn', 'https://127.0.0.1/x', 'https://192.168.1.4', 'https://localhost', 'x']) expect(codeOf(await add(address)), address).toBe('connector_address');
  for (let index = 0; index < 5; index++) expect(codeOf(await add(`https://hr${index}.example.cn/in`))).toBe('done');
  expect(codeOf(await add('https://hr6.example.cn/in'))).toBe('webhook_most');
  const [first, second] = await list();
  await world.call(`POST /api/webhooks/${first!.connectorId}/ending`, school.scheduler);
  expect(codeOf(await add('https://hr1.example.cn/in'))).toBe('connector_double');
  expect(codeOf(await world.call(`PUT /api/webhooks/${first!.connectorId}/pausing`, school.scheduler, { payload: { paused: false } }))).toBe('not_found');
  expect(second).toMatchObject({ name: 'HR', institutionName: expect.any(String) as unknown, sent: 0, pausedAt: null });
});

it('tells the secret once, takes the facts of its own institution, is paused, sent again and ended by its office', async () => {
  const { webhookId, secret } = (await add('https://hr9.example.cn/in')).json<WebhookMade>();
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(JSON.stringify(await list())).not.toContain(secret);
  for (const institutionId of [school.institutionId, foreign.institutionId]) {
    const actor = { personId: null, institutionId };
    await unitOfWork(world.deps.orm, actor, (em) => appendEvent(em, actor, `cohort:${newId()}`, 'certificate:issued', world.clock.now(), { certificateId: newId() }));
  }
  const one = async (answer: { json<T>(): T }) => answer.json<Webhooks>().webhooks.find(({ connectorId }) => connectorId === webhookId);
  const call = (route: string, payload?: object) => world.call(route, school.scheduler, payload && { payload });
  expect(await one(await call(`PUT /api/webhooks/${webhookId}/pausing`, { paused: true }))).toMatchObject({ waiting: 1, pausedAt: expect.any(String) as unknown });
  await world.deps.orm.em.fork().execute(`update outbox set state = 'dead', code = 'http_422', sequence = 1, refusals = 3 where connector_id = ?`, [webhookId]);
  expect((await call(`GET /api/webhooks/${webhookId}/dead`)).json()).toMatchObject({ facts: [{ kind: 'certificate:issued', code: 'http_422' }] });
  expect(await one(await call(`POST /api/webhooks/${webhookId}/sending`))).toMatchObject({ dead: 0, waiting: 1 });
  expect(codeOf(await call(`POST /api/webhooks/${webhookId}/replays`, { from: '2999-01-01' }))).toBe('connector_day');
  expect(await one(await call(`POST /api/webhooks/${webhookId}/ending`))).toBeUndefined();
  for (const type of ['connector:added', 'connector:paused', 'connector:sentAgain', 'connector:ended']) expect((await world.events(type)).at(-1), type).toMatchObject({ actor_id: school.scheduler.personId, institution_id: school.institutionId });
});

it('is nobody else’s', async () => {
  const [{ connectorId }] = (await list()) as [Webhooks['webhooks'][number]];
  for (const who of [school.teacher, school.learner, school.regulator, foreign.scheduler]) {
    expect(codeOf(await add('https://x.example.cn', who))).toMatch(/forbidden|not_found/);
    for (const route of [`GET /api/webhooks/${connectorId}/dead`, `POST /api/webhooks/${connectorId}/sending`, `POST /api/webhooks/${connectorId}/ending`]) expect(codeOf(await world.call(route, who)), route).toMatch(/forbidden|not_found|reads_only/);
  }
  const platformOnes = (await world.call('GET /api/connectors', school.scheduler));
  expect(codeOf(platformOnes)).toBe('forbidden');
});
