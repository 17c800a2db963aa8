// Redis dies in the middle of a lesson and comes back empty: people are served all the time, and afterwards everybody sees what the rows say.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pino } from 'pino';
import { startRedis, type RedisServer } from '#testing/redis-server.ts';
import { asStudent, asTeacher } from '#testing/role-drivers.ts';
import { createSignaling } from '../app.ts';
import { openClassroomWorld, openClassrooms, type ClassroomWorld } from '../testing/classroom-world.ts';

let redis: RedisServer;
let world: ClassroomWorld;
let second: { url: string; close(): Promise<void> };
const said: { level: number; msg: string }[] = [];

beforeAll(async () => {
  redis = await startRedis();
  const config = { REDIS_URL: redis.url };
  world = await openClassroomWorld(config);
  const log = pino({ level: 'info' }, { write: (line: string) => { said.push(JSON.parse(line) as { level: number; msg: string }); } });
  const app = await createSignaling(world.deps, { webFolder: '/nowhere' });
  const opened = await openClassrooms({ ...world, app, deps: { ...world.deps, log } }, config);
  second = { url: opened.url, close: async () => { await opened.classrooms.close(); await app.close(); } };
}, 60_000);
afterAll(async () => {
  await second?.close();
  await world?.close();
  await redis?.stop();
});

test('what is local goes on, what crosses comes after, one warning, and a take-over in between is seen', async () => {
  const { school } = world;
  const there = { url: second.url };
  const teacher = asTeacher(await world.inside(school.teacher));
  const assistant = await world.inside(school.assistant, there);
  const student = asStudent(await world.inside(school.learner, there));
  const other = asStudent(await world.inside(school.other));
  await teacher.starts();
  await student.driver.next('lesson:changed', (state) => state.status === 'live');

  await redis.stop();
  await expect.poll(() => said.filter(({ msg }) => msg.startsWith('redis is away')).length).toBe(1);
  // Two who are at the same process hear each other at once, nobody waits for Redis, nothing fails.
  await student.raisesHand();
  expect((await assistant.next('hand:changed')).hands).toHaveLength(1);
  const { quizId } = await teacher.opensQuiz({ seconds: 600 });
  await other.driver.next('quiz:opened');
  await other.answers(quizId, [1]);
  const words = await other.says('during');
  await teacher.driver.next('chat:sent');
  expect(student.driver.heard('chat:sent')).toEqual([]);
  // The learner's second device comes in at the other process: the first hears it only later.
  const desk = asStudent(await world.inside(school.learner));
  await desk.answers(quizId, [2]);

  redis = await startRedis(redis.port);
  for (const driver of [assistant, teacher.driver, other.driver, student.driver]) await driver.next('lesson:resync', ({ spreadMs }) => spreadMs >= 0);
  expect(await student.driver.refusal('lesson:snapshot', {})).toBe('seat_taken_over');
  const seen = await assistant.ask('lesson:snapshot', {});
  expect(seen).toMatchObject({ hands: [{ personId: school.learner.personId }], quiz: { quizId }, messages: [words] });
  expect(seen.participants.filter((one) => one.present).map((one) => one.personId).sort())
    .toEqual([school.teacher, school.assistant, school.learner, school.other].map(({ personId }) => personId).sort());
  // The line is whole again, in both directions and from the first word on.
  await other.says('after');
  expect((await assistant.next('chat:sent', (message) => message.text === 'after')).personId).toBe(school.other.personId);
  expect((await teacher.closesQuiz(quizId)).answeredCount).toBe(2);
  expect((await assistant.next('quiz:closed')).answeredCount).toBe(2);
  expect(said.filter(({ level }) => level >= 40).map(({ msg }) => msg)).toEqual(['redis is away: people here are served, what happens at other signaling processes comes later']);
  expect(said.filter(({ msg }) => msg.startsWith('redis is back'))).toHaveLength(1);
});
