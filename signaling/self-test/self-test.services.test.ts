// The security log as requests write it, and the operator's pages over it and over the self-test.
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SecurityLog, SelfTestPage } from '#contracts/self-test-routes.ts';
import { controlIds } from '#domain/self-test/controls.ts';
import { newId } from '#domain/id.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addPerson, addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let admin: Known;
beforeEach(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  admin = await addPerson(world.deps.orm, world.clock.now(), 'Admin', school.institutionId, 'admin');
});
afterEach(() => world.close());

const logged = async (query = ''): Promise<SecurityLog> => (await world.call(`GET /api/security-log${query}`, admin)).json();
const entries = async () => (await logged()).rows.filter(({ kind }) => kind !== 'log_read').map(({ kind, outcome, person, subject }) => [kind, outcome, person?.personId ?? null, subject]);
const wrong = (login: string) => world.call('POST /api/session', null, { payload: { login, password: 'not the one' } });

it('keeps wrong passwords and the lockout, with a mark of the login and without the login', async () => {
  for (let index = 0; index < 11; index++) await wrong('nobody-at-all');
  const { rows } = await logged('?kind=login');
  expect(rows.map(({ outcome }) => outcome)).toEqual(['refused', ...Array<string>(10).fill('failed')]);
  expect(rows[0]).toMatchObject({ person: null, subject: 'POST /api/session', address: expect.stringMatching(/./), detail: expect.stringMatching(/^code=too_many_attempts login=[0-9a-f]{16}$/) });
  expect(new Set(rows.map(({ detail }) => /login=(\w+)/.exec(detail)?.[1])).size).toBe(1);
  expect(JSON.stringify(rows)).not.toContain('nobody-at-all');
});

it('keeps who was refused, who took and opened something, and who read the log', async () => {
  await world.call('GET /api/operator', school.teacher);
  await world.call(`POST /api/persons/${school.learner.personId}/identity/reveal`, school.learner, { payload: { reason: 'x', fields: [] } });
  await world.call(`GET /api/lessons/${school.lessonId}/report.xlsx`, school.teacher);
  await world.call('DELETE /api/session', school.teacher);
  const found = await entries();
  expect(found).toContainEqual(['refused', 'refused', school.teacher.personId, 'GET /api/operator']);
  expect(found).toContainEqual(['file_taken', 'done', school.teacher.personId, 'GET /api/lessons/:lessonId/report.xlsx']);
  expect(found.map(([kind]) => kind)).toContain('logout');
  await logged();
  expect((await logged('?kind=log_read')).rows.length).toBeGreaterThan(1);
});

it('is for whoever operates, by kind, outcome and person, page by page', async () => {
  for (const person of [school.scheduler, school.regulator, school.teacher, school.learner]) for (const route of ['GET /api/security-log', 'GET /api/self-test', 'POST /api/self-tests']) expect((await world.call(route, person)).statusCode).toBe(403);
  await world.deps.orm.em.fork().execute(
    `insert into security_log (id, kind, outcome, person_id, subject) select gen_random_uuid(), 'export', 'done', ?, n::text from generate_series(1, 150) n`, [school.scheduler.personId]);
  const first = await logged(`?kind=export&personId=${school.scheduler.personId}`);
  expect(first.rows).toHaveLength(100);
  const second = await logged(`?kind=export&personId=${school.scheduler.personId}&before=${first.next}`);
  expect(second).toMatchObject({ next: null });
  expect(new Set([...first.rows, ...second.rows].map(({ subject }) => subject)).size).toBe(150);
  expect((await logged(`?personId=${newId()}`)).rows).toEqual([]);
  expect((await logged('?outcome=refused')).rows.every(({ outcome }) => outcome === 'refused')).toBe(true);
});

it('answers a request whose entry cannot be written, and says so as an error', async () => {
  const said: unknown[] = [];
  const error = world.deps.log.error;
  world.deps.log.error = ((...words: unknown[]) => { said.push(words[1]); }) as typeof error;
  const { orm } = world.deps;
  const fork = orm.em.fork;
  orm.em.fork = () => { const em = fork.call(orm.em); const execute = em.execute.bind(em) as (sql: string, ...rest: unknown[]) => unknown; em.execute = ((sql: string, ...rest: unknown[]) => (sql.startsWith('insert into security_log') ? Promise.reject(new Error('disk full')) : execute(sql, ...rest))) as typeof em.execute; return em; };
  const response = await wrong('somebody').finally(() => { orm.em.fork = fork; world.deps.log.error = error; });
  expect(response.statusCode).toBe(401);
  expect(said).toContain('the security log could not be written');
});

it('runs the self-test by the button and shows the last result with the age of backups', async () => {
  expect((await world.call('GET /api/self-test', admin)).json<SelfTestPage>()).toMatchObject({ last: null, backup: { ever: false, baseMs: null } });
  const response = await world.call('POST /api/self-tests', admin);
  const { last } = response.json<SelfTestPage>();
  expect(last?.results.map(({ id }) => id)).toEqual(controlIds);
  // The clock of these tests stands in another month: the check sees it.
  expect(last?.results.find(({ id }) => id === 'clockSkew')?.state).toBe('fail');
  expect(last).toMatchObject({ by: 'Admin', failed: expect.any(Number) });
  expect((await world.call('GET /api/self-test', admin)).json<SelfTestPage>().last).toEqual(last);
});
