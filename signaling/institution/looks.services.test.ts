// Looks of regulators: each is written before its answer, by institution; what is none; who reads them; nothing is shown that could not be written down (R10, R31, R144).
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Looks } from '#contracts/institution-routes.ts';
import { restRoutes, type RouteName } from '#contracts/rest.ts';
import { platform, unitOfWork } from '#db/orm.ts';
import { addEntries, addLooks, lookSubjects } from '#db/queries/looks.ts';
import { grantOversight } from '#db/queries/oversight.ts';
import { withinInstitutions } from '#db/tenancy.ts';
import { newId } from '#domain/id.ts';
import { addRecording, addReplay } from '#db/testing/replay.ts';
import { lookArea } from '#domain/look.ts';
import { addTestInstructor } from '../testing/course.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { filedIn } from '../testing/region.ts';
import { addPerson, addSchool, addSession, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let second: School;
let inspector: Known;
beforeAll(async () => { world = await openHttpWorld(); });
afterAll(() => world.close());
beforeEach(async () => {
  world.clock.pass(60_000);
  [school, second] = [await addSchool(world.deps.orm, world.clock.now(), 'One'), await addSchool(world.deps.orm, world.clock.now(), 'Two')];
  await filedIn(world, school, '130302');
  await filedIn(world, second, '130304');
  inspector = await addPerson(world.deps.orm, world.clock.now(), '巡视员', null, null);
  await unitOfWork(world.deps.orm, platform, (em) => grantOversight(em, inspector.personId, '130300', 'operator', world.clock.now()));
});

const get = (path: string, person = inspector, headers: Record<string, string> = {}) => world.call(`GET ${path}`, person, { headers });
const read = async (of = school, before?: string): Promise<Looks> => (await get(`/api/institutions/${of.institutionId}/looks${before ? `?before=${before}` : ''}`, of.scheduler)).json<Looks>();
const countLooks = async (): Promise<number> => (await world.deps.orm.em.fork().execute<{ n: number }[]>('select count(*)::int as n from look'))[0]!.n;
const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;

describe('a look', () => {
  it('says who, when, at what, in the words of its parts, and at which institution', async () => {
    expect((await get(`/api/lessons/${school.lessonId}`)).statusCode).toBe(200);
    world.clock.pass(1);
    expect((await get(`/api/cohorts/${school.cohortId}`)).statusCode).toBe(200);
    const { looks, before } = await read();
    expect(looks).toMatchObject([
      { name: '巡视员', at: world.clock.now().toISOString(), area: 'cohort', route: 'GET /api/cohorts/:cohortId', subjects: [{ kind: 'cohort', id: school.cohortId }], purpose: null, inspection: false },
      { area: 'lesson', route: 'GET /api/lessons/:lessonId', subjects: [{ kind: 'lesson', id: school.lessonId }] },
    ]);
    expect(looks[1]!.subjects[0]!.title).not.toBeNull();
    expect([before, (await read(second)).looks]).toEqual([null, []]);
  });
  it('keeps the learner that was named, and the purpose that was said', async () => {
    await get(`/api/lessons/${school.lessonId}/hours/${school.learner.personId}`, inspector, { 'keshi-purpose': encodeURIComponent('抽查') });
    const [look] = (await read()).looks;
    expect(look).toMatchObject({ purpose: '抽查', subjects: [{ kind: 'lesson' }, { kind: 'person', id: school.learner.personId }] });
  });
  it('at a list without a name is at every institution whose people it showed', async () => {
    await addTestInstructor(world, school, { personId: school.teacher.personId });
    const list = await get('/api/instructors');
    expect([list.statusCode, list.body.includes(school.teacher.personId)]).toEqual([200, true]);
    expect((await read()).looks).toMatchObject([{ area: 'course', route: 'GET /api/instructors' }]);
    expect((await read(second)).looks).toHaveLength(list.body.includes(second.teacher.personId) ? 1 : 0);
    expect((await get(`/api/institutions/${second.institutionId}/staff`)).statusCode).toBe(200);
    expect((await read(second)).looks[0]).toMatchObject({ area: 'staff' });
  });
  it('is none where it was refused, where somebody else reads, and of one’s own things', async () => {
    const before = await countLooks();
    const far = await addSchool(world.deps.orm, world.clock.now(), 'Far');
    expect((await get(`/api/lessons/${far.lessonId}`)).statusCode).toBe(404);
    for (const person of [school.scheduler, school.teacher, school.learner]) await get(`/api/lessons/${school.lessonId}`, person);
    for (const path of ['/api/me', '/api/lessons', '/api/institutions', '/api/notices', '/api/corner']) await get(path);
    expect(await countLooks()).toBe(before);
  });
  it('is an entry into a class, of regulators alone', async () => {
    await unitOfWork(world.deps.orm, platform, (em) => addEntries(em, school, [inspector.personId, school.scheduler.personId], world.clock.now()));
    expect((await read()).looks).toMatchObject([{ area: 'live', name: '巡视员', subjects: [{ kind: 'lesson', id: school.lessonId }] }]);
  });
  it('that cannot be written down shows nothing', async () => {
    await world.deps.orm.em.fork().execute('select 1');
    const fork = world.deps.orm.em.fork.bind(world.deps.orm.em);
    const spy = (...given: Parameters<typeof fork>) => {
      const em = fork(...given);
      const execute = em.execute.bind(em) as (sql: string, ...rest: unknown[]) => Promise<unknown>;
      Object.assign(em, { execute: (sql: string, ...rest: unknown[]) => (sql.includes('insert into look') ? Promise.reject(new Error('disk full')) : execute(sql, ...rest)) });
      return em;
    };
    Object.assign(world.deps.orm.em, { fork: spy });
    const response = await get(`/api/lessons/${school.lessonId}`).finally(() => { Object.assign(world.deps.orm.em, { fork }); });
    expect([response.statusCode, codeOf(response), response.body.includes(school.lessonId)]).toEqual([500, 'internal', false]);
  });
});

describe('the list', () => {
  it('is paged, newest first, without a gap or a double', async () => {
    const at = world.clock.now();
    const many = Array.from({ length: 120 }, (_, index) => ({ institutionId: school.institutionId, personId: inspector.personId, route: `GET /api/lessons/:lessonId`, subjects: [], at: new Date(at.getTime() + index), purpose: `${index}`, inspectionId: null }));
    await addLooks(world.deps.orm.em.fork(), many);
    const seen: string[] = [];
    for (let page = await read(); ; page = await read(school, page.before!)) {
      seen.push(...page.looks.map(({ purpose }) => purpose!));
      if (page.before === null) break;
    }
    expect(seen).toEqual(many.map(({ purpose }) => purpose).reverse());
  });
  it('is for the office of the institution', async () => {
    for (const [person, code] of [[inspector, 'forbidden'], [school.regulator, 'forbidden'], [school.teacher, 'forbidden'], [school.learner, 'forbidden'], [second.scheduler, 'not_found']] as const) {
      expect(codeOf(await get(`/api/institutions/${school.institutionId}/looks`, person))).toBe(code);
    }
    expect(codeOf(await get(`/api/institutions/${school.institutionId}/looks?before=x`, school.scheduler))).toBe('bad_request');
  });
  it('cannot be changed or thinned by anybody who is asked for', async () => {
    await get(`/api/lessons/${school.lessonId}`);
    for (const sql of [`update look set route = 'x'`, 'delete from look', 'truncate look']) {
      await expect(withinInstitutions([school.institutionId], () => unitOfWork(world.deps.orm, platform, (em) => em.execute(sql))), sql).rejects.toThrow(/permission denied/);
      await expect(unitOfWork(world.deps.orm, platform, (em) => em.execute(sql)), sql).rejects.toThrow(/permission denied/);
    }
    expect((await read()).looks).toHaveLength(1);
  });
});

describe('on an inspection', () => {
  it.each([[true, 'sealed', 1], [false, 'sealed', 0], [false, 'handed', 1], [false, 'closed', 1]] as const)('announced %s and %s: %d are told', async (announced, status, told) => {
    const id = await addInspectionRow(announced, status);
    await get(`/api/lessons/${school.lessonId}`, inspector, { 'keshi-inspection': id });
    expect((await read()).looks.length).toBe(told);
    expect(await countLooksOf(id)).toBe(1);
  });
  it('one that concerns another institution hides nothing', async () => {
    const id = await addInspectionRow(false, 'sealed');
    await get(`/api/lessons/${second.lessonId}`, inspector, { 'keshi-inspection': id });
    await get(`/api/lessons/${second.lessonId}`, inspector, { 'keshi-inspection': newId() });
    expect((await read(second)).looks).toMatchObject([{ inspection: false }, { inspection: false }]);
  });
  it('unannounced, that drew the lesson, hides a look that does not say so', async () => {
    const id = await addInspectionRow(false, 'drawn');
    const { lessonId, institutionId } = school;
    const sessionId = await addSession(world.deps.orm, school, world.clock.now());
    const recordingId = await addRecording(world.deps.orm, { institutionId, lessonId, sessionId, at: world.clock.now() });
    const replayId = await addReplay(world.deps.orm, { institutionId, lessonId, recordingId, unitId: school.unitIds[0]!, startsAt: world.clock.now(), durationMs: 60_000 });
    await em().execute(`insert into inspection_unit (id, inspection_id, institution_id, ordinal, replay_id, lesson_id, unit_id, risk, sha256) values (?, ?, ?, 1, ?, ?, ?, 'low', 'x')`, [newId(), id, institutionId, replayId, lessonId, school.unitIds[0]!]);
    await get(`/api/lessons/${lessonId}`);
    expect([(await read()).looks.length, await countLooksOf(id)]).toEqual([0, 1]);
  });
});
const em = () => world.deps.orm.em.fork();
const countLooksOf = async (id: string): Promise<number> => (await em().execute<{ n: number }[]>('select count(*)::int as n from look where inspection_id = ?', [id]))[0]!.n;
async function addInspectionRow(announced: boolean, status: string): Promise<string> {
  const [id, at] = [newId(), world.clock.now()];
  const drawn = status === 'drawn' || status === 'handed' ? at : null;
  await em().execute(
    `insert into inspection (id, institution_ids, title, announced, scope, size, status, seed, seed_hash, made_by, made_at, drawn_at, population, closed_at) values (?, ?::uuid[], 'x', ?, '{}', 1, ?, 's', 'h', ?, ?, ?, ?, ?)`,
    [id, `{${school.institutionId}}`, announced, status, inspector.personId, at, drawn, drawn && '[]', status === 'closed' ? at : null]);
  return id;
}

it('every parameter of a reading route is known to name something, or nothing of an institution', () => {
  const plain = ['locale', 'name', 'number', 'ordinal', 'page', 'picture', 'rendition', 'sha256', 'size', 'version', 'serial', 'token', 'code', 'postId', 'resourceId', 'enrolmentId', 'connectorId', 'webhookId', 'inspectionId', 'lookId'];
  const names = (Object.keys(restRoutes) as RouteName[]).filter((name) => name.startsWith('GET ')).flatMap((name) => [...name.matchAll(/:([A-Za-z0-9]+)/g)].map(([, param]) => param!));
  expect([...new Set(names)].filter((param) => !lookSubjects[param] && !plain.includes(param))).toEqual([]);
});

it('every reading route that names something is of a part that has a name', () => {
  const other = (Object.keys(restRoutes) as RouteName[]).filter((name) => name.startsWith('GET ') && name.includes('/:') && lookArea(name) === 'other');
  expect(other.sort()).toEqual(['GET /api/calendar/:token', 'GET /api/connectors/:connectorId/dead', 'GET /api/connectors/:connectorId/reconciliations', 'GET /api/corner/posts/:postId', 'GET /api/corner/resources/:resourceId/file', 'GET /api/face-detector/:sha256', 'GET /api/face-enrolments/:enrolmentId/pictures/:picture', 'GET /api/invitations/:code', 'GET /api/persons/:personId/identity', 'GET /api/segments/:token', 'GET /api/webhooks/:webhookId/dead']);
});
