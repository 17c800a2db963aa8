// Which question a film passes: one that is open, between two positions of playing, never under a jump.
import { expect, it } from 'vitest';
import type { FilmQuestions } from '#contracts/film-question.ts';
import { passedBetween } from './use-film-questions.ts';

const at = (atMs: number, stand: FilmQuestions['questions'][number]['stand'] = 'open'): FilmQuestions['questions'][number] => ({ questionId: `${stand} ${atMs}`, source: 'live', atMs, seconds: 10, stand, staff: null });

it('is the first open one that was passed', () => {
  const questions = [at(1000, 'answered'), at(1100, 'in_class'), at(1150, 'make_up'), at(1200), at(1300), at(9000)];
  expect(passedBetween(questions, 900, 1250)).toBe('open 1200');
  expect(passedBetween(questions, 1200, 1300)).toBe('open 1300');
  expect(passedBetween(questions, 900, 1199)).toBeNull();
  expect(passedBetween(questions, 1300, 900)).toBeNull();
  expect(passedBetween(questions, 1000, 9500)).toBeNull();
  expect(passedBetween([at(500, null)], 400, 600)).toBeNull();
});
