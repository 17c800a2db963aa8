// Where a learner stands with an exam: one word, in this order of weight.
import { describe, expect, it } from 'vitest';
import type { AttemptBrief, OwnExam } from '#contracts/exam.ts';
import { isDue, ownStand, triesLeft, type OwnStand } from './own-exam.ts';

type Seen = Pick<OwnExam, 'phase' | 'openAttemptId' | 'attempts' | 'best' | 'hindrance'>;
const attempt = (result: AttemptBrief['result'], status: AttemptBrief['status'] = 'submitted'): AttemptBrief =>
  ({ attemptId: 'a', number: 1, status, startedAt: null, submittedAt: null, submitReason: null, points: null, maxPoints: 10, share: null, result });
const exam = (given: Partial<Seen>): Seen => ({ phase: 'open', openAttemptId: null, attempts: [], best: null, hindrance: null, ...given });

describe('where a learner stands', () => {
  it.each<[OwnStand, Partial<Seen>]>([
    ['ready', {}],
    ['running', { openAttemptId: 'a', attempts: [attempt('open', 'working')], hindrance: null }],
    ['running', { phase: 'closed', openAttemptId: 'a', attempts: [attempt('open', 'working')] }],
    ['upcoming', { phase: 'upcoming', hindrance: 'not_open_yet' }],
    ['ready', { attempts: [attempt('failed')] }],
    ['wait', { attempts: [attempt('failed')], hindrance: 'wait' }],
    ['to_mark', { attempts: [attempt('to_mark')], hindrance: 'wait' }],
    ['held', { phase: 'over', attempts: [attempt('failed'), attempt('held')], hindrance: 'over' }],
    ['passed', { attempts: [attempt('passed')], best: attempt('passed'), hindrance: null }],
    ['passed', { phase: 'over', attempts: [attempt('passed'), attempt('held')], best: attempt('passed'), hindrance: 'over' }],
    ['failed', { attempts: [attempt('failed')], hindrance: 'no_attempt_left' }],
    ['used_up', { attempts: [attempt('annulled')], hindrance: 'no_attempt_left' }],
    ['missed', { phase: 'over', hindrance: 'over' }],
    ['withdrawn', { phase: 'withdrawn', openAttemptId: 'a', hindrance: 'over' }],
  ])('is %s', (stand, given) => { expect(ownStand(exam(given))).toBe(stand); });
  it('counts no try that ended without counting', () => {
    expect(triesLeft({ attemptsAllowed: 3, attempts: [attempt('failed'), attempt('annulled', 'void')] })).toBe(2);
    expect(triesLeft({ attemptsAllowed: 1, attempts: [attempt('failed'), attempt('held')] })).toBe(0);
  });
  it('is due while something can be done or comes', () => {
    expect([isDue(exam({})), isDue(exam({ phase: 'upcoming', hindrance: 'not_open_yet' })), isDue(exam({ phase: 'over', hindrance: 'over' }))]).toEqual([true, true, false]);
  });
});
