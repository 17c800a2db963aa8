// Every route, asked by somebody who oversees the institution and nothing else: what is written is written under the roles that read, and changes what regulators themselves write; the rest PostgreSQL refuses.
import { fastify } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { restRoutes, type RouteName, type RouteSpec } from '#contracts/rest.ts';
import { Membership } from '#db/entities/people.ts';
import { platform, unitOfWork } from '#db/orm.ts';
import { grantOversight } from '#db/queries/oversight.ts';
import { everyRow } from '#db/testing/every-row.ts';
import { noteWrites, type WriteNotes } from '#db/testing/write-notes.ts';
import { newId } from '#domain/id.ts';
import { bodiesOf, queries, type RouteBodies } from '../testing/every-route/bodies.ts';
import { addRouteRows, type RouteRows } from '../testing/every-route/rows.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addPerson, addSchool, type School } from '../testing/school.ts';
import { answerError } from './error-answer.ts';
import { registerRoutes } from './register-routes.ts';
import type { RouteHandlers } from './route-handlers.ts';

let world: HttpWorld;
let school: School;
let overseer: Known;
let rows: RouteRows;
let bodies: RouteBodies;
let notes: WriteNotes;
beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now(), 'Quillfish');
  rows = await addRouteRows(world, school, await addPerson(world.deps.orm, world.clock.now(), 'Admin', school.institutionId, 'admin'));
  bodies = bodiesOf(world, school);
  overseer = await addPerson(world.deps.orm, world.clock.now(), 'Overseer', null, null);
  await unitOfWork(world.deps.orm, platform, (em) => grantOversight(em, overseer.personId, '130000', 'operator', world.clock.now()));
  notes = await noteWrites(world.databaseUrl);
}, 60_000);
afterAll(async () => {
  await notes?.close();
  await world.close();
});

const names = (Object.keys(restRoutes) as RouteName[]).filter((name) => restRoutes[name].by !== 'anyone');
const codeOf = (response: { body: string }): string | undefined => (JSON.parse(response.body) as { error?: { code: string } }).error?.code;
const ownParams: Partial<Record<RouteName, Record<string, string>>> = { 'GET /api/lessons/:lessonId/live-stream/segments/:name': { name: '0.ts' } };
const address = (name: RouteName): string => name.replace(/:([A-Za-z0-9]+)/g, (_match, param: string) => ownParams[name]?.[param] ?? rows.params[param] ?? expect.fail(`no value for :${param}`)) + (queries[name] ?? '');
const options = (name: RouteName) => (['picture', 'workbook', 'bytes'].includes((restRoutes[name] as RouteSpec).body as string)
  ? { payload: Buffer.from('x'), headers: { 'content-type': 'image/jpeg' } } : bodies[name] ? { payload: bodies[name] } : {});

/** Who came in, and who was refused: written by the process, of everybody. */
const processes = ['login_session', 'security_log'];
const roles = ['keshi_regulator', 'keshi_regulator_across', 'keshi_regulator_self'];
/** What regulators write, as db/regulator-role.ts has it; of these rows what follows is the database's own. */
const theirs = /^(look|event|event_.*|tree_.*|viewing|replay_position|ledger_export|cohort_opening|cohort_move|cohort|corner_post|corner_resource|legal_hold|help_ticket|help_post|calendar_feed|notice|inspection.*|account|second_factor|recovery_code|consent|deletion_request|outbox|ledger_due)$/;

it.each([['appointed to the institution', () => school.regulator], ['granted its region', () => overseer]] as const)('whoever was %s writes as a reader on every route, and changes nothing else', async (_how, who) => {
  await notes.taken([]);
  const before = await everyRow(world.deps.orm, { except: ['write_note'] });
  const answers: [RouteName, number][] = [];
  for (const name of names) {
    const { statusCode, body } = await world.call(address(name), who(), options(name));
    answers.push([name, statusCode]);
    expect([name, statusCode === 500, statusCode === 500 && body]).toEqual([name, false, false]);
    const written = await notes.taken(processes);
    const owned = written.filter(({ role }) => !role.startsWith('keshi_'));
    expect([name, written.filter((one) => !owned.includes(one) && !roles.includes(one.role))], 'as nobody else').toEqual([name, []]);
  }
  const after = await everyRow(world.deps.orm, { except: ['write_note'] });
  expect([...after].filter(([table, print]) => before.get(table) !== print && !theirs.test(table)).map(([table]) => table)).toEqual([]);
  // It was no walk along closed doors.
  expect(answers.filter(([, status]) => status === 200).length).toBeGreaterThan(60);
});

it('a handler that writes what it must not is refused by PostgreSQL, and the person is told so', async () => {
  const refusals: unknown[] = [];
  const writes = async (): Promise<never> => {
    await world.deps.orm.em.fork().execute(`update lesson set title = 'forged'`).catch((error: unknown) => { refusals.push((error as { code?: string }).code); throw error; });
    return undefined as never;
  };
  const handlers = new Proxy({} as RouteHandlers, { get: () => writes });
  const app = fastify();
  app.setErrorHandler((error, request, reply) => answerError(world.deps.log, error, request, reply));
  await registerRoutes(app, world.deps, handlers);
  const headers = { cookie: await world.cookieOf(school.regulator) };
  for (const url of [`/api/lessons/${school.lessonId}`, `/api/institutions/${school.institutionId}/staff`, '/api/me/ledger', '/api/oversight/live']) {
    const response = await app.inject({ method: 'GET', url, headers });
    expect([url, response.statusCode, codeOf(response)]).toEqual([url, 403, 'reads_only']);
  }
  // Also of somebody who is a learner elsewhere: here they are a regulator.
  const both = await addPerson(world.deps.orm, world.clock.now(), 'Both', school.institutionId, 'regulator');
  const elsewhere = await addSchool(world.deps.orm, world.clock.now(), 'Elsewhere');
  await world.deps.orm.em.fork().insert(Membership, { id: newId(), personId: both.personId, institutionId: elsewhere.institutionId, role: 'student', createdAt: world.clock.now() });
  const answer = await app.inject({ method: 'GET', url: '/api/oversight/live', headers: { cookie: await world.cookieOf(both) } });
  expect([answer.statusCode, codeOf(answer)]).toEqual([403, 'reads_only']);
  expect(refusals).toEqual(Array(5).fill('42501'));
  expect(await world.deps.orm.em.fork().execute(`select 1 from lesson where title = 'forged'`)).toEqual([]);
  // The same handler of somebody else writes: it was the role.
  await app.inject({ method: 'GET', url: `/api/lessons/${school.lessonId}`, headers: { cookie: await world.cookieOf(school.scheduler) } });
  expect(await world.deps.orm.em.fork().execute(`select 1 from lesson where title = 'forged'`)).not.toEqual([]);
  await app.close();
});
