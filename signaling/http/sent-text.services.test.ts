// Text no database can keep: refused at the door with a code, wherever it is typed, and nothing of it written (R27).
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '#domain/id.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';
import type { Known } from '../testing/http-world.ts';
import { orderCode, stated } from '../testing/registrant.ts';
import type { ClassroomDriver } from '#testing/classroom-driver.ts';

let world: ClassroomWorld;
let [teacher, student]: ClassroomDriver[] = [];
beforeAll(async () => {
  world = await openClassroomWorld();
  [teacher, student] = [await world.inside(world.school.teacher), await world.inside(world.school.learner)];
  await teacher.ask('lesson:start', {});
});
afterAll(() => world.close());

const spoilt = [['U+0000', 'a\0b'], ['the first half of a sign', 'a\ud842'], ['the second half of a sign', '\udfb7b']] as const;
const written = async (): Promise<unknown> => (await world.rows(`select (select count(*) from chat_message) as chat, (select count(*) from private_message) as private, (select count(*) from qa_thread) as qa,
  (select count(*) from appeal) as appeals, (select count(*) from person) as people, (select count(*) from question) as questions, (select count(*) from quiz) as quizzes, (select count(*) from exam) as exams,
  (select count(*) from connection where left_at is not null) as gone, (select count(*) from event) as events`))[0];

it.each(spoilt)('%s in what is asked over the socket', async (_what, text) => {
  const before = await written();
  const refusals = [
    await student!.refusal('chat:send', { messageId: newId(), text }), await student!.refusal('private:send', { messageId: newId(), text }), await teacher!.refusal('roster:page', { page: 1, search: text, sort: 'name' }),
    await teacher!.refusal('door:remove', { personId: world.school.learner.personId, reason: 'other', note: text }),
    await teacher!.refusal('quiz:open', { kind: 'single', prompt: 'Which?', options: ['A', text], right: [0], seconds: 60 }),
    await (await world.person(world.school.other)).refusal('lesson:enter', { lessonId: world.school.lessonId, deviceId: `device-of-a-test${text}` }),
  ];
  expect(refusals).toEqual(refusals.map(() => 'bad_request'));
  expect(await written()).toEqual(before);
});

it.each(spoilt)('%s in bodies and queries', async (_what, text) => {
  const { lessonId, courseId, learner, teacher: staff } = world.school;
  const person = stated({ name: text });
  const code = await orderCode(world, person.phone);
  world.clock.pass(16 * 60_000);
  const before = await written();
  const asked: [string, Known | null, object][] = [
    [`POST /api/lessons/${lessonId}/qa`, learner, { payload: { postId: newId(), text: `is this right? ${text}` } }],
    [`POST /api/lessons/${lessonId}/appeals`, learner, { payload: { checkId: newId(), text: `the light was bad that day ${text}` } }],
    ['POST /api/registration', null, { payload: { ...person, code } }],
    ['POST /api/session', null, { payload: { login: text, password: 'correct horse' } }],
    [`POST /api/courses/${courseId}/questions`, staff, { payload: { kind: 'fillIn', stem: 'Which gas?', options: [], right: [], accepted: ['CO2', text], knowledgePoint: '', difficulty: 3, explanation: '', pictureId: null } }],
    // A half cannot stand in an address: its bytes arrive as a whole sign.
    ...(text.includes('\0') ? [[`GET /api/courses/${courseId}/questions?text=${encodeURIComponent(text)}`, staff, {}]] as [string, Known, object][] : []),
  ];
  for (const [route, who, data] of asked) {
    const response = await world.call(route, who, data);
    expect([route, response.statusCode, response.json<{ error: { code: string } }>().error.code]).toEqual([route, 400, 'bad_request']);
  }
  expect(await written()).toEqual(before);
});

it('signs people do type go through: rare characters, faces, several lines', async () => {
  const text = '𠮷老师 👩🏽‍🏭\n第二行\t"\\u0000"';
  expect((await student!.ask('chat:send', { messageId: newId(), text })).text).toBe(text);
  expect((await world.call(`POST /api/lessons/${world.school.lessonId}/qa`, world.school.learner, { payload: { postId: newId(), text } })).json()).toMatchObject({ posts: [{ text }] });
});
