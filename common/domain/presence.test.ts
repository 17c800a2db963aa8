// Presence and attendance: whatever order, duplicates, overlaps and missing ends the facts come in (R24, R25).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attendanceOf, heldSpans, isLow, minutesOf, share } from './attendance.ts';
import { intersectSpans, lostSpans, presenceSpans, subtractSpans, totalMs, unionSpans, vouchedMs, type ConnectionFact, type Span } from './presence.ts';

const start = Date.parse('2026-03-02T01:00:00Z');
const at = (seconds: number): Date => new Date(start + seconds * 1000);
const now = at(3600);
const spans = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 20 })).map(([fromMs, length]): Span => ({ fromMs, toMs: fromMs + length })), { maxLength: 12 });
const covers = (all: readonly Span[], ms: number): boolean => all.some(({ fromMs, toMs }) => fromMs <= ms && ms < toMs);
const reasons = ['left', 'cut', 'taken_over', 'lease_expired', 'lesson_ended'] as const;
const facts = fc.array(fc.record({ from: fc.integer({ min: -300, max: 3500 }), length: fc.integer({ min: 0, max: 1500 }), seenBehind: fc.integer({ min: 0, max: 30 }), reason: fc.constantFrom(...reasons, null) })
  .map(({ from, length, seenBehind, reason }): ConnectionFact => ({
    connectedAt: at(from), lastSeenAt: at(Math.max(from, from + length - seenBehind)), leftAt: reason && at(from + length), leftReason: reason,
  })), { maxLength: 8 });

describe('spans', () => {
  it('union, intersection and difference are those of the points', () => {
    fc.assert(fc.property(spans, spans, (a, b) => {
      const [union, both, only] = [unionSpans([...a, ...b]), intersectSpans(a, b), subtractSpans(a, b)];
      for (let ms = 0; ms <= 80; ms++) {
        expect(covers(union, ms)).toBe(covers(a, ms) || covers(b, ms));
        expect(covers(both, ms)).toBe(covers(a, ms) && covers(b, ms));
        expect(covers(only, ms)).toBe(covers(a, ms) && !covers(b, ms));
      }
      for (const list of [union, both, only]) for (let index = 1; index < list.length; index++) expect(list[index]!.fromMs).toBeGreaterThanOrEqual(list[index - 1]!.toMs);
      expect(totalMs(both) + totalMs(only)).toBe(totalMs(unionSpans(a)));
    }));
  });
});

describe('presence', () => {
  it('does not depend on order or repetition', () => {
    fc.assert(fc.property(facts, (list) => {
      expect(presenceSpans([...list].reverse(), now)).toEqual(presenceSpans(list, now));
      expect(presenceSpans([...list, ...list], now)).toEqual(presenceSpans(list, now));
    }));
  });

  it('never counts the future, nor more than the held time; held = credited + lost', () => {
    fc.assert(fc.property(facts, fc.integer({ min: 1, max: 7000 }), (list, seconds) => {
      const held = heldSpans([{ startedAt: at(0), endedAt: at(seconds) }], [{ startedAt: at(100), endedAt: at(160) }], now);
      const { creditedMs, heldMs } = attendanceOf(list, held, now);
      for (const span of presenceSpans(list, now)) expect(span.toMs).toBeLessThanOrEqual(now.getTime());
      expect(creditedMs).toBeLessThanOrEqual(heldMs);
      expect(creditedMs + totalMs(lostSpans(list, held.spans, now))).toBe(heldMs);
    }));
  });

  const connection = (from: number, seen: number, left: number | null, leftReason: string | null): ConnectionFact =>
    ({ connectedAt: at(from), lastSeenAt: at(seen), leftAt: left === null ? null : at(left), leftReason });
  it('ends a cut connection soon after its last sign, but one that was left where it was left', () => {
    expect(totalMs(presenceSpans([connection(0, 100, 130, 'cut')], now))).toBe(100_000 + vouchedMs);
    expect(totalMs(presenceSpans([connection(0, 100, 103, 'cut')], now))).toBe(103_000);
    expect(totalMs(presenceSpans([connection(0, 100, 130, 'left')], now))).toBe(130_000);
    expect(totalMs(presenceSpans([connection(0, 100, null, null)], now))).toBe(100_000 + vouchedMs);
    expect(totalMs(presenceSpans([connection(0, 3598, null, null)], now))).toBe(3_600_000);
    expect(presenceSpans([connection(50, 50, 40, 'cut')], now)).toEqual([]);
  });

  it('says why time was lost', () => {
    const list = [connection(60, 300, 300, 'cut'), connection(400, 600, 600, 'left'), connection(650, 700, 700, 'lease_expired')];
    const lost = lostSpans(list, [{ fromMs: at(0).getTime(), toMs: at(900).getTime() }], now);
    expect(lost.map(({ fromMs, toMs, reason }) => [(fromMs - start) / 1000, (toMs - start) / 1000, reason])).toEqual([
      [0, 60, 'not_joined'], [300, 400, 'disconnected'], [600, 650, 'left'], [700, 900, 'disconnected'],
    ]);
    expect(lostSpans([], [{ fromMs: 0, toMs: 5 }], now)).toEqual([{ fromMs: 0, toMs: 5, reason: 'not_joined' }]);
  });
});

describe('attendance', () => {
  it('leaves interruptions and units that never started out of both sums', () => {
    const held = heldSpans([{ startedAt: at(0), endedAt: at(1000) }, { startedAt: at(1000), endedAt: null }, { startedAt: null, endedAt: null }],
      [{ startedAt: at(900), endedAt: at(1100) }, { startedAt: at(3500), endedAt: null }, { startedAt: at(1050), endedAt: at(1150) }], now);
    expect([held.heldMs, held.interruptedMs]).toEqual([(3600 - 250 - 100) * 1000, 350_000]);
  });

  it('is low below 80 % and not at it, and rounds never upwards', () => {
    expect([isLow(799_999, 1_000_000), isLow(800_000, 1_000_000), isLow(0, 0), isLow(4, 5), isLow(79, 99)]).toEqual([true, false, false, false, true]);
    expect([share(799_999, 1_000_000), share(2, 3), share(29, 100), share(0, 0), share(5, 5)]).toEqual([0.799, 0.666, 0.29, null, 1]);
    expect([minutesOf(59_999), minutesOf(60_000), minutesOf(65_999), minutesOf(0)]).toEqual([0.9, 1, 1, 0]);
  });
});
