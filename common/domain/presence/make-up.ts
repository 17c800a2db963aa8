// Making up in the replay: which instants of a unit are open to it, until when, and what of them was made up. A pure function of the ledger, the films and the sittings.
import type { RulePack } from '../rules/rule-pack.ts';
import { intersectSpans, subtractSpans, totalMs, unionSpans, type Span } from '../spans.ts';
import { isCredited, type PresenceReason } from './facts.ts';
import type { Ledger } from './ledger.ts';
import { countedOf, leftOf, type Sitting } from './sitting.ts';

/** A published file of a unit. `startsMs`: the instant of its first frame, epoch ms; `unrecorded`: spans of the file in which nothing could be recorded. */
export interface UnitFilm { replayId: string; startsMs: number; durationMs: number; publishedMs: number; unrecorded: readonly Span[] }
/** `endedMs` null while the lesson runs: then nothing is open. `whole`: every file of the unit is published. `closesMs`: of a lesson with a period, its end. */
export interface FilmedUnit { unitId: string; endedMs: number | null; films: readonly UnitFilm[]; whole: boolean; closesMs?: number | null }

export interface MissingSpan extends Span { reason: PresenceReason }
export interface UnitMakeUp {
  unitId: string; heldMs: number; liveMs: number;
  /** All that is not credited live, with why; open to making up or not. */
  missing: MissingSpan[];
  /** Instants made up; never one that is credited live, none twice. */
  made: Span[]; madeUpMs: number;
  /** Open and not made up. */
  left: Span[]; leftMs: number;
  /** Missed, and not in the recording: nobody can make it up, so it leaves the learner's held time once the rest is made up. */
  excusedMs: number;
  deadlineMs: number | null; open: boolean;
}

/** A rest shorter than this is not opened again: nobody is sent back for a second, and it is not credited either. */
export const shortestLeftMs = 2000;

/**
 * Whether this reason is open. All that a learner can repair by watching is: who was away, cut off, idle or hidden, whose media did not come, who was not
 * signed in or missed a check. What a failed check or a correction took only where the pack says so: the same doubt about who it was.
 */
export const isOpenTo = (reason: PresenceReason, { makeUp }: Pick<RulePack, 'makeUp'>): boolean =>
  !isCredited(reason) && ((reason !== 'check_failed' && reason !== 'taken_back') || makeUp.failedChecks);

const dayMs = 86_400_000;
/** Days are those of Asia/Shanghai, which knows no summer time. */
const shanghaiMs = 8 * 3_600_000;

/** The end of the last day, in Shanghai: so many days after the film was published or the unit ended, whichever is later. Of a lesson with a period its end. Null without a film. */
export function makeUpDeadline({ endedMs, films, closesMs = null }: Pick<FilmedUnit, 'endedMs' | 'films' | 'closesMs'>, { days }: { days: number }): number | null {
  if (endedMs === null || films.length === 0) return null;
  if (closesMs !== null) return closesMs;
  const lastMs = Math.max(endedMs, ...films.map(({ publishedMs }) => publishedMs)) + days * dayMs;
  return (Math.floor((lastMs + shanghaiMs) / dayMs) + 1) * dayMs - shanghaiMs;
}

/** The instants a file shows. */
const recordedOf = ({ startsMs, durationMs, unrecorded }: UnitFilm): Span[] => subtractSpans(
  [{ fromMs: startsMs, toMs: startsMs + durationMs }], unrecorded.map(({ fromMs, toMs }) => ({ fromMs: startsMs + fromMs, toMs: startsMs + toMs })));

/** Where instants lie in a file, whole ms from its start. */
export const inFilm = ({ startsMs, durationMs }: Pick<UnitFilm, 'startsMs' | 'durationMs'>, instants: readonly Span[]): Span[] =>
  intersectSpans(instants, [{ fromMs: startsMs, toMs: startsMs + durationMs }])
    .map(({ fromMs, toMs }) => ({ fromMs: Math.round(fromMs - startsMs), toMs: Math.round(toMs - startsMs) }));

function unitMakeUp(unit: FilmedUnit, ledger: Ledger, sittings: readonly Sitting[], pack: RulePack, nowMs: number): UnitMakeUp {
  const { heldMs, creditedMs: liveMs } = ledger.units.find(({ unitId }) => unitId === unit.unitId) ?? { heldMs: 0, creditedMs: 0 };
  const missing = ledger.spans.filter(({ unitId, reason }) => unitId === unit.unitId && !isCredited(reason)).map(({ fromMs, toMs, reason }) => ({ fromMs, toMs, reason }));
  const deadlineMs = pack.attendance.replayCounts ? makeUpDeadline(unit, pack.makeUp) : null;
  const opened = unionSpans(missing.filter(({ reason }) => isOpenTo(reason, pack)));
  const counted = pack.attendance.replayCounts && unit.endedMs !== null ? sittings.flatMap((sitting) => countedOf(sitting, pack.checks, deadlineMs ?? Infinity)) : [];
  // A file that is made again, held back or gone takes nothing of what was watched of it.
  const made = intersectSpans(opened, counted);
  const recorded = deadlineMs === null ? [] : unionSpans(unit.films.flatMap(recordedOf));
  const left = leftOf(intersectSpans(opened, recorded), made, shortestLeftMs);
  const leftMs = totalMs(left);
  return {
    unitId: unit.unitId, heldMs, liveMs, missing, made, madeUpMs: totalMs(made), left, leftMs,
    excusedMs: deadlineMs !== null && unit.whole && leftMs === 0 ? totalMs(subtractSpans(opened, [...recorded, ...made])) : 0,
    deadlineMs, open: deadlineMs !== null && leftMs > 0 && nowMs < deadlineMs,
  };
}

/** Each unit in turn. `sittings`: of this learner in this lesson, any order, the same one told twice counts once. Live and made up together never exceed what was held. */
export const makeUpOfUnits = (ledger: Ledger, units: readonly FilmedUnit[], sittings: readonly Sitting[], pack: RulePack, nowMs: number): UnitMakeUp[] =>
  units.map((unit) => unitMakeUp(unit, ledger, sittings, pack, nowMs));

export interface Together { heldMs: number; liveMs: number; madeUpMs: number; togetherMs: number }
/** The sums attendance is made of: `heldMs` without what is excused. */
export function together(ledger: Pick<Ledger, 'heldMs' | 'creditedMs'>, units: readonly UnitMakeUp[]): Together {
  const sum = (name: 'madeUpMs' | 'excusedMs'): number => units.reduce((total, unit) => total + unit[name], 0);
  const madeUpMs = sum('madeUpMs');
  return { heldMs: ledger.heldMs - sum('excusedMs'), liveMs: ledger.creditedMs, madeUpMs, togetherMs: ledger.creditedMs + madeUpMs };
}
