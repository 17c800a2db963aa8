// Both languages say the same things, every error code has words, and every text that is used exists.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorStatus } from '#domain/errors.ts';
import { en } from './en.ts';
import { gather, type Texts } from './gather.ts';
import { zh } from './zh.ts';

function flat(texts: Texts, before = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === 'string') found.set(`${before}${key}`, value);
    else for (const [inner, text] of flat(value, `${before}${key}.`)) found.set(inner, text);
  }
  return found;
}

const chinese = flat(zh);
const english = flat(en);
const placeholders = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').sort();

const root = join(import.meta.dirname, '..');
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(vue|ts)$/.test(name) && !name.endsWith('.test.ts') && !/^(dist|i18n)\b/.test(name))
  .map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }));

describe('texts', () => {
  it('has the same keys in both languages', () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
  });
  it('fills the same placeholders in both languages', () => {
    for (const [key, text] of chinese) expect({ key, filled: placeholders(english.get(key) ?? '') }).toEqual({ key, filled: placeholders(text) });
  });
  it('has no empty text, and no character that the message format reads as syntax', () => {
    for (const [key, text] of [...chinese, ...english]) {
      expect(text.trim(), key).not.toBe('');
      expect(text.replace(/\{\w+\}/g, ''), key).not.toMatch(/[{}|@]/);
    }
  });
  it('has Chinese words in the Chinese texts', () => {
    // Names of keys on the keyboard are the same everywhere.
    const bare = (text: string): string => text.replace(/\{\w+\}|\b(Ctrl|Enter|Shift|Alt|Esc)\b/g, '');
    const plain = [...chinese].filter(([, text]) => !/[㐀-鿿]/.test(bare(text)) && /[A-Za-z]{3}/.test(bare(text)));
    expect(plain).toEqual([]);
  });
  it('writes Chinese with Chinese punctuation', () => {
    const half = [...chinese].filter(([, text]) => /[㐀-鿿}][,;:?!]|[,;:?!][㐀-鿿]|\([^)]*[㐀-鿿]/.test(text));
    expect(half).toEqual([]);
  });
  it('has words for every error code in both languages', () => {
    for (const code of [...Object.keys(errorStatus), 'unreachable']) {
      expect(chinese.get(`errors.${code}`), code).toBeTruthy();
      expect(english.get(`errors.${code}`), code).toBeTruthy();
    }
  });
  it('has every text that a page names', () => {
    const missing = sources.flatMap(({ name, text }) =>
      [...text.matchAll(/\bt\(\s*'([\w.]+)'/g), ...text.matchAll(/'((?:schedule\.wrong|page|entry|replay)\.\w+)'/g)]
        .map((match) => match[1] ?? '').filter((key) => !chinese.has(key)).map((key) => `${name}: ${key}`));
    expect(missing).toEqual([]);
  });
  it('has the group of every text that a page composes', () => {
    const groups = new Set([...chinese.keys()].flatMap((key) => key.split('.').slice(0, -1).map((_part, index, parts) => parts.slice(0, index + 1).join('.'))));
    const missing = sources.flatMap(({ name, text }) => [...text.matchAll(/\bt\(\s*`([\w.]+)\.\$\{/g)]
      .map((match) => match[1] ?? '').filter((group) => !groups.has(group)).map((group) => `${name}: ${group}`));
    expect(missing).toEqual([]);
  });
});

describe('gather', () => {
  it('names a group after its file', () => {
    expect(gather({ './zh/lesson.ts': { title: '课' }, './zh/home.ts': { hello: '您好' } })).toEqual({ lesson: { title: '课' }, home: { hello: '您好' } });
  });
});
