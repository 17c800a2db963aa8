// Made learners: what each did second by second in a lesson of two units, the facts a server would have stored of it, and what it was worth, told by the seconds themselves.
import type { Verdict } from '#domain/check.ts';
import type { HeldUnit, LearnerFacts, ObservedFact, SeatFact } from '#domain/presence/facts.ts';
import type { RulePack } from '#domain/rules/rule-pack.ts';
import { seededRandom } from '../worker/testing/random.ts';

export interface MadeLesson { facts: LearnerFacts; units: HeldUnit[]; startMs: number }
type Random = () => number;
/** Of each learner other numbers, from a seed far from the neighbour's. Quick: a draw that is kept secret would cost many times what is measured. */
export const madeRandom = (learner: number): Random => seededRandom(Math.imul(learner + 1, 2_654_435_761) >>> 0);

const unitSeconds = 2700;
export const lessonSeconds = 2 * unitSeconds;
/** Teacher or platform gone. */
const interrupted = { from: 1800, to: 1920 };
const reportEvery = 15;

export const madeUnits = (startMs: number): HeldUnit[] => {
  const span = (from: number, to: number) => ({ fromMs: startMs + from * 1000, toMs: startMs + to * 1000 });
  return [{ unitId: 'first', spans: [span(0, interrupted.from), span(interrupted.to, unitSeconds)] }, { unitId: 'second', spans: [span(unitSeconds, lessonSeconds)] }];
};
export const isHeld = (second: number): boolean => second >= 0 && second < lessonSeconds && (second < interrupted.from || second >= interrupted.to);

const between = (random: Random, from: number, to: number): number => from + Math.floor(random() * (to - from));

/** One device's stay; some leave, some are cut, of some nobody wrote the end. */
function stay(random: Random, connectionId: string, from: number, startMs: number): { seat: SeatFact; observed: ObservedFact[]; to: number } {
  const to = Math.min(lessonSeconds, from + between(random, 300, 6000));
  const at = (second: number): number => startMs + second * 1000;
  const atEnd = to === lessonSeconds;
  const unwritten = random() < 0.1;
  const reason = unwritten ? null : atEnd ? 'lesson_ended' : random() < 0.5 ? 'left' : 'cut';
  const seat: SeatFact = { connectionId, connectedMs: at(from), lastSeenMs: at(Math.max(from, to - between(random, 0, 6))), leftMs: reason ? at(to) : null, leftReason: reason };
  const observed: ObservedFact[] = [];
  for (let second = from; second < to;) {
    const what = random();
    const until = Math.min(to, second + between(random, 30, what < 0.05 ? 1500 : 400));
    if (what < 0.12) observed.push({ connectionId, type: 'hidden', atMs: at(second) }, { connectionId, type: 'visible', atMs: at(until) });
    else if (what < 0.18) observed.push({ connectionId, type: 'media_disconnected', atMs: at(second) }, { connectionId, type: 'media_connected', atMs: at(until) });
    else if (what < 0.9) for (let touch = second; touch < until; touch += reportEvery * between(random, 1, 12)) observed.push({ connectionId, type: 'active', atMs: at(touch) });
    second = until;
  }
  return { seat, observed, to };
}

/** Mostly one stay after another, sometimes two devices at once. */
export function madeLesson(random: Random, startMs: number): MadeLesson {
  const seats: SeatFact[] = [];
  const observed: ObservedFact[] = [];
  for (let from = between(random, -300, 600), index = 0; from < lessonSeconds && index < 5; index++) {
    const one = stay(random, `c${index}`, from, startMs);
    seats.push(one.seat);
    observed.push(...one.observed);
    from = random() < 0.1 ? between(random, from, one.to) : one.to + between(random, 5, 400);
  }
  const verdicts: Verdict[] = ['matched', 'matched', 'matched', 'matched', 'matched', 'mismatched', 'missed', 'review'];
  const checks = [600, 1500, 3300, 4500].map((second, index) => {
    const verdict = verdicts[between(random, 0, verdicts.length)]!;
    const askedMs = startMs + (second + between(random, 0, 300)) * 1000;
    return { checkId: `k${index}`, kind: 'spot' as const, unitId: null, askedMs, deadlineMs: askedMs + 60_000, answeredMs: verdict === 'missed' ? null : askedMs + 9000, verdict };
  });
  return { facts: { seats, observed, checks }, units: madeUnits(startMs), startMs };
}

/** The same rules asked anew of every single second: slow, and nothing shared with the ledger. Milliseconds credited. */
export function creditBySeconds({ facts, startMs }: MadeLesson, { presence, checks: rules }: RulePack): number {
  const { seats, observed, checks } = facts;
  const toSecond = (ms: number): number => Math.round((ms - startMs) / 1000);
  const momentOf = (check: (typeof checks)[number]): number => toSecond(check.answeredMs ?? check.deadlineMs);
  const passes = checks.filter(({ verdict }) => verdict === 'matched').map(momentOf).sort((one, other) => one - other);
  const voided = checks.flatMap((check) => {
    const most = check.verdict === 'missed' ? rules.missedVoidsAtMostMinutes : check.verdict === 'mismatched' ? rules.failedVoidsAtMostMinutes : 0;
    if (most === 0) return [];
    const moment = momentOf(check);
    const from = Math.max(passes.findLast((pass) => pass <= moment) ?? 0, moment - most * 60);
    return [{ from, to: Math.min(passes.find((pass) => pass > moment) ?? lessonSeconds, from + most * 60) }];
  });
  const endOf = ({ connectedMs, lastSeenMs, leftMs, leftReason }: SeatFact): number => {
    const vouched = Math.max(connectedMs, lastSeenMs) + presence.leaseMs;
    return toSecond(leftMs === null ? vouched : leftReason === 'left' ? leftMs : Math.min(leftMs, vouched));
  };
  const counts = (seat: SeatFact, second: number): boolean => {
    const from = toSecond(seat.connectedMs);
    const end = endOf(seat);
    if (second < from || second >= end) return false;
    const own = observed.filter(({ connectionId, atMs }) => connectionId === seat.connectionId && toSecond(atMs) < end);
    const since = (on: string, off: string): number | null => {
      const past = own.filter(({ type, atMs }) => (type === on || type === off) && toSecond(atMs) <= second).sort((one, other) => one.atMs - other.atMs || (one.type === off ? -1 : 1));
      const lastOff = past.findLastIndex(({ type }) => type === off);
      const first = past[lastOff + 1];
      return first ? toSecond(first.atMs) : null;
    };
    const hidden = since('hidden', 'visible');
    if (hidden !== null && second >= hidden + presence.hiddenGraceMs / 1000) return false;
    const unfed = since('media_disconnected', 'media_connected');
    if (unfed !== null && presence.mediaGraceMs !== null && second >= unfed + presence.mediaGraceMs / 1000) return false;
    const touches = [from, 0, ...own.filter(({ type }) => type === 'active').map(({ atMs }) => toSecond(atMs)), ...checks.flatMap(({ answeredMs }) => (answeredMs !== null && toSecond(answeredMs) >= from ? [toSecond(answeredMs)] : []))];
    const last = Math.max(...touches.filter((touch) => touch <= second));
    return presence.idleAskAfterMs === null || second < last + (presence.idleAskAfterMs + presence.idleAnswerWithinMs) / 1000;
  };
  let credited = 0;
  for (let second = 0; second < lessonSeconds; second++) {
    if (isHeld(second) && !voided.some(({ from, to }) => second >= from && second < to) && seats.some((seat) => counts(seat, second))) credited++;
  }
  return credited * 1000;
}
