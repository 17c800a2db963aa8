// An answer over a film is kept before it is sent, sent once at a time, and forgotten only when the server has said what became of it.
import { expect, test } from 'vitest';
import type { FilmResult } from '#contracts/film-question.ts';
import { RestError, type RestErrorCode } from '../rest.ts';
import { KeptFilmAnswers, type FilmAnswerStore, type KeptFilmAnswer, type SendFilmAnswer } from './kept-film-answers.ts';

const device = (): FilmAnswerStore & { text: string | null } => ({ text: null, getItem() { return this.text; }, setItem(_key, text) { this.text = text; } });
const answer: KeptFilmAnswer = { viewingId: 'v', questionId: 'q', body: { choices: [1], chosenAt: '2026-05-01T01:00:00.000Z' } };
const result: FilmResult = { correct: true, choices: [1], text: null, right: [1], accepted: [], explanation: '', counts: true };
const refuses = (code: RestErrorCode): SendFilmAnswer => () => Promise.reject(new RestError(code, 'x'));

test('a line that is away keeps it over a reload; once it is taken it is forgotten', async () => {
  const store = device();
  expect(await new KeptFilmAnswers(store, refuses('unreachable')).give(answer)).toEqual({ became: 'waits' });
  const reloaded = new KeptFilmAnswers(store, () => Promise.resolve(result));
  expect(reloaded.all()).toEqual([answer]);
  expect(await reloaded.give(answer)).toEqual({ became: 'taken', result });
  expect(reloaded.all()).toEqual([]);
  expect(JSON.parse(store.text!)).toEqual([]);
});

test('a refusal that is about the answer forgets it, trouble of the server does not', async () => {
  for (const code of ['question_late', 'answer_differs', 'not_found'] as const) {
    const kept = new KeptFilmAnswers(device(), refuses(code));
    expect(await kept.give(answer)).toEqual({ became: 'refused', code });
    expect(kept.all()).toEqual([]);
  }
  for (const code of ['internal', 'unauthenticated'] as const) {
    const kept = new KeptFilmAnswers(device(), refuses(code));
    expect(await kept.give(answer)).toEqual({ became: 'waits' });
    expect(kept.all()).toEqual([answer]);
  }
});

test('sent once at a time, however often it is asked for', async () => {
  let sent = 0;
  let settle: (told: FilmResult) => void = () => undefined;
  const kept = new KeptFilmAnswers(device(), () => { sent++; return new Promise((done) => { settle = done; }); });
  const all = [kept.give(answer), kept.give(answer)];
  settle(result);
  expect(await Promise.all(all)).toEqual(Array(2).fill({ became: 'taken', result }));
  expect(sent).toBe(1);
});

test('where storage is forbidden or spoilt, this page still keeps it', async () => {
  const broken: FilmAnswerStore = { getItem: () => { throw new Error('forbidden'); }, setItem: () => { throw new Error('forbidden'); } };
  for (const store of [null, broken]) {
    const kept = new KeptFilmAnswers(store, refuses('unreachable'));
    await kept.give(answer);
    expect(kept.all()).toEqual([answer]);
  }
  for (const text of ['{', '7', '[null, {"questionId": 3}]']) expect(new KeptFilmAnswers(Object.assign(device(), { text })).all()).toEqual([]);
});
