// The words of face enrolment: what an enrolment can be, why pictures are not taken, and how a new one replaces an old one (R19).

/**
 * `verifying` waits for the worker; `awaiting_approval` passed the gate while another one is active, and waits for a person; `active` is
 * compared with (one per person); `rejected` by the gate, `refused` by a person, `replaced` by a newer one.
 */
export const enrolmentStatuses = ['verifying', 'awaiting_approval', 'active', 'rejected', 'refused', 'replaced'] as const;
export type EnrolmentStatus = (typeof enrolmentStatuses)[number];

/** What better pictures mend. */
export const learnerReasons = [
  'no_face', 'several_faces', 'cut_off', 'too_small', 'too_dark', 'too_bright', 'blurred', 'poor_quality', 'turned_away', 'not_turned', 'turned_too_far',
  'not_same_person', 'picture_invalid',
] as const;
/** Why the gate took no pictures. */
export const rejectReasons = [...learnerReasons, 'consent_missing', 'engine_missing', 'engine_failed'] as const;
export type RejectReason = (typeof rejectReasons)[number];

/** Why somebody whose face is enrolled sends new pictures, as they say it themselves. */
export const replaceReasons = ['looks_changed', 'pictures_poor', 'model_changed', 'other'] as const;
export type ReplaceReason = (typeof replaceReasons)[number];

/** Tries within an hour: a first face may need some, a replacement is done twice at most. */
export const enrolmentsPerHour = { first: 10, replacement: 2 } as const;

/** Most characters of what staff write about a decision. */
export const decisionReasonMax = 300;

/** What the state of a learner's face comes to. `outdated`: enrolled with another model, nothing can be compared with it: enrol again. */
export const faceStandings = ['none', 'verifying', 'active', 'outdated', 'rejected'] as const;
export type FaceStanding = (typeof faceStandings)[number];

interface Standing { status: EnrolmentStatus; modelId?: string | null | undefined }
/**
 * `active` is the enrolment compared with, `latest` the newest that was not replaced (both null where there is none). A newer one shows only
 * while it is verified, because the active one counts until another is.
 */
export function faceStanding(active: Standing | null, latest: Standing | null, modelId: string): FaceStanding {
  if (latest?.status === 'verifying') return 'verifying';
  if (active) return !active.modelId || active.modelId === modelId ? 'active' : 'outdated';
  return latest?.status === 'rejected' ? 'rejected' : 'none';
}

/** How alike two faces are, in words of the limits of checks: what a check would say of one against the other. */
export const likenesses = ['same', 'unsure', 'different'] as const;
export type Likeness = (typeof likenesses)[number];
export const likenessOf = (distance: number, limits: { match: number; review: number }): Likeness =>
  (distance <= limits.match ? 'same' : distance <= limits.review ? 'unsure' : 'different');
