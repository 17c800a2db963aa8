// After a class: the curve is the sum of the strips, drops are found where people went, and who needs attention comes first (R10, R26, R27).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterClass, byNeed, curveOf, dropsOf, during, holesOf, reckoningStands, stepFor, stripState, type CurveStretch, type Happening, type HeldStretch, type LearnerSum, type StripSpan } from './after-class.ts';
import type { HeldUnit, LearnerFacts, SeatFact } from './presence/facts.ts';
import { ledgerOf } from './presence/ledger.ts';
import { defaultPack } from './rules/packs.ts';

const limits = { attendanceLowBelowPercent: 80, accuracyLowBelowPercent: 80 };
const s = (seconds: number): number => seconds * 1000;
const hour: HeldStretch[] = [{ ordinal: 1, fromMs: 0, toMs: s(3600) }];
const sum = (personId: string, wish: Partial<LearnerSum> = {}): LearnerSum => ({ personId, came: true, heldMs: s(3600), creditedMs: s(3600), asked: 10, correct: 10, troubled: 0, ...wish });
/** There from one second to another, away before and after. */
const there = (from: number, to: number, until = 3600): StripSpan[] => ([
  { fromMs: 0, toMs: s(from), reason: 'not_joined' }, { fromMs: s(from), toMs: s(to), reason: 'present' }, { fromMs: s(to), toMs: s(until), reason: 'left' },
] satisfies StripSpan[]).filter(({ fromMs, toMs }) => toMs > fromMs);
const curve = (...counts: number[]): CurveStretch[] => [{ ordinal: 1, fromMs: 0, toMs: counts.length * s(10), there: counts }];

describe('the curve', () => {
  it('counts who was there at each point, also those a check takes the time from', () => {
    const [stretch] = curveOf([there(0, 3600), there(600, 1200), [{ fromMs: 0, toMs: s(3600), reason: 'check_missed' }], [{ fromMs: 0, toMs: s(3600), reason: 'hidden' }]], hour, s(600));
    expect(stretch?.there).toEqual([2, 3, 2, 2, 2, 2]);
  });
  it('has no point where nothing was held, and one where it goes on', () => {
    const held = [{ ordinal: 1, fromMs: 0, toMs: s(25) }, { ordinal: 1, fromMs: s(30), toMs: s(40) }, { ordinal: 2, fromMs: s(100), toMs: s(101) }];
    expect(curveOf([there(0, 200)], held, s(10)).map((stretch) => stretch.there)).toEqual([[1, 1, 1], [1], [1]]);
    expect(holesOf(held).map(({ kind, fromMs, toMs }) => [kind, fromMs, toMs])).toEqual([['interruption', s(25), s(30)], ['break', s(40), s(100)]]);
  });
  it('needs some four hundred points at most, of a short lesson every five seconds', () => {
    expect([0, 600, 2700, 5400, 36_000].map((held) => stepFor(s(held)) / 1000)).toEqual([5, 5, 10, 15, 120]);
  });

  // Any seats, held time with a hole: the presence engine says who was there, and the curve nothing else.
  const seat = fc.record({ from: fc.integer({ min: 0, max: 900 }), length: fc.integer({ min: 0, max: 900 }), reason: fc.constantFrom('left', 'cut', 'lesson_ended' as const) });
  it('is the sum of the strips at every point, whatever happened', () => {
    const units: HeldUnit[] = [{ unitId: 'a', spans: [{ fromMs: 0, toMs: s(300) }, { fromMs: s(333), toMs: s(500) }] }, { unitId: 'b', spans: [{ fromMs: s(600), toMs: s(900) }] }];
    const held = units.flatMap(({ spans }, index) => spans.map((span) => ({ ordinal: index + 1, ...span })));
    fc.assert(fc.property(fc.array(fc.array(seat, { maxLength: 4 }), { maxLength: 12 }), fc.integer({ min: 1, max: 60 }), (class_, stepSeconds) => {
      const strips = class_.map((seats, learner) => {
        const facts: LearnerFacts = {
          seats: seats.map(({ from, length, reason }, index): SeatFact => ({ connectionId: `${learner}.${index}`, connectedMs: s(from), lastSeenMs: s(from + length), leftMs: s(from + length), leftReason: reason })),
          observed: [], checks: [],
        };
        return ledgerOf(facts, units, defaultPack, s(2000)).spans;
      });
      const stretches = curveOf(strips, held, s(stepSeconds));
      for (const [index, { fromMs, toMs, there: counts }] of stretches.entries()) {
        expect([fromMs, toMs]).toEqual([held[index]!.fromMs, held[index]!.toMs]);
        expect(fromMs + (counts.length - 1) * s(stepSeconds)).toBeLessThan(toMs);
        expect(fromMs + counts.length * s(stepSeconds)).toBeGreaterThanOrEqual(toMs);
        for (const [point, count] of counts.entries()) {
          const atMs = fromMs + point * s(stepSeconds);
          const covering = strips.filter((strip) => strip.some((span) => span.fromMs <= atMs && atMs < span.toMs && stripState(span.reason) !== 'away'));
          expect(count).toBe(covering.length);
        }
      }
    }));
  });
});

describe('drops', () => {
  it('are found where most people went, each as short as it can be told, largest first', () => {
    expect(dropsOf(curve(50, 50, 50, 30, 30, 31, 50, 50, 40, 35, 35), s(10))).toEqual([
      { fromMs: s(20), toMs: s(30), before: 50, after: 30 }, { fromMs: s(70), toMs: s(90), before: 50, after: 35 },
    ]);
  });
  it('are not told of one person, of a few of many, or of people who go one by one', () => {
    expect(dropsOf(curve(5, 4, 4), s(10))).toEqual([]);
    expect(dropsOf(curve(1000, 960), s(10))).toEqual([]);
    expect(dropsOf(curve(1000, 950), s(10))).toHaveLength(1);
    const slowly = Array.from({ length: 21 }, (_, index) => 40 - index);
    expect(dropsOf([{ ordinal: 1, fromMs: 0, toMs: slowly.length * s(120), there: slowly }], s(120))).toEqual([]);
  });
  it('tell who did not come back after a break', () => {
    const stretches: CurveStretch[] = [{ ordinal: 1, fromMs: 0, toMs: s(20), there: [20, 20] }, { ordinal: 2, fromMs: s(620), toMs: s(640), there: [12, 13] }];
    expect(dropsOf(stretches, s(10))).toEqual([{ fromMs: s(10), toMs: s(620), before: 20, after: 12 }]);
  });
  it('are at most five, never overlap, and each is on the curve', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 80 }), (counts) => {
      const drops = dropsOf(curve(...counts), s(10));
      expect(drops.length).toBeLessThanOrEqual(5);
      const ordered = drops.toSorted((one, other) => one.fromMs - other.fromMs);
      for (const [index, { fromMs, toMs, before, after }] of ordered.entries()) {
        expect([counts[fromMs / s(10)], counts[toMs / s(10)]]).toEqual([before, after]);
        expect(before - after).toBeGreaterThanOrEqual(2);
        if (index > 0) expect(ordered[index - 1]!.toMs).toBeLessThanOrEqual(fromMs);
      }
      // The largest fall within reach is among them.
      const falls = counts.flatMap((before, from) => counts.slice(from + 1, from + 13).map((after) => before - after));
      const largest = Math.max(0, ...falls);
      if (largest >= Math.max(2, Math.ceil(Math.max(...counts) * 0.05))) expect(drops[0]!.before - drops[0]!.after).toBe(largest);
      else expect(drops).toEqual([]);
    }));
  });
});

it('says what went on then and in the minute before, counted together where it has no words', () => {
  const at = (kind: Happening['kind'], from: number, to: number, label = '', count = 1): Happening => ({ kind, fromMs: s(from), toMs: s(to), label, count });
  const all = [at('chat', 530, 535, '', 4), at('chat', 545, 550, '', 3), at('quiz', 400, 545, '2+2?'), at('check', 700, 700, '', 9), at('screen', 480, 480), at('stage', 605, 900, '李'), at('chat', 100, 110, '', 50), at('hand', 539, 539)];
  expect(during({ fromMs: s(600), toMs: s(610) }, all)).toEqual([
    { kind: 'quiz', label: '2+2?', count: 1 }, { kind: 'chat', label: '', count: 3 }, { kind: 'stage', label: '李', count: 1 },
  ]);
  expect(during({ fromMs: s(2000), toMs: s(2010) }, all)).toEqual([]);
});

describe('who needs attention', () => {
  const class_ = [
    sum('e-well'), sum('d-checks', { troubled: 1 }), sum('c-accuracy', { correct: 7 }), sum('b-low', { creditedMs: s(1800) }), sum('b-lower', { creditedMs: s(900) }),
    sum('a-absent', { came: false, creditedMs: 0 }), sum('f-exactly', { creditedMs: s(2880), correct: 8 }),
  ];
  it('comes first: never came, little time, wrong answers, checks; exactly the threshold is enough', () => {
    expect(byNeed(class_, limits).map(({ personId, need }) => [personId, need])).toEqual([
      ['a-absent', 'never_came'], ['b-lower', 'attendance'], ['b-low', 'attendance'], ['c-accuracy', 'accuracy'], ['d-checks', 'checks'], ['f-exactly', null], ['e-well', null],
    ]);
  });
  it('is nobody where nothing was held or asked', () => {
    expect(byNeed([sum('a', { heldMs: 0, creditedMs: 0, asked: 0, correct: 0, came: false })], limits)[0]?.need).toBeNull();
  });
  it('comes in the same order however the class is told, and nobody is dropped', () => {
    const learner = fc.record({ personId: fc.uuid(), came: fc.boolean(), heldMs: fc.constantFrom(0, 100), creditedMs: fc.integer({ min: 0, max: 100 }), asked: fc.constantFrom(0, 4), correct: fc.integer({ min: 0, max: 4 }), troubled: fc.integer({ min: 0, max: 2 }) });
    fc.assert(fc.property(fc.uniqueArray(learner, { selector: ({ personId }) => personId, maxLength: 20 }), (some) => {
      const ordered = byNeed(some, limits).map(({ personId }) => personId);
      expect(byNeed(some.toReversed(), limits).map(({ personId }) => personId)).toEqual(ordered);
      expect(ordered.toSorted()).toEqual(some.map(({ personId }) => personId).toSorted());
    }));
  });
});

it('what was reckoned stands until anything differs, and of the first minute after the end for a quarter of one', () => {
  const endedMs = s(5400);
  const stands = (madeAt: number, nowAt: number, mark = 'same'): boolean => reckoningStands({ mark: 'same', madeMs: s(madeAt) }, { mark, endedMs, nowMs: s(nowAt) });
  expect([stands(5460, 9000), stands(5460, 1e7), stands(5460, 9000, 'another')]).toEqual([true, true, false]);
  expect([stands(5410, 5424), stands(5410, 5425), stands(5459, 9000), stands(5410, 5411, 'another')]).toEqual([true, false, false, false]);
});

it('reckons a class at once, also one of nobody', () => {
  const reckoned = afterClass({ held: hour, limits, learners: [{ sum: sum('a'), strip: there(0, 3600) }, { sum: sum('b', { creditedMs: s(1800) }), strip: there(0, 1800) }, { sum: sum('c', { came: false, creditedMs: 0 }), strip: there(0, 0) }] });
  expect(reckoned.figures).toMatchObject({ learners: 3, came: 2, most: 2, meanThere: expect.closeTo(0.5) as number });
  expect(reckoned.learners.map(({ personId }) => personId)).toEqual(['c', 'b', 'a']);
  expect(reckoned.drops).toEqual([]);
  expect(afterClass({ held: hour, limits, learners: [] }).figures).toEqual({ learners: 0, came: 0, most: 0, meanThere: null });
  expect(afterClass({ held: [], limits, learners: [{ sum: sum('a', { heldMs: 0 }), strip: [] }] }).figures.meanThere).toBeNull();
});
