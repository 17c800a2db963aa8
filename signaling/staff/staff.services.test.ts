// Who is added to an institution and removed from it, by whom, and what stays written down of it (R31).
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { StaffList } from '#contracts/staff-routes.ts';
import { platform, unitOfWork } from '#db/orm.ts';
import { grantOversight } from '#db/queries/oversight.ts';
import { Account, Membership } from '#db/entities/people.ts';
import { newId } from '#domain/id.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { register, stated } from '../testing/registrant.ts';
import { filedIn } from '../testing/region.ts';
import { addPerson, addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
let admin: Known;
let stranger: Known;
beforeAll(async () => { world = await openHttpWorld(); });
beforeEach(async () => {
  world.clock.pass(3_600_000);
  school = await addSchool(world.deps.orm, world.clock.now());
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
  admin = await addPerson(world.deps.orm, world.clock.now(), 'Admin', school.institutionId, 'admin');
  stranger = await addPerson(world.deps.orm, world.clock.now(), '李师傅', null, null);
});
afterAll(() => world.close());

const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const place = (): string => `/api/institutions/${school.institutionId}/staff`;
const read = (person: Known | null) => world.call(`GET ${place()}`, person);
const listed = async (person = school.scheduler): Promise<StaffList> => (await read(person)).json<StaffList>();
const add = (person: Known | null, role = 'teacher', who = `login-${stranger.personId}`, name = '李师傅') => world.call(`POST ${place()}`, person, { payload: { who, name, role } });
const end = (person: Known | null, membershipId: string, reason = '已离职', institutionId = school.institutionId) => world.call(`POST /api/institutions/${institutionId}/staff/${membershipId}/ending`, person, { payload: { reason } });
const memberOf = async ({ personId }: Known, role: string): Promise<string> => (await world.deps.orm.em.fork().findOneOrFail(Membership, { personId, institutionId: school.institutionId, role: role as 'teacher' })).id;

it('a teacher is added by login and name, and is one at once; twice is once', async () => {
  expect(codeOf(await world.call('GET /api/question-banks', stranger))).toBe('forbidden');
  expect((await add(school.scheduler)).json<StaffList>().members.find(({ personId }) => personId === stranger.personId)).toMatchObject({ name: '李师傅', role: 'teacher', since: world.clock.now().toISOString(), removable: true, own: false, lessonsAhead: 0 });
  expect((await add(school.scheduler)).statusCode).toBe(200);
  expect((await world.call('GET /api/question-banks', stranger)).statusCode).toBe(200);
  const events = (await world.events('membership:added')).filter(({ payload }) => payload.personId === stranger.personId);
  expect(events).toMatchObject([{ stream: `institution:${school.institutionId}`, actor_id: school.scheduler.personId, payload: { role: 'teacher' } }]);
});

it('by phone however it is written, with the mask of it shown', async () => {
  const body = stated();
  const { personId } = (await register(world, body)).json<{ personId: string }>();
  expect(codeOf(await add(school.scheduler, 'teacher', body.phone, '别人'))).toBe('person_unknown');
  const { members } = (await add(school.scheduler, 'teacher', `+86 ${body.phone.slice(0, 3)} ${body.phone.slice(3)}`, ` ${body.name} `)).json<StaffList>();
  const added = members.find((one) => one.personId === personId);
  expect(added?.name).toBe(body.name);
  expect(added?.phone).toMatch(/\*/);
  expect(added?.phone).not.toBe(body.phone);
});

it('adds nobody by a wrong name, an unknown or a switched-off account, and says the same of all', async () => {
  const login = `login-${stranger.personId}`;
  const answers = [await add(school.scheduler, 'teacher', login, '李大师'), await add(school.scheduler, 'teacher', 'nobody'), await add(school.scheduler, 'teacher', '13900000000')];
  await world.deps.orm.em.fork().nativeUpdate(Account, { personId: stranger.personId }, { disabledAt: world.clock.now() });
  answers.push(await add(school.scheduler));
  expect(new Set(answers.map((response) => `${response.statusCode} ${codeOf(response)}`))).toEqual(new Set(['404 person_unknown']));
  expect((await listed()).members.some(({ personId }) => personId === stranger.personId)).toBe(false);
});

it('phones cannot be tried one after the other', async () => {
  for (let n = 0; n < 60; n++) expect(codeOf(await add(school.scheduler, 'teacher', `1390000${String(n).padStart(4, '0')}`))).toBe('person_unknown');
  expect(codeOf(await add(school.scheduler))).toBe('too_many_attempts');
});

it('who is removed is out at once, and it stays written down that they were there', async () => {
  await add(school.scheduler);
  const since = world.clock.now().toISOString();
  world.clock.pass(60_000);
  const id = await memberOf(stranger, 'teacher');
  const after = (await end(school.scheduler, id, ' 已离职 ')).json<StaffList>();
  expect(after.members.some(({ personId }) => personId === stranger.personId)).toBe(false);
  expect(after.former).toEqual([{ membershipId: id, name: '李师傅', role: 'teacher', since, until: world.clock.now().toISOString(), by: 'School scheduler', reason: '已离职' }]);
  expect(codeOf(await world.call('GET /api/question-banks', stranger))).toBe('forbidden');
  expect((await end(school.scheduler, id, '再来一次')).json<StaffList>().former).toMatchObject([{ reason: '已离职' }]);
  expect((await world.events('membership:ended')).filter(({ payload }) => payload.membershipId === id)).toHaveLength(1);
  await add(school.scheduler);
  expect(await memberOf(stranger, 'teacher')).not.toBe(id);
});

it('says how many lessons a teacher has still to give', async () => {
  expect((await listed()).members.find(({ personId }) => personId === school.teacher.personId)).toMatchObject({ lessonsAhead: 1 });
});

it('the office is never empty, also when its last two remove each other at once', async () => {
  await end(admin, await memberOf(school.scheduler, 'institution'));
  // An admin is of the office too: without any, the last one stays.
  await world.deps.orm.em.fork().nativeDelete(Membership, { personId: admin.personId, institutionId: school.institutionId });
  const [first, second] = [await addPerson(world.deps.orm, world.clock.now(), 'First', school.institutionId, 'institution'), await addPerson(world.deps.orm, world.clock.now(), 'Second', school.institutionId, 'institution')];
  const answers = await Promise.all([end(first, await memberOf(second, 'institution')), end(second, await memberOf(first, 'institution'))]);
  expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
  expect(await world.deps.orm.em.fork().count(Membership, { institutionId: school.institutionId, role: 'institution' })).toBe(1);
  const left = (await world.deps.orm.em.fork().findOneOrFail(Membership, { institutionId: school.institutionId, role: 'institution' }));
  expect(codeOf(await end(left.personId === first.personId ? first : second, left.id))).toBe('last_office');
});

it('regulators are named and removed by an admin alone; admins by nobody here', async () => {
  expect([(await listed()).mayGive, (await listed(admin)).mayGive, (await listed(school.regulator)).mayGive]).toEqual([['teacher', 'institution'], ['teacher', 'institution', 'regulator'], []]);
  expect(codeOf(await add(school.scheduler, 'regulator'))).toBe('forbidden');
  expect(codeOf(await end(school.scheduler, await memberOf(school.regulator, 'regulator')))).toBe('forbidden');
  expect(codeOf(await end(school.scheduler, await memberOf(admin, 'admin')))).toBe('forbidden');
  expect(codeOf(await end(admin, await memberOf(admin, 'admin')))).toBe('forbidden');
  expect(codeOf(await end(school.scheduler, await memberOf(school.learner, 'student')))).toBe('forbidden');
  expect((await add(admin, 'regulator')).statusCode).toBe(200);
  expect((await end(admin, await memberOf(stranger, 'regulator'))).statusCode).toBe(200);
  for (const role of ['admin', 'student', 'owner']) expect(codeOf(await add(admin, role))).toBe('bad_request');
});

it('whoever oversees the region stands among the people, and is removed by nobody here', async () => {
  await filedIn(world, school, '130302');
  await unitOfWork(world.deps.orm, platform, (em) => grantOversight(em, stranger.personId, '130300', 'operator', world.clock.now()));
  for (const person of [admin, school.scheduler]) {
    expect((await listed(person)).members.find(({ personId }) => personId === stranger.personId)).toMatchObject({ role: 'regulator', removable: false });
    expect(codeOf(await end(person, await memberOf(stranger, 'regulator')))).toBe('forbidden');
  }
  expect((await read(stranger)).statusCode).toBe(200);
  expect(codeOf(await world.call(`GET /api/institutions/${foreign.institutionId}/staff`, stranger))).toBe('not_found');
});

it('is refused to everybody else, and to everybody elsewhere', async () => {
  const id = await memberOf(school.teacher, 'teacher');
  for (const [person, code] of [[school.teacher, 'forbidden'], [school.learner, 'forbidden'], [null, 'unauthenticated'], [foreign.scheduler, 'not_found'], [foreign.regulator, 'not_found']] as const) expect(codeOf(await read(person))).toBe(code);
  for (const [person, code] of [[school.teacher, 'forbidden'], [school.regulator, 'forbidden'], [null, 'unauthenticated'], [foreign.scheduler, 'not_found']] as const) {
    expect([codeOf(await add(person)), codeOf(await end(person, id))]).toEqual([code, code]);
  }
  expect(codeOf(await end(foreign.scheduler, id, '已离职', foreign.institutionId))).toBe('not_found');
  expect(codeOf(await end(school.scheduler, newId()))).toBe('not_found');
  // Removing them here touches no other institution.
  await world.deps.orm.em.fork().insert(Membership, { id: newId(), personId: school.teacher.personId, institutionId: foreign.institutionId, role: 'teacher', createdAt: world.clock.now() });
  await end(school.scheduler, id);
  expect(await world.deps.orm.em.fork().count(Membership, { personId: school.teacher.personId })).toBe(1);
  expect((await listed()).members.map(({ name }) => name)).not.toContain('Foreign teacher');
});
