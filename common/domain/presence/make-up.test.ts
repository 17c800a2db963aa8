// Making up: what is open and until when, once for each instant, never beyond the unit, nothing that was not recorded (R24, R25, R42).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultPack } from '../rules/packs.ts';
import type { RulePack } from '../rules/rule-pack.ts';
import { intersectSpans, subtractSpans, totalMs, unionSpans, type Span } from '../spans.ts';
import { presenceReasons, type PresenceReason } from './facts.ts';
import type { Ledger, LedgerSpan } from './ledger.ts';
import { inFilm, isOpenTo, makeUpDeadline, makeUpOfUnits, shortestLeftMs, together, type FilmedUnit, type UnitFilm, type UnitMakeUp } from './make-up.ts';
import type { Sitting, SittingCheck, WatchedPiece } from './sitting.ts';

const start = Date.parse('2026-03-02T01:00:00Z');
const dayMs = 86_400_000;
const m = (minutes: number): number => start + minutes * 60_000;
const ended = m(45);
const span = (from: number, to: number, reason: PresenceReason, unitId = 'u'): LedgerSpan => ({ unitId, fromMs: m(from), toMs: m(to), reason });
function ledger(...spans: LedgerSpan[]): Ledger {
  const units = [...Map.groupBy(spans, ({ unitId }) => unitId)]
    .map(([unitId, own]) => ({ unitId, heldMs: totalMs(own), creditedMs: totalMs(own.filter(({ reason }) => reason === 'present')) }));
  return { spans, units, heldMs: totalMs(spans), creditedMs: units.reduce((sum, { creditedMs }) => sum + creditedMs, 0) };
}
const film = (from: number, to: number, more: Partial<UnitFilm> = {}): UnitFilm => ({ replayId: `r${from}`, startsMs: m(from), durationMs: m(to) - m(from), publishedMs: m(60), unrecorded: [], ...more });
const unit = (films: UnitFilm[] = [film(0, 45)], more: Partial<FilmedUnit> = {}): FilmedUnit => ({ unitId: 'u', endedMs: ended, films, whole: true, ...more });
const signIn: SittingCheck = { checkId: 's', kind: 'sign_in', status: 'settled', clockMs: 0, askedMs: 0, verdict: 'matched', retryOf: null };
const watched = (from: number, to: number, until = m(100)): WatchedPiece => [m(from), m(to), until];
const sitting = (pieces: WatchedPiece[], checks: SittingCheck[] = [signIn]): Sitting => ({ viewingId: 'v', watched: pieces, checks });
const late = ledger(span(0, 10, 'not_joined'), span(10, 30, 'present'), span(30, 33, 'hidden'), span(33, 45, 'present'));
const of = (given: Ledger, sittings: Sitting[] = [], units = [unit()], pack: RulePack = defaultPack, now = m(200)): UnitMakeUp => makeUpOfUnits(given, units, sittings, pack, now)[0]!;
const minutes = (spans: readonly Span[]): [number, number][] => spans.map(({ fromMs, toMs }) => [(fromMs - start) / 60_000, (toMs - start) / 60_000]);

describe('what is open', () => {
  it('is exactly what was missed, with the reason', () => {
    const made = of(late);
    expect([minutes(made.left), made.leftMs, made.madeUpMs, made.open]).toEqual([[[0, 10], [30, 33]], 780_000, 0, true]);
    expect(made.missing.map(({ reason }) => reason)).toEqual(['not_joined', 'hidden']);
  });

  it('is every reason but what is credited; what a failed check or a correction took where the pack says so', () => {
    expect(presenceReasons.filter((reason) => !isOpenTo(reason, defaultPack))).toEqual(['present', 'corrected', 'on_site']);
    const strict = { ...defaultPack, makeUp: { ...defaultPack.makeUp, failedChecks: false } };
    expect(presenceReasons.filter((reason) => !isOpenTo(reason, strict))).toEqual(['present', 'check_failed', 'corrected', 'taken_back', 'on_site']);
    expect(minutes(of(ledger(span(0, 40, 'check_failed'), span(40, 45, 'check_missed')), [], [unit()], strict).left)).toEqual([[40, 45]]);
  });

  it('is nothing while the lesson runs, without a film, where the pack counts no replay, or when the days are over', () => {
    expect(of(late, [], [unit(undefined, { endedMs: null })])).toMatchObject({ open: false, deadlineMs: null, leftMs: 0 });
    expect(of(late, [], [unit([])])).toMatchObject({ open: false, deadlineMs: null, leftMs: 0, excusedMs: 0 });
    const without = { ...defaultPack, attendance: { ...defaultPack.attendance, replayCounts: false } };
    expect(of(late, [sitting([watched(0, 10)])], [unit()], without)).toMatchObject({ open: false, madeUpMs: 0, deadlineMs: null });
    const { deadlineMs } = of(late);
    expect(of(late, [], [unit()], defaultPack, deadlineMs!).open).toBe(false);
    expect(of(late, [], [unit()], defaultPack, deadlineMs! - 1).open).toBe(true);
    expect(of(late, [], [unit()], defaultPack, deadlineMs! + dayMs).leftMs).toBe(780_000);
  });

  it('lasts until the end of the last day in Shanghai, from the film or the end of the unit, whichever is later', () => {
    const days = { days: 7 };
    expect(new Date(makeUpDeadline(unit(), days)!).toISOString()).toBe('2026-03-09T16:00:00.000Z');
    const evening = Date.parse('2026-03-05T15:59:59Z');
    expect(new Date(makeUpDeadline(unit([film(0, 45, { publishedMs: evening })]), days)!).toISOString()).toBe('2026-03-12T16:00:00.000Z');
    expect(new Date(makeUpDeadline(unit([film(0, 45, { publishedMs: evening + 1000 })]), days)!).toISOString()).toBe('2026-03-13T16:00:00.000Z');
    expect(new Date(makeUpDeadline(unit([film(0, 45, { publishedMs: 0 })]), days)!).toISOString()).toBe('2026-03-09T16:00:00.000Z');
  });

  it('spans the parts of a unit; of one that is not published yet nothing', () => {
    const parts = [film(0, 31), film(31, 45)];
    expect(minutes(of(late, [], [unit(parts)]).left)).toEqual([[0, 10], [30, 33]]);
    expect(inFilm(parts[0]!, of(late, [], [unit(parts)]).left)).toEqual([{ fromMs: 0, toMs: 600_000 }, { fromMs: 1_800_000, toMs: 1_860_000 }]);
    expect(inFilm(parts[1]!, of(late, [], [unit(parts)]).left)).toEqual([{ fromMs: 0, toMs: 120_000 }]);
    const half = of(late, [sitting([watched(0, 10), watched(30, 31)])], [unit([parts[0]!], { whole: false })]);
    expect([minutes(half.left), half.madeUpMs, half.excusedMs]).toEqual([[], 660_000, 0]);
  });
});

describe('what is made up', () => {
  it('is what was watched of it, once', () => {
    const made = of(late, [sitting([watched(0, 4)]), sitting([watched(2, 6), watched(12, 20)]), sitting([watched(2, 6)])]);
    expect([minutes(made.made), made.madeUpMs, minutes(made.left)]).toEqual([[[0, 6]], 360_000, [[6, 10], [30, 33]]]);
    expect(together(late, [made])).toEqual({ heldMs: 2_700_000, liveMs: 1_920_000, madeUpMs: 360_000, togetherMs: 2_280_000 });
  });

  it('needs the days and the checks', () => {
    expect(of(late, [sitting([watched(0, 10, makeUpDeadline(unit(), defaultPack.makeUp)! + 1)])]).madeUpMs).toBe(0);
    expect(of(late, [sitting([watched(0, 10)], [])]).madeUpMs).toBe(0);
    const missed: SittingCheck = { ...signIn, checkId: 't', kind: 'spot', clockMs: 240_000, askedMs: 1, verdict: 'missed' };
    expect(of(late, [sitting([watched(0, 4)], [signIn, missed])]).madeUpMs).toBe(0);
    expect(of(late, [sitting([watched(0, 4)], [signIn, missed]), sitting([watched(0, 4)])]).madeUpMs).toBe(240_000);
  });

  it('stays when its file is held back, made again or gone; the days that bound it do not begin anew', () => {
    const sittings = [sitting([watched(0, 10)])];
    expect(of(late, sittings, [unit([])])).toMatchObject({ madeUpMs: 600_000, leftMs: 0, excusedMs: 0, deadlineMs: null, open: false });
    const other = of(late, sittings, [unit([film(5, 45)])]);
    expect(other).toMatchObject({ madeUpMs: 600_000, leftMs: 180_000, excusedMs: 0, open: true });
    expect(of(late, [sitting([watched(0, 10), watched(30, 33)])], [unit([film(5, 45)])])).toMatchObject({ madeUpMs: 780_000, excusedMs: 0 });
    expect(of(late, sittings, [unit([], { endedMs: null })]).madeUpMs).toBe(0);
  });

  it('leaves the learner nothing to do for what was not recorded: it leaves the held time when the rest is made up, and no sooner', () => {
    const holed = [unit([film(0, 45, { unrecorded: [{ fromMs: 0, toMs: 120_000 }] })])];
    expect(of(late, [], holed)).toMatchObject({ leftMs: 660_000, excusedMs: 0 });
    const made = of(late, [sitting([watched(2, 10), watched(30, 33)])], holed);
    expect(made).toMatchObject({ madeUpMs: 660_000, leftMs: 0, excusedMs: 120_000, open: false });
    expect(together(late, [made])).toEqual({ heldMs: 2_580_000, liveMs: 1_920_000, madeUpMs: 660_000, togetherMs: 2_580_000 });
  });

  it('sends nobody back for a second', () => {
    const made = of(late, [sitting([watched(0, 10), [m(30) + shortestLeftMs - 1, m(33), m(100)]])]);
    expect(made).toMatchObject({ leftMs: 0, open: false, madeUpMs: 780_000 - shortestLeftMs + 1 });
  });
});

const edge = fc.integer({ min: 0, max: 2700 }).map((seconds) => start + seconds * 1000);
const someSpans = fc.array(fc.tuple(edge, edge).map(([a, b]): Span => ({ fromMs: Math.min(a, b), toMs: Math.max(a, b) })), { maxLength: 6 });
const someLedger = fc.tuple(fc.uniqueArray(edge, { maxLength: 12 }), fc.array(fc.constantFrom(...presenceReasons), { minLength: 14, maxLength: 14 })).map(([cuts, reasons]) => {
  const edges = [start, ...cuts.toSorted((a, b) => a - b), start + 2_700_000].filter((at, index, all) => index === 0 || at > all[index - 1]!);
  return ledger(...edges.slice(1).map((toMs, index): LedgerSpan => ({ unitId: 'u', fromMs: edges[index]!, toMs, reason: reasons[index]! })));
});
const somePieces = fc.array(fc.tuple(edge, fc.integer({ min: 1, max: 600_000 })).map(([from, length]): WatchedPiece => [from, from + length, m(100)]), { maxLength: 8 });
const oneSitting = fc.tuple(somePieces, fc.constantFrom('matched' as const, 'missed' as const, null))
  .map(([pieces, verdict]) => sitting(pieces, [{ ...signIn, verdict, status: verdict ? 'settled' : 'verifying' }]));
const someSittings = fc.array(oneSitting, { maxLength: 4 });
const someFilms = fc.tuple(edge, someSpans).map(([cut, gaps]) => [{ fromMs: start, toMs: cut }, { fromMs: cut, toMs: start + 2_700_000 }].filter(({ fromMs, toMs }) => toMs > fromMs)
  .map(({ fromMs, toMs }, index): UnitFilm => ({
    replayId: `r${index}`, startsMs: fromMs, durationMs: toMs - fromMs, publishedMs: m(60), unrecorded: gaps.map((gap) => ({ fromMs: gap.fromMs - start, toMs: gap.toMs - start })),
  })));

describe('any ledger, films and sittings', () => {
  it('credits no instant that is credited live, none twice, none that was not watched, opens none that was not recorded, and never more than the unit', () => {
    fc.assert(fc.property(someLedger, someFilms, someSittings, (given, films, sittings) => {
      const result = of(given, sittings, [unit(films)]);
      const live = unionSpans(given.spans.filter(({ reason }) => reason === 'present'));
      const seen = unionSpans(sittings.flatMap((one) => one.watched.map(([fromMs, toMs]) => ({ fromMs, toMs }))));
      expect(unionSpans(result.made)).toEqual(result.made);
      expect(intersectSpans(result.made, live)).toEqual([]);
      expect(subtractSpans(result.made, seen)).toEqual([]);
      // What was not recorded is never opened; what was watched before the file was made again stays.
      for (const { startsMs, durationMs, unrecorded } of films) {
        const holes = unrecorded.map(({ fromMs, toMs }) => ({ fromMs: startsMs + fromMs, toMs: startsMs + toMs }));
        expect(intersectSpans(intersectSpans(result.left, [{ fromMs: startsMs, toMs: startsMs + durationMs }]), holes)).toEqual([]);
      }
      const sums = together(given, [result]);
      expect(sums.togetherMs).toBeLessThanOrEqual(sums.heldMs);
      expect(sums.heldMs).toBeLessThanOrEqual(2_700_000);
      expect(intersectSpans(result.left, result.made)).toEqual([]);
    }), { numRuns: 400 });
  });

  it('is the same in any order and told twice, and more sittings never take anything', () => {
    fc.assert(fc.property(someLedger, someFilms, someSittings, someSittings, (given, films, sittings, more) => {
      const result = of(given, sittings, [unit(films)]);
      expect(of(given, [...sittings, ...sittings].toReversed(), [unit(films.toReversed())])).toEqual(result);
      expect(of(given, [...sittings, ...more], [unit(films)]).madeUpMs).toBeGreaterThanOrEqual(result.madeUpMs);
    }), { numRuns: 200 });
  });
});
