// Writing a question: what is sent is what was marked, whatever was moved, removed or left empty.
import { describe, expect, it } from 'vitest';
import type { QuestionBody } from '#contracts/question.ts';
import { problemsOf } from '#domain/question.ts';
import { bodyOf, freshQuestion, moved, ofKind, oneMore, problemAt, sketchOf, without, withRight, withText, type QuestionSketch } from './question-sketch.ts';

const words = { true: '正确', false: '错误' };
const written = (change: Partial<QuestionSketch> = {}): QuestionSketch => {
  let sketch: QuestionSketch = { ...freshQuestion(), stem: ' 哪个区域？ ', ...change };
  ['红', '黄', '绿'].forEach((text, index) => { sketch = withText(sketch, index, text); });
  return sketch;
};

describe('what is sent', () => {
  it('leaves empty lines out, and keeps the marks where they were put', () => {
    const body = bodyOf(without(withRight(written(), 2), 0), words);
    expect(body).toMatchObject({ stem: '哪个区域？', options: ['黄', '绿'], right: [1], accepted: [] });
    expect(problemsOf(body)).toEqual([]);
  });
  it('says so when the right one was left empty', () => {
    expect(problemsOf(bodyOf(withRight(written(), 3), words))).toEqual(['option_empty']);
  });
  it('has one right answer of a single, several of a multiple', () => {
    const both = withRight(withRight(written({ kind: 'multiple' }), 0), 2);
    expect(bodyOf(both, words).right).toEqual([0, 2]);
    expect(bodyOf(withRight(both, 0), words).right).toEqual([2]);
    expect(bodyOf(ofKind(both, 'single'), words).right).toEqual([0]);
    expect(bodyOf(withRight(withRight(written(), 0), 1), words).right).toEqual([1]);
  });
  it('takes true or false, spellings and orders as they are', () => {
    expect(bodyOf(written({ kind: 'trueFalse', truth: false }), words)).toMatchObject({ options: ['正确', '错误'], right: [1] });
    expect(problemsOf(bodyOf(written({ kind: 'trueFalse' }), words))).toEqual(['right_missing']);
    expect(bodyOf(written({ kind: 'fillIn', spellings: 'CO2\n\n 二氧化碳 ' }), words)).toMatchObject({ options: [], right: [], accepted: ['CO2', '二氧化碳'] });
    const ordered = written({ kind: 'ordering' });
    expect(bodyOf({ ...ordered, rows: moved(ordered.rows, 2, -1) }, words)).toMatchObject({ options: ['红', '绿', '黄'], right: [0, 1, 2] });
  });
  it('is what was read, of every kind', () => {
    const shown = { stem: 's', knowledgePoint: 'k', difficulty: 4, explanation: 'e', pictureId: null };
    const bodies: QuestionBody[] = [
      { kind: 'single', ...shown, options: ['a', 'b'], right: [1], accepted: [] }, { kind: 'multiple', ...shown, options: ['a', 'b', 'c'], right: [0, 2], accepted: [] },
      { kind: 'trueFalse', ...shown, options: ['正确', '错误'], right: [1], accepted: [] }, { kind: 'fillIn', ...shown, options: [], right: [], accepted: ['x', 'y'] },
      { kind: 'ordering', ...shown, options: ['a', 'b', 'c'], right: [0, 1, 2], accepted: [] },
    ];
    for (const body of bodies) expect(bodyOf(sketchOf(body), words)).toEqual(body);
  });
});

it('never has less than two lines, nor more than ten', () => {
  let sketch = written();
  for (let index = 0; index < 20; index++) sketch = oneMore(sketch);
  expect(sketch.rows).toHaveLength(10);
  for (let index = 0; index < 20; index++) sketch = without(sketch, 0);
  expect(sketch.rows).toHaveLength(2);
});

it('goes on with the same kind, point and difficulty', () => {
  expect(freshQuestion(written({ kind: 'multiple', knowledgePoint: '消防', difficulty: 5, explanation: 'x' }))).toMatchObject({ kind: 'multiple', knowledgePoint: '消防', difficulty: 5, stem: '', explanation: '' });
});

it('says at which field something is wrong', () => {
  const problems = problemsOf(bodyOf(freshQuestion(), words));
  expect([problemAt(problems, 'stem'), problemAt(problems, 'options'), problemAt(problems, 'answer'), problemAt(problems, 'explanation')]).toEqual(['stem_missing', 'options_too_few', 'right_missing', null]);
});
it('stops moving at the ends', () => {
  expect([moved(['a', 'b'], 0, -1), moved(['a', 'b'], 1, 1), moved(['a', 'b'], 0, 1)]).toEqual([['a', 'b'], ['a', 'b'], ['b', 'a']]);
});
