// Private words: once each and in order however they come; by learner for teachers, who waits first.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PrivateMessage } from '#contracts/private.ts';
import { conversationsOf, privatesToSee, unanswered, withPrivates } from './private-state.ts';

const at = (second: number): string => new Date(Date.UTC(2026, 2, 2, 1, 0, second)).toISOString();
const message = (second: number, learnerId: string, personId = learnerId): PrivateMessage =>
  ({ messageId: `m-${second}`, learnerId, learnerName: learnerId, personId, name: personId, text: String(second), sentAt: at(second) });

test('each once, in the order it was sent, however it arrives', () => {
  const all = [1, 2, 3, 4].map((second) => message(second, 'a'));
  fc.assert(fc.property(fc.array(fc.subarray(all), { maxLength: 6 }), (batches) => {
    const state = batches.reduce((now, batch) => withPrivates(now, batch), { privates: [] as PrivateMessage[] });
    expect(state.privates).toEqual(all.filter((one) => batches.some((batch) => batch.includes(one))));
  }));
});

test('who waits for an answer comes first, then who was written to last', () => {
  const found = conversationsOf([message(1, 'a'), message(2, 'b'), message(3, 'b', 'teacher'), message(4, 'c'), message(5, 'd'), message(6, 'd', 'teacher')]);
  expect(found.map(({ learnerId, waiting, messages }) => [learnerId, waiting, messages.length])).toEqual([['c', true, 1], ['a', true, 1], ['d', false, 2], ['b', false, 2]]);
});

test('a learner has not seen to what came since the own last word', () => {
  expect(unanswered([], 'a')).toBe(0);
  expect(unanswered([message(1, 'a'), message(2, 'a', 't'), message(3, 'a', 't')], 'a')).toBe(2);
  expect(unanswered([message(1, 'a', 't')], 'a')).toBe(1);
  expect(unanswered([message(1, 'a', 't'), message(2, 'a')], 'a')).toBe(0);
});

test('answers that were looked at are told no more; teachers are told who waits, looked at or not', () => {
  const privates = [message(1, 'a'), message(2, 'a', 't'), message(3, 'a', 't')];
  const seen = (privatesSeen: number) => privatesToSee({ privates, privatesSeen, me: { personId: 'a', role: 'student' } });
  expect([seen(0), seen(1), seen(2), seen(3)]).toEqual([2, 2, 1, 0]);
  const staff = (those: PrivateMessage[]) => privatesToSee({ privates: those, privatesSeen: those.length, me: { personId: 't', role: 'teacher' } });
  expect([staff(privates), staff([...privates, message(4, 'b')])]).toEqual([0, 1]);
});
