// Answers over a film that are broken, doubled, of another clock, or to what was never put: refused with a code and nothing written, or acknowledged as the one that stands (R26).
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { FilmQuestions, FilmResult } from '#contracts/film-question.ts';
import type { QuestionBody } from '#contracts/question.ts';
import { FilmAnswer } from '#db/entities/film-question.ts';
import { newId } from '#domain/id.ts';
import { heartbeatEveryMs } from '#domain/recording/watching.ts';
import { addHalfMissed, makeUp, type HalfMissed } from '../testing/half-missed.ts';
import { openHttpWorld, type HttpWorld } from '../testing/http-world.ts';
import { codeOf, type Watcher } from '../testing/watcher.ts';

let world: HttpWorld;
let lesson: HalfMissed;
let watcher: Watcher;
/** Placed at 10 s, shown; and one at 12 s that was not. */
let [gap, unseen] = ['', ''];
beforeAll(async () => { world = await openHttpWorld(); });
afterAll(() => world.close());
beforeEach(async () => {
  lesson = await addHalfMissed(world);
  [gap, unseen] = [await placed(10), await placed(12)];
  watcher = await makeUp(world, lesson.school.learner, lesson.replayId);
  await watcher.play(11);
  expect((await world.call(`POST /api/viewings/${watcher.start.viewingId}/questions/${gap}/showing`, lesson.school.learner)).statusCode).toBe(200);
});

const seconds = 60;
async function placed(atSecond: number): Promise<string> {
  const { courseId, teacher } = lesson.school;
  const payload: QuestionBody = { kind: 'fillIn', stem: newId(), options: [], right: [], accepted: ['helmet'], knowledgePoint: '', difficulty: 3, explanation: 'heads', pictureId: null };
  const { versionId } = (await world.call(`POST /api/courses/${courseId}/questions`, teacher, { payload })).json<{ versionId: string }>();
  const { questions } = (await world.call(`POST /api/replays/${lesson.replayId}/questions`, teacher, { payload: { versionId, atMs: atSecond * 1000, seconds } })).json<FilmQuestions>();
  return questions.find(({ source, atMs }) => source === 'placed' && atMs === atSecond * 1000)!.questionId;
}
const answer = (payload: object, questionId = gap) => world.call(`POST /api/viewings/${watcher.start.viewingId}/questions/${questionId}/answer`, lesson.school.learner, { payload });
const kept = () => world.deps.orm.em.fork().find(FilmAnswer, { personId: lesson.school.learner.personId });
const told = async () => (await world.events('filmQuestion:answered')).filter(({ payload }) => payload.questionId === gap || payload.questionId === unseen);

it('keeps no words that nobody can have typed, and the question stays open', async () => {
  for (const text of ['hel\0met', 'helmet\ud800', '\udc00']) expect(codeOf(await answer({ text }))).toBe('bad_request');
  for (const text of ['hel\u0001met', 'hel\tmet', '  ', '']) expect(codeOf(await answer({ text }))).toBe('quiz_choice_invalid');
  expect([await kept(), await told()]).toEqual([[], []]);
  expect((await answer({ text: 'helmet' })).json<FilmResult>().correct).toBe(true);
});

it('takes the same word in another spelling for the answer that stands, from many at once too, and another word for another answer', async () => {
  const [first, ...others] = await Promise.all(['Helmet', 'Helmet', ' ｈｅｌｍｅｔ '].map((text) => answer({ text })));
  expect(first!.statusCode, first!.body).toBe(200);
  for (const other of [...others, await answer({ text: 'HELMET' })]) expect(other.json()).toEqual(first!.json());
  expect(codeOf(await answer({ text: 'helmets' }))).toBe('answer_differs');
  expect([(await kept()).length, (await told()).length]).toEqual([1, 1]);
});

it('takes no answer to what was never put to this viewing, is not in this film, or is nobody’s question', async () => {
  for (const questionId of [unseen, newId()]) expect(codeOf(await answer({ text: 'helmet' }, questionId))).toBe('quiz_not_asked');
  expect([await kept(), await told()]).toEqual([[], []]);
});

const day = 86_400_000;
const chosen = (ms: number): string => new Date(world.clock.now().getTime() + ms).toISOString();

it.each([['behind', -day], ['ahead', day]])('a device whose clock is a day %s is taken in time, by the clock of the server', async (_what, ms) => {
  world.clock.pass(5000);
  expect((await answer({ text: 'helmet', chosenAt: chosen(ms) })).json<FilmResult>().correct).toBe(true);
  expect(await kept()).toMatchObject([{ afterCut: false, answeredAt: world.clock.now() }]);
});

it('is late a day ahead after a cut', async () => {
  world.clock.pass(seconds * 1000 + 2000);
  expect(codeOf(await answer({ text: 'helmet', chosenAt: chosen(day) }))).toBe('question_late');
  expect([await kept(), await told()]).toEqual([[], []]);
});

it('is late a day behind where the device was there over the end', async () => {
  for (let passed = 0; passed < seconds + 2; passed += heartbeatEveryMs / 1000) {
    world.clock.pass(heartbeatEveryMs);
    await watcher.beat({});
  }
  expect(codeOf(await answer({ text: 'helmet', chosenAt: chosen(-day) }))).toBe('question_late');
  expect([await kept(), await told()]).toEqual([[], []]);
});
