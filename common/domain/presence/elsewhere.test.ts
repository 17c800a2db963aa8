// Two lessons at once: whatever was observed in however many lessons, each instant is credited once, and none is lost (R22, R149).
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { defaultPack } from '../rules/packs.ts';
import { intersectSpans, totalMs, unionSpans } from '../spans.ts';
import { countedElsewhere, enteredMs, presentSpans, type Attended } from './elsewhere.ts';
import type { HeldUnit, LearnerFacts } from './facts.ts';
import { ledgerOf } from './ledger.ts';

const nowMs = 10_000_000;
const moment = fc.integer({ min: 0, max: 9000 }).map((seconds) => seconds * 1000);
const seat = fc.record({ from: moment, length: fc.integer({ min: 1, max: 4000 }) }).map(({ from, length }) => ({
  connectionId: `${from} ${length}`, connectedMs: from, lastSeenMs: from + length * 1000, leftMs: from + length * 1000, leftReason: 'left' as const,
}));
const lessons = fc.array(fc.record({ seats: fc.array(seat, { maxLength: 3 }), from: moment, length: fc.integer({ min: 1, max: 5000 }) }), { minLength: 1, maxLength: 4 })
  .map((list) => list.map(({ seats, from, length }, index) => ({
    lessonId: `l${index}`, facts: { seats, observed: [], checks: [] } satisfies LearnerFacts, units: [{ unitId: `u${index}`, spans: [{ fromMs: from, toMs: from + length * 1000 }] }] satisfies HeldUnit[],
  })));
const pack = { ...defaultPack, presence: { ...defaultPack.presence, idleAskAfterMs: null } };

it('credits the union of what each would be worth by itself: each instant in one lesson', () => {
  fc.assert(fc.property(lessons, (all) => {
    const attended: Attended[] = all.map(({ lessonId, facts, units }) => ({ lessonId, enteredMs: enteredMs(facts), present: presentSpans(ledgerOf(facts, units, pack, nowMs)) }));
    const credited = all.map(({ facts, units }, index) => {
      const elsewhere = countedElsewhere(attended[index]!, attended);
      const ledger = ledgerOf({ ...facts, elsewhere }, units, pack, nowMs);
      // What is told as elsewhere would count here, and does there; what is held stays the same.
      expect(ledger.heldMs).toBe(ledgerOf(facts, units, pack, nowMs).heldMs);
      const told = ledger.spans.filter(({ reason }) => reason === 'elsewhere');
      expect(totalMs(intersectSpans(told, intersectSpans(elsewhere, attended[index]!.present)))).toBe(totalMs(told));
      return presentSpans(ledger);
    });
    const union = unionSpans(attended.flatMap(({ present }) => present));
    expect(unionSpans(credited.flat())).toEqual(union);
    expect(credited.reduce((sum, spans) => sum + totalMs(spans), 0)).toBe(totalMs(union));
  }), { numRuns: 300 });
});

it('who entered two in one moment is counted in one', () => {
  const span = { fromMs: 0, toMs: 10 };
  const [one, other] = [{ lessonId: 'a', enteredMs: 0, present: [span] }, { lessonId: 'b', enteredMs: 0, present: [span] }];
  expect([countedElsewhere(one, [one, other]), countedElsewhere(other, [one, other])]).toEqual([[], [span]]);
});
