// Two front doors of one school on a real Redis: what happens at one is seen at the other.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRedis, type RedisServer } from '#testing/redis-server.ts';
import { asStudent, asTeacher } from '#testing/role-drivers.ts';
import { createSignaling } from '../app.ts';
import { openClassroomWorld, openClassrooms, type ClassroomWorld } from '../testing/classroom-world.ts';
import { addLesson } from '../testing/school.ts';

let redis: RedisServer;
let folder: string;
let world: ClassroomWorld;
let second: Awaited<ReturnType<typeof openClassrooms>> & { close(): Promise<void> };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'redis-'));
  redis = await startRedis();
  const config = { REDIS_URL: redis.url };
  world = await openClassroomWorld(config);
  const app = await createSignaling(world.deps, { webFolder: join(folder, 'no-web') });
  const opened = await openClassrooms({ ...world, app }, config);
  second = { ...opened, close: async () => { await opened.classrooms.close(); await app.close(); } };
}, 60_000);
afterAll(async () => {
  await second?.close();
  await world?.close();
  await redis?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a lesson across two processes: start, hands, quiz, counts, checks settled, and a seat taken over', async () => {
  const { school, clock } = world;
  const there = { url: second.url };
  const teacher = asTeacher(await world.inside(school.teacher));
  const student = asStudent(await world.inside(school.learner, there));
  await teacher.starts();
  expect((await student.driver.next('lesson:changed', (state) => state.status === 'live')).startedAt).toBe(clock.now().toISOString());
  await student.raisesHand();
  expect((await teacher.driver.next('hand:changed')).hands[0]?.personId).toBe(school.learner.personId);
  await teacher.invites(school.learner.personId);
  await student.driver.next('stage:invited');
  await student.answersInvitation(true);
  expect((await teacher.driver.next('stage:changed')).personIds).toEqual([school.learner.personId]);

  const { quizId } = await teacher.opensQuiz({ seconds: 10 });
  await student.driver.next('quiz:opened', (quiz) => quiz.quizId === quizId);
  await student.answers(quizId, [1]);
  expect((await teacher.driver.next('quiz:counted', (count) => count.answeredCount === 1)).presentLearners).toBe(1);
  clock.pass(11_501);
  await Promise.all([world.classrooms.tick(), second.classrooms.tick()]);
  expect((await student.driver.next('quiz:closed')).correctCount).toBe(1);
  await teacher.driver.next('quiz:closed');
  expect(await world.rows(`select 1 from event where type = 'quiz:closed'`)).toHaveLength(1);

  const here = asStudent(await world.person(school.learner));
  const snapshot = await here.enters(school.lessonId);
  expect(snapshot.me.onStage).toBe(true);
  await student.driver.next('seat:taken');
  await student.driver.disconnected();
  expect(await world.rows(`select left_reason from connection where person_id = ? order by left_reason nulls last`, [school.learner.personId]))
    .toEqual([{ left_reason: 'taken_over' }, { left_reason: null }]);
  await here.says('still here');
  await teacher.driver.next('chat:sent');
  await teacher.ends();
  await here.driver.next('lesson:changed', (state) => state.status === 'ended');
  expect(teacher.driver.heard('quiz:closed')).toEqual([]);
});

test('the door across two processes: waiting at one, let in at the other, taken out from afar', async () => {
  const { school } = world;
  const { lessonId } = await addLesson(world.deps.orm, school, world.clock.now());
  const there = { url: second.url };
  const teacher = await world.person(school.teacher);
  await teacher.enter(lessonId);
  await teacher.ask('door:set', { door: 'lobby' });
  const student = await world.person(school.learner, there);
  expect(await student.refusal('lesson:enter', { lessonId, deviceId: student.deviceId })).toBe('door_waiting');
  expect((await teacher.next('door:changed', ({ waitingCount }) => waitingCount === 1)).waiting[0]?.personId).toBe(school.learner.personId);
  await teacher.ask('door:admit', {});
  await second.classrooms.tick();
  await student.next('door:answered');
  await student.enter(lessonId);
  await teacher.ask('door:remove', { personId: school.learner.personId, reason: 'not_taking_part', note: '' });
  expect((await student.next('seat:removed')).reason).toBe('not_taking_part');
  await student.disconnected();
});
