// What stands of each consent, from the list of all decisions.
import type { ConsentList } from '#contracts/identity.ts';
import { consentPurposes, withdrawablePurposes, type ConsentPurpose } from '#domain/consent.ts';

export type ConsentStanding = 'given' | 'outdated' | 'refused' | 'undecided';
export interface ConsentState { purpose: ConsentPurpose; standing: ConsentStanding; at: string | null; version: number | null; withdrawable: boolean }

const mayWithdraw = (purpose: ConsentPurpose): boolean => (withdrawablePurposes as readonly ConsentPurpose[]).includes(purpose);

/** One per purpose; the latest decision counts. */
export function consentStates({ consents, current }: ConsentList): ConsentState[] {
  return consentPurposes.map((purpose) => {
    const latest = consents.find((consent) => consent.purpose === purpose);
    if (!latest) return { purpose, standing: 'undecided', at: null, version: null, withdrawable: false };
    const standing = !latest.given ? 'refused' : latest.version === current[purpose] ? 'given' : 'outdated';
    return { purpose, standing, at: latest.at, version: latest.version, withdrawable: latest.given && mayWithdraw(purpose) };
  });
}
