// What makes a question sound and an answer right (R26, R43).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asTyped, answerFits, bankKinds, isOrderOf, isRight, optionLetter, plainSpelling, problemsOf, sameAnswer, sameQuestionKey, shownOrder, tidied, type QuestionContent } from './question.ts';

const base = { stem: '灭火器的压力表指针在哪个区域时可以使用？', right: [] as number[], accepted: [] as string[], options: [] as string[], knowledgePoint: '消防', difficulty: 3, explanation: '' };
const single: QuestionContent = { ...base, kind: 'single', options: ['红', '黄', '绿'], right: [2] };
const multiple: QuestionContent = { ...base, kind: 'multiple', options: ['一', '二', '三'], right: [0, 2] };
const trueFalse: QuestionContent = { ...base, kind: 'trueFalse', options: ['正确', '错误'], right: [1] };
const fillIn: QuestionContent = { ...base, kind: 'fillIn', accepted: ['CO2', '二氧化碳'] };
const ordering: QuestionContent = { ...base, kind: 'ordering', options: ['拔销', '压把', '提起'], right: [2, 0, 1] };

describe('a draft', () => {
  it('is sound in every kind', () => {
    for (const content of [single, multiple, trueFalse, fillIn, ordering]) expect(problemsOf(content), content.kind).toEqual([]);
    expect([single, multiple, trueFalse, fillIn, ordering].map(({ kind }) => kind)).toEqual([...bankKinds]);
  });
  it.each([
    ['no right answer', { ...single, right: [] }, 'right_missing'], ['two for a single', { ...single, right: [0, 1] }, 'right_invalid'], ['one that is not there', { ...single, right: [3] }, 'right_invalid'],
    ['no right answer of many', { ...multiple, right: [] }, 'right_missing'], ['one twice', { ...multiple, right: [0, 0] }, 'right_invalid'], ['neither true nor false', { ...trueFalse, right: [] }, 'right_missing'],
    ['no spelling', { ...fillIn, accepted: [] }, 'right_missing'], ['an empty spelling', { ...fillIn, accepted: ['CO2', '　'] }, 'right_missing'], ['a spelling of a choice', { ...single, accepted: ['绿'] }, 'right_invalid'],
    ['a choice in a fill-in', { ...fillIn, right: [0] }, 'right_invalid'], ['options of a fill-in', { ...fillIn, options: ['a', 'b'] }, 'options_not_wanted'],
    ['no order', { ...ordering, right: [] }, 'right_missing'], ['half an order', { ...ordering, right: [2, 0] }, 'right_invalid'], ['an order with one twice', { ...ordering, right: [2, 0, 0] }, 'right_invalid'],
    ['no stem', { ...single, stem: ' 　' }, 'stem_missing'], ['too long a stem', { ...single, stem: '长'.repeat(1001) }, 'stem_too_long'],
    ['one option', { ...single, options: ['红'], right: [0] }, 'options_too_few'], ['eleven options', { ...single, options: [...'abcdefghijk'] }, 'options_too_many'],
    ['three for true or false', { ...trueFalse, options: ['正确', '错误', '不知道'] }, 'options_too_many'], ['an empty option', { ...single, options: ['红', ' ', '绿'] }, 'option_empty'],
    ['the same option twice', { ...single, options: ['A1', 'ａ１ ', '绿'] }, 'options_same'], ['too long an option', { ...single, options: ['红', '黄', '绿'.repeat(301)] }, 'option_too_long'],
    ['too many spellings', { ...fillIn, accepted: Array.from({ length: 21 }, (_, index) => `${index}`) }, 'accepted_too_many'], ['too long a spelling', { ...fillIn, accepted: ['长'.repeat(201)] }, 'accepted_too_long'],
    ['difficulty 0', { ...single, difficulty: 0 }, 'difficulty_invalid'], ['difficulty 6', { ...single, difficulty: 6 }, 'difficulty_invalid'], ['difficulty 2.5', { ...single, difficulty: 2.5 }, 'difficulty_invalid'],
    ['too long a point', { ...single, knowledgePoint: '点'.repeat(101) }, 'point_too_long'], ['too long an explanation', { ...single, explanation: '因'.repeat(2001) }, 'explanation_too_long'],
  ] as const)('is refused with %s', (_what, content, problem) => {
    expect(problemsOf(content)).toEqual([problem]);
  });
  it('is tidied without becoming another question', () => {
    const given: QuestionContent = { ...fillIn, stem: '  填空 ', accepted: [' CO2', 'ｃｏ２ ', '二氧化碳'], explanation: ' 见教材 ' };
    expect(tidied(given)).toMatchObject({ stem: '填空', accepted: ['CO2', '二氧化碳'], explanation: '见教材' });
    expect(tidied({ ...multiple, right: [2, 0] }).right).toEqual([0, 2]);
    expect(tidied(ordering)).toMatchObject({ options: ['提起', '拔销', '压把'], right: [0, 1, 2] });
    expect(tidied({ ...ordering, right: [0, 0, 1] })).toMatchObject({ options: ordering.options });
  });
});

describe('an answer', () => {
  it('is right with exactly the right options', () => {
    expect(isRight(single, { choices: [2] })).toBe(true);
    expect(isRight(single, { choices: [1] })).toBe(false);
    expect(isRight(multiple, { choices: [2, 0] })).toBe(true);
    for (const choices of [[0], [0, 1, 2], [0, 1], []]) expect(isRight(multiple, { choices })).toBe(false);
  });
  it('is right in the right order alone', () => {
    expect(isRight(ordering, { choices: [2, 0, 1] })).toBe(true);
    for (const choices of [[0, 1, 2], [2, 0], [2, 0, 1, 1]]) expect(isRight(ordering, { choices })).toBe(false);
  });
  it('is right in every accepted spelling', () => {
    for (const text of ['CO2', 'co2', ' ＣＯ２　', '二氧化碳', '\t二氧化碳\n']) expect(isRight(fillIn, { text }), text).toBe(true);
    for (const text of ['CO²', 'C O2', 'CO', '', '氧化碳', '二氧化碳。']) expect(isRight(fillIn, { text }), text).toBe(false);
  });
  it('that does not fit the kind is none', () => {
    expect(answerFits(single, { text: '绿' })).toBe(false);
    expect(answerFits(fillIn, { choices: [0] })).toBe(false);
    expect(answerFits(single, { choices: [0, 1] })).toBe(false);
    expect(answerFits(ordering, { choices: [0, 1] })).toBe(false);
    expect(answerFits(fillIn, { text: '长'.repeat(201) })).toBe(false);
  });
  it('is no answer with signs nothing can keep, or no keyboard types between words', () => {
    for (const text of ['C\0O2', 'C\ud800', '\udc00C', 'C\u0001O2', 'C\tO2', 'C\nO2', 'C\u009fO2']) {
      expect([text, answerFits(fillIn, { text }), isRight({ ...fillIn, accepted: [text] }, { text })]).toEqual([text, false, false]);
      expect([text, answerFits(fillIn, { text: asTyped(text) })]).toEqual([text, true]);
    }
    expect([asTyped('C\0O\ud8002'), asTyped('two\twords'), asTyped('𠮷 '), asTyped('\0')]).toEqual(['CO2', 'two words', '𠮷 ', '']);
    expect(answerFits(fillIn, { text: ' 𠮷\t' })).toBe(true);
  });
});

const wide = (text: string): string => [...text].map((sign) => (sign >= '!' && sign <= '~' ? String.fromCharCode(sign.charCodeAt(0) + 0xfee0) : sign)).join('');
const typed = fc.string({ unit: fc.constantFrom(...'abzABZ019-+/.,%()你好碳'), minLength: 1, maxLength: 30 });

describe('spellings', () => {
  it('do not differ by width, case or outer spaces', () => {
    fc.assert(fc.property(typed, fc.constantFrom('', ' ', '　', '\t '), (text, space) => {
      expect(isRight({ ...fillIn, accepted: [text] }, { text: `${space}${wide(text.toUpperCase())}${space}` })).toBe(true);
    }));
  });
  it('differ by anything else', () => {
    fc.assert(fc.property(typed, typed, (text, other) => {
      fc.pre(text.toLowerCase() !== other.toLowerCase());
      expect(isRight({ ...fillIn, accepted: [text] }, { text: other })).toBe(false);
    }));
  });
  it('are plain after once', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => { expect(plainSpelling(plainSpelling(text))).toBe(plainSpelling(text)); }));
  });
});

describe('any sound question', () => {
  const content = fc.uniqueArray(fc.string({ unit: fc.constantFrom(...'abcdefg电工'), minLength: 1, maxLength: 8 }), { minLength: 2, maxLength: 10 }).chain((options) =>
    fc.record({ options: fc.constant(options), order: fc.shuffledSubarray([...options.keys()], { minLength: options.length }), chosen: fc.shuffledSubarray([...options.keys()], { minLength: 1 }) }));
  it('takes its own answer for right, and every other for wrong', () => {
    fc.assert(fc.property(content, ({ options, order, chosen }) => {
      const ordered: QuestionContent = { ...ordering, options, right: order };
      const picked: QuestionContent = { ...multiple, options, right: chosen };
      expect([problemsOf(ordered), problemsOf(picked)]).toEqual([[], []]);
      expect([isRight(ordered, { choices: order }), isRight(picked, { choices: [...chosen].reverse() })]).toEqual([true, true]);
      expect(isRight(ordered, { choices: [order[1]!, order[0]!, ...order.slice(2)] })).toBe(false);
      const toggled = chosen.includes(0) ? chosen.filter((index) => index !== 0) : [...chosen, 0];
      expect(isRight(picked, { choices: toggled })).toBe(false);
    }));
  });
});

it('shows what is to be ordered mixed, the same for the same seed', () => {
  fc.assert(fc.property(fc.integer({ min: 2, max: 10 }), fc.integer(), (count, seed) => {
    const order = shownOrder(count, seed);
    expect(isOrderOf(count, order) && order.some((index, at) => index !== at)).toBe(true);
    expect(shownOrder(count, seed)).toEqual(order);
  }));
  expect(new Set(Array.from({ length: 50 }, (_, seed) => shownOrder(5, seed).join())).size).toBeGreaterThan(10);
  expect([shownOrder(0, 1), shownOrder(1, 1)]).toEqual([[], [0]]);
});

it('takes nothing for right where the question has no right answer', () => {
  for (const question of [single, multiple, trueFalse, ordering]) {
    expect(problemsOf({ ...question, right: [] })).toContain('right_missing');
    for (const choices of [[], [0], [0, 1], [0, 1, 2], [2, 0, 1]]) expect([question.kind, isRight({ ...question, right: [] }, { choices })]).toEqual([question.kind, false]);
  }
  expect(problemsOf({ ...fillIn, accepted: [] })).toContain('right_missing');
  for (const text of ['', 'CO2']) expect(isRight({ ...fillIn, accepted: [] }, { text })).toBe(false);
});

it('takes the same answer for a retry, however it is sent, and any other for another', () => {
  for (const text of ['CO2', 'co2', ' ＣＯ２ ']) expect(sameAnswer('fillIn', { text: 'CO2' }, { text })).toBe(true);
  for (const other of [{ text: 'CO' }, { choices: [] }]) expect([sameAnswer('fillIn', { text: 'CO2' }, other), sameAnswer('fillIn', other, { text: 'CO2' })]).toEqual([false, false]);
  expect([sameAnswer('multiple', { choices: [0, 2] }, { choices: [2, 0] }), sameAnswer('ordering', { choices: [0, 2, 1] }, { choices: [0, 2, 1] })]).toEqual([true, true]);
  expect([sameAnswer('multiple', { choices: [0, 2] }, { choices: [0] }), sameAnswer('ordering', { choices: [0, 2, 1] }, { choices: [2, 0, 1] })]).toEqual([false, false]);
});

it('knows a double by what is asked, not by how it is typed', () => {
  expect(sameQuestionKey({ ...fillIn, stem: 'ＡＢ', accepted: ['x', 'Y'] })).toBe(sameQuestionKey({ ...fillIn, stem: ' ab', accepted: ['y', 'X'] }));
  expect(sameQuestionKey(single)).not.toBe(sameQuestionKey({ ...single, right: [0] }));
  expect(sameQuestionKey(single)).not.toBe(sameQuestionKey({ ...single, options: ['红', '黄', '蓝'] }));
  expect(optionLetter(9)).toBe('J');
});
