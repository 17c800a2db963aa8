// Which text can be kept, wherever in the data it stands.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allKeepable, isKeepable, keepableOnly } from './text.ts';

const half = fc.constantFrom('\ud800', '\udbff', '\udc00', '\udfff');
const sound = fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed() && !text.includes('\0'));

describe('text', () => {
  it.each(['', '灭火器', '𠮷', '👩🏽‍🏭', 'two\nlines\tand a tab', '\u0001', '\ufffd'])('%j is kept as it is', (text) => {
    expect([isKeepable(text), keepableOnly(text)]).toEqual([true, text]);
  });
  it.each(['\0', 'C\0O2', '\ud842', '\udfb7\ud842', 'C\ud800'])('%j cannot be kept', (text) => { expect(isKeepable(text)).toBe(false); });
  it('is what is left when the spoilt signs are taken out, and nothing else', () => {
    fc.assert(fc.property(fc.array(fc.oneof(half, fc.constant('\0'), sound)), (parts) => {
      const text = parts.join('');
      const left = keepableOnly(text);
      expect(isKeepable(left)).toBe(true);
      if (isKeepable(text)) expect(left).toBe(text);
    }));
    expect(keepableOnly('a\0b\ud800c\udc00\ud800d𠮷')).toBe('abcd𠮷');
  });
});

describe('data', () => {
  it('is looked at in lists and records, however deep', () => {
    for (const data of ['\0', ['a', '\ud800'], { a: { b: [{ c: 'x\0' }] } }, Object.assign(Object.create(Object.create(null)), { a: '\0' })]) expect(allKeepable(data)).toBe(false);
    for (const data of [undefined, null, 1, true, [], {}, { a: [1, 'x', null] }]) expect(allKeepable(data)).toBe(true);
  });
  it('is left alone where it is sound or no data of ours', () => {
    const data = { a: ['x', { b: 1 }] };
    expect(keepableOnly(data)).toBe(data);
    const blob = new Blob(['x']);
    expect(keepableOnly({ body: blob, query: { text: 'a\0b' }, list: ['\ud800', 2] })).toEqual({ body: blob, query: { text: 'ab' }, list: ['', 2] });
    expect(keepableOnly({ body: blob, text: '\0' }).body).toBe(blob);
  });
});
