// Corrections in a ledger, by a table worked out by hand in minutes of one unit; and whatever comes, that nothing is credited twice or beyond what was held (R114, R155).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultPack } from '../rules/packs.ts';
import { intersectSpans, totalMs } from '../spans.ts';
import { correctionReasons, decidingFault, fitsWay, reasonsOf } from '../correction.ts';
import { correctedOf } from './corrections.ts';
import { isCredited, type CorrectionFact, type HeldUnit, type LearnerFacts } from './facts.ts';
import { ledgerOf } from './ledger.ts';
import { makeUpOfUnits } from './make-up.ts';

const start = Date.parse('2026-03-02T01:00:00Z');
const m = (minutes: number): number => start + minutes * 60_000;
const quiet = { ...defaultPack, presence: { ...defaultPack.presence, idleAskAfterMs: null } };
const span = (from: number, to: number) => ({ fromMs: m(from), toMs: m(to) });
let count = 0;
const said = (way: CorrectionFact['way'], from: number, to: number, decided = 100): CorrectionFact => ({ correctionId: `c${count++}`, way, ...span(from, to), decidedMs: m(decided) });
const seat = (from: number, to: number) => ({ connectionId: `s${from}`, connectedMs: m(from), lastSeenMs: m(to), leftMs: m(to), leftReason: 'left' as const });
/** One unit, 0 to 45; interrupted 20 to 25. The learner was there 10 to 30. */
const units: HeldUnit[] = [{ unitId: 'u', spans: [span(0, 20), span(25, 45)] }];
const told = (some: Partial<LearnerFacts>): LearnerFacts => ({ seats: [seat(10, 30)], observed: [], checks: [], ...some });
const ledger = (some: Partial<LearnerFacts>) => ledgerOf(told(some), units, quiet, m(200));
const minutes = (some: Partial<LearnerFacts>) => {
  const { spans, heldMs, creditedMs } = ledger(some);
  const { correctedMs, takenBackMs } = correctedOf(spans);
  return [heldMs, creditedMs, correctedMs, takenBackMs].map((ms) => ms / 60_000);
};

// Held 40 (45 less 5). There 10-20 and 25-30: 15.
it.each<[string, Partial<LearnerFacts>, [held: number, credited: number, corrected: number, taken: number]]>([
  ['none', {}, [40, 15, 0, 0]],
  ['the rest of the unit', { corrections: [said('credit', 30, 45)] }, [40, 30, 15, 0]],
  ['over what counts anyway: only the rest is corrected', { corrections: [said('credit', 0, 45)] }, [40, 40, 25, 0]],
  ['over the interruption: what was not held is not credited', { corrections: [said('credit', 18, 27)] }, [40, 15, 0, 0]],
  ['beyond the unit', { corrections: [said('credit', 40, 90)] }, [40, 20, 5, 0]],
  ['taken off', { corrections: [said('take', 15, 28)] }, [40, 7, 0, 8]],
  ['taken off where nothing counts', { corrections: [said('take', 31, 45)] }, [40, 15, 0, 0]],
  ['the same one told twice', { corrections: [{ ...said('credit', 30, 40), correctionId: 'same' }, { ...said('credit', 30, 40), correctionId: 'same' }] }, [40, 25, 10, 0]],
  ['two that overlap', { corrections: [said('credit', 30, 40), said('credit', 35, 45)] }, [40, 30, 15, 0]],
  ['credited and later taken back: what was observed stays', { corrections: [said('take', 30, 45, 102), said('credit', 30, 45, 101)] }, [40, 15, 0, 0]],
  ['taken and later credited again', { corrections: [said('take', 10, 20, 101), said('credit', 10, 20, 102)] }, [40, 15, 0, 0]],
  ['counts in another lesson', { corrections: [said('credit', 30, 45)], elsewhere: [span(35, 40)] }, [40, 25, 10, 0]],
  ['an appeal took it out of the held time', { corrections: [said('credit', 30, 45)], excused: [span(40, 45)] }, [35, 25, 10, 0]],
])('%s', (_what, some, expected) => expect(minutes(some)).toEqual(expected));

it('tells each span with its reason', () => {
  expect(ledger({ corrections: [said('credit', 30, 40), said('take', 10, 12)] }).spans.map(({ fromMs, toMs, reason }) => [(fromMs - start) / 60_000, (toMs - start) / 60_000, reason])).toEqual([
    [0, 10, 'not_joined'], [10, 12, 'taken_back'], [12, 20, 'present'], [25, 30, 'present'], [30, 40, 'corrected'], [40, 45, 'left']]);
});

it('what a correction credits is not open to making up, what one takes only as a failed check is', () => {
  const some = { corrections: [said('credit', 30, 45), said('take', 10, 15)] };
  const films = [{ replayId: 'r', startsMs: start, durationMs: 45 * 60_000, publishedMs: m(50), unrecorded: [] }];
  const leftUnder = (failedChecks: boolean) => makeUpOfUnits(ledger(some), [{ unitId: 'u', endedMs: m(45), films, whole: true }], [], { ...quiet, makeUp: { ...quiet.makeUp, failedChecks } }, m(60))[0]!.left;
  expect(leftUnder(true)).toEqual([span(0, 15)]);
  expect(leftUnder(false)).toEqual([span(0, 10)]);
});

describe('whatever corrections come', () => {
  const minute = fc.integer({ min: -10, max: 60 });
  const any = fc.array(fc.record({ way: fc.constantFrom('credit' as const, 'take' as const), from: minute, length: fc.integer({ min: 1, max: 30 }), decided: fc.integer({ min: 100, max: 104 }) }), { maxLength: 6 })
    .map((some) => some.map(({ way, from, length, decided }, index): CorrectionFact => ({ correctionId: `p${index}`, way, ...span(from, from + length), decidedMs: m(decided) })));
  it('spans cover what was held once, in any order, and elsewhere is never credited', () => fc.assert(fc.property(any, minute, (corrections, from) => {
    const elsewhere = [span(from, from + 5)];
    const { spans, heldMs, creditedMs } = ledger({ corrections, elsewhere });
    expect(totalMs(spans)).toBe(heldMs);
    expect(totalMs(intersectSpans(spans, units[0]!.spans))).toBe(heldMs);
    const credited = spans.filter(({ reason }) => isCredited(reason));
    expect(totalMs(credited)).toBe(creditedMs);
    expect(intersectSpans(credited, elsewhere)).toEqual([]);
    expect(ledger({ corrections: [...corrections, ...corrections].reverse(), elsewhere }).spans).toEqual(spans);
  })));
});

describe('deciding', () => {
  it.each([
    ['another approves', 'other', 'approved', null], ['another rejects', 'other', 'rejected', null], ['another cannot withdraw', 'other', 'withdrawn', 'forbidden'],
    ['the maker withdraws', 'maker', 'withdrawn', null], ['the maker cannot approve', 'maker', 'approved', 'own_correction'], ['the maker cannot reject', 'maker', 'rejected', 'own_correction'],
    ['the learner decides nothing', 'learner', 'approved', 'own_correction'], ['not even to withdraw', 'learner', 'withdrawn', 'own_correction'],
  ] as const)('%s', (_what, deciderId, outcome, fault) => expect(decidingFault({ makerId: 'maker', learnerId: 'learner', deciderId, outcome })).toBe(fault));
  it('each reason is of a way', () => {
    for (const reason of correctionReasons) expect([fitsWay('credit', reason), fitsWay('take', reason)]).toEqual([(reasonsOf.credit as readonly string[]).includes(reason), (reasonsOf.take as readonly string[]).includes(reason)]);
    expect([fitsWay('credit', 'stand_in'), fitsWay('take', 'power_cut')]).toEqual([false, false]);
  });
});
