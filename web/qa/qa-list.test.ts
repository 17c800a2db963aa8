// The list of questions: figures and order after any of them changed are those of all of them.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { QaList, QaThread } from '#contracts/qa.ts';
import { qaStates } from '#domain/qa.ts';
import { withThread } from './qa-list.ts';

const at = (second: number): string => new Date(Date.UTC(2026, 2, 2, 1, 0, second)).toISOString();
const thread = (number: number, state: QaThread['state'], second: number): QaThread => ({
  threadId: `thread-${number}`, personId: 'p', name: '王', state, askedAt: at(0), solvedAt: state === 'solved' ? at(second) : null, mayWrite: true,
  posts: [{ postId: `thread-${number}`, personId: 'p', name: '王', staff: false, text: 'why', at: at(second) }],
});
const empty: QaList = { lessonTitle: '', startsAt: at(0), role: 'student', threads: 0, unsolved: 0, list: [], more: false, mayAsk: true };

test('however threads come and change: each once, counted right, unsolved first, the latest word first', () => {
  const changes = fc.array(fc.tuple(fc.nat({ max: 4 }), fc.constantFrom(...qaStates), fc.nat({ max: 59 })), { maxLength: 20 });
  fc.assert(fc.property(changes, (told) => {
    const board = told.reduce((now, [number, state, second]) => withThread(now, thread(number, state, second)), empty);
    const last = new Map(told.map(([number, state, second]) => [number, { state, second }]));
    expect(board.threads).toBe(last.size);
    expect(board.list).toHaveLength(last.size);
    expect(board.unsolved).toBe([...last.values()].filter(({ state }) => state !== 'solved').length);
    const ranks = board.list.map(({ state, posts }) => `${state === 'solved' ? 0 : 1}${posts[0]!.at}`);
    expect(ranks).toEqual([...ranks].sort().reverse());
  }));
});
