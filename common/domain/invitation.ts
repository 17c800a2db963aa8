// Invitations to a cohort by link: which still hold, what coming by one leads to, how often a phone is written to.
import { cohortIsOver, type OpeningState } from './cohort.ts';

export const invitationPath = (code: string): string => `/i/${code}`;
/** `waiting`: the office looks at each who comes; `roster`: who comes is enrolled at once. */
export const admissions = ['waiting', 'roster'] as const;
export type Admission = (typeof admissions)[number];
/** Days a link holds, and people who may come by it. */
export const invitationLimits = { days: [1, 3, 7, 14, 30, 60], mostUses: 500, perCohort: 50, reason: 200 } as const;

export const invitationStates = ['open', 'revoked', 'expired', 'used_up', 'cohort_closed'] as const;
export type InvitationState = (typeof invitationStates)[number];
export interface InvitationFacts { expiresAt: Date; revokedAt: Date | null; used: number; most: number; cohort: OpeningState }

/** The first reason why nobody comes by it any more; `open` where there is none. The moment it expires is over. */
export function invitationState({ expiresAt, revokedAt, used, most, cohort }: InvitationFacts, now: Date): InvitationState {
  if (revokedAt !== null) return 'revoked';
  if (cohortIsOver(cohort)) return 'cohort_closed';
  if (now >= expiresAt) return 'expired';
  return used >= most ? 'used_up' : 'open';
}

/** `declined` by the office; whoever was may come again by another invitation. */
export const joiningStates = ['enrolled', 'waiting', 'declined'] as const;
export type JoiningState = (typeof joiningStates)[number];
/** `ended`: the office took this person out of the cohort before. `learnerLimit`: of the application to open it, null without one. */
export interface Comer { ended: boolean; admits: Admission; learners: number; learnerLimit: number | null }
/** The office's roster rule: at once only where the office said so; never past the limit it named, and never one it took out itself. */
export const joiningOf = ({ ended, admits, learners, learnerLimit }: Comer): JoiningState =>
  (admits === 'roster' && !ended && (learnerLimit === null || learners < learnerLimit) ? 'enrolled' : 'waiting');

const dayMs = 24 * 3_600_000;
/** To one phone, whatever cohort of the institution it is about. */
export const invitationMessageLimits = { withinMs: dayMs, most: 3, countedMs: 30 * dayMs } as const;
/** Messages of one request: it answers before anybody gives up waiting. */
export const messagesAtOnce = 20;
/** Whether one more may go to a phone to which these were sent (epoch ms, any order): one a day, three in thirty days. */
export function mayMessage(sentAtMs: readonly number[], nowMs: number): boolean {
  const { withinMs, most, countedMs } = invitationMessageLimits;
  return !sentAtMs.some((at) => at > nowMs - withinMs) && sentAtMs.filter((at) => at > nowMs - countedMs).length < most;
}
