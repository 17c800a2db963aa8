// What people decide after the machine: words of decisions and appeals, what a decided check counts as, and until when one may appeal (R155, R158).
import { failed, type Verdict } from './check.ts';
import type { PresenceReason } from './presence/facts.ts';

/**
 * `upheld`: the doubt stands, the check counts as failed. `overturned`: it does not, a failed or missed check counts as passed. `no_finding`: looked
 * at, nothing could be said, everything stays as it was.
 */
export const reviewOutcomes = ['upheld', 'overturned', 'no_finding'] as const;
export type ReviewOutcome = (typeof reviewOutcomes)[number];

export const reviewSubjects = ['check', 'signals', 'span'] as const;
export type ReviewSubject = (typeof reviewSubjects)[number];

/** Of a reason: signs after trimming. */
export const reasonLengths = { least: 1, most: 500 } as const;
/** Of an appeal's text. */
export const appealLengths = { least: 10, most: 1000 } as const;

/** The verdict as it counts: the machine's, unless a person decided. Null while it waits. */
export function countedVerdict(verdict: Verdict | null, outcome: ReviewOutcome | null): Verdict | null {
  if (outcome === 'overturned') return 'confirmed_by_person';
  if (outcome === 'upheld') return verdict !== null && (failed(verdict) || verdict === 'missed') ? verdict : 'mismatched';
  return verdict;
}

/** Whether a learner lost something by it, and so may appeal. */
export const heldAgainst = (verdict: Verdict | null): boolean => verdict !== null && (failed(verdict) || verdict === 'missed');

const dayMs = 86_400_000;
/** The last moment of an appeal, ms: so many days after what is appealed was settled, or after a person first said what it counts as. */
export const appealUntilMs = ({ settledMs, decidedMs }: { settledMs: number; decidedMs: number | null }, appealDays: number): number =>
  Math.max(settledMs, decidedMs ?? 0) + appealDays * dayMs;

/** Verdicts that wait for a person: the machine could not say, nobody looked, or another face was seen. */
export const reviewedVerdicts = ['review', 'missed_look', 'mismatched'] as const satisfies readonly Verdict[];

/** Stretches a learner may appeal by themselves; what a check took is appealed at the check. */
export const appealableReasons = ['no_media', 'idle', 'hidden', 'removed', 'left', 'disconnected', 'lease_expired', 'not_joined'] as const satisfies readonly PresenceReason[];
/** Shorter stretches are not worth anybody's time, ms. */
export const shortestAppealMs = 60_000;

/** What waits in the queue. */
export const reviewKinds = ['appeal', 'check', 'signals'] as const;
export type ReviewKind = (typeof reviewKinds)[number];

/** `may`: until the last moment; `open`: waits to be decided; `decided`: once and for all; `late`: the time is over. */
export const appealStates = ['may', 'open', 'decided', 'late'] as const;
export type AppealState = (typeof appealStates)[number];
export interface AppealFacts { untilMs: number; appeal: { open: boolean } | null }
/** Where an appeal stands, made or not. */
export function appealState({ untilMs, appeal }: AppealFacts, nowMs: number): AppealState {
  if (appeal) return appeal.open ? 'open' : 'decided';
  return nowMs > untilMs ? 'late' : 'may';
}
