// After a class, for its teacher: how many were there from moment to moment, where people were lost and what went on then, and who needs attention first (R10, R26, R27).
import { isLow } from './attendance.ts';
import { awaitsPerson, passed, type Verdict } from './check.ts';
import type { PresenceReason } from './presence/facts.ts';

/** `there`: it counts. `unproven`: the device was there, and a check or another lesson takes the time away. What is neither is `away`. */
export type StripState = 'there' | 'unproven' | 'away';
const states: Record<PresenceReason, StripState> = {
  present: 'there', corrected: 'there', on_site: 'there', taken_back: 'unproven', not_signed_in: 'unproven', check_failed: 'unproven', check_missed: 'unproven', elsewhere: 'unproven',
  no_media: 'away', idle: 'away', hidden: 'away', left: 'away', disconnected: 'away', lease_expired: 'away', removed: 'away', not_joined: 'away',
};
export const stripState = (reason: PresenceReason): StripState => states[reason];

/** A span of a ledger; epoch ms or from any other start, the same as of the curve; end excluded. */
export interface StripSpan { fromMs: number; toMs: number; reason: PresenceReason }
/** What was held of a unit without a hole. Ascending, disjoint. */
export interface HeldStretch { ordinal: number; fromMs: number; toMs: number }
/** `there[n]`: learners who were there (also unproven) at `fromMs + n * stepMs`, as long as that lies before `toMs`. */
export interface CurveStretch extends HeldStretch { there: number[] }

const steps = [5_000, 10_000, 15_000, 30_000, 60_000, 120_000];
const mostPoints = 400;
/** Time between two points of the curve, ms: the finest of a few round ones that needs no more than some four hundred. */
export const stepFor = (heldMs: number): number => steps.find((step) => heldMs / step <= mostPoints) ?? steps.at(-1)!;

/** The first of these ascending times that is not before `ms`. */
function placeOf(times: readonly number[], ms: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The sum of the strips, point by point. Spans of one strip are disjoint. */
export function curveOf(strips: Iterable<readonly StripSpan[]>, held: readonly HeldStretch[], stepMs: number): CurveStretch[] {
  const pointsOf = ({ fromMs, toMs }: HeldStretch): number => Math.ceil((toMs - fromMs) / stepMs);
  const times = held.flatMap((stretch) => Array.from({ length: pointsOf(stretch) }, (_, point) => stretch.fromMs + point * stepMs));
  const turns = new Array<number>(times.length + 1).fill(0);
  for (const strip of strips) {
    for (const { fromMs, toMs, reason } of strip) {
      if (stripState(reason) === 'away') continue;
      turns[placeOf(times, fromMs)]! += 1;
      turns[placeOf(times, toMs)]! -= 1;
    }
  }
  let point = 0;
  let now = 0;
  return held.map((stretch) => ({ ...stretch, there: Array.from({ length: pointsOf(stretch) }, () => (now += turns[point++]!)) }));
}

/** `before` were there at `fromMs`, `after` at `toMs`: points of the curve. */
export interface Drop { fromMs: number; toMs: number; before: number; after: number }
/** People who go one by one are no drop: it happens within this held time. */
export const dropWithinMs = 120_000;
const mostDrops = 5;
/** Less than this share of the most who were ever there at once is no drop; one person never is. */
const leastDropShare = 0.05;
const leastDrop = 2;

/**
 * Where most people were lost: largest first, at most five, none overlapping, each as short as it can be told. Time that was not held counts for nothing,
 * so that who does not come back after a break is found too.
 */
export function dropsOf(curve: readonly CurveStretch[], stepMs: number): Drop[] {
  const points = curve.flatMap(({ fromMs, there }) => there.map((count, point) => ({ atMs: fromMs + point * stepMs, count })));
  const least = Math.max(leastDrop, Math.ceil(points.reduce((most, { count }) => Math.max(most, count), 0) * leastDropShare));
  const reach = Math.max(1, Math.round(dropWithinMs / stepMs));
  const found: (Drop & { from: number; to: number; lost: number })[] = [];
  for (const [from, { atMs: fromMs, count: before }] of points.entries()) {
    for (let to = from + 1; to <= Math.min(from + reach, points.length - 1); to++) {
      const { atMs: toMs, count: after } = points[to]!;
      if (before - after >= least) found.push({ fromMs, toMs, before, after, from, to, lost: before - after });
    }
  }
  found.sort((one, other) => other.lost - one.lost || (one.to - one.from) - (other.to - other.from) || one.from - other.from);
  const chosen: typeof found = [];
  for (const drop of found) {
    if (chosen.length < mostDrops && chosen.every(({ from, to }) => drop.to <= from || drop.from >= to)) chosen.push(drop);
  }
  return chosen.map(({ fromMs, toMs, before, after }) => ({ fromMs, toMs, before, after }));
}

export const happeningKinds = ['quiz', 'check', 'screen', 'chat', 'stage', 'hand', 'interruption', 'break'] as const;
export type HappeningKind = (typeof happeningKinds)[number];
/** Something that went on in class, times as in the curve; `toMs` may be `fromMs`. `label` is what people wrote, or empty; `count` how often. */
export interface Happening { kind: HappeningKind; fromMs: number; toMs: number; label: string; count: number }

/** What began so long before people went may be why. */
export const leadUpMs = 60_000;

/** What went on when people were lost and in the minute before, in order of `happeningKinds`; what has no words of its own is told once, counted together. */
export function during({ fromMs, toMs }: Pick<Drop, 'fromMs' | 'toMs'>, happenings: readonly Happening[]): Pick<Happening, 'kind' | 'label' | 'count'>[] {
  const told = new Map<string, Pick<Happening, 'kind' | 'label' | 'count'>>();
  for (const { kind, label, count, ...span } of happenings) {
    if (span.fromMs > toMs || span.toMs < fromMs - leadUpMs) continue;
    const key = `${kind} ${label}`;
    told.set(key, { kind, label, count: count + (told.get(key)?.count ?? 0) });
  }
  return [...told.values()].sort((one, other) => happeningKinds.indexOf(one.kind) - happeningKinds.indexOf(other.kind));
}

/** Holes between what was held: within a unit an interruption, between two units a break. */
export const holesOf = (held: readonly HeldStretch[]): Happening[] => held.slice(1).flatMap((stretch, index): Happening[] => {
  const before = held[index]!;
  if (stretch.fromMs <= before.toMs) return [];
  return [{ kind: before.ordinal === stretch.ordinal ? 'interruption' : 'break', fromMs: before.toMs, toMs: stretch.fromMs, label: '', count: 1 }];
});

/** How a check stands afterwards. */
export const checkMarks = ['passed', 'waiting', 'missed', 'failed'] as const;
export type CheckMark = (typeof checkMarks)[number];
export function checkMarkOf(verdict: Verdict | null): CheckMark {
  if (verdict === null || awaitsPerson(verdict)) return 'waiting';
  return passed(verdict) ? 'passed' : verdict === 'missed' ? 'missed' : 'failed';
}

/** Facts come in for some seconds after the end; what was reckoned so early stands only for a moment. */
export const settledAfterMs = 60_000;
const earlyStandsMs = 15_000;
/** Whether what was reckoned of a class still stands, all times in epoch ms; marks differ where anything differs that is reckoned with. */
export function reckoningStands(made: { mark: string; madeMs: number }, now: { mark: string; endedMs: number; nowMs: number }): boolean {
  const early = made.madeMs < now.endedMs + settledAfterMs;
  return made.mark === now.mark && (!early || now.nowMs - made.madeMs < earlyStandsMs);
}

/** Why a learner is to be looked at, the gravest first; null: nothing. */
export const needs = ['never_came', 'attendance', 'accuracy', 'checks'] as const;
export type Need = (typeof needs)[number];
/** Of one learner in the live lesson. `troubled`: checks that were missed or failed. */
export interface LearnerSum { personId: string; came: boolean; heldMs: number; creditedMs: number; asked: number; correct: number; troubled: number }
export interface Limits { attendanceLowBelowPercent: number; accuracyLowBelowPercent: number }

export function needOf({ came, heldMs, creditedMs, asked, correct, troubled }: LearnerSum, limits: Limits): Need | null {
  if (!came && heldMs > 0) return 'never_came';
  if (isLow(creditedMs, heldMs, limits.attendanceLowBelowPercent)) return 'attendance';
  if (isLow(correct, asked, limits.accuracyLowBelowPercent)) return 'accuracy';
  return troubled > 0 ? 'checks' : null;
}

const shareOf = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole);
/** Who needs attention comes first, of those alike who has least; then by id, so that the same class always comes in the same order. Drops nobody. */
export function byNeed<L extends LearnerSum>(learners: readonly L[], limits: Limits): (L & { need: Need | null })[] {
  const rank = (need: Need | null): number => (need ? needs.indexOf(need) : needs.length);
  return learners.map((learner) => ({ ...learner, need: needOf(learner, limits) })).sort((one, other) =>
    rank(one.need) - rank(other.need) || shareOf(one.creditedMs, one.heldMs) - shareOf(other.creditedMs, other.heldMs)
    || shareOf(one.correct, one.asked) - shareOf(other.correct, other.asked) || (one.personId < other.personId ? -1 : 1));
}

export interface Reckoned<L extends LearnerSum> {
  stepMs: number; curve: CurveStretch[]; drops: Drop[]; learners: (L & { need: Need | null })[];
  figures: { learners: number; came: number; most: number; meanThere: number | null };
}
/** All that is reckoned of a class at once; a pure function of its ledgers. `meanThere`: mean of the curve over all learners, 0..1; null where nothing was held or nobody belongs to it. */
export function afterClass<L extends LearnerSum>(given: { held: readonly HeldStretch[]; learners: readonly { sum: L; strip: readonly StripSpan[] }[]; limits: Limits }): Reckoned<L> {
  const { held, learners, limits } = given;
  const stepMs = stepFor(held.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0));
  const curve = curveOf(learners.map(({ strip }) => strip), held, stepMs);
  const counts = curve.flatMap(({ there }) => there);
  const seen = counts.reduce((sum, count) => sum + count, 0);
  return {
    stepMs, curve, drops: dropsOf(curve, stepMs), learners: byNeed(learners.map(({ sum }) => sum), limits),
    figures: {
      learners: learners.length, came: learners.filter(({ sum }) => sum.came).length, most: counts.reduce((most, count) => Math.max(most, count), 0),
      meanThere: counts.length === 0 || learners.length === 0 ? null : seen / counts.length / learners.length,
    },
  };
}
