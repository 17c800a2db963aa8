// Whatever a teacher clicks, what is sent is a sound question or nothing.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { choicesValid, questionKinds } from '#domain/quiz.ts';
import { draftOf, freshSketch, ofKind, oneMore, sketchOfLine, withOption, without, withRight, type Sketch } from './question-sketch.ts';

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

const typed = (line: string) => {
  const sketch = sketchOfLine(line);
  return sketch && draftOf(sketch, words);
};

test('one line is a whole question: the answer stands at its end', () => {
  expect(typed('灭火器多久检查一次？B')).toEqual({ kind: 'single', prompt: '灭火器多久检查一次？', options: ['A', 'B', 'C', 'D'], right: [1], seconds: 60 });
  expect(typed('哪些要戴手套？ ac')).toMatchObject({ kind: 'multiple', prompt: '哪些要戴手套？', options: ['A', 'B', 'C', 'D'], right: [0, 2] });
  expect(typed('气瓶可以横放 错')).toEqual({ kind: 'trueFalse', prompt: '气瓶可以横放', options: ['对', '错'], right: [1], seconds: 60 });
  expect(typed('The valve is closed first. true')).toMatchObject({ kind: 'trueFalse', prompt: 'The valve is closed first.', right: [0] });
  expect(typed('压力表在哪个区域？/红/黄/绿 C')).toMatchObject({ kind: 'single', prompt: '压力表在哪个区域？', options: ['红', '黄', '绿'], right: [2] });
  expect(typed('第六个 = Ｆ')).toMatchObject({ prompt: '第六个', options: ['A', 'B', 'C', 'D', 'E', 'F'], right: [5] });
});

test('asked aloud, the answer alone is enough', () => {
  expect(typed('b')).toMatchObject({ kind: 'single', prompt: '请选择', right: [1] });
  expect(typed('对')).toMatchObject({ kind: 'trueFalse', prompt: '请选择', right: [0] });
});

test('without an answer at the end, or with one that is no option, it is no question', () => {
  for (const line of ['', '灭火器多久检查一次？', '这样做对', 'Is it 5 MB', 'What is AI', '颜色？/红/绿 D', '颜色？/红 A', 'K']) expect(typed(line), line).toBeNull();
});

test('any line: a sound question or nothing', () => {
  const piece = fc.constantFrom('对', '错', 'A', 'bc', ' ', '/', '？', 'true', 'x', '1', '=', '题', '√');
  fc.assert(fc.property(fc.oneof(fc.string(), fc.array(piece, { maxLength: 25 }).map((parts) => parts.join(''))), (line) => {
    const draft = typed(line);
    if (!draft) return;
    expect(choicesValid(draft.kind, draft.options.length, draft.right)).toBe(true);
    expect(draft.options.length).toBeGreaterThanOrEqual(2);
    expect(draft.options.length).toBeLessThanOrEqual(10);
    for (const text of [draft.prompt, ...draft.options]) expect(text.length).toBeGreaterThan(0);
  }));
});
