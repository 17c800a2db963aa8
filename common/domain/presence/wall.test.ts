// Who needs attention comes first (R25), and the figures count everybody once.
import { expect, it } from 'vitest';
import type { CheckStatus, Verdict } from '../check.ts';
import { byAttention, wallCheckOf, wallFigures, type WallLearner } from './wall.ts';

const learner = (personId: string, change: Partial<WallLearner> = {}): WallLearner => ({ personId, name: personId, reason: 'present', heldMs: 1000, creditedMs: 1000, check: null, ...change });

it('below the threshold first and of these who has least, then not counting, then checks', () => {
  const learners = [
    learner('well'), learner('waits', { check: 'look' }), learner('asked', { check: 'asked' }), learner('missed', { check: 'missed' }), learner('hidden', { reason: 'hidden', creditedMs: 900 }),
    learner('low', { creditedMs: 799 }), learner('none', { reason: 'not_joined', creditedMs: 0 }), learner('edge', { creditedMs: 800 }), learner('passed', { check: 'passed' }),
  ];
  expect(byAttention(learners, 80).map(({ personId }) => personId)).toEqual(['none', 'low', 'hidden', 'missed', 'asked', 'waits', 'edge', 'passed', 'well']);
  expect(byAttention(learners.toReversed(), 80)).toEqual(byAttention(learners, 80));
  expect(wallFigures(learners, 80)).toEqual({ learners: 9, counting: 7, notCounting: 2, below: 2, asked: 1, look: 1, missed: 1 });
});

it('nobody is below or missing while nothing is held', () => {
  expect(wallFigures([learner('a', { reason: null, heldMs: 0, creditedMs: 0 })], 80)).toMatchObject({ learners: 1, counting: 0, notCounting: 0, below: 0 });
});

const word = (status: CheckStatus, verdict: Verdict | null = null, way: 'face' | 'alternative' = 'face') => wallCheckOf({ status, verdict, way });
it('a check in one word', () => {
  expect([word('asked'), word('asked', null, 'alternative'), word('verifying'), word('void'), word('drawn')]).toEqual(['asked', 'look', 'verifying', null, null]);
  expect((['matched', 'review', 'missed', 'mismatched', 'no_face', 'refused', 'confirmed_by_person', 'missed_look', 'not_seen'] as const).map((verdict) => word('settled', verdict))).toEqual(['passed', 'look', 'missed', 'failed', 'failed', 'failed', 'passed', 'look', 'failed']);
});
