// How far a set is asked.
import { expect, test } from 'vitest';
import { progressOf, setToGoOn, type SetQuestion } from './set-progress.ts';

const one = (stem: string, asked: boolean, retired = false): SetQuestion => ({ questionId: stem, kind: 'single', stem, pictureId: null, knowledgePoint: '', retired, asked });
const set = (...questions: SetQuestion[]) => ({ setId: 's', name: 'n', secondsEach: 30, questions });

test('the first that was not asked comes next, also where one was asked out of order; what is out of use is passed over', () => {
  expect(progressOf(set(one('a', true), one('b', false, true), one('c', false), one('d', true)))).toMatchObject({ done: 2, total: 3, next: { stem: 'c' }, passedOver: 1 });
});

test('what was asked and then taken out of use still counts as asked', () => {
  expect(progressOf(set(one('a', true, true)))).toEqual({ done: 1, total: 1, next: null, passedOver: 0 });
});

test('a lesson goes on with the set it was in the middle of, and with none that is done or gone', () => {
  expect(setToGoOn({ lastSetId: 's', sets: [set(one('a', true), one('b', false))] })).toBe('s');
  expect(setToGoOn({ lastSetId: 's', sets: [set(one('a', true))] })).toBeNull();
  expect(setToGoOn({ lastSetId: 'gone', sets: [set(one('a', false))] })).toBeNull();
  expect(setToGoOn({ lastSetId: null, sets: [] })).toBeNull();
});
