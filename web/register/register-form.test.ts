// The form of a registration: nothing ticked beforehand, every fault named, only what was agreed to is sent.
import { describe, expect, it } from 'vitest';
import { freshForm, newBody, numberState, ownBody, wrongOf, type RegisterForm } from './register-form.ts';

const today = '2026-11-22';
const filled = (change: Partial<RegisterForm> = {}): RegisterForm => ({
  ...freshForm(), name: '李雷', number: '11010519491231002x', learnerCategory: 'high_risk', employer: ' 示范焊接厂 ', phone: '138 1234 5678', code: ' 123 456 ', password: 'correct horse',
  agreed: { identity: true, authority: false }, ...change,
});

it('begins with everything open and nothing ticked', () => {
  expect(freshForm().agreed).toEqual({ identity: false, authority: false });
  expect(Object.keys(wrongOf(freshForm(), false, today)).sort()).toEqual(['category', 'code', 'consent', 'name', 'number', 'password', 'phone']);
  expect(Object.keys(wrongOf(freshForm(), true, today)).sort()).toEqual(['category', 'code', 'consent', 'number', 'phone']);
});

it('finds nothing wrong with what is right, and names what is not', () => {
  expect(wrongOf(filled(), false, today)).toEqual({});
  expect(wrongOf(filled({ number: '110105194912310021', employer: '' }), false, today)).toEqual({ number: 'identity.wrong.number_check_digit', employer: 'identity.wrong.employer_missing' });
  expect(wrongOf(filled({ password: 'abc', code: '12345' }), false, today)).toEqual({ password: 'identity.wrong.password_too_short', code: 'identity.wrong.code_missing' });
  expect(wrongOf(filled({ agreed: { identity: false, authority: true } }), true, today)).toEqual({ consent: 'identity.wrong.consent_missing' });
});

it('sends what was agreed to and no more', () => {
  expect(ownBody(filled()).consents).toEqual([{ purpose: 'identity', version: 1 }]);
  expect(newBody(filled({ agreed: { identity: true, authority: true } }), 'zh')).toMatchObject({
    name: '李雷', locale: 'zh', code: '123456', employer: '示范焊接厂', consents: [{ purpose: 'identity', version: 1 }, { purpose: 'authority', version: 1 }],
  });
  expect(() => ownBody(filled({ learnerCategory: '' }))).toThrow('group');
});

describe('a number while it is typed', () => {
  it.each([
    ['', { left: 0, good: false, birthDate: null }], ['110105', { left: 12, good: false, birthDate: null }],
    ['11010519491231002X', { left: 0, good: true, birthDate: '1949-12-31' }], ['110105194912310021', { left: 0, good: false, birthDate: null }],
  ])('%s', (number, state) => expect(numberState('id_card', number, today)).toEqual(state));
  it('of another form is not counted', () => expect(numberState('passport', 'E123', today)).toEqual({ left: 0, good: false, birthDate: null }));
});
