// How a learner is checked: what was consented to, what was chosen, and whether a face is enrolled.
import type { CheckWay } from '#domain/check.ts';
import { consentVersion, lessonPurposes, type ConsentPurpose } from '#domain/consent.ts';
import { CheckWay as CheckWayRow, FaceEnrolment } from '../entities/check.ts';
import { Consent } from '../entities/people.ts';
import type { EntityManager } from '../orm.ts';

export interface CheckWayState {
  /** `face` only while the consent to the current text stands; whoever refused or has no camera is on `alternative`. */
  way: CheckWay;
  /** True when there is a verified face to compare with. Checks are drawn for way `face` with an enrolled face. */
  faceEnrolled: boolean;
  recordingNoticed: boolean;
  faceConsent: 'given' | 'refused' | 'undecided';
}

/** Decision on the text as it reads today; a decision on an older text does not count. */
async function decisionOn(em: EntityManager, personId: string, purpose: ConsentPurpose): Promise<'given' | 'refused' | 'undecided'> {
  const latest = await em.findOne(Consent, { personId, purpose }, { orderBy: { at: 'desc', id: 'desc' }, disableIdentityMap: true });
  if (!latest || latest.version !== consentVersion[purpose]) return 'undecided';
  return latest.given ? 'given' : 'refused';
}

export async function checkWayOf(em: EntityManager, personId: string): Promise<CheckWayState> {
  const decisions: Partial<Record<ConsentPurpose, 'given' | 'refused' | 'undecided'>> = {};
  for (const purpose of lessonPurposes) decisions[purpose] = await decisionOn(em, personId, purpose);
  const chosen = await em.findOne(CheckWayRow, { personId }, { disableIdentityMap: true });
  const active = await em.count(FaceEnrolment, { personId, status: 'active' });
  const faceConsent = decisions.face ?? 'undecided';
  const alternative = faceConsent === 'refused' || chosen?.way === 'alternative';
  return {
    way: alternative ? 'alternative' : faceConsent === 'given' ? 'face' : 'undecided',
    faceEnrolled: active > 0, recordingNoticed: decisions.recording === 'given', faceConsent,
  };
}
