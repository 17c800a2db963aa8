// The class as its teacher sees it: one line per learner, who needs attention first (R25).
import { isLow } from '../attendance.ts';
import { awaitsPerson, passed, type AskedWay, type CheckStatus, type Verdict } from '../check.ts';
import type { PresenceReason } from './facts.ts';

/** How the last check of a learner stands; `look`: it waits for a person. */
export const wallChecks = ['asked', 'verifying', 'passed', 'look', 'missed', 'failed'] as const;
export type WallCheck = (typeof wallChecks)[number];

/** Null for a check that was not asked. On the other way a person has to look while it is asked. */
export function wallCheckOf({ status, verdict, way }: { status: CheckStatus; verdict: Verdict | null; way: AskedWay }): WallCheck | null {
  if (status === 'asked' && way === 'alternative') return 'look';
  if (status === 'asked' || status === 'verifying') return status;
  if (status !== 'settled' || verdict === null) return null;
  if (passed(verdict)) return 'passed';
  if (awaitsPerson(verdict)) return 'look';
  return verdict === 'missed' ? 'missed' : 'failed';
}

/** `reason` null while nothing is held; `heldMs` and `creditedMs` are of the unit so far. */
export interface WallLearner { personId: string; name: string; reason: PresenceReason | null; heldMs: number; creditedMs: number; check: WallCheck | null }

export const counts = ({ reason }: Pick<WallLearner, 'reason'>): boolean => reason === 'present';
export const isBelow = ({ heldMs, creditedMs }: Pick<WallLearner, 'heldMs' | 'creditedMs'>, belowPercent: number): boolean => isLow(creditedMs, heldMs, belowPercent);

/** 0 first: below the threshold right now, then time that does not count, then checks that went wrong, then checks that wait; 4 is well. */
export function attention(learner: WallLearner, belowPercent: number): 0 | 1 | 2 | 3 | 4 {
  if (isBelow(learner, belowPercent)) return 0;
  if (learner.reason !== null && !counts(learner)) return 1;
  if (learner.check === 'missed' || learner.check === 'failed') return 2;
  return learner.check === null || learner.check === 'passed' ? 4 : 3;
}

const shareOf = ({ heldMs, creditedMs }: WallLearner): number => (heldMs === 0 ? 1 : creditedMs / heldMs);

/** By attention, of those alike who has least, then by id: the same class always comes in the same order. Drops nobody. */
export function byAttention<L extends WallLearner>(learners: readonly L[], belowPercent: number): L[] {
  return learners.map((learner) => ({ learner, rank: attention(learner, belowPercent), share: shareOf(learner) }))
    .sort((one, other) => one.rank - other.rank || one.share - other.share || (one.learner.personId < other.learner.personId ? -1 : 1))
    .map(({ learner }) => learner);
}

/** The class in figures. */
export interface WallFigures { learners: number; counting: number; notCounting: number; below: number; asked: number; look: number; missed: number }
export function wallFigures(learners: readonly WallLearner[], belowPercent: number): WallFigures {
  const how = (holds: (learner: WallLearner) => boolean): number => learners.reduce((sum, learner) => sum + (holds(learner) ? 1 : 0), 0);
  return {
    learners: learners.length, counting: how(counts), notCounting: how((one) => one.reason !== null && !counts(one)), below: how((one) => isBelow(one, belowPercent)),
    asked: how(({ check }) => check === 'asked' || check === 'verifying'), look: how(({ check }) => check === 'look'), missed: how(({ check }) => check === 'missed' || check === 'failed'),
  };
}
