// The draw with the real stream of numbers: fair to 20,000 learners, and provable from hash, seed and rows (R61, R117).
import { describe, expect, it } from 'vitest';
import { checkSpan, drawMoments, roomFor, type Moment } from '#domain/check-schedule.ts';
import { defaultPack } from '#domain/rules/packs.ts';
import { hashDraw, verifyEvidence } from './check-evidence.ts';
import { newSeed, sealSeed, seededRandom } from './seeded-random.ts';

const minute = 60_000;
const { spotPerUnit: perUnit, windowMs, perSecond } = defaultPack.checks;
const startMs = Date.parse('2026-03-02T01:00:00Z');
const seedOf = (lesson: number): string => sealSeed(String(lesson).padStart(64, '0'));
const people = (count: number, from = 0): string[] => Array.from({ length: count }, (_, index) => `00000000-0000-7000-8000-${String(from + index).padStart(12, '0')}`);
const unit = { unitId: '00000000-0000-7000-9000-000000000001', startMs, endMs: startMs + 45 * minute };
const draw = (personIds: readonly string[], seed: string): Moment[] =>
  drawMoments({ units: [unit], personIds, perUnit, windowMs, perSecond, randomFor: (label) => seededRandom(seed, label) });

function fullestSecond(moments: readonly Moment[]): number {
  const seconds = new Map<number, number>();
  for (const { dueMs } of moments) seconds.set(Math.floor(dueMs / 1000), (seconds.get(Math.floor(dueMs / 1000)) ?? 0) + 1);
  return Math.max(...seconds.values());
}

describe('20,000 learners', () => {
  it('in 400 classes of 50 that begin at once: no second of a class holds more than the pack says, and of all together none a crowd', () => {
    const lessons = Array.from({ length: 400 }, (_, lesson) => draw(people(50, lesson * 50), seedOf(lesson)));
    for (const moments of lessons) {
      expect(moments).toHaveLength(50 * perUnit);
      expect(fullestSecond(moments)).toBeLessThanOrEqual(perSecond);
    }
    // Nothing but chance holds lessons apart: 16.7 a second on average, and a Poisson second above 45 is less likely than one in a million.
    expect(fullestSecond(lessons.flat())).toBeLessThanOrEqual(45);
  }, 60_000);

  it('in one class: the configured number cannot be kept, twice the average can, and never more than 0.2 % are asked in one second', () => {
    const span = checkSpan(unit);
    const room = roomFor(20_000, perUnit, span.toMs - span.fromMs, perSecond);
    const moments = draw(people(20_000), seedOf(1));
    expect(moments).toHaveLength(20_000 * perUnit);
    expect(room).toBe(34);
    expect(fullestSecond(moments)).toBeLessThanOrEqual(room);
    expect(room / 20_000).toBeLessThan(0.002);
    const each = Map.groupBy(moments, ({ personId }) => personId);
    expect(each.size).toBe(20_000);
    for (const own of each.values()) expect(own).toHaveLength(perUnit);
  }, 60_000);

  it('1,800, the largest class that fits, still within the configured number', () => {
    expect(fullestSecond(draw(people(1800), seedOf(2)))).toBeLessThanOrEqual(perSecond);
  });
});

describe('evidence', () => {
  const seed = newSeed();
  const personIds = people(80);
  const moments = draw(personIds, seed);
  const told = (minutes: number) => ({ eventId: 'e', at: new Date(startMs + minutes * minute).toISOString() });
  const figures = { ...told(0), units: [unit], perUnit, windowMs, perSecond, drawn: moments.length };
  const head = { sessionId: '00000000-0000-7000-a000-000000000001', rulePack: 'default@1', seedHash: sealSeed(seed), moments };
  const session = { ...head, seed, sealed: told(0), revealed: told(60), late: [], draw: { ...figures, personIds, drawHash: hashDraw({ ...head, draw: figures }) } };

  it('proves the moments, in whatever order they are listed', () => {
    expect(verifyEvidence(session)).toEqual({ seedFits: true, drawFits: true, inOrder: true, missing: [], added: [], proven: true });
    expect(verifyEvidence({ ...session, moments: moments.toReversed() }).proven).toBe(true);
  });
  it('another seed, a moment moved, taken out or put in, a learner left out: seen', () => {
    expect(verifyEvidence({ ...session, seed: newSeed() })).toMatchObject({ seedFits: false, proven: false });
    const moved = moments.map((moment, index) => (index === 7 ? { ...moment, dueMs: moment.dueMs + 1000 } : moment));
    expect(verifyEvidence({ ...session, moments: moved })).toMatchObject({ seedFits: true, drawFits: false, missing: [moments[7]], added: [moved[7]], proven: false });
    expect(verifyEvidence({ ...session, moments: moments.slice(1) })).toMatchObject({ drawFits: false, missing: [moments[0]], proven: false });
    expect(verifyEvidence({ ...session, moments: [...moments, moments[0]!] })).toMatchObject({ drawFits: false, added: [moments[0]], proven: false });
    // Whoever takes a learner out of rows and list alike, and even out of the pin, meets the draw of the others, or the pin in the event chain.
    const without = moments.filter(({ personId }) => personId !== personIds[0]);
    expect(verifyEvidence({ ...session, moments: without, draw: { ...session.draw, personIds: personIds.slice(1) } })).toMatchObject({ drawFits: false, proven: false });
  });
  it('figures that would draw the same moments are pinned too: window, room of a second, number, rules, unit, time', () => {
    const { draw: own } = session;
    for (const wrong of [{ windowMs: windowMs + 1 }, { perSecond: perSecond + 1 }, { drawn: own.drawn + 1 }, { units: [{ ...unit, endMs: unit.endMs + 1 }] }, { at: told(1).at }])
      expect(verifyEvidence({ ...session, draw: { ...own, ...wrong } }), JSON.stringify(wrong)).toMatchObject({ drawFits: false, proven: false });
    expect(verifyEvidence({ ...session, rulePack: 'default@2' })).toMatchObject({ drawFits: false, proven: false });
    for (const wrong of [{ sealed: told(1) }, { revealed: told(-1) }]) expect(verifyEvidence({ ...session, ...wrong })).toMatchObject({ inOrder: false, proven: false });
  });
  it('who came late is drawn by themselves, from the same seed, and pinned likewise', () => {
    const extra = draw(people(2, 500), seed);
    const late = { ...told(10), personIds: people(2, 500), drawn: extra.length, drawHash: hashDraw({ ...head, draw: { ...figures, at: told(10).at, drawn: extra.length }, moments: extra }) };
    const grown = { ...session, late: [late], moments: [...moments, ...extra] };
    expect(verifyEvidence(grown)).toMatchObject({ missing: [], added: [], proven: true });
    for (const wrong of [{ ...grown, late: [] }, { ...grown, moments }, { ...grown, late: [{ ...late, ...told(-1) }] }, { ...grown, late: [{ ...late, personIds: people(1, 500) }] }])
      expect(verifyEvidence(wrong).proven).toBe(false);
  });
  it('cannot be asked before the seed was told', () => {
    expect(() => verifyEvidence({ ...session, seed: null })).toThrow('a seed is 64 lower-case hex digits');
  });
});
