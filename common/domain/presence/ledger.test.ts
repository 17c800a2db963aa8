// The ledger: whatever order, repetition or holes the facts come in, the same result; and each reason by hand (R22, R24, R25, R61, R117, R141).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verdicts } from '../check.ts';
import { defaultPack } from '../rules/packs.ts';
import type { RulePack } from '../rules/rule-pack.ts';
import { intersectSpans, totalMs } from '../spans.ts';
import type { CheckFact, HeldUnit, LearnerFacts, LeftReason, ObservedFact, SeatFact } from './facts.ts';
import { ledgerOf } from './ledger.ts';

const start = Date.parse('2026-03-02T01:00:00Z');
const s = (seconds: number): number => start + seconds * 1000;
const unit = (id: string, ...spans: [number, number][]): HeldUnit => ({ unitId: id, spans: spans.map(([from, to]) => ({ fromMs: s(from), toMs: s(to) })) });
const seat = (id: string, from: number, seen: number, left: number | null = null, leftReason: LeftReason | null = null): SeatFact =>
  ({ connectionId: id, connectedMs: s(from), lastSeenMs: s(seen), leftMs: left === null ? null : s(left), leftReason });
const seen = (connectionId: string, type: ObservedFact['type'], at: number): ObservedFact => ({ connectionId, type, atMs: s(at) });
const spot = (id: string, at: number, verdict: CheckFact['verdict']): CheckFact =>
  ({ checkId: id, kind: 'spot', unitId: null, askedMs: s(at - 20), deadlineMs: s(at + 40), answeredMs: verdict === 'missed' ? null : s(at), verdict });
const signIn = (id: string, unitId: string | null, at: number, verdict: CheckFact['verdict']): CheckFact => ({ ...spot(id, at, verdict), kind: 'sign_in', unitId });
const facts = (some: Partial<LearnerFacts>): LearnerFacts => ({ seats: [], observed: [], checks: [], ...some });
const quiet: RulePack = { ...defaultPack, presence: { ...defaultPack.presence, idleAskAfterMs: null } };
const hour = [unit('u', [0, 3600])];
const told = (given: Partial<LearnerFacts>, pack = quiet, units = hour, now = 4000): [number, number, string][] =>
  ledgerOf(facts(given), units, pack, s(now)).spans.map(({ fromMs, toMs, reason }) => [(fromMs - start) / 1000, (toMs - start) / 1000, reason]);

describe('reasons', () => {
  it('who never came, who left, who was cut off, and whose end nobody wrote', () => {
    expect(told({})).toEqual([[0, 3600, 'not_joined']]);
    expect(told({ seats: [seat('a', 60, 1800, 1800, 'left')] })).toEqual([[0, 60, 'not_joined'], [60, 1800, 'present'], [1800, 3600, 'left']]);
    expect(told({ seats: [seat('a', 0, 1798, 1800, 'cut'), seat('b', 1900, 3600, 3600, 'lesson_ended')] })).toEqual([[0, 1800, 'present'], [1800, 1900, 'disconnected'], [1900, 3600, 'present']]);
    expect(told({ seats: [seat('a', 60, 60, 60, 'left')] })).toEqual([[0, 60, 'not_joined'], [60, 3600, 'left']]);
    // Taken out while there, and while the line was lost: the time after it has that reason; nobody vouches for more than a lease.
    expect(told({ seats: [seat('a', 60, 1800, 1800, 'removed'), seat('b', 2400, 3600)] })).toEqual([[0, 60, 'not_joined'], [60, 1800, 'present'], [1800, 2400, 'removed'], [2400, 3600, 'present']]);
    expect(told({ seats: [seat('a', 0, 600, 605, 'cut'), seat('b', 900, 900, 900, 'removed')] })).toEqual([[0, 605, 'present'], [605, 900, 'disconnected'], [900, 3600, 'removed']]);
    expect(told({ seats: [seat('a', 0, 600, 900, 'removed')] })).toEqual([[0, 610, 'present'], [610, 3600, 'removed']]);
    expect(told({ seats: [seat('a', 0, 1800)] })).toEqual([[0, 1810, 'present'], [1810, 3600, 'lease_expired']]);
    expect(told({ seats: [seat('a', 0, 1800, 2400, 'cut')] })).toEqual([[0, 1810, 'present'], [1810, 3600, 'lease_expired']]);
  });

  it('after a server was away, a seat that another device takes over was over with its last sign of life', () => {
    for (const reason of ['taken_over', 'lesson_ended', 'cut', 'lease_expired'] as const) {
      expect(told({ seats: [seat('a', 0, 600, 1800, reason), seat('b', 1800, 3600, 3600, 'left')] })).toEqual([[0, 610, 'present'], [610, 1800, 'lease_expired'], [1800, 3600, 'present']]);
    }
  });

  it('a hidden page is forgiven for its grace, then not until it is seen again', () => {
    expect(told({ seats: [seat('a', 0, 3600)], observed: [seen('a', 'hidden', 100), seen('a', 'visible', 109), seen('a', 'hidden', 200), seen('a', 'visible', 260)] }))
      .toEqual([[0, 210, 'present'], [210, 260, 'hidden'], [260, 3600, 'present']]);
  });

  it('media that do not come count after a while; the broadcast is media too', () => {
    expect(told({ seats: [seat('a', 0, 3600)], observed: [seen('a', 'media_disconnected', 100), seen('a', 'broadcast', 180), seen('a', 'media_disconnected', 300), seen('a', 'media_connected', 320)] }))
      .toEqual([[0, 130, 'present'], [130, 180, 'no_media'], [180, 3600, 'present']]);
  });

  it('nobody there for long: asked, and without an answer not credited until somebody is', () => {
    expect(told({ seats: [seat('a', 0, 3600)], observed: [seen('a', 'active', 600), seen('a', 'active', 2000), seen('a', 'active', 2900)] }, defaultPack))
      .toEqual([[0, 1560, 'present'], [1560, 2000, 'idle'], [2000, 3600, 'present']]);
  });

  it('one device that counts is enough, and two count once', () => {
    expect(told({ seats: [seat('a', 0, 3600), seat('b', 600, 1200, 1200, 'left')], observed: [seen('a', 'hidden', 500), seen('a', 'visible', 2000)] }))
      .toEqual([[0, 510, 'present'], [510, 600, 'hidden'], [600, 1200, 'present'], [1200, 2000, 'hidden'], [2000, 3600, 'present']]);
  });

  it('what was not held is no part of it, and a unit is told apart from the next', () => {
    const units = [unit('u', [0, 600], [700, 1000]), unit('v', [1000, 2000])];
    const ledger = ledgerOf(facts({ seats: [seat('a', 0, 3600)] }), units, quiet, s(1500));
    expect(ledger.units).toEqual([{ unitId: 'u', heldMs: 900_000, creditedMs: 900_000 }, { unitId: 'v', heldMs: 500_000, creditedMs: 500_000 }]);
    expect(ledger.spans).toHaveLength(3);
  });
});

describe('checks', () => {
  const here = { seats: [seat('a', 0, 3600)] };
  it('a failed one takes what lies between the passed ones around it', () => {
    expect(told({ ...here, checks: [spot('1', 600, 'matched'), spot('2', 1200, 'mismatched'), spot('3', 1500, 'matched')] }))
      .toEqual([[0, 600, 'present'], [600, 1500, 'check_failed'], [1500, 3600, 'present']]);
  });
  it('a missed one takes at most its minutes, what lies before it first', () => {
    expect(told({ ...here, checks: [spot('1', 2000, 'missed')] })).toEqual([[0, 1140, 'present'], [1140, 2040, 'check_missed'], [2040, 3600, 'present']]);
  });
  it('one that waits for a verdict or a person takes nothing', () => {
    expect(told({ ...here, checks: [spot('1', 2000, null), spot('2', 2500, 'review'), signIn('3', 'u', 10, 'review')] })).toEqual([[0, 3600, 'present']]);
  });
  it('before the sign-in nothing counts; who was never asked is not to blame; each unit has its own', () => {
    expect(told({ ...here, checks: [signIn('1', null, 30, 'matched')] })).toEqual([[0, 3600, 'present']]);
    expect(told({ ...here, checks: [signIn('1', null, 30, 'confirmed_by_person')] })).toEqual([[0, 3600, 'present']]);
    expect(told({ ...here, checks: [signIn('1', 'u', 30, 'no_face'), signIn('2', 'u', 300, 'matched')] })).toEqual([[0, 300, 'not_signed_in'], [300, 3600, 'present']]);
    const units = [unit('u', [0, 1800]), unit('v', [1800, 3600])];
    const checks = [signIn('1', 'u', -300, 'matched'), signIn('2', 'v', 1830, 'missed')];
    expect(told({ ...here, checks }, quiet, units)).toEqual([[0, 1800, 'present'], [1800, 3600, 'not_signed_in']]);
    expect(told({ ...here, checks }, { ...quiet, checks: { ...quiet.checks, signIn: 'each_lesson' } }, units)).toEqual([[0, 1800, 'present'], [1800, 3600, 'present']]);
  });
  it('a sign-in that was asked and not answered yet lets nothing count; answered, it takes nothing until it is judged', () => {
    const open = { ...signIn('1', 'u', 30, null), answeredMs: null };
    expect(told({ ...here, checks: [open] }, quiet, hour, 40)).toEqual([[0, 40, 'not_signed_in']]);
    expect(told({ ...here, checks: [open] }, quiet, hour, 500)).toEqual([[0, 500, 'not_signed_in']]);
    expect(told({ ...here, checks: [signIn('1', 'u', 30, null)] }, quiet, hour, 40)).toEqual([[0, 40, 'present']]);
    for (const verdict of ['review', 'missed_look'] as const) expect(told({ ...here, checks: [signIn('1', 'u', 30, verdict)] })).toEqual([[0, 3600, 'present']]);
    for (const verdict of ['missed', 'not_seen', 'mismatched', 'refused'] as const) expect(told({ ...here, checks: [signIn('1', 'u', 30, verdict)] })).toEqual([[0, 3600, 'not_signed_in']]);
  });
  it('a sign-in passed at the second attempt counts from then', () => {
    const second = { ...signIn('2', 'u', 130, 'matched'), retryOf: '1' };
    expect(told({ ...here, checks: [signIn('1', 'u', 30, 'poor_quality'), second] })).toEqual([[0, 130, 'not_signed_in'], [130, 3600, 'present']]);
    expect(told({ ...here, checks: [signIn('1', 'u', 30, 'missed'), { ...second, verdict: 'mismatched' }] })).toEqual([[0, 3600, 'not_signed_in']]);
  });
  it('of the attempts at a spot check the one asked last counts', () => {
    const again = (id: string, at: number, verdict: CheckFact['verdict']): CheckFact => ({ ...spot(id, at, verdict), retryOf: '1' });
    const first = spot('1', 600, 'mismatched');
    expect(told({ ...here, checks: [first, again('2', 700, 'matched')] })).toEqual([[0, 3600, 'present']]);
    expect(told({ ...here, checks: [again('2', 700, 'confirmed_by_person'), first] })).toEqual([[0, 3600, 'present']]);
    expect(told({ ...here, checks: [first, again('2', 700, null)] })).toEqual([[0, 3600, 'present']]);
    expect(told({ ...here, checks: [first, again('2', 700, 'missed_look')] })).toEqual([[0, 3600, 'present']]);
    expect(told({ ...here, checks: [first, again('2', 1500, 'missed')] })).toEqual([[0, 640, 'present'], [640, 1540, 'check_missed'], [1540, 3600, 'present']]);
    expect(told({ ...here, checks: [spot('1', 600, 'missed'), again('2', 1000, 'not_seen')] }, { ...quiet, checks: { ...quiet.checks, failedVoidsAtMostMinutes: 10 } }))
      .toEqual([[0, 400, 'present'], [400, 1000, 'check_failed'], [1000, 3600, 'present']]);
  });
  it('somebody who was away is away, whatever the check says', () => {
    expect(told({ seats: [seat('a', 0, 1000, 1000, 'left')], checks: [spot('1', 2000, 'missed')] })).toEqual([[0, 1000, 'present'], [1000, 3600, 'left']]);
  });
});

const times = fc.integer({ min: -300, max: 4000 });
/** Also of a clock that was set back in between: left, or seen last, before they came. */
const someSeats = fc.array(fc.record({ from: times, length: fc.integer({ min: -200, max: 3000 }), behind: fc.integer({ min: 0, max: 40 }), reason: fc.constantFrom(null, 'left', 'cut', 'taken_over', 'lease_expired', 'lesson_ended', 'idle', 'removed') }), { maxLength: 5 })
  .map((list) => list.map(({ from, length, behind, reason }, index) => seat(`c${index}`, from, from + length - behind, reason && from + length, reason)));
const someObserved = fc.array(fc.record({ connectionId: fc.integer({ min: 0, max: 4 }).map((index) => `c${index}`), type: fc.constantFrom('visible', 'hidden', 'active', 'media_connected', 'media_disconnected', 'broadcast'), at: times }), { maxLength: 30 })
  .map((list) => list.map(({ connectionId, type, at }) => seen(connectionId, type, at)));
const someChecks = fc.array(fc.record({ at: times, verdict: fc.constantFrom(null, ...verdicts), kind: fc.constantFrom('spot', 'sign_in'), unitId: fc.constantFrom('u', 'v', null), retryOf: fc.constantFrom(null, 'k0', 'k1') }), { maxLength: 8 })
  .map((list) => list.map(({ at, verdict, kind, unitId, retryOf }, index): CheckFact => ({ ...spot(`k${index}`, at, verdict), kind, unitId, retryOf: index < 2 ? null : retryOf })));
const someFacts = fc.record({ seats: someSeats, observed: someObserved, checks: someChecks });
const units = [unit('u', [0, 1500], [1600, 2000]), unit('v', [2000, 3500])];
const shuffled = <T>(list: readonly T[], keys: readonly number[]): T[] => list.map((value, index) => ({ value, key: keys[index % keys.length]! * (index + 7) % 101 })).toSorted((one, other) => one.key - other.key).map(({ value }) => value);

describe('any facts', () => {
  it('order and repetition change nothing', () => {
    fc.assert(fc.property(someFacts, fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 9 }), (given, keys) => {
      const mixed = { seats: shuffled([...given.seats, ...given.seats], keys), observed: shuffled([...given.observed, ...given.observed], keys), checks: shuffled([...given.checks, ...given.checks], keys) };
      expect(ledgerOf(mixed, units, defaultPack, s(3900))).toEqual(ledgerOf(given, units, defaultPack, s(3900)));
    }), { numRuns: 300 });
  });

  it('what is told again as it was earlier, before it ended or was judged, changes nothing', () => {
    fc.assert(fc.property(someFacts, fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 9 }), (given, keys) => {
      const seats = given.seats.map((one) => ({ ...one, lastSeenMs: Math.min(one.lastSeenMs, one.connectedMs), leftMs: null, leftReason: null }));
      const checks = given.checks.flatMap((one) => (one.verdict === null ? [] : [{ ...one, verdict: null }, { ...one, verdict: null, answeredMs: null }]));
      const mixed = { ...given, seats: shuffled([...given.seats, ...seats], keys), checks: shuffled([...given.checks, ...checks], keys) };
      expect(ledgerOf(mixed, units, defaultPack, s(3900))).toEqual(ledgerOf(given, units, defaultPack, s(3900)));
    }), { numRuns: 300 });
  });

  it('covers what was held, once, and credits no more', () => {
    fc.assert(fc.property(someFacts, fc.integer({ min: 0, max: 4500 }), (given, now) => {
      const ledger = ledgerOf(given, units, defaultPack, s(now));
      const held = intersectSpans(units.flatMap(({ spans }) => spans), [{ fromMs: 0, toMs: s(now) }]);
      expect(totalMs(ledger.spans)).toBe(totalMs(held));
      expect(totalMs(intersectSpans(ledger.spans, held))).toBe(totalMs(held));
      expect(ledger.creditedMs).toBe(totalMs(ledger.spans.filter(({ reason }) => reason === 'present')));
      for (const [index, span] of ledger.spans.entries()) {
        expect(span.toMs).toBeGreaterThan(span.fromMs);
        if (index > 0) expect(span.fromMs).toBeGreaterThanOrEqual(ledger.spans[index - 1]!.toMs);
      }
    }), { numRuns: 300 });
  });

  it('what is told of the past does not change with time, but where a sign of life still vouches', () => {
    fc.assert(fc.property(someFacts, fc.integer({ min: 0, max: 3500 }), (given, now) => {
      // Whoever leaves gave a sign of life with it.
      const seats = given.seats.filter(({ lastSeenMs, connectedMs, leftMs }) => lastSeenMs <= s(now) && connectedMs <= s(now) && (leftMs === null || leftMs <= lastSeenMs + defaultPack.presence.leaseMs));
      const withoutChecks = { ...given, checks: [], seats };
      const early = ledgerOf(withoutChecks, units, defaultPack, s(now)).creditedMs;
      const late = ledgerOf(withoutChecks, units, defaultPack, s(now + 3600));
      const upTo = totalMs(intersectSpans(late.spans.filter(({ reason }) => reason === 'present'), [{ fromMs: 0, toMs: s(now) }]));
      expect(early).toBeGreaterThanOrEqual(upTo);
      // Never more than an end that was written later.
      if (withoutChecks.seats.every(({ leftMs }) => leftMs === null || leftMs <= s(now))) expect(early).toBe(upTo);
    }), { numRuns: 300 });
  });

  it('without any written end each seat ends within one lease', () => {
    fc.assert(fc.property(someSeats, (list) => {
      const unwritten = list.map((one) => ({ ...one, leftMs: null, leftReason: null }));
      for (const one of unwritten) {
        const { spans } = ledgerOf(facts({ seats: [one] }), units, quiet, s(99_999));
        const last = spans.findLast(({ reason }) => reason === 'present');
        const vouchedMs = Math.max(one.connectedMs, one.lastSeenMs) + quiet.presence.leaseMs;
        if (last) expect(last.toMs).toBeLessThanOrEqual(vouchedMs);
        const after = spans.find(({ fromMs }) => fromMs >= vouchedMs);
        if (after) expect(after.reason).toBe('lease_expired');
      }
    }));
  });
});
