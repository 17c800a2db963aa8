// Documents people prove who they are with: form, check digit, birth date, region (R9, R84, R102). What an authority knows of them is another question.

export const documentKinds = ['id_card', 'residence_permit', 'permanent_residence', 'home_return_permit', 'taiwan_permit', 'passport'] as const;
/**
 * `id_card`: Chinese identity card; `residence_permit`: of people of Hong Kong, Macau and Taiwan (same form, regions 81 to 83); `permanent_residence`:
 * foreigners' (since 2023 the same form beginning with 9, before that three letters and twelve digits); `home_return_permit`: 回乡证; `taiwan_permit`: 台胞证.
 */
export type DocumentKind = (typeof documentKinds)[number];
/** `old_card`: fifteen digits, of a first-generation card, which are valid no more since 2013. */
export type DocumentFault = 'form' | 'old_card' | 'check_digit' | 'birth_date' | 'region';
export interface DocumentFacts {
  /** As it is kept and compared: capitals, no spaces. */
  number: string;
  /** `YYYY-MM-DD`; null where the number does not tell. */
  birthDate: string | null;
  /** Six digits (GB/T 2260) or the three of a country; null where the number does not tell. */
  regionCode: string | null;
}
export type DocumentResult = { ok: true; facts: DocumentFacts } | { ok: false; fault: DocumentFault };

/** First two digits of a region (GB/T 2260). */
const provinces = new Set('11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71'.split(' '));
const permitProvinces = new Set(['81', '82', '83']);
const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const checkDigits = '10X98765432';
const oldestYear = 1900;

/** GB 11643: the eighteenth sign follows from the seventeen before it. */
export function checkDigitOf(seventeen: string): string {
  return checkDigits[weights.reduce((sum, weight, index) => sum + weight * Number(seventeen[index]), 0) % 11]!;
}

/** The day that exists and is not after `today` (`YYYY-MM-DD`), from eight digits; else null. */
function birthDateOf(digits: string, today: string): string | null {
  const date = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}`;
  const ms = Date.parse(`${date}T00:00:00Z`);
  const exists = !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date);
  return exists && Number(digits.slice(0, 4)) >= oldestYear && date <= today ? date : null;
}

/** Eighteen signs: six of the region (or country), eight of the birth date, three running, one to check. */
function eighteen(number: string, regionIsKnown: (number: string) => boolean, regionOf: (number: string) => string, today: string): DocumentResult {
  if (!/^\d{17}[\dX]$/.test(number)) return { ok: false, fault: 'form' };
  if (checkDigitOf(number.slice(0, 17)) !== number[17]) return { ok: false, fault: 'check_digit' };
  if (!regionIsKnown(number)) return { ok: false, fault: 'region' };
  const birthDate = birthDateOf(number.slice(6, 14), today);
  return birthDate ? { ok: true, facts: { number, birthDate, regionCode: regionOf(number) } } : { ok: false, fault: 'birth_date' };
}

const matching = (number: string, form: RegExp): DocumentResult =>
  (form.test(number) ? { ok: true, facts: { number, birthDate: null, regionCode: null } } : { ok: false, fault: 'form' });

const province = (number: string): string => number.slice(0, 2);
const six = (number: string): string => number.slice(0, 6);

const checks: Record<DocumentKind, (number: string, today: string) => DocumentResult> = {
  id_card: (number, today) => (/^\d{15}$/.test(number) ? { ok: false, fault: 'old_card' } : eighteen(number, (one) => provinces.has(province(one)), six, today)),
  residence_permit: (number, today) => eighteen(number, (one) => permitProvinces.has(province(one)), six, today),
  permanent_residence: (number, today) => (/^[A-Z]{3}\d{12}$/.test(number)
    ? matching(number, /./)
    : eighteen(number, (one) => one.startsWith('9'), (one) => one.slice(3, 6), today)),
  home_return_permit: (number) => matching(number, /^[HM]\d{8}(\d{2})?$/),
  taiwan_permit: (number) => matching(number, /^\d{8}(\d{2})?$/),
  passport: (number) => matching(number, /^[A-Z0-9]{5,17}$/),
};

/** Full-width signs as phones type them, spaces and dashes, and the signs nobody sees that come along when something is copied, do not matter. */
const withoutDress = (text: string): string => text.normalize('NFKC').replaceAll(/[\s\p{Cf}\p{Pd}]/gu, '');
export const plainNumber = (number: string): string => withoutDress(number).toUpperCase();

/** The day somebody writes down whose document does not tell it; null for none that exists, one of another time, or after `today`. */
export const statedBirthDate = (date: string, today: string): string | null => (/^\d{4}-\d{2}-\d{2}$/.test(date) ? birthDateOf(date.replaceAll('-', ''), today) : null);

/** `today` as `YYYY-MM-DD` where the person is. */
export const checkDocument = (kind: DocumentKind, number: string, today: string): DocumentResult => checks[kind](plainNumber(number), today);

/** For everybody who has no reason to see it whole: the first three and the last two signs, of short ones the last two. */
export function maskedNumber(number: string): string {
  const [head, tail] = [number.length >= 10 ? 3 : 0, 2];
  return number.slice(0, head) + '*'.repeat(Math.max(0, number.length - head - tail)) + number.slice(-tail);
}

/** A mobile number of the mainland in eleven digits; null for anything else. */
export function phoneOf(text: string): string | null {
  const digits = withoutDress(text).replaceAll(/[()]/g, '').replace(/^(\+|00)?86(?=1\d{10}$)/, '');
  return /^1[3-9]\d{9}$/.test(digits) ? digits : null;
}
export const maskedPhone = (phone: string): string => `${phone.slice(0, 3)}****${phone.slice(-4)}`;
