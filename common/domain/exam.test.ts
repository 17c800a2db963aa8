// Exams: phases, deadlines, pass marks, the best attempt, who may begin when, and answers after a cut (R26, R104, R143).
import { describe, expect, it } from 'vitest';
import { bestOf, contactSeats, deadlineOf, examLeaseMs, examPhase, isDue, nextStartMs, rateOf, reachesPass, resultOf, resultOfLearner, startHindrance, type AttemptFacts, type StartAsk } from './exam.ts';
import { answerStanding } from './quiz.ts';

const minute = 60_000;
const open = { status: 'published', opensMs: 1000 * minute, closesMs: 1100 * minute } as const;

it('is upcoming, open and over by the clock, and ended by people whatever the clock says', () => {
  expect([999, 1000, 1099, 1100].map((at) => examPhase(open, at * minute))).toEqual(['upcoming', 'open', 'open', 'over']);
  for (const status of ['draft', 'closed', 'withdrawn'] as const) expect(examPhase({ ...open, status }, 1050 * minute)).toBe(status);
});

it('gives the minutes it says, and never more than the window', () => {
  expect(deadlineOf(1000 * minute, 60, open.closesMs)).toBe(1060 * minute);
  expect(deadlineOf(1090 * minute, 60, open.closesMs)).toBe(1100 * minute);
});

it('takes exactly the pass mark as passed', () => {
  expect([reachesPass(3, 5, 60), reachesPass(59, 100, 60), reachesPass(60, 100, 60), reachesPass(2, 3, 67)]).toEqual([true, false, true, false]);
});

describe('what an attempt came to', () => {
  const facts: AttemptFacts = { examStatus: 'published', status: 'submitted', toMark: 0, held: false, outcome: null, points: 6, maxPoints: 10, passPercent: 60 };
  it.each([
    [{}, 'passed'], [{ points: 5 }, 'failed'], [{ status: 'working' as const }, 'open'], [{ toMark: 1 }, 'to_mark'], [{ held: true }, 'held'], [{ held: true, outcome: 'counts' as const }, 'passed'],
    [{ held: true, outcome: 'annulled' as const }, 'annulled'], [{ examStatus: 'withdrawn' as const }, 'annulled'], [{ held: true, toMark: 1 }, 'to_mark'], [{ status: 'void' as const }, 'annulled'],
    [{ examStatus: 'closed' as const }, 'passed'],
  ])('%j is %s', (change, result) => { expect(resultOf({ ...facts, ...change })).toBe(result); });
  it('the best of those that count, of equals the first', () => {
    const attempts = [{ result: 'failed', share: 0.5, n: 1 }, { result: 'held', share: 1, n: 2 }, { result: 'passed', share: 0.8, n: 3 }, { result: 'passed', share: 0.8, n: 4 }, { result: 'annulled', share: 0.9, n: 5 }] as const;
    expect(bestOf(attempts)?.n).toBe(3);
    expect(bestOf(attempts.slice(0, 2))?.n).toBe(1);
    expect(bestOf([{ result: 'to_mark', share: null }])).toBeNull();
  });
});

describe('beginning', () => {
  const ask: StartAsk = { window: open, allowed: 2, used: 1, waitMinutes: 30, lastEndMs: 1010 * minute };
  it('waits for the window, for the retake and counts attempts', () => {
    expect(startHindrance(ask, 999 * minute)).toBe('not_open_yet');
    expect(startHindrance(ask, 1039 * minute)).toBe('wait');
    expect(nextStartMs(ask)).toBe(1040 * minute);
    expect(startHindrance(ask, 1040 * minute)).toBeNull();
    expect(startHindrance({ ...ask, used: 2 }, 1040 * minute)).toBe('no_attempt_left');
    expect(startHindrance(ask, 1100 * minute)).toBe('over');
    expect(startHindrance({ ...ask, window: { ...open, status: 'closed' } }, 1050 * minute)).toBe('over');
    expect(startHindrance({ ...ask, used: 0, lastEndMs: null }, 1000 * minute)).toBeNull();
  });
});

describe('answers that come after the end (047)', () => {
  const end = 1_000_000;
  const standing = (contacts: { fromMs: number; lastSeenMs: number }[], atMs: number, chosenMs: number | null = end - 5000) =>
    answerStanding({ deadlineMs: end, closedMs: null, atMs, chosenMs }, contactSeats(contacts, atMs));
  it('count of a device the server had lost at the end, which comes back within a minute and sends at once', () => {
    const lost = { fromMs: 0, lastSeenMs: end - 20_000 };
    expect(standing([lost, { fromMs: end + 30_000, lastSeenMs: end + 30_000 }], end + 30_000)).toBe('after_cut');
    expect(standing([lost, { fromMs: end + 30_000, lastSeenMs: end + 41_000 }], end + 41_000)).toBe('too_late');
    expect(standing([lost, { fromMs: end + 61_000, lastSeenMs: end + 61_000 }], end + 61_000)).toBe('too_late');
    expect(standing([lost, { fromMs: end + 30_000, lastSeenMs: end + 30_000 }], end + 30_000, null)).toBe('too_late');
    expect(standing([lost, { fromMs: end + 30_000, lastSeenMs: end + 30_000 }], end + 30_000, end + 20_000)).toBe('too_late');
  });
  it('do not of a device that was there', () => {
    expect(standing([{ fromMs: 0, lastSeenMs: end - 3000 }], end + 1000)).toBe('in_time');
    expect(standing([{ fromMs: 0, lastSeenMs: end + 1900 }], end + 2000)).toBe('too_late');
    expect(standing([], end + 2000)).toBe('too_late');
  });
  it('end an attempt at once where the device was there, after the minute where it was lost', () => {
    expect(isDue(end, [{ fromMs: 0, lastSeenMs: end + 500 }], end + 1500)).toBe(false);
    expect(isDue(end, [{ fromMs: 0, lastSeenMs: end + 500 }], end + 1501)).toBe(true);
    const lost = [{ fromMs: 0, lastSeenMs: end - 1000 }];
    expect(isDue(end, lost, end + 61_500)).toBe(false);
    expect(isDue(end, [...lost, { fromMs: end + examLeaseMs, lastSeenMs: end + 20_000 }], end + 30_000)).toBe(false);
    expect(isDue(end, lost, end + 61_501)).toBe(true);
  });
});

it('counts passed among passed and failed, learners by their best', () => {
  const learner = (...attempts: { result: 'passed' | 'failed' | 'held' | 'to_mark' | 'annulled'; share: number | null }[]) => ({ result: resultOfLearner(attempts), best: bestOf(attempts) });
  const rows = [
    learner({ result: 'failed', share: 0.4 }, { result: 'passed', share: 0.8 }), learner({ result: 'failed', share: 0.2 }, { result: 'held', share: 1 }), learner({ result: 'to_mark', share: null }), learner(),
    learner({ result: 'annulled', share: 1 }), learner({ result: 'passed', share: 1 }),
  ];
  const { meanShare, ...counts } = rateOf(rows);
  expect(counts).toEqual({ learners: 6, taken: 5, passed: 2, failed: 1, waiting: 1, rate: 2 / 3 });
  expect(meanShare).toBeCloseTo(2 / 3, 10);
  expect(rateOf([learner()])).toMatchObject({ taken: 0, rate: null, meanShare: null });
});
