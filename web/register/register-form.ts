// The form of a registration: what is typed, what is wrong with it by the server's own rule, and the body that is sent.
import type { OwnIdentityBody, RegistrationBody } from '#contracts/identity.ts';
import { consentVersion, registrationPurposes } from '#domain/consent.ts';
import { checkDocument, plainNumber, type DocumentKind } from '#domain/identity/document.ts';
import { needsEmployer, type LearnerCategory } from '#domain/identity/learner-category.ts';
import { birthDateFault, employerFault, nameFault, numberFault, passwordFault, phoneFault } from '#domain/identity/registration.ts';
import { phoneCodeDigits } from '#domain/identity/phone-code.ts';

export type RegistrationPurpose = (typeof registrationPurposes)[number];
export interface RegisterForm {
  name: string; documentKind: DocumentKind; number: string; birthDate: string; learnerCategory: LearnerCategory | ''; employer: string;
  phone: string; code: string; password: string;
  /** Nothing is ticked beforehand. */
  agreed: Record<RegistrationPurpose, boolean>;
}
export type RegisterField = 'name' | 'number' | 'birthDate' | 'category' | 'employer' | 'phone' | 'code' | 'password' | 'consent';
/** Key of what to say about each field that is wrong. */
export type Wrong = Partial<Record<RegisterField, string>>;

export const freshForm = (): RegisterForm => ({
  name: '', documentKind: 'id_card', number: '', birthDate: '', learnerCategory: '', employer: '', phone: '', code: '', password: '', agreed: { identity: false, authority: false },
});

const said = (field: string, fault: string | null): string | null => (fault === null ? null : `identity.wrong.${field}_${fault}`);
const codeForm = new RegExp(`^\\d{${phoneCodeDigits}}$`);
export const plainCode = (code: string): string => code.normalize('NFKC').replaceAll(/[\s\p{Cf}]/gu, '');

/** `own`: an account that exists, whose name and password are not asked for. `today` is `YYYY-MM-DD` in Shanghai. */
export function wrongOf(form: RegisterForm, own: boolean, today: string): Wrong {
  const found: Record<RegisterField, string | null> = {
    name: own ? null : said('name', nameFault(form.name)),
    number: said('number', numberFault(form.documentKind, form.number, today)),
    birthDate: said('birthDate', birthDateFault(form.documentKind, form.number, form.birthDate, today)),
    category: form.learnerCategory === '' ? 'identity.wrong.category_missing' : null,
    employer: form.learnerCategory === '' ? null : said('employer', employerFault(form.learnerCategory, form.employer)),
    phone: said('phone', phoneFault(form.phone)),
    code: codeForm.test(plainCode(form.code)) ? null : 'identity.wrong.code_missing',
    password: own ? null : said('password', passwordFault(form.password, form)),
    consent: form.agreed.identity ? null : 'identity.wrong.consent_missing',
  };
  return Object.fromEntries(Object.entries(found).filter(([, key]) => key !== null)) as Wrong;
}

export interface NumberState { left: number; good: boolean; birthDate: string | null }
/** While the number is typed: how many signs an eighteen-sign number lacks (0 for other forms), and whether it is right. */
export function numberState(kind: DocumentKind, number: string, today: string): NumberState {
  const length = plainNumber(number).length;
  const result = checkDocument(kind, number, today);
  const eighteen = kind === 'id_card' || kind === 'residence_permit';
  return { left: eighteen && length > 0 ? Math.max(0, 18 - length) : 0, good: result.ok, birthDate: result.ok ? result.facts.birthDate : null };
}

/** Of a form in which nothing is wrong. */
export function ownBody(form: RegisterForm): OwnIdentityBody {
  const { documentKind, number, birthDate, phone, employer, learnerCategory, agreed } = form;
  if (learnerCategory === '') throw new Error('a form without a group is not sent');
  return {
    documentKind, number, ...(birthDate !== '' && { birthDate }), phone, employer: needsEmployer(learnerCategory) ? employer.trim() : '', learnerCategory, code: plainCode(form.code),
    consents: registrationPurposes.filter((purpose) => agreed[purpose]).map((purpose) => ({ purpose, version: consentVersion[purpose] })),
  };
}

export const newBody = (form: RegisterForm, locale: 'zh' | 'en'): RegistrationBody => ({ ...ownBody(form), name: form.name, password: form.password, locale });
