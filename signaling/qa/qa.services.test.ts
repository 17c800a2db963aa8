// Questions and answers (R105): asked and answered in class and after it, who may what, told to staff and the asker alone, and kept with the lesson.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { QaCount, QaList, QaThread } from '#contracts/qa.ts';
import { newId } from '#domain/id.ts';
import { openWordList } from '#runtime/word-list.ts';
import { asTeacher } from '#testing/role-drivers.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';
import type { Known } from '../testing/http-world.ts';
import { addSchool } from '../testing/school.ts';

let world: ClassroomWorld;
beforeEach(async () => { world = await openClassroomWorld(); });
afterEach(() => world.close());

const send = (route: string, person: Known, payload?: object) => world.call(route, person, payload && { payload });
const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const list = async (person: Known): Promise<QaList> => (await send(`GET /api/lessons/${world.school.lessonId}/qa`, person)).json<QaList>();
async function asks(person: Known, text: string, postId = newId()): Promise<QaThread> {
  const response = await send(`POST /api/lessons/${world.school.lessonId}/qa`, person, { postId, text });
  expect(response.statusCode).toBe(200);
  return response.json<QaThread>();
}
async function replies(person: Known, threadId: string, text: string, postId = newId()): Promise<QaThread> {
  const response = await send(`POST /api/qa/${threadId}/posts`, person, { postId, text });
  expect(response.statusCode).toBe(200);
  return response.json<QaThread>();
}
const solves = async (person: Known, threadId: string, solved: boolean): Promise<QaThread> => (await send(`PUT /api/qa/${threadId}/solved`, person, { solved })).json<QaThread>();

test('question, answer, solved, follow-up, answer, solved: the state is everybody\'s, also after class', async () => {
  const { school } = world;
  const teacher = asTeacher(await world.inside(school.teacher));
  await teacher.starts();
  const { threadId } = await asks(school.learner, '立焊时焊条角度是多少？');
  expect((await list(school.other)).list.map(({ state, mayWrite }) => [state, mayWrite])).toEqual([['waiting', false]]);
  await teacher.ends();
  // After class: the next day.
  world.clock.pass(24 * 3_600_000);
  expect(await replies(school.teacher, threadId, '60 到 80 度')).toMatchObject({ state: 'answered', mayWrite: true });
  expect((await solves(school.learner, threadId, true)).state).toBe('solved');
  // What staff add to a solved question opens nothing, a follow-up of the asker does.
  expect((await replies(school.assistant, threadId, '见教材第 5 页')).state).toBe('solved');
  world.clock.pass(60_000);
  expect(await replies(school.learner, threadId, '仰焊也是吗？')).toMatchObject({ state: 'waiting', solvedAt: null });
  world.clock.pass(60_000);
  expect((await replies(school.proctor, threadId, '不是')).state).toBe('answered');
  expect((await solves(school.teacher, threadId, true)).state).toBe('solved');
  expect((await solves(school.learner, threadId, false)).state).toBe('answered');
  const seen = await list(school.regulator);
  expect(seen).toMatchObject({ threads: 1, unsolved: 1, mayAsk: false, more: false, role: 'observer' });
  expect(seen.list[0]!.posts.map(({ text, staff }) => [text, staff])).toEqual([
    ['立焊时焊条角度是多少？', false], ['60 到 80 度', true], ['见教材第 5 页', true], ['仰焊也是吗？', false], ['不是', true],
  ]);
  expect((await world.events('qa:posted')).map(({ payload }) => payload.reopened)).toEqual([false, false, true, false]);
  expect((await world.events('qa:asked'))[0]).toMatchObject({ stream: `lesson:${school.lessonId}`, actor_id: school.learner.personId, institution_id: school.institutionId });
});

test('who may not: staff ask nothing, other learners and overseers only read, strangers find nothing', async () => {
  const { school } = world;
  const { threadId } = await asks(school.learner, '为什么？');
  const foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
  const body = { postId: newId(), text: 'x' };
  for (const person of [school.teacher, school.proctor, school.scheduler, school.regulator]) expect(codeOf(await send(`POST /api/lessons/${school.lessonId}/qa`, person, body))).toBe('forbidden');
  for (const person of [school.other, school.scheduler, school.regulator]) {
    expect(codeOf(await send(`POST /api/qa/${threadId}/posts`, person, body))).toBe(person === school.regulator ? 'reads_only' : 'forbidden');
    expect(codeOf(await send(`PUT /api/qa/${threadId}/solved`, person, { solved: true }))).toBe(person === school.regulator ? 'reads_only' : 'forbidden');
  }
  for (const person of [foreign.learner, foreign.teacher, foreign.scheduler]) {
    for (const [route, payload] of [['GET /api/lessons/:l/qa'], ['GET /api/lessons/:l/qa/count'], ['POST /api/lessons/:l/qa', body], ['POST /api/qa/:t/posts', body], ['PUT /api/qa/:t/solved', { solved: true }]] as const) {
      expect([route, codeOf(await send(route.replace(':l', school.lessonId).replace(':t', threadId), person, payload))]).toEqual([route, 'not_found']);
    }
  }
  expect(await world.rows('select solved_at from qa_thread')).toEqual([{ solved_at: null }]);
  expect(await world.rows('select 1 from qa_post')).toHaveLength(1);
});

test('a retry is the same post, another use of its id is refused; nothing without words; not faster than the chat', async () => {
  const { school } = world;
  const postId = newId();
  const first = await asks(school.learner, '第一问', postId);
  expect(await asks(school.learner, '第一问', postId)).toEqual(first);
  const answerId = newId();
  await replies(school.teacher, postId, '答', answerId);
  expect((await replies(school.teacher, postId, '答', answerId)).posts).toHaveLength(2);
  for (const [person, text] of [[school.learner, '改了'], [school.other, '第一问']] as const) {
    expect(codeOf(await send(`POST /api/lessons/${school.lessonId}/qa`, person, { postId, text }))).toBe('bad_request');
  }
  expect(codeOf(await send(`POST /api/qa/${postId}/posts`, school.learner, { postId: answerId, text: '答' }))).toBe('bad_request');
  for (const text of ['', '  ', 'x'.repeat(2001)]) expect(codeOf(await send(`POST /api/lessons/${school.lessonId}/qa`, school.learner, { postId: newId(), text }))).toBe('bad_request');
  const codes = await Promise.all(Array.from({ length: 7 }, async (_one, at) => (await send(`POST /api/lessons/${school.lessonId}/qa`, school.learner, { postId: newId(), text: `${at}` })).statusCode));
  expect(codes.filter((code) => code === 429)).toHaveLength(3);
  expect(await world.rows('select 1 from qa_post where person_id = ?', [school.learner.personId])).toHaveLength(5);
});

test('no questions about a lesson that was cancelled', async () => {
  const { school } = world;
  expect((await send(`POST /api/lessons/${school.lessonId}/cancel`, school.scheduler, { reason: 'no power' })).statusCode).toBe(200);
  expect(codeOf(await send(`POST /api/lessons/${school.lessonId}/qa`, school.learner, { postId: newId(), text: 'why' }))).toBe('lesson_cancelled');
  expect((await list(school.learner)).mayAsk).toBe(false);
});

test('the count of unsolved ones, and the order: unsolved first, the latest word first', async () => {
  const { school } = world;
  const threads: string[] = [];
  for (const text of ['a', 'b', 'c']) {
    threads.push((await asks(school.learner, text)).threadId);
    world.clock.pass(1_000);
  }
  await solves(school.learner, threads[2]!, true);
  await replies(school.teacher, threads[0]!, 'an answer');
  expect((await list(school.teacher)).list.map(({ threadId }) => threadId)).toEqual([threads[0], threads[1], threads[2]]);
  expect((await send(`GET /api/lessons/${school.lessonId}/qa/count`, school.teacher)).json<QaCount>()).toEqual({ threads: 3, unsolved: 2 });
});

test('in class staff and the asker are told, other learners are not', async () => {
  const { school } = world;
  const [teacher, learner, other] = [await world.inside(school.teacher), await world.inside(school.learner), await world.inside(school.other)];
  const { threadId } = await asks(school.learner, '听不清');
  expect([await teacher.next('qa:changed'), await learner.next('qa:changed')]).toEqual([{ unsolved: 1 }, { unsolved: 1 }]);
  await replies(school.teacher, threadId, '好');
  await learner.next('qa:changed');
  await solves(school.learner, threadId, true);
  expect(await teacher.next('qa:changed', ({ unsolved }) => unsolved === 0)).toEqual({ unsolved: 0 });
  // Nothing that was told before has passed by the other learner.
  await teacher.ask('chat:send', { messageId: newId(), text: 'mark' });
  await other.next('chat:sent');
  expect(other.heard('qa:changed')).toEqual([]);
});

test('a word of the list is refused in chat, question and answer, before anything is saved', async () => {
  const { school } = world;
  const folder = await mkdtemp(join(tmpdir(), 'words-'));
  try {
    await writeFile(join(folder, 'words.txt'), '代考\nVPN\n');
    const { threadId } = await asks(school.learner, '怎么考试？');
    // One list for sockets and REST of this world.
    Object.assign(world.deps.words, await openWordList(join(folder, 'words.txt'), world.deps.log));
    const learner = await world.inside(school.learner);
    expect(await learner.refusal('chat:send', { messageId: newId(), text: '找人 代-考' })).toBe('word_refused');
    expect(codeOf(await send(`POST /api/lessons/${school.lessonId}/qa`, school.learner, { postId: newId(), text: '能用ＶＰＮ吗' }))).toBe('word_refused');
    expect(codeOf(await send(`POST /api/qa/${threadId}/posts`, school.teacher, { postId: newId(), text: '不能代考' }))).toBe('word_refused');
    expect(await world.rows('select text from chat_message union all select text from qa_post')).toEqual([{ text: '怎么考试？' }]);
    await learner.ask('chat:send', { messageId: newId(), text: '代人考试' });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
