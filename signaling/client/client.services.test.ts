// Clients of an institution: kept by its office, their functions switched, their hours shown to those who look for them and to nobody else (R31, R62).
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ClientBody, ClientHours, ClientLearners, ClientList, OwnClients } from '#contracts/client-routes.ts';
import { Connection, Lesson, Observation, Unit } from '#db/entities/lesson.ts';
import { newId } from '#domain/id.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addPerson, addSchool, addSession, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
let boss: Known;
beforeAll(async () => { world = await openHttpWorld(); });
beforeEach(async () => {
  world.clock.set(new Date('2026-03-02T01:00:00.000Z'));
  school = await addSchool(world.deps.orm, world.clock.now());
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
  boss = await addPerson(world.deps.orm, world.clock.now(), '王厂长', null, null);
});
afterAll(() => world.close());

const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const place = (institutionId = school.institutionId): string => `/api/institutions/${institutionId}`;
const body = (part: Partial<ClientBody> = {}): ClientBody => ({ name: '焊接厂', creditCode: '', region: null, contact: '', phone: '', switchedOff: [], ...part });
const add = (person: Known | null, part: Partial<ClientBody> = {}) => world.call(`POST ${place()}/clients`, person, { payload: body(part) });
const read = (person: Known | null) => world.call(`GET ${place()}/clients`, person);
const listed = async (): Promise<ClientList> => (await read(school.scheduler)).json<ClientList>();
const added = async (part: Partial<ClientBody> = {}): Promise<string> => (await add(school.scheduler, part)).json<ClientList>().clients.find(({ name }) => name === (part.name ?? '焊接厂'))!.clientId;
const change = (person: Known | null, clientId: string, part: Partial<ClientBody>) => world.call(`PUT ${place()}/clients/${clientId}`, person, { payload: body(part) });
const name = (person: Known | null, clientId: string, who = `login-${boss.personId}`, called = '王厂长') => world.call(`POST ${place()}/clients/${clientId}/members`, person, { payload: { who, name: called } });
const unname = (person: Known | null, clientId: string) => world.call(`DELETE ${place()}/clients/${clientId}/members/${boss.personId}`, person);
const learners = async (): Promise<ClientLearners['learners']> => (await world.call(`GET ${place()}/client-learners`, school.scheduler)).json<ClientLearners>().learners;
const link = (person: Known | null, enrolmentId: string, clientId: string | null, institutionId = school.institutionId) => world.call(`PUT ${place(institutionId)}/enrolments/${enrolmentId}/client`, person, { payload: { clientId } });
const enrolmentOf = async (who: string): Promise<string> => (await learners()).find((one) => one.name === who)!.enrolmentId;
const hours = (person: Known | null, clientId: string) => world.call(`GET /api/my-clients/${clientId}/hours`, person);
const ask = (person: Known) => world.call(`POST /api/lessons/${school.lessonId}/qa`, person, { payload: { postId: newId(), text: '为什么要预热' } });

it('is added, changed, listed by name; wrong codes, regions and doubles are refused', async () => {
  await added({ name: '造船厂', creditCode: ' 9144 0300 7084 61136t', region: '130300', contact: ' 李经理 ', phone: '12345' });
  const clientId = await added();
  expect((await listed()).clients).toMatchObject([{ name: '焊接厂', learners: 0, members: [] }, { name: '造船厂', creditCode: '91440300708461136T', region: '130300', contact: '李经理' }].sort((a, b) => (a.name < b.name ? -1 : 1)));
  for (const part of [{ creditCode: '91440300708461136X' }, { creditCode: 'x' }, { region: '990000' }]) expect(codeOf(await add(school.scheduler, { name: '第三厂', ...part }))).toBe('client_invalid');
  expect(codeOf(await add(school.scheduler))).toBe('client_double');
  expect(codeOf(await change(school.scheduler, clientId, { name: '造船厂' }))).toBe('client_double');
  expect((await change(school.scheduler, clientId, { name: '焊接厂', phone: '55555' })).json<ClientList>().clients.find((one) => one.clientId === clientId)).toMatchObject({ phone: '55555' });
  for (const part of [{ name: ' ' }, { switchedOff: ['faceChecks'] }]) expect(codeOf(await add(school.scheduler, part as Partial<ClientBody>))).toBe('bad_request');
  expect((await world.events('client:changed')).map(({ payload }) => payload)).toEqual([{ clientId, switchedOff: [] }]);
});

it('a learner of a client is linked and taken away, with an event', async () => {
  const clientId = await added();
  const enrolmentId = await enrolmentOf('School learner');
  await link(school.scheduler, enrolmentId, clientId);
  await link(school.scheduler, enrolmentId, clientId);
  expect((await learners()).map((one) => [one.name, one.clientId])).toEqual([['School learner', clientId], ['School other', null]]);
  expect((await listed()).clients[0]?.learners).toBe(1);
  await link(school.scheduler, enrolmentId, null);
  expect((await world.events('enrolment:clientChanged')).filter(({ payload }) => payload.enrolmentId === enrolmentId).map(({ stream, payload }) => [stream, payload.from, payload.to])).toEqual([
    [`cohort:${school.cohortId}`, null, clientId], [`cohort:${school.cohortId}`, clientId, null]]);
});

it('questions and answers are off for the learners of that client alone, at once, and come back', async () => {
  const clientId = await added();
  await link(school.scheduler, await enrolmentOf('School learner'), clientId);
  expect((await ask(school.learner)).statusCode).toBe(200);
  await change(school.scheduler, clientId, { switchedOff: ['questionsAndAnswers'] });
  expect(codeOf(await ask(school.learner))).toBe('switched_off');
  for (const what of ['qa', 'qa/count']) expect(codeOf(await world.call(`GET /api/lessons/${school.lessonId}/${what}`, school.learner))).toBe('switched_off');
  for (const person of [school.other, school.teacher]) expect((await world.call(`GET /api/lessons/${school.lessonId}/qa`, person)).statusCode).toBe(200);
  await change(school.scheduler, clientId, { switchedOff: ['chat'] });
  expect((await ask(school.learner)).statusCode).toBe(200);
});

/** The lesson of the school, held for 90 minutes; the learner was there for the first 60 and touched the device. */
async function heldLesson(): Promise<void> {
  const em = world.deps.orm.em.fork();
  const { institutionId, lessonId, startsAt } = school;
  const at = (minutes: number): Date => new Date(startsAt.getTime() + minutes * 60_000);
  await em.nativeUpdate(Lesson, { id: lessonId }, { status: 'ended' });
  for (const [index, id] of school.unitIds.entries()) await em.nativeUpdate(Unit, { id }, { startedAt: at(45 * index), endedAt: at(45 * (index + 1)) });
  const sessionId = await addSession(world.deps.orm, school, at(0), at(90));
  const connectionId = newId();
  const { personId } = school.learner;
  await em.insert(Connection, { id: connectionId, institutionId, lessonId, sessionId, personId, role: 'student', deviceId: 'd', connectedAt: at(0), lastSeenAt: at(60), leftAt: at(60), leftReason: 'left', visible: true });
  for (let minute = 0; minute < 60; minute += 10) await em.insert(Observation, { id: newId(at(minute).getTime()), institutionId, lessonId, connectionId, personId, type: 'active', at: at(minute), value: null });
  world.clock.set(at(100));
}

it('who looks for a client sees the hours of its learners, as the learners see them, and of nobody else', async () => {
  const clientId = await added();
  await link(school.scheduler, await enrolmentOf('School learner'), clientId);
  await heldLesson();
  expect(codeOf(await hours(boss, clientId))).toBe('not_found');
  await name(school.scheduler, clientId);
  await name(school.scheduler, clientId);
  expect((await world.call('GET /api/me', boss)).json()).toMatchObject({ looksForClient: true, memberships: [] });
  expect((await world.call('GET /api/my-clients', boss)).json<OwnClients>().clients).toEqual([{ clientId, name: '焊接厂', institutionName: 'School' }]);
  const own = (await world.call('GET /api/hours?from=2026-01-01T00:00:00Z&to=2026-04-01T00:00:00Z', school.learner)).json<{ totals: { heldMinutes: number; creditedMinutes: number } }>();
  expect(own.totals).toMatchObject({ heldMinutes: 90, creditedMinutes: 60 });
  expect((await hours(boss, clientId)).json<ClientHours>()).toEqual({
    name: '焊接厂', institutionName: 'School',
    cohorts: [{ cohortId: school.cohortId, title: 'School cohort', courseTitle: 'School course', learners: [{ personId: school.learner.personId, name: 'School learner', lessons: 1, heldMinutes: 90, creditedMinutes: 60, madeUpMinutes: 0, share: 0.666 }] }],
  });
  for (const route of ['lessons', `lessons/${school.lessonId}`, 'institutions', `institutions/${school.institutionId}/profile`, `lessons/${school.lessonId}/report`, `lessons/${school.lessonId}/hours/${school.learner.personId}`]) {
    const answer = await world.call(`GET /api/${route}`, boss);
    expect([route, answer.statusCode === 200 ? answer.json() : 'refused']).toEqual([route, route === 'lessons' ? expect.objectContaining({ lessons: [] }) : 'refused']);
  }
  await unname(school.scheduler, clientId);
  expect(codeOf(await hours(boss, clientId))).toBe('not_found');
  expect((await world.call('GET /api/me', boss)).json()).not.toHaveProperty('looksForClient');
  expect((await world.events('client:memberAdded')).filter(({ payload }) => payload.clientId === clientId)).toHaveLength(1);
});

it('names nobody by a wrong name', async () => {
  const clientId = await added();
  expect(codeOf(await name(school.scheduler, clientId, undefined, '李厂长'))).toBe('person_unknown');
  expect((await listed()).clients[0]?.members).toEqual([]);
});

it('is refused to everybody else, and to everybody elsewhere', async () => {
  const clientId = await added();
  const enrolmentId = await enrolmentOf('School learner');
  await name(school.scheduler, clientId);
  expect((await read(school.regulator)).json()).toMatchObject({ mayChange: false, clients: [{ clientId }] });
  for (const [person, code] of [[school.teacher, 'forbidden'], [school.learner, 'forbidden'], [boss, 'forbidden'], [null, 'unauthenticated'], [foreign.scheduler, 'not_found'], [foreign.regulator, 'not_found']] as const) expect(codeOf(await read(person))).toBe(code);
  for (const [person, code] of [[school.regulator, 'forbidden'], [school.teacher, 'forbidden'], [boss, 'forbidden'], [null, 'unauthenticated'], [foreign.scheduler, 'not_found']] as const) {
    const answers = [await add(person, { name: '别的厂' }), await change(person, clientId, {}), await name(person, clientId), await unname(person, clientId), await link(person, enrolmentId, clientId), await world.call(`GET ${place()}/client-learners`, person)];
    expect(answers.map(codeOf)).toEqual(answers.map(() => code));
  }
  // Under one's own institution the others' rows are not there: neither enrolments nor clients.
  const theirs = (await world.call(`POST ${place(foreign.institutionId)}/clients`, foreign.scheduler, { payload: body({ name: '外厂' }) })).json<ClientList>().clients[0]!.clientId;
  expect(codeOf(await link(foreign.scheduler, enrolmentId, theirs, foreign.institutionId))).toBe('not_found');
  expect([codeOf(await link(school.scheduler, enrolmentId, theirs)), codeOf(await change(school.scheduler, theirs, { name: '改名' })), codeOf(await name(school.scheduler, theirs)), codeOf(await hours(boss, theirs))]).toEqual(['not_found', 'not_found', 'not_found', 'not_found']);
  expect((await listed()).clients).toMatchObject([{ clientId, learners: 0, members: [{ name: '王厂长' }] }]);
});
