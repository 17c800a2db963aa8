// When what stands on a sheet is an answer.
import { describe, expect, it } from 'vitest';
import type { PaperItem } from '#contracts/exam.ts';
import type { ExamAnswer } from '#domain/exam.ts';
import { isAnswer, sentAnswer } from './paper-answer.ts';

describe('an answer of a paper', () => {
  it.each<[boolean, PaperItem['kind'], ExamAnswer | null]>([
    [true, 'single', { choices: [2] }], [false, 'single', { choices: [0, 1] }], [false, 'single', { choices: [3] }], [false, 'single', null],
    [true, 'multiple', { choices: [0, 2] }], [false, 'multiple', { choices: [] }],
    [false, 'ordering', { choices: [2, 0] }], [true, 'ordering', { choices: [2, 0, 1] }],
    [true, 'freeText', { text: '先断电' }], [false, 'freeText', { text: ' \n' }], [false, 'freeText', { choices: [0] }], [false, 'freeText', { text: 'x'.repeat(10_001) }],
  ])('is one: %s (%s, %o)', (expected, kind, answer) => {
    expect(isAnswer({ kind, options: ['a', 'b', 'c'] }, answer)).toBe(expected);
  });
  it('is one of a blank to fill in as soon as there is more than spaces', () => {
    expect([isAnswer({ kind: 'fillIn', options: [] }, { text: 'CO2' }), isAnswer({ kind: 'fillIn', options: [] }, { text: '　 ' })]).toEqual([true, false]);
  });
  it('is sent as a copy of its own', () => {
    const choices = [1, 0] as const;
    expect(sentAnswer({ choices })).toEqual({ choices: [1, 0] });
    expect(sentAnswer({ text: 'x' })).toEqual({ text: 'x' });
  });
});
