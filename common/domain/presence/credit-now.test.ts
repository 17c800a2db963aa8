// What counts now is what the ledger says of now, and what it will say is foreseen (R22, R23).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heldUnits, type InterruptionFact } from '../attendance.ts';
import { defaultPack } from '../rules/packs.ts';
import { creditAt, creditNow, type CreditNow } from './credit-now.ts';
import type { LearnerFacts, ObservedFact, SeatFact } from './facts.ts';
import { ledgerOf } from './ledger.ts';

const start = Date.parse('2026-03-02T01:00:00Z');
const s = (seconds: number): number => start + seconds * 1000;
const seat = (from: number, seen: number, left: number | null = null, leftReason: SeatFact['leftReason'] = null): SeatFact =>
  ({ connectionId: `c${from}`, connectedMs: s(from), lastSeenMs: s(seen), leftMs: left === null ? null : s(left), leftReason });
const seen = (from: number, type: ObservedFact['type'], at: number): ObservedFact => ({ connectionId: `c${from}`, type, atMs: s(at) });
const unit = { id: 'u', ordinal: 1, startedAt: new Date(start), endedAt: null };
const now = (given: Partial<LearnerFacts>, at: number, interruptions: InterruptionFact[] = []): CreditNow =>
  creditNow({ seats: [], observed: [], checks: [], ...given }, { units: [unit], interruptions }, defaultPack, s(at));
const told = ({ reason, sinceMs, next }: CreditNow) => [reason, (sinceMs - start) / 1000, next && [(next.atMs - start) / 1000, next.reason]];

describe('creditNow', () => {
  it('counts for whoever is there, and foresees that nobody touching anything ends it', () => {
    const credit = now({ seats: [seat(60, 598)] }, 600);
    expect(told(credit)).toEqual(['present', 60, [60 + 16 * 60, 'idle']]);
    expect([credit.heldMs, credit.creditedMs, credit.unit]).toEqual([600_000, 540_000, { unitId: 'u', heldMs: 600_000, creditedMs: 540_000 }]);
  });
  it('a hidden page still counts, and it is known until when', () => {
    const observed = [seen(0, 'active', 500), seen(0, 'hidden', 600)];
    expect(told(now({ seats: [seat(0, 604)], observed }, 605))).toEqual(['present', 0, [610, 'hidden']]);
    expect(told(now({ seats: [seat(0, 620)], observed }, 620))).toEqual(['hidden', 610, [500 + 16 * 60, 'idle']]);
  });
  it('who left, was cut off or lost without a word does not count', () => {
    expect(told(now({ seats: [seat(0, 600, 600, 'left')] }, 620))).toEqual(['left', 600, null]);
    expect(told(now({ seats: [seat(0, 598, 600, 'cut')] }, 601))).toEqual(['disconnected', 600, null]);
    expect(told(now({ seats: [seat(0, 600)] }, 609)).slice(0, 2)).toEqual(['present', 0]);
    expect(told(now({ seats: [seat(0, 600)] }, 611))).toEqual(['lease_expired', 610, null]);
    expect(told(now({}, 611))).toEqual(['not_joined', 0, null]);
  });
  it('a failed check counts for nothing until it is over, which is foreseen', () => {
    const check = { checkId: 'k', kind: 'spot' as const, unitId: 'u', askedMs: s(580), deadlineMs: s(640), answeredMs: s(600), verdict: 'mismatched' as const };
    const credit = now({ seats: [seat(0, 605)], checks: [check] }, 605);
    expect(told(credit)).toEqual(['check_failed', 0, [600 + 16 * 60, 'idle']]);
    expect(credit.creditedMs).toBe(0);
    const later = { ...check, checkId: 'm', askedMs: s(700), deadlineMs: s(760), answeredMs: s(710), verdict: 'matched' as const };
    expect(told(now({ seats: [seat(0, 720)], checks: [check, later] }, 720)).slice(0, 2)).toEqual(['present', 710]);
  });
  it('nothing is held before the first unit, and while the lead is away', () => {
    const facts: LearnerFacts = { seats: [seat(-60, 0)], observed: [], checks: [] };
    expect(creditNow(facts, { units: [], interruptions: [] }, defaultPack, s(0))).toEqual({ atMs: s(0), reason: null, sinceMs: s(0), next: null, unit: null, heldMs: 0, creditedMs: 0 });
    const away = now({ seats: [seat(0, 320)] }, 320, [{ startedAt: new Date(s(300)), endedAt: null }]);
    expect([told(away), away.heldMs]).toEqual([[null, 320, null], 300_000]);
  });
});

describe('between two tellings', () => {
  it('goes on as foreseen, never back', () => {
    const observed = [seen(0, 'hidden', 600)];
    const credit = now({ seats: [seat(0, 604)], observed }, 605);
    expect(creditAt(credit, s(600))).toBe(credit);
    expect(creditAt(credit, s(607))).toMatchObject({ reason: 'present', heldMs: 607_000, creditedMs: 607_000 });
    expect(creditAt(credit, s(630))).toMatchObject({ reason: 'hidden', sinceMs: s(610), heldMs: 630_000, creditedMs: 610_000, unit: { heldMs: 630_000, creditedMs: 610_000 } });
    const paused = now({ seats: [seat(0, 320)] }, 320, [{ startedAt: new Date(s(300)), endedAt: null }]);
    expect(creditAt(paused, s(400))).toBe(paused);
  });

  it('says what the ledger says of every moment, whatever was observed', () => {
    const times = fc.integer({ min: 0, max: 900 });
    const observations = fc.array(fc.record({ type: fc.constantFrom('visible', 'hidden', 'active', 'media_connected', 'media_disconnected', 'broadcast'), at: times }), { maxLength: 20 });
    const seats = fc.array(fc.record({ from: times, length: fc.option(fc.integer({ min: 1, max: 600 })), reason: fc.constantFrom('left', 'cut', 'taken_over', 'idle') }), { maxLength: 4 });
    fc.assert(fc.property(observations, seats, fc.integer({ min: 0, max: 120 }), (list, taken, ahead) => {
      const facts: LearnerFacts = {
        seats: taken.map(({ from, length, reason }, index) => ({ ...seat(from, 900, length === null ? null : Math.min(900, from + length), length === null ? null : reason), connectionId: `s${index}` })),
        observed: list.map(({ type, at }, index) => ({ connectionId: `s${index % 4}`, type, atMs: s(at) })), checks: [],
      };
      const credit = creditNow(facts, { units: [unit], interruptions: [] }, defaultPack, s(900));
      const { units } = heldUnits([unit], [], new Date(s(900)));
      const ledger = ledgerOf(facts, units, defaultPack, s(900));
      expect([credit.heldMs, credit.creditedMs]).toEqual([ledger.heldMs, ledger.creditedMs]);
      // Nothing happens for a while, and the seats live on: what was foreseen is what came.
      const later = s(900 + Math.min(ahead, credit.next ? (credit.next.atMs - s(900)) / 1000 : ahead));
      const lived = { ...facts, seats: facts.seats.map((one) => (one.leftMs === null ? { ...one, lastSeenMs: later } : one)) };
      const then = ledgerOf(lived, heldUnits([unit], [], new Date(later)).units, defaultPack, later);
      const foreseen = creditAt(credit, later);
      expect([foreseen.heldMs, foreseen.creditedMs]).toEqual([then.heldMs, then.creditedMs]);
    }), { numRuns: 200 });
  });
});
