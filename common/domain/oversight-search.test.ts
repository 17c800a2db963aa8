// What is looked for: numbers told apart from names, slips in typing, and where names that begin alike end.
import { expect, test } from 'vitest';
import { serialOf } from './certificate-serial.ts';
import { checkDigitOf } from './identity/document.ts';
import { afterBeginning, soughtIn } from './oversight-search.ts';

const today = '2026-03-02';
const card = `13030219900307123`;
const number = card + checkDigitOf(card);

test('a certificate, a document and a name are told apart, however they are typed', () => {
  const serial = serialOf(2026, new Uint8Array(10).fill(77));
  expect(soughtIn(serial, today)).toEqual({ by: 'certificate', serial });
  expect(soughtIn(` ${serial.toLowerCase().replaceAll('-', ' ')} `, today)).toEqual({ by: 'certificate', serial });
  expect(soughtIn(number.replace(/(.{6})/, '$1 '), today)).toEqual({ by: 'number', documents: [{ kind: 'id_card', number }] });
  expect(soughtIn('H12345678', today)).toEqual({ by: 'number', documents: [{ kind: 'home_return_permit', number: 'H12345678' }, { kind: 'passport', number: 'H12345678' }] });
  expect(soughtIn('　王  芳 ', today)).toEqual({ by: 'name', name: '王 芳' });
  expect(soughtIn('Ann Lee', today)).toEqual({ by: 'name', name: 'Ann Lee' });
});

test('a slip in a number is told, and not looked for as a name', () => {
  const wrong = number.slice(0, -1) + (number.endsWith('1') ? '2' : '1');
  expect(soughtIn(wrong, today)).toEqual({ by: 'unclear' });
  expect(soughtIn('2026-7K3M-9QXA-V0TB-4ZH', today)).toEqual({ by: 'unclear' });
  for (const nothing of ['', '  ', '　']) expect(soughtIn(nothing, today)).toEqual({ by: 'unclear' });
});

test('names that begin alike lie between a beginning and what comes after it', () => {
  expect(afterBeginning('王')).toBe('玌');
  expect(afterBeginning('\u{d7ff}')).toBe('\u{e000}');
  expect(afterBeginning('a\u{10ffff}')).toBe('b');
  expect(afterBeginning('')).toBeNull();
});
