// One of two real processes is restarted in the middle of a lesson while learners raise hands, answer and write: nothing is lost, nothing is double.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRedis, type RedisServer } from '#testing/redis-server.ts';
import { asTeacher } from '#testing/role-drivers.ts';
import { newId } from '#domain/id.ts';
import { Account, Enrolment } from '#db/entities/people.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { acknowledge } from '../testing/classroom-world.ts';
import { addPerson, addSchool, type School } from '../testing/school.ts';
import { roundRobin, startFrontDoor, type FrontDoor, type RoundRobin } from '../testing/front-doors.ts';
import { ClassroomDriver } from '#testing/classroom-driver.ts';
import { ReturningLearner } from '../testing/returning-learner.ts';

const learnerCount = 12;
let redis: RedisServer;
let http: HttpWorld;
let school: School;
let learners: Known[];
let doors: FrontDoor[];
let door: RoundRobin;

beforeAll(async () => {
  redis = await startRedis();
  http = await openHttpWorld();
  const { orm } = http.deps;
  // Real processes have the real time.
  http.clock.set(new Date());
  school = await addSchool(orm, new Date(Date.now() - 3_600_000));
  learners = [];
  for (let index = 0; index < learnerCount; index++) {
    const known = await addPerson(orm, http.clock.now(), `learner ${index}`, school.institutionId, 'student');
    const { institutionId, cohortId } = school;
    await orm.em.fork().insert(Enrolment, { id: newId(), institutionId, cohortId, personId: known.personId, createdAt: new Date(Date.now() - 7_200_000), endedAt: null });
    await acknowledge(http.deps, known.personId, 'recording');
    learners.push(known);
  }
  const env = { DATABASE_URL: http.databaseUrl, DATA_DIR: http.deps.config.DATA_DIR, REDIS_URL: redis.url, SFU_CONTROL_PORT: '9' };
  doors = await Promise.all([startFrontDoor(env), startFrontDoor(env)]);
  door = await roundRobin(doors);
}, 60_000);
afterAll(async () => {
  await door?.close();
  for (const one of doors ?? []) await one.stop('SIGKILL');
  await http?.close();
  await redis?.stop();
});

const rows = <T extends object>(sql: string): Promise<T[]> => http.deps.orm.em.fork().execute<T[]>(sql);

test('hands, answers and words survive, seats come back, and any process serves anybody without sticky sessions', async () => {
  const teacher = asTeacher(await ClassroomDriver.connect({ url: doors[1]!.url, cookie: await http.cookieOf(school.teacher), patienceMs: 20_000 }));
  await teacher.enters(school.lessonId);
  await teacher.starts();
  const pages: ReturningLearner[] = [];
  for (const known of learners) pages.push(await ReturningLearner.enter(door.url, await http.cookieOf(known), school.lessonId));
  const { quizId } = await teacher.opensQuiz({ seconds: 600 });
  await Promise.all(pages.map((page) => page.until('quiz:opened')));

  // Half have done it when the process goes, the others are in the middle of it; each asks until it is acknowledged.
  const work = pages.map(async (page, index) => {
    await page.ask('hand:raise', {});
    if (index === learnerCount / 2) doors[0]!.child.kill('SIGTERM');
    const messageId = newId();
    return { answered: await page.ask('quiz:answer', { quizId, choices: [index % 3] }), said: await page.ask('chat:send', { messageId, text: `from ${index}` }) };
  });
  const done = await Promise.all(work);
  await doors[0]!.stop();
  expect(doors[0]!.child.exitCode).toBe(0);
  expect(done.map(({ answered }) => answered.quizId)).toEqual(learners.map(() => quizId));

  await Promise.all(pages.map((page) => page.settled()));
  const moved = pages.filter((page) => page.connections > 1);
  expect(moved.length).toBeGreaterThan(0);
  expect(moved.every((page) => page.goodbyes === 1)).toBe(true);
  expect(await rows('select person_id, choices from answer')).toHaveLength(learnerCount);
  expect(await rows('select distinct person_id from hand where lowered_at is null')).toHaveLength(learnerCount);
  expect(await rows('select 1 from hand')).toHaveLength(learnerCount);
  expect(await rows('select 1 from chat_message')).toHaveLength(learnerCount);
  expect(await rows(`select 1 from event where type = 'quiz:answered'`)).toHaveLength(learnerCount);
  expect(await rows('select person_id from connection where left_at is null')).toHaveLength(learnerCount + 1);
  expect(await rows(`select distinct left_reason from connection where left_at is not null`)).toEqual([{ left_reason: 'cut' }]);

  // The teacher, at the other process all the time, saw every hand and heard every word once.
  // What the other process acknowledged is told through Redis after it.
  const heard = () => teacher.driver.heard('chat:sent').map(({ text }) => text).sort();
  await expect.poll(heard, { timeout: 10_000 }).toHaveLength(learnerCount);
  expect(heard()).toEqual(learners.map((_, index) => `from ${index}`).sort());
  await expect.poll(() => teacher.driver.heard('hand:changed').at(-1)?.hands.length, { timeout: 10_000 }).toBe(learnerCount);
  expect((await teacher.closesQuiz(quizId)).answeredCount).toBe(learnerCount);
  for (const page of pages) expect((await page.until('quiz:closed'))).toMatchObject({ quizId, answeredCount: learnerCount });
  for (const page of pages) page.close();
  teacher.driver.close();
}, 60_000);

test('a page whose requests meet another process each time: REST and sockets know the same person', async () => {
  doors[0] = await startFrontDoor({ DATABASE_URL: http.databaseUrl, DATA_DIR: http.deps.config.DATA_DIR, REDIS_URL: redis.url, SFU_CONTROL_PORT: '9' });
  const both = await roundRobin(doors);
  const cookie = await http.cookieOf(learners[0]!);
  const [account] = await http.deps.orm.em.fork().find(Account, { id: learners[0]!.accountId });
  for (let turn = 0; turn < 4; turn++) {
    const answer = await fetch(`${both.url}/api/me`, { headers: { cookie, connection: 'close' } });
    expect([answer.status, (await answer.json() as { personId: string }).personId]).toEqual([200, account!.personId]);
  }
  for (let turn = 0; turn < 3; turn++) {
    const page = await ReturningLearner.enter(both.url, cookie, school.lessonId);
    await page.ask('presence:report', { visible: true, active: true, playing: false });
    page.close();
  }
  await both.close();
});
