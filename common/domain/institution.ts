// An institution as its filing (备案) has it: kinds, credit code, validity, regions, who answers for it, right to use the platform (R136, R137, R146, R150, R153, R154).
import { shanghaiDay } from './day.ts';
import { isRegionCode } from './region.ts';

/** 职业技能类, 创业类; an institution may be both (R136). */
export const institutionKinds = ['vocational', 'entrepreneurship'] as const;
export type InstitutionKind = (typeof institutionKinds)[number];
/** On what ground it uses a platform (R137): its own, bought, a bought right of use, cooperation. */
export const platformRights = ['self_developed', 'bought', 'right_of_use', 'cooperation'] as const;
export type PlatformRight = (typeof platformRights)[number];

/** Texts are empty and days null where nothing is stated. Days are `YYYY-MM-DD` of Shanghai, the last one included. */
export interface InstitutionFacts {
  kinds: InstitutionKind[]; creditCode: string; filingNumber: string; filingFrom: string | null; filingUntil: string | null;
  /** The authority took the filing back; from this day on it is not in force. */
  filingRevokedOn: string | null;
  seatRegion: string | null; trainingRegions: string[];
  responsiblePerson: string; responsiblePost: string; phone: string; address: string; email: string; website: string; hotline: string; hotlineHours: string;
  administrator: string; administratorPhone: string;
  platformRight: PlatformRight | null; platformProvider: string; platformFrom: string | null; platformUntil: string | null;
}
export type FactName = keyof InstitutionFacts;
/** Longest texts, in signs. */
export const factSigns = {
  creditCode: 18, filingNumber: 60, responsiblePerson: 40, responsiblePost: 40, phone: 30, address: 200, email: 100, website: 200, hotline: 30, hotlineHours: 100, administrator: 40, administratorPhone: 30, platformProvider: 100,
} as const satisfies Partial<Record<FactName, number>>;
export const dayFacts = ['filingFrom', 'filingUntil', 'filingRevokedOn', 'platformFrom', 'platformUntil'] as const satisfies readonly FactName[];
export const mostTrainingRegions = 100;
export const noFacts: InstitutionFacts = {
  kinds: [], creditCode: '', filingNumber: '', filingFrom: null, filingUntil: null, filingRevokedOn: null, seatRegion: null, trainingRegions: [], responsiblePerson: '', responsiblePost: '', phone: '',
  address: '', email: '', website: '', hotline: '', hotlineHours: '', administrator: '', administratorPhone: '', platformRight: null, platformProvider: '', platformFrom: null, platformUntil: null,
};
export const factNames = Object.keys(noFacts) as FactName[];
/** What the filing was granted on: a change of these is to be reported to the authority (R153). The rest is how to reach somebody. */
const freely: readonly FactName[] = ['email', 'website', 'hotline', 'hotlineHours'];
export const isCondition = (name: FactName): boolean => !freely.includes(name);

const codeSigns = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const codeWeights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
export const plainCreditCode = (text: string): string => text.replace(/[\s-]/g, '').toUpperCase();
/** What is wrong with a unified social credit code (GB 32100): eighteen signs without I, O, S, V, Z, the last one to check. Null: nothing. */
export function creditCodeFault(code: string): 'form' | 'check_digit' | null {
  if (!/^[1-9A-Y][0-9A-Y]\d{6}[0-9A-Y]{10}$/.test(code) || [...code].some((sign) => !codeSigns.includes(sign))) return 'form';
  const sum = codeWeights.reduce((total, weight, index) => total + weight * codeSigns.indexOf(code[index]!), 0);
  return codeSigns[(31 - (sum % 31)) % 31] === code[17] ? null : 'check_digit';
}

export const filingYears = 3;
export const filingWarnDays = 90;
export type Filing = Pick<InstitutionFacts, 'filingFrom' | 'filingUntil' | 'filingRevokedOn'>;
export interface FilingState {
  /** `ending`: in force, and over within 90 days. */
  state: 'none' | 'not_yet' | 'in_force' | 'ending' | 'over' | 'revoked';
  /** Days left after today, where it is in force. */
  daysLeft: number | null;
}
const dayMs = 86_400_000;
const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / dayMs);

export function filingState({ filingFrom, filingUntil, filingRevokedOn }: Filing, at: Date): FilingState {
  const today = shanghaiDay(at);
  if (!filingFrom || !filingUntil) return { state: 'none', daysLeft: null };
  if (filingRevokedOn && filingRevokedOn <= today) return { state: 'revoked', daysLeft: null };
  if (today < filingFrom) return { state: 'not_yet', daysLeft: null };
  if (today > filingUntil) return { state: 'over', daysLeft: null };
  const daysLeft = daysBetween(today, filingUntil);
  return { state: daysLeft <= filingWarnDays ? 'ending' : 'in_force', daysLeft };
}

/** Whether the filing is in force at this moment; without it no new class may be opened (R146). What runs already is taught to its end. False where none is stated. */
export const filingInForce = (filing: Filing, at: Date): boolean => ['in_force', 'ending'].includes(filingState(filing, at).state);

export type FactFault = 'form' | 'check_digit' | 'day' | 'order' | 'years' | 'region' | 'too_long' | 'too_many';
const isDay = (day: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day)) && new Date(Date.parse(day)).toISOString().startsWith(day);
/** The same day so many years later; of 29 February the 28th where there is none. */
export function yearsLater(day: string, years: number): string {
  const later = `${String(Number(day.slice(0, 4)) + years).padStart(4, '0')}${day.slice(4)}`;
  return isDay(later) ? later : `${later.slice(0, 8)}28`;
}

const forms: Partial<Record<FactName, RegExp>> = {
  phone: /^[\d+() -]{5,30}$/, hotline: /^[\d+() -]{5,30}$/, administratorPhone: /^[\d+() -]{5,30}$/, email: /^[^\s@]+@[^\s@]+\.[^\s@.]+$/, website: /^https?:\/\/[^\s/]+\.[^\s]+$/i,
};

/** What is wrong with what is stated, by field. Nothing has to be stated: an office fills it in as it goes. */
export function factFaults(facts: InstitutionFacts): Partial<Record<FactName, FactFault>> {
  const faults: Partial<Record<FactName, FactFault>> = {};
  const blame = (name: FactName, fault: FactFault, when: boolean): void => { if (when) faults[name] ??= fault; };
  for (const [name, signs] of Object.entries(factSigns) as [keyof typeof factSigns, number][]) blame(name, 'too_long', [...facts[name]].length > signs);
  for (const [name, form] of Object.entries(forms) as [FactName, RegExp][]) blame(name, 'form', facts[name] !== '' && !form.test(String(facts[name])));
  const code = facts.creditCode === '' ? null : creditCodeFault(facts.creditCode);
  if (code) faults.creditCode = code;
  for (const name of dayFacts) blame(name, 'day', facts[name] !== null && !isDay(facts[name]));
  const { filingFrom: from, filingUntil: until, filingRevokedOn: revoked, platformFrom, platformUntil } = facts;
  blame('filingUntil', 'order', from !== null && until !== null && until < from);
  blame('filingUntil', 'years', from !== null && until !== null && !faults.filingFrom && until > yearsLater(from, filingYears));
  blame('filingRevokedOn', 'order', from !== null && revoked !== null && revoked < from);
  blame('platformUntil', 'order', platformFrom !== null && platformUntil !== null && platformUntil < platformFrom);
  blame('seatRegion', 'region', facts.seatRegion !== null && !isRegionCode(facts.seatRegion));
  blame('trainingRegions', 'region', !facts.trainingRegions.every(isRegionCode));
  blame('trainingRegions', 'too_many', facts.trainingRegions.length > mostTrainingRegions);
  return faults;
}

/** As it is kept: trimmed, the code in capitals, no value twice, lists in order, so that a change is a change. */
export function plainFacts(facts: InstitutionFacts): InstitutionFacts {
  const texts = Object.fromEntries(Object.keys(factSigns).map((name) => [name, facts[name as keyof typeof factSigns].trim()]));
  return { ...facts, ...texts, creditCode: plainCreditCode(facts.creditCode), kinds: institutionKinds.filter((kind) => facts.kinds.includes(kind)), trainingRegions: [...new Set(facts.trainingRegions)].sort() };
}

export interface FactChange { field: FactName; from: string | string[] | null; to: string | string[] | null }
/** Which fields differ, in their order. */
export const factChanges = (before: InstitutionFacts, after: InstitutionFacts): FactChange[] =>
  factNames.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field])).map((field) => ({ field, from: before[field], to: after[field] }));
