// The word filter: case, width and what stands between letters do not matter; whole words stay whole words; a long list is no slower.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { longestWord, wordFilter } from './word-filter.ts';

const filter = wordFilter(['代考', 'VPN', 'ass', '加微信', 'Ελλάς', '8964', 'обман', '法輪']);

describe('word filter', () => {
  test.each([
    '代考', '找人代考请联系', '代 考', '代，考', '代\n考', '代*考', '代·考', '代\u200b考', '代\ufe0f考', '代 　 ... 考', '代🙂考', '加 微-信',
    'vpn', 'VPN', 'vPn', 'ＶＰＮ', 'ｖｐｎ', 'V.P.N', 'v p n', '用vpn翻', 'free vpn!', '【VPN】', 'ελλάσ', 'ΕΛΛΆΣ', '8964', '８９６４', '8-9-6-4', '电话8964', 'ОБМАН', 'a.s.s', '法　輪',
  ])('refuses %s', (text) => expect(filter.refuses(text)).toBe(true));
  test.each([
    '', ' ', '！？', '代', '考代', '代人考试', 'class', 'pass', 'Assistant', 'as simple', 'assemble', 'vpnx', '138964', '89641', 'обманщик', '正常的话', '微信加我',
  ])('lets %j through', (text) => expect(filter.refuses(text)).toBe(false));
  test('empty lines are nothing, lines that can match nothing are counted and match nothing', () => {
    const odd = wordFilter(['', '  ', '...', '🙂', '长'.repeat(longestWord + 1), '好', '好 ', ' 好']);
    expect([odd.size, odd.unusable]).toEqual([1, 3]);
    expect([odd.refuses('...'), odd.refuses('🙂'), odd.refuses('你好')]).toEqual([false, false, true]);
    expect(wordFilter([]).refuses('anything')).toBe(false);
  });
});

const han = fc.integer({ min: 0x4e00, max: 0x9fa5 }).map((code) => String.fromCodePoint(code));
const hanWord = fc.array(han, { minLength: 1, maxLength: 6 }).map((signs) => signs.join(''));
const latinWord = fc.array(fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789'), { minLength: 1, maxLength: 8 }).map((signs) => signs.join(''));
const between = fc.array(fc.constantFrom(' ', '　', '.', '，', '*', '-', '_', '\n', '\u200b', '\u2060', '~', '|', '🙂', '「'), { maxLength: 3 }).map((signs) => signs.join(''));
const wide = (sign: string): string => (/[!-~]/.test(sign) ? String.fromCodePoint(sign.codePointAt(0)! + 0xfee0) : sign);
const dressed = fc.constantFrom<(sign: string) => string>((sign) => sign, (sign) => sign.toUpperCase(), wide, (sign) => wide(sign.toUpperCase()));

describe('whatever is done to a word of the list', () => {
  test('it is refused: dressed, spread, in any surrounding', () => {
    fc.assert(fc.property(fc.oneof(hanWord, latinWord).chain((word) => fc.tuple(
      fc.constant(word), fc.array(fc.tuple(dressed, between), { minLength: word.length, maxLength: word.length }), fc.array(fc.oneof(hanWord, latinWord), { maxLength: 4 }), fc.array(fc.oneof(hanWord, latinWord), { maxLength: 4 }),
    )), ([word, each, before, after]) => {
      const hidden = [...word].map((sign, at) => `${each[at]![0](sign)}${each[at]![1]}`).join('');
      expect(wordFilter([...before, word]).refuses(`${after.join(' ')} ${hidden} ${before.join(' ')}`)).toBe(true);
    }));
  });
  test('Chinese words are refused without any edge around them', () => {
    fc.assert(fc.property(hanWord, fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (word, before, after) => {
      expect(wordFilter([word]).refuses(`${before}${word}${after}`)).toBe(true);
    }));
  });
});

describe('what is not on the list', () => {
  test('it says the same as looking for every word by itself', () => {
    const small = fc.array(fc.constantFrom('甲', '乙', '丙', 'a', 'b', '1'), { minLength: 1, maxLength: 3 }).map((signs) => signs.join(''));
    const text = fc.array(fc.constantFrom('甲', '乙', '丙', 'a', 'b', '1', ' ', '，'), { maxLength: 12 }).map((signs) => signs.join(''));
    fc.assert(fc.property(fc.array(small, { maxLength: 5 }), text, (words, said) => {
      expect(wordFilter(words).refuses(said)).toBe(words.some((word) => wordFilter([word]).refuses(said)));
    }));
  });
  test('a text whose letters are all others is let through', () => {
    fc.assert(fc.property(fc.array(hanWord, { maxLength: 20 }), fc.string({ unit: 'grapheme-ascii' }), (words, text) => {
      expect(wordFilter(words).refuses(text)).toBe(false);
    }));
  });
});

test('a list of 10,000 words is asked about the longest message in far less than a frame', () => {
  const words = Array.from({ length: 10_000 }, (_one, at) => [...String(at)].map((figure) => '零一二三四五六七八九'[Number(figure)]).join('') + '禁'.repeat(1 + (at % 4)));
  const long = wordFilter(words);
  expect(long.size).toBe(10_000);
  const text = '今天我们讲一二三四号焊机的零件，'.repeat(62).slice(0, 1000);
  const times = Array.from({ length: 30 }, () => {
    const fromMs = performance.now();
    expect(long.refuses(text)).toBe(false);
    return performance.now() - fromMs;
  }).sort((a, b) => a - b);
  // The median, so that a pause of the machine is no failure: usually well under 1 ms.
  expect(times[15]).toBeLessThan(20);
});
