// One learner's figures of a set.
import { expect, it } from 'vitest';
import { answeredOfSet } from './answered-of-set.ts';

const asked = [{ quizId: 'a', number: 1 }, { quizId: 'b', number: 2 }, { quizId: 'a-again', number: 1 }, { quizId: 'c', number: 5 }];

it('counts questions, not askings, and nothing that is no part of the set', () => {
  expect(answeredOfSet({ total: 8, asked }, 'c', [])).toEqual({ number: 5, answered: 0, total: 8 });
  expect(answeredOfSet({ total: 8, asked }, 'c', ['a', 'a-again', 'elsewhere'])).toEqual({ number: 5, answered: 1, total: 8 });
  expect(answeredOfSet({ total: 8, asked }, 'a-again', ['a', 'b', 'c'])).toEqual({ number: 1, answered: 3, total: 8 });
});
