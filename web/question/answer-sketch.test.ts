// An answer in the making, tap by tap.
import { expect, test } from 'vitest';
import { answerFits, isRight, type BankKind, type QuestionAnswer } from '#domain/question.ts';
import { chosenIn, tapped } from './answer-sketch.ts';

const taps = (kind: BankKind, ...indexes: number[]): QuestionAnswer | null => indexes.reduce<QuestionAnswer | null>((answer, index) => tapped(kind, answer, index), null);

test('of one choice the last tap counts', () => {
  expect(taps('single', 2, 0)).toEqual({ choices: [0] });
  expect(taps('trueFalse', 1, 1)).toEqual({ choices: [1] });
});

test('several choices are marked and unmarked, in the order of the options', () => {
  expect(taps('multiple', 3, 1)).toEqual({ choices: [1, 3] });
  expect(taps('multiple', 3, 1, 3)).toEqual({ choices: [1] });
  expect(taps('multiple', 3, 3)).toBeNull();
});

test('an order grows tap by tap, is an answer once every option stands in it, and a second tap takes one out', () => {
  const asked = { kind: 'ordering', options: ['b', 'c', 'a'], right: [2, 0, 1], accepted: [] } as const;
  const half = taps('ordering', 2, 0)!;
  expect(chosenIn(half)).toEqual([2, 0]);
  expect(answerFits(asked, half)).toBe(false);
  expect(isRight(asked, taps('ordering', 2, 0, 1)!)).toBe(true);
  expect(isRight(asked, taps('ordering', 0, 1, 2)!)).toBe(false);
  expect(taps('ordering', 2, 0, 2, 1)).toEqual({ choices: [0, 1] });
  expect(taps('ordering', 2, 2)).toBeNull();
});
