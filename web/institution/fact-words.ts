// What an institution states, in words: for reading, and for the list of changes.
import type { FactName, InstitutionFacts } from '#domain/institution.ts';
import type { Locale } from '../i18n/i18n.ts';
import { regionName } from './region-names.ts';

type Said = (key: string) => string;
type Names = Parameters<typeof regionName>[1];
export type FactValue = string | readonly string[] | null;

/** Fields in the groups of the form. */
export const factGroups = {
  filing: ['kinds', 'creditCode', 'filingNumber', 'filingFrom', 'filingUntil', 'filingRevokedOn'],
  regions: ['seatRegion', 'trainingRegions', 'address'],
  people: ['responsiblePerson', 'responsiblePost', 'phone', 'administrator', 'administratorPhone', 'email', 'website', 'hotline', 'hotlineHours'],
  platform: ['platformRight', 'platformProvider', 'platformFrom', 'platformUntil'],
} as const satisfies Record<string, readonly FactName[]>;
export type FactGroup = keyof typeof factGroups;

/** A dash where nothing is stated. */
export function factWords(field: FactName, value: FactValue, t: Said, names: Names, locale: Locale): string {
  const list = (typeof value === 'string' ? [value] : value ?? []).filter((one) => one !== '');
  if (list.length === 0) return '—';
  const one = (text: string): string => (field === 'kinds' ? t(`institution.kind.${text}`) : field === 'platformRight' ? t(`institution.right.${text}`)
    : field === 'seatRegion' || field === 'trainingRegions' ? regionName(text, names, locale) : text);
  return list.map(one).join(t('common.listJoin'));
}

export const valueOf = (facts: InstitutionFacts, field: FactName): FactValue => facts[field];
