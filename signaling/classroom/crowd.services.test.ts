// Many at the door and many inside: turns with their places, a line that is not WebSocket, and a large class that is told in batches.
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { largeFrom } from '#domain/audience.ts';
import { newId } from '#domain/id.ts';
import { Enrolment } from '#db/entities/people.ts';
import type { ClassroomDriver } from '#testing/classroom-driver.ts';
import { asStudent, asTeacher } from '#testing/role-drivers.ts';
import { acknowledge, openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';
import { addPerson } from '../testing/school.ts';
import type { Known } from '../testing/http-world.ts';

let world: ClassroomWorld;
const open = async (perSecond: number): Promise<void> => { world = await openClassroomWorld({ ADMISSION_PER_SECOND: perSecond }); };
afterEach(() => world.close());

async function learners(count: number): Promise<Known[]> {
  const { deps, school, clock } = world;
  const { institutionId, cohortId } = school;
  const made: Known[] = [];
  for (let index = 0; index < count; index++) {
    const known = await addPerson(deps.orm, clock.now(), `crowd ${index}`, institutionId, 'student');
    await deps.orm.em.fork().insert(Enrolment, { id: newId(), institutionId, cohortId, personId: known.personId, createdAt: clock.now(), endedAt: null });
    await acknowledge(deps, known.personId, 'recording');
    made.push(known);
  }
  return made;
}
const connected = (people: readonly Known[]): Promise<ClassroomDriver[]> => Promise.all(people.map((known) => world.person(known)));

test('more than the rate allows wait in line and are told their place; who goes gives it up; a teacher goes first', async () => {
  await open(1);
  const { school } = world;
  const drivers = await connected(await learners(4));
  const entered: string[] = [];
  const enter = (driver: ClassroomDriver, name: string): Promise<void> => driver.enter(school.lessonId).then(() => { entered.push(name); }, () => undefined);
  const [first, gone, third, fourth] = drivers as [ClassroomDriver, ClassroomDriver, ClassroomDriver, ClassroomDriver];
  await enter(first, 'first');
  void enter(gone, 'gone');
  expect(await gone.next('lesson:queued')).toEqual({ position: 1, waitMs: expect.closeTo(1000, -3) as number });
  const waiting = [enter(third, 'third'), enter(fourth, 'fourth')];
  expect((await fourth.next('lesson:queued')).position).toBeGreaterThanOrEqual(2);
  gone.close();
  const teacher = await world.person(school.teacher);
  await enter(teacher, 'teacher');
  await Promise.all(waiting);
  expect(entered).toEqual(['first', 'teacher', 'third', 'fourth']);
  expect(await world.rows('select 1 from connection')).toHaveLength(4);
});

test.each([['GET', '/socket.io/?EIO=4&transport=polling'], ['GET', '/socket.io/?EIO=4&transport=websocket'], ['POST', '/socket.io/?EIO=4&transport=polling&sid=x']])(
  '%s %s without an upgrade is answered 426 with what is needed', async (method, path) => {
    await open(100);
    const asked = request(`${world.url}${path}`, { method }).end();
    const [response] = await once(asked, 'response') as [IncomingMessage];
    let body = '';
    for await (const chunk of response) body += String(chunk);
    expect([response.statusCode, response.headers.upgrade, response.headers['content-type']]).toEqual([426, 'websocket', 'application/json; charset=utf-8']);
    expect(JSON.parse(body)).toEqual({ error: { code: 'websocket_required', message: expect.stringContaining('Upgrade') as string } });
  });

test.each([['enrolled', 'nobody is told of anybody who is not in view'], ['from elsewhere', 'staff, who have the whole roster, are told in batches and nobody else of anybody']] as const)('from two hundred on, %s, %s', async (whence, _who) => {
  await open(10_000);
  const { school } = world;
  const teacher = asTeacher(await world.inside(school.teacher));
  await teacher.starts();
  const watcher = asStudent(await world.inside(school.learner));
  // The others are rows of another process: what counts is how many are present.
  const people = await learners(3);
  const crowd = await learners(largeFrom);
  const paged = whence === 'enrolled';
  if (!paged) await world.rows('delete from enrolment where person_id = any(?::uuid[]) returning id', [`{${crowd.map(({ personId }) => personId).join()}}`]);
  await world.rows(
    `insert into connection (id, institution_id, lesson_id, person_id, role, device_id, connected_at, last_seen_at)
     select gen_random_uuid(), ?, ?, v.value::uuid, 'student', 'elsewhere', ?, ? from jsonb_array_elements_text(?::jsonb) v returning id`,
    [school.institutionId, school.lessonId, world.clock.now(), world.clock.now(), JSON.stringify(crowd.map(({ personId }) => personId))]);
  await world.classrooms.tick();
  await watcher.driver.next('presence:counted', ({ presentCount }) => presentCount >= largeFrom);
  const drivers = await connected(people);
  for (const driver of drivers) await driver.enter(school.lessonId);
  await asStudent(drivers[0]!).raisesHand();
  await world.classrooms.tick();
  const told: string[] = [];
  while (!paged && told.length < people.length) told.push(...(await teacher.driver.next('participants:changed')).participants.map(({ personId }) => personId));
  if (!paged) expect(told.sort()).toEqual(people.map(({ personId }) => personId).sort());
  expect((await watcher.driver.next('hand:changed')).hands).toHaveLength(1);
  // On stage everybody sees who it is, also staff of a class that comes in pages.
  const { personId: guest } = people[0]!;
  await teacher.invites(guest);
  await asStudent(drivers[0]!).answersInvitation(true);
  await world.classrooms.tick();
  expect((await teacher.driver.next('participants:changed', ({ participants }) => participants.some(({ onStage }) => onStage))).participants).toMatchObject([{ personId: guest, onStage: true }]);
  expect((await watcher.driver.next('participant:changed', ({ personId }) => personId === guest)).onStage).toBe(true);
  await teacher.sendsDown(guest);
  await world.classrooms.tick();
  expect((await teacher.driver.next('stage:changed', ({ personIds }) => personIds.length === 0)).personIds).toEqual([]);
  for (const driver of drivers) driver.cut();
  told.length = 0;
  while (!paged && told.length < people.length) told.push(...(await teacher.driver.next('participants:changed')).participants.filter((one) => !one.present).map(({ personId }) => personId));
  await world.classrooms.tick();
  const others = new Set(people.slice(1).map(({ personId }) => personId));
  const heard = [...teacher.driver.heard('participants:changed').flatMap(({ participants }) => participants), ...teacher.driver.heard('participant:changed')];
  if (paged) expect(heard.filter(({ personId }) => others.has(personId))).toEqual([]);
  expect(watcher.driver.heard('participants:changed')).toEqual([]);
  expect(watcher.driver.heard('participant:changed').filter(({ personId }) => others.has(personId))).toEqual([]);
});
