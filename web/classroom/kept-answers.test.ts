// An answer is kept before it is sent, sent once at a time, and forgotten only when the server has said what became of it.
import { expect, test } from 'vitest';
import { becameOf, KeptAnswers, type AnswerStore, type KeptAnswer, type Sent } from './kept-answers.ts';

function device(): AnswerStore & { text: string | null } {
  return { text: null, getItem() { return this.text; }, setItem(_key, text) { this.text = text; } };
}
const answer = (quizId: string, more: Partial<KeptAnswer> = {}): KeptAnswer => ({ personId: 'p', lessonId: 'l', quizId, answer: { choices: [1] }, chosenAt: '2026-05-01T01:00:00.000Z', ...more });
const says = (...became: Sent[]) => {
  const asked: KeptAnswer[] = [];
  return { asked, send: (one: KeptAnswer): Promise<Sent> => { asked.push(one); return Promise.resolve(became[asked.length - 1] ?? { became: 'acknowledged' }); } };
};

test('kept before it is sent, over a reload, until it is acknowledged', async () => {
  const store = device();
  void new KeptAnswers(store, () => new Promise(() => undefined)).give(answer('q'));
  const line = says();
  const reloaded = new KeptAnswers(store, line.send);
  expect(reloaded.of('p', 'l')).toEqual([answer('q')]);
  expect([reloaded.of('p', 'other'), reloaded.of('other', 'l')]).toEqual([[], []]);
  expect(await reloaded.give(answer('q'))).toEqual({ became: 'acknowledged' });
  expect(reloaded.of('p', 'l')).toEqual([]);
  expect(new KeptAnswers(store, line.send).of('p', 'l')).toEqual([]);
});

test('sent once at a time, however often it is asked for', async () => {
  let settle: (sent: Sent) => void = () => undefined;
  let sent = 0;
  const kept = new KeptAnswers(device(), () => { sent++; return new Promise((done) => { settle = done; }); });
  const all = [kept.give(answer('q')), kept.give(answer('q')), kept.give(answer('q'))];
  settle({ became: 'acknowledged' });
  expect(await Promise.all(all)).toEqual(Array(3).fill({ became: 'acknowledged' }));
  expect(sent).toBe(1);
});

test('a line that is away keeps it, a refusal that is about the answer does not', async () => {
  const line = says({ became: 'waits' }, { became: 'refused', code: 'quiz_closed' });
  const kept = new KeptAnswers(device(), line.send);
  await kept.give(answer('q'));
  expect(kept.of('p', 'l')).toEqual([answer('q')]);
  expect(await kept.give(kept.of('p', 'l')[0]!)).toEqual({ became: 'refused', code: 'quiz_closed' });
  expect(kept.of('p', 'l')).toEqual([]);
  expect(line.asked).toHaveLength(2);
  for (const code of ['unreachable', 'not_entered', 'internal'] as const) expect(becameOf(code)).toEqual({ became: 'waits' });
  for (const code of ['quiz_closed', 'answer_differs', 'quiz_not_asked', 'not_found'] as const) expect(becameOf(code)).toEqual({ became: 'refused', code });
});

test('where storage is forbidden, full or spoilt, this page still keeps it', async () => {
  const broken: AnswerStore = { getItem: () => { throw new Error('forbidden'); }, setItem: () => { throw new Error('forbidden'); } };
  for (const store of [null, broken]) {
    const kept = new KeptAnswers(store, says({ became: 'waits' }).send);
    await kept.give(answer('q'));
    expect(kept.of('p', 'l')).toEqual([answer('q')]);
  }
  for (const text of ['{', '7', '[null, {"quizId": 3}]']) expect(new KeptAnswers(Object.assign(device(), { text }), says().send).of('p', 'l')).toEqual([]);
});

test('what is a day older than the newest is forgotten', async () => {
  const store = device();
  const kept = new KeptAnswers(store, says({ became: 'waits' }, { became: 'waits' }).send);
  await kept.give(answer('old'));
  await kept.give(answer('new', { chosenAt: '2026-05-02T01:00:00.001Z' }));
  expect(kept.of('p', 'l').map(({ quizId }) => quizId)).toEqual(['new']);
});

test('what was typed is kept like what was chosen, and what an older page kept is sent too', () => {
  const store = device();
  const line = says();
  const typed = answer('typed', { answer: { text: '二氧化碳' } });
  store.text = JSON.stringify([{ personId: 'p', lessonId: 'l', quizId: 'old', choices: [0, 2], chosenAt: '2026-05-01T01:00:00.000Z' }, typed, { personId: 'p', lessonId: 'l', quizId: 'none', chosenAt: '2026-05-01T01:00:00.000Z' }]);
  expect(new KeptAnswers(store, line.send).of('p', 'l')).toEqual([answer('old', { answer: { choices: [0, 2] } }), typed]);
});
