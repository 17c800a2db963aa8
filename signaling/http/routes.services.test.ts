// The table of routes, all of it: nobody and strangers are refused, unknown addresses and broken requests get their code.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { restRoutes, type RouteName, type RouteSpec } from '#contracts/rest.ts';
import { platform, unitOfWork } from '#db/orm.ts';
import { grantOversight } from '#db/queries/oversight.ts';
import { everyRow, type Fingerprints } from '#db/testing/every-row.ts';
import { newId } from '#domain/id.ts';
import { errorStatus } from '#domain/errors.ts';
import { bodiesOf, ownOnly, queries, type RouteBodies } from '../testing/every-route/bodies.ts';
import { addRouteRows } from '../testing/every-route/rows.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { filedIn } from '../testing/region.ts';
import { addPerson, addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
let admin: Known;
let params: Record<string, string>;
let bodies: RouteBodies;
let strangers: Record<'admin' | 'institution' | 'teacher' | 'student' | 'regulator', Known>;
/** What a parameter is in one route where it means something else in others. */
const ownParams: Partial<Record<RouteName, Record<string, string>>> = { 'GET /api/lessons/:lessonId/live-stream/segments/:name': { name: '0.ts' } };

beforeAll(async () => {
  world = await openHttpWorld();
  // Its name stands in everything that is its own.
  school = await addSchool(world.deps.orm, world.clock.now(), 'Quillfish');
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
  admin = await addPerson(world.deps.orm, world.clock.now(), 'Admin', school.institutionId, 'admin');
  strangers = {
    admin: await addPerson(world.deps.orm, world.clock.now(), 'Foreign admin', foreign.institutionId, 'admin'),
    institution: foreign.scheduler, teacher: foreign.teacher, student: foreign.learner, regulator: foreign.regulator,
  };
  // Another institution, and another region.
  await filedIn(world, foreign, '350100');
  const overseer = await addPerson(world.deps.orm, world.clock.now(), 'Foreign overseer', null, null);
  await unitOfWork(world.deps.orm, platform, (em) => grantOversight(em, overseer.personId, '350000', 'operator', world.clock.now()));
  strangers.regulator = overseer;
  const rows = await addRouteRows(world, school, admin);
  ({ params } = rows);
  ownParams['PUT /api/institutions/:institutionId/enrolments/:enrolmentId/client'] = { enrolmentId: rows.clientEnrolmentId };
  bodies = bodiesOf(world, school);
});
afterAll(() => world.close());

const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const names = Object.keys(restRoutes) as RouteName[];
const specOf = (name: RouteName): RouteSpec => restRoutes[name];

function address(name: RouteName): string {
  const filled = name.replace(/:([A-Za-z0-9]+)/g, (_match, param: string) => {
    const value = ownParams[name]?.[param] ?? params[param];
    if (!value) throw new Error(`give this test a value of another institution for :${param}`);
    return value;
  });
  return filled + (queries[name] ?? '');
}
const options = (name: RouteName) => (specOf(name).body === 'picture' || specOf(name).body === 'workbook' || specOf(name).body === 'bytes'
  ? { payload: Buffer.from('x'), headers: { 'content-type': 'image/jpeg' } }
  : bodies[name] ? { payload: bodies[name] } : {});

/** Somebody whom the route is for. */
const personFor = (name: RouteName): Known | null => {
  const { by } = specOf(name);
  if (by === 'anyone') return null;
  if (by === 'account' || by.includes('institution')) return school.scheduler;
  return by.includes('admin') ? admin : school.regulator;
};

const roles = ['admin', 'institution', 'teacher', 'student', 'regulator'] as const;
/** Whether the route is for somebody of this role, of whatever institution. */
const isFor = (name: RouteName, who: (typeof roles)[number]): boolean => { const { by } = specOf(name); return by === 'account' || (by !== 'anyone' && by.includes(who)); };

describe.each(names)('%s', (name) => {
  const { by, across, params: named } = specOf(name);
  // What is asked without naming anything may make rows of the asker's own; nothing of the school's.
  const rowsNow = (): Promise<Fingerprints> => everyRow(world.deps.orm, !named && roles.some((who) => isFor(name, who)) ? { of: school.institutionId } : {});
  let before: Fingerprints;
  beforeAll(async () => { before = await rowsNow(); });

  it('is refused to nobody, unless it is for anyone', async () => {
    const response = await world.call(address(name), null, options(name));
    if (by === 'anyone') expect(response.statusCode).not.toBe(403);
    else expect([response.statusCode, codeOf(response)]).toEqual([401, 'unauthenticated']);
  });

  it('refuses a write from another site', async () => {
    if (name.startsWith('GET')) return;
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { origin: 'https://evil.example' }, { origin: 'null' }]) {
      const response = await world.call(address(name), personFor(name), { ...options(name), headers: { ...options(name).headers, ...headers } });
      expect([response.statusCode, codeOf(response)]).toEqual([403, 'forbidden']);
    }
    expect(await rowsNow()).toEqual(before);
  });

  it.each(roles)('is refused to whoever is %s of another institution, or shows only the own', async (who) => {
    if (by === 'anyone' || (across && who === 'admin')) return;
    if (by === 'account' && !named) expect(ownOnly, 'a route for any account without parameters shows only the own').toContain(name);
    const response = await world.call(address(name), strangers[who], options(name));
    if (named || !isFor(name, who)) {
      expect([403, 404]).toContain(response.statusCode);
      expect(['forbidden', 'not_found']).toContain(codeOf(response));
    }
    for (const secret of [...Object.values(params).filter((value) => value.length > 30), 'Quillfish']) expect(response.body).not.toContain(secret);
  });

  it('has written nothing, whoever of them asked', async () => {
    if (!ownOnly.includes(name)) expect(await rowsNow()).toEqual(before);
  });

  it('refuses a query it does not know', async () => {
    const known = address(name);
    const person = personFor(name);
    const response = await world.call(`${known}${known.includes('?') ? '&' : '?'}surprise=1`, person, options(name));
    expect([response.statusCode, codeOf(response)]).toEqual([400, 'bad_request']);
  });

  it('refuses body fields it does not know', async () => {
    const { body } = specOf(name);
    if (name.startsWith('GET') || typeof body === 'string') return;
    const response = await world.call(address(name), personFor(name), { payload: { ...bodies[name], surprise: 1 } });
    expect([response.statusCode, codeOf(response)]).toEqual([400, 'bad_request']);
  });
});

it('takes writes from its own pages', async () => {
  for (const headers of [{ 'sec-fetch-site': 'same-origin', origin: 'http://localhost:5173' }, { origin: 'http://localhost:3000', host: 'localhost:3000' }, {}]) {
    expect((await world.call('PUT /api/me/locale', school.learner, { payload: { locale: 'en' }, headers })).statusCode).toBe(200);
  }
});

it('answers unknown addresses, methods and ids in its own shape', async () => {
  for (const route of ['GET /api', 'GET /api/secrets', 'PATCH /api/me', 'POST /api/lessons/x/y/z', 'POST /', 'DELETE /api/lessons']) {
    const response = await world.call(route, school.scheduler);
    expect([response.statusCode, codeOf(response)], route).toEqual([404, 'not_found']);
  }
  expect(codeOf(await world.call(`GET /api/lessons/${newId()}`, school.scheduler))).toBe('not_found');
  expect(codeOf(await world.call(`GET /api/lessons/${school.lessonId.toUpperCase()}`, school.scheduler))).toBe('bad_request');
  const broken = await world.call('GET /api/%E0%A4%A', null);
  expect([broken.statusCode, codeOf(broken)]).toEqual([400, 'bad_request']);
});

it.each([
  ['unreadable JSON', '{"login":', 'application/json'], ['another type', 'login=a&password=b', 'application/x-www-form-urlencoded'],
  ['a text', 'hello', 'text/plain'], ['a prototype', '{"__proto__":{"admin":true},"login":"a","password":"b"}', 'application/json'],
  ['100 KB', JSON.stringify({ login: 'a', password: 'b'.repeat(100_000) }), 'application/json'],
])('answers %s with bad_request', async (_what, payload, type) => {
  const response = await world.call('POST /api/session', null, { payload, headers: { 'content-type': type } });
  expect([response.statusCode, codeOf(response)]).toEqual([errorStatus.bad_request, 'bad_request']);
});

it('hides what went wrong inside behind a request id', async () => {
  const { orm } = world.deps;
  const fork = orm.em.fork;
  orm.em.fork = () => { throw new Error('connection to 10.0.0.7 lost, password secret'); };
  const response = await world.call('GET /api/me', null, { headers: { cookie: `keshi_session=${'a'.repeat(43)}` } }).finally(() => { orm.em.fork = fork; });
  const { error } = response.json<{ error: { code: string; message: string; requestId: string } }>();
  expect([response.statusCode, error.code, error.message]).toEqual([500, 'internal', 'internal error']);
  expect(error.requestId).toMatch(/^[0-9a-f-]{36}$/);
});

it('tells browsers what its pages may do, and to keep no answers', async () => {
  const { headers } = await world.call('GET /api/health', null);
  const policy = String(headers['content-security-policy']);
  for (const part of ["default-src 'self'", "script-src 'self' 'wasm-unsafe-eval'", "media-src 'self' blob: mediastream:", "connect-src 'self' ws://localhost:*", "frame-ancestors 'none'"]) expect(policy).toContain(part);
  // WebAssembly may be compiled; text is never run.
  expect(policy).not.toMatch(/script-src[^;]*'unsafe-/);
  expect(String(headers['permissions-policy'])).toContain('camera=(self), microphone=(self), display-capture=(self)');
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['cache-control']).toBe('no-store');
  expect(headers['strict-transport-security']).toBeUndefined();
});

it('says whether the database answers', async () => {
  expect((await world.call('GET /api/health', null)).json()).toEqual({ ok: true });
  const { orm } = world.deps;
  const fork = orm.em.fork;
  const away = fork.call(orm.em);
  away.execute = () => Promise.reject(new Error('connection refused'));
  orm.em.fork = () => away;
  const response = await world.call('GET /api/health', null).finally(() => { orm.em.fork = fork; });
  expect([response.statusCode, response.json()]).toEqual([200, { ok: false }]);
});
