// What a registration must hold; the form says it while typing, the server refuses by the same rule (R9, R21, R84, R102).
import { checkDocument, phoneOf, plainNumber, statedBirthDate, type DocumentFault, type DocumentKind } from './document.ts';
import { needsEmployer, type LearnerCategory } from './learner-category.ts';

/** What identifies a person, as it was typed. */
export interface StatedIdentity {
  name: string; documentKind: DocumentKind; number: string; phone: string; learnerCategory: LearnerCategory; employer: string;
  /** `YYYY-MM-DD`, where the document does not tell it; else it is not looked at. */
  birthDate?: string | undefined;
}

export const nameLongest = 60;
export const employerLongest = 120;
export const passwordShortest = 10;
export const passwordLongest = 200;

/** Younger people need the consent of a guardian (个人信息保护法 第三十一条), which is not taken here. */
export const guardianBelowYears = 14;
/** Who may work may learn for it (劳动法 第十五条). */
export const leastYears = 16;

export type IdentityField = 'name' | 'number' | 'birthDate' | 'phone' | 'employer';
export type IdentityFault = 'missing' | 'name_form' | 'too_long' | AgeFault | DocumentFault | 'phone_form';
export type AgeFault = 'needs_guardian' | 'too_young';
export type PasswordFault = 'missing' | 'too_short' | 'too_long' | 'too_plain' | 'like_number';

/** Letters of any script with what stands between them (阿依古丽·买买提, Anna-Maria O'Neil); no digits, no other signs. */
const nameForm = /^\p{L}[\p{L}\p{M}·•.'’\- ]*$/u;

/** As it is kept: no spaces around, one between, none in a Chinese name. */
export function plainName(name: string): string {
  const text = name.normalize('NFKC').replaceAll(/\p{Cf}/gu, '').trim().replaceAll(/\s+/g, ' ');
  return /^[\p{Script=Han}\s·•]+$/u.test(text) ? text.replaceAll(' ', '') : text;
}

export function nameFault(name: string): IdentityFault | null {
  const text = plainName(name);
  if (text === '') return 'missing';
  if (text.length > nameLongest) return 'too_long';
  return text.length >= 2 && nameForm.test(text) ? null : 'name_form';
}

/** `today` is `YYYY-MM-DD` where the person is. */
export function numberFault(kind: DocumentKind, number: string, today: string): IdentityFault | null {
  if (plainNumber(number) === '') return 'missing';
  const result = checkDocument(kind, number, today);
  if (!result.ok) return result.fault;
  return result.facts.birthDate ? ageFault(result.facts.birthDate, today) : null;
}

/** Whole years on that day; both `YYYY-MM-DD`. */
export const yearsOn = (birthDate: string, day: string): number => Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4)) - (day.slice(5) < birthDate.slice(5) ? 1 : 0);

function ageFault(birthDate: string, today: string): AgeFault | null {
  const years = yearsOn(birthDate, today);
  return years < guardianBelowYears ? 'needs_guardian' : years < leastYears ? 'too_young' : null;
}

/** True where the number of such a document says nothing of the birth date, so that it is asked for; until it is right, the kind alone decides. */
export function asksBirthDate(kind: DocumentKind, number: string, today: string): boolean {
  const result = checkDocument(kind, number, today);
  return result.ok ? result.facts.birthDate === null : kind === 'passport' || kind === 'home_return_permit' || kind === 'taiwan_permit';
}

export function birthDateFault(kind: DocumentKind, number: string, birthDate: string, today: string): IdentityFault | null {
  if (!asksBirthDate(kind, number, today)) return null;
  if (birthDate === '') return 'missing';
  const date = statedBirthDate(birthDate, today);
  return date ? ageFault(date, today) : 'birth_date';
}

export function phoneFault(phone: string): IdentityFault | null {
  if (phone.trim() === '') return 'missing';
  return phoneOf(phone) ? null : 'phone_form';
}

export function employerFault(category: LearnerCategory, employer: string): IdentityFault | null {
  if (employer.trim().length > employerLongest) return 'too_long';
  return employer.trim() === '' && needsEmployer(category) ? 'missing' : null;
}

/** Every field that is wrong, with why; empty where all is right. */
export function identityFaults(stated: StatedIdentity, today: string): Partial<Record<IdentityField, IdentityFault>> {
  const found = {
    name: nameFault(stated.name), number: numberFault(stated.documentKind, stated.number, today),
    birthDate: birthDateFault(stated.documentKind, stated.number, stated.birthDate ?? '', today), phone: phoneFault(stated.phone),
    employer: employerFault(stated.learnerCategory, stated.employer),
  };
  return Object.fromEntries(Object.entries(found).filter(([, fault]) => fault !== null)) as Partial<Record<IdentityField, IdentityFault>>;
}

/** A password others cannot read off the person's papers. */
export function passwordFault(password: string, { number, phone }: Pick<StatedIdentity, 'number' | 'phone'>): PasswordFault | null {
  if (password === '') return 'missing';
  if (password.length < passwordShortest) return 'too_short';
  if (password.length > passwordLongest) return 'too_long';
  if (new Set(password).size < 5) return 'too_plain';
  const own = [plainNumber(number), phoneOf(phone) ?? ''].filter((text) => text.length >= 8);
  const given = password.toUpperCase();
  return own.some((text) => given.includes(text) || text.includes(given)) ? 'like_number' : null;
}
