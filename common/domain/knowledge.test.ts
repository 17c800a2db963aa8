// Answers summed by knowledge point.
import { expect, test } from 'vitest';
import { byKnowledgePoint } from './knowledge.ts';

const one = (knowledgePoint: string, asked: number, answered: number, correct: number) => ({ knowledgePoint, asked, answered, correct });

test('every question of a point counts with everybody it was asked of, and points stand as they were first asked', () => {
  expect(byKnowledgePoint([one('灭火', 10, 8, 4), one('', 10, 10, 10), one('逃生', 9, 9, 9), one('灭火', 5, 5, 5)])).toEqual([
    { point: '灭火', questions: 2, asked: 15, answered: 13, correct: 9 }, { point: '逃生', questions: 1, asked: 9, answered: 9, correct: 9 }, { point: '', questions: 1, asked: 10, answered: 10, correct: 10 }]);
});

test('without any point there is nothing to tell', () => {
  expect(byKnowledgePoint([one('', 3, 3, 3)])).toEqual([]);
  expect(byKnowledgePoint([])).toEqual([]);
});
