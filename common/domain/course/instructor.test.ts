// Who may teach: a skill certificate of level 3 or better in the occupation, or an intermediate title or better, on that day (R38).
import { expect, it } from 'vitest';
import { certificateLevels, isQualified, isSound, titleLevels, type Credential } from './instructor.ts';

const day = '2026-03-02';
const occupation = { occupationName: '焊工', occupationCode: '6-18-02-04' };
const certificate = (change: Partial<Credential> = {}): Credential => ({ kind: 'certificate', level: '3', name: '', number: '', ...occupation, validUntil: null, ...change });
const title = (change: Partial<Credential> = {}): Credential => ({ kind: 'title', level: 'intermediate', name: '讲师', number: '', occupationName: '', occupationCode: '', validUntil: null, ...change });

it('takes levels 3, 2 and 1 of the occupation', () => {
  expect(certificateLevels.filter((level) => isQualified([certificate({ level })], occupation, day))).toEqual(['1', '2', '3']);
  expect(isQualified([certificate({ occupationCode: '6-18-02-05' })], occupation, day)).toBe(false);
});
it('takes an intermediate title and above, of any kind', () => {
  expect(titleLevels.filter((level) => isQualified([title({ level })], occupation, day))).toEqual(['intermediate', 'associate', 'senior']);
});
it('takes a paper through its last day, and one good paper among bad ones', () => {
  expect([isQualified([certificate({ validUntil: day })], occupation, day), isQualified([certificate({ validUntil: '2026-03-01' })], occupation, day)]).toEqual([true, false]);
  expect(isQualified([certificate({ level: '5' }), title()], occupation, day)).toBe(true);
  expect(isQualified([], occupation, day)).toBe(false);
});
it('goes by the name where the course has no code, and never by no name', () => {
  expect(isQualified([certificate({ occupationCode: '' })], { occupationName: ' 焊工', occupationCode: '' }, day)).toBe(true);
  expect(isQualified([certificate({ occupationName: '', occupationCode: '' })], { occupationName: '', occupationCode: '' }, day)).toBe(false);
});
it('does not take a title with the level of a certificate', () => {
  const odd = title({ level: '1' });
  expect([isSound(odd), isQualified([odd], occupation, day)]).toEqual([false, false]);
});
