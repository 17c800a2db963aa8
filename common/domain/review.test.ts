// What a decision makes of a check, in words and in the ledger; and until when one may appeal (R155, R158).
import { describe, expect, it } from 'vitest';
import { awaitsPerson, failed, passed, verdicts, type Verdict } from './check.ts';
import type { CheckFact, LearnerFacts } from './presence/facts.ts';
import { ledgerOf } from './presence/ledger.ts';
import { appealState, appealUntilMs, countedVerdict, heldAgainst } from './review.ts';
import { defaultPack } from './rules/packs.ts';

const minute = 60_000;

describe('countedVerdict', () => {
  it('leaves the verdict where nobody found anything', () => {
    for (const verdict of [...verdicts, null]) for (const outcome of [null, 'no_finding'] as const) expect(countedVerdict(verdict, outcome)).toBe(verdict);
  });
  it('lets an overturned check count as passed, and an upheld one as failed or as missed', () => {
    for (const verdict of verdicts) {
      expect(passed(countedVerdict(verdict, 'overturned')!), verdict).toBe(true);
      const upheld = countedVerdict(verdict, 'upheld')!;
      expect(failed(upheld) || upheld === 'missed', verdict).toBe(true);
      if (failed(verdict) || verdict === 'missed') expect(upheld).toBe(verdict);
    }
  });
  it('holds nothing against who passed or waits', () => {
    expect(verdicts.filter((verdict) => !heldAgainst(verdict))).toEqual(verdicts.filter((verdict) => passed(verdict) || awaitsPerson(verdict)));
    expect(heldAgainst(null)).toBe(false);
  });
});

describe('the ledger', () => {
  const units = [{ unitId: 'unit', spans: [{ fromMs: 0, toMs: 45 * minute }] }];
  const seat = { connectionId: 'seat', connectedMs: 0, lastSeenMs: 45 * minute, leftMs: 45 * minute, leftReason: 'lesson_ended' as const };
  const active = Array.from({ length: 9 }, (_, at) => ({ connectionId: 'seat', type: 'active' as const, atMs: at * 5 * minute }));
  const check = (checkId: string, atMinute: number, verdict: Verdict | null, kind: CheckFact['kind'] = 'spot'): CheckFact =>
    ({ checkId, kind, unitId: 'unit', askedMs: atMinute * minute, deadlineMs: (atMinute + 1) * minute, answeredMs: verdict === 'missed' ? null : atMinute * minute, verdict });
  const facts = (spot: Verdict | null): LearnerFacts => ({ seats: [seat], observed: active, checks: [check('in', 0, 'matched', 'sign_in'), check('spot', 20, spot), check('later', 40, 'matched')] });
  const credited = (of: LearnerFacts): number => ledgerOf(of, units, defaultPack, 45 * minute).creditedMs / minute;

  it('gives back what an overturned check took, and takes for one that was upheld', () => {
    const [mismatched, missed, matched] = [credited(facts('mismatched')), credited(facts('missed')), credited(facts('matched'))];
    expect([mismatched, missed, matched]).toEqual([5, 30, 45]);
    for (const verdict of ['mismatched', 'missed', 'review'] as const) expect(credited(facts(countedVerdict(verdict, 'overturned')))).toBe(matched);
    for (const verdict of ['matched', 'review'] as const) expect(credited(facts(countedVerdict(verdict, 'upheld')))).toBe(mismatched);
  });

  it('leaves an excused stretch out of both sums, in any order and told twice', () => {
    const seats = [{ ...seat, leftMs: 15 * minute, lastSeenMs: 15 * minute, leftReason: 'left' as const }, { ...seat, connectionId: 'back', connectedMs: 25 * minute }];
    const away: LearnerFacts = { seats, checks: [], observed: active.map((one) => (one.atMs < 25 * minute ? one : { ...one, connectionId: 'back' })) };
    const without = ledgerOf(away, units, defaultPack, 45 * minute);
    expect([without.heldMs, without.creditedMs].map((ms) => ms / minute)).toEqual([45, 35]);
    const stretch = { fromMs: 15 * minute, toMs: 25 * minute };
    for (const excused of [[stretch], [stretch, stretch], [{ ...stretch, toMs: 20 * minute }, { ...stretch, fromMs: 18 * minute }]]) {
      const ledger = ledgerOf({ ...away, excused }, units, defaultPack, 45 * minute);
      expect([ledger.heldMs, ledger.creditedMs].map((ms) => ms / minute)).toEqual([35, 35]);
      expect(ledger.spans.map(({ reason }) => reason)).toEqual(['present', 'present']);
    }
    // What was credited stays credited where somebody excused too much.
    expect(ledgerOf({ ...away, excused: [] }, units, defaultPack, 45 * minute)).toEqual(without);
  });
});

describe('appeals', () => {
  const days = 86_400_000;
  it('are taken so many days after the settling, or after a person first decided', () => {
    expect(appealUntilMs({ settledMs: 1000, decidedMs: null }, 7)).toBe(1000 + 7 * days);
    expect(appealUntilMs({ settledMs: 1000, decidedMs: 3 * days }, 7)).toBe(10 * days);
    expect(defaultPack.review.appealDays).toBe(7);
  });
  it('are open, decided, late or possible', () => {
    expect([0, 10, 11].map((nowMs) => appealState({ untilMs: 10, appeal: null }, nowMs))).toEqual(['may', 'may', 'late']);
    expect([true, false].map((open) => appealState({ untilMs: 10, appeal: { open } }, 20))).toEqual(['open', 'decided']);
  });
});
