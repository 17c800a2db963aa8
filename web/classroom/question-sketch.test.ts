// Whatever a teacher clicks, what is sent is a sound question or nothing.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { choicesValid, questionKinds } from '#domain/quiz.ts';
import { draftOf, freshSketch, ofKind, oneMore, withOption, without, withRight, type Sketch } from './question-sketch.ts';

const words = { prompt: '请选择', true: '对', false: '错' };

test('one click makes a question: letters as options, the usual words as prompt', () => {
  expect(draftOf(freshSketch(), words)).toBeNull();
  expect(draftOf(withRight(freshSketch(), 2), words)).toEqual({ kind: 'single', prompt: '请选择', options: ['A', 'B', 'C', 'D'], right: [2], seconds: 60 });
  expect(draftOf(withRight(freshSketch('trueFalse'), 1), words)).toMatchObject({ options: ['对', '错'], right: [1] });
});

test('marks of right answers move with their options', () => {
  const sketch = withRight(withRight(freshSketch('multiple'), 1), 3);
  expect(without(sketch, 0).right).toEqual([0, 2]);
  expect(without(sketch, 1).right).toEqual([2]);
  expect(ofKind(sketch, 'single').right).toEqual([1]);
  expect(ofKind(sketch, 'trueFalse')).toMatchObject({ options: ['', ''], right: [] });
});

test('any clicks: a sound question or nothing', () => {
  const click = fc.oneof(
    fc.constantFrom(...questionKinds).map((kind) => (sketch: Sketch) => ofKind(sketch, kind)),
    fc.integer({ min: -1, max: 11 }).map((index) => (sketch: Sketch) => withRight(sketch, index)),
    fc.integer({ min: 0, max: 9 }).map((index) => (sketch: Sketch) => without(sketch, index)),
    fc.constant(oneMore),
    fc.tuple(fc.integer({ min: 0, max: 9 }), fc.string({ maxLength: 5 })).map(([index, text]) => (sketch: Sketch) => withOption(sketch, index, text)),
    fc.integer({ min: -5, max: 99_999 }).map((seconds) => (sketch: Sketch) => ({ ...sketch, seconds })),
  );
  fc.assert(fc.property(fc.array(click, { maxLength: 40 }), (clicks) => {
    const draft = draftOf(clicks.reduce((sketch, work) => work(sketch), freshSketch()), words);
    if (!draft) return;
    expect(choicesValid(draft.kind, draft.options.length, draft.right)).toBe(true);
    expect(draft.options.length).toBeGreaterThanOrEqual(2);
    expect(draft.options.length).toBeLessThanOrEqual(10);
    if (draft.kind === 'trueFalse') expect(draft.options).toHaveLength(2);
    for (const text of [draft.prompt, ...draft.options]) expect(text.length).toBeGreaterThan(0);
    expect(draft.seconds).toBeGreaterThanOrEqual(5);
    expect(draft.seconds).toBeLessThanOrEqual(1800);
  }));
});
