// What checks take from the credit: before a sign-in, and around a check that was failed or missed.
import { passed, failed, signedIn } from '../check.ts';
import type { CheckRules } from '../rules/rule-pack.ts';
import { subtractSpans, totalMs, type Span } from '../spans.ts';
import type { CheckFact, HeldUnit, PresenceReason } from './facts.ts';

export type VoidReason = Extract<PresenceReason, 'not_signed_in' | 'check_failed' | 'check_missed'>;
export interface CheckVoid extends Span { reason: VoidReason }

const minuteMs = 60_000;
/** A verdict takes a second or two; what takes longer is the platform's. */
const slowVerdictMs = 10_000;
/** When a check told something: its answer, or the end of its time. */
const momentOf = ({ answeredMs, deadlineMs }: CheckFact): number => answeredMs ?? deadlineMs;

/** The further a telling of a check is, the later in the order of these words. */
const progressOf = ({ verdict, answeredMs }: CheckFact): string => (verdict ? `2 ${verdict}` : answeredMs === null ? '0' : '1');

/** By moment, of one moment by name. */
const byMoment = (one: CheckFact, other: CheckFact): number => momentOf(one) - momentOf(other) || (one.checkId < other.checkId ? -1 : 1);

/**
 * What was asked by `nowMs`, by moment. The same check told twice counts once: the telling that is further, of two verdicts the later one in the order of words, so
 * that order does not matter. Of one learner in one lesson there are a handful: they are looked through, and mostly come in order.
 */
function distinct(checks: readonly CheckFact[], nowMs: number): CheckFact[] {
  const known: CheckFact[] = [];
  for (const check of checks) {
    let at = 0;
    while (at < known.length && known[at]!.checkId !== check.checkId) at++;
    if (at === known.length || progressOf(check) > progressOf(known[at]!)) known[at] = check;
  }
  if (known.some((check, index) => index > 0 && byMoment(known[index - 1]!, check) > 0)) known.sort(byMoment);
  return known.every(({ askedMs }) => askedMs <= nowMs) ? known : known.filter(({ askedMs }) => askedMs <= nowMs);
}

/** From the last passed check to the next one, no longer than `mostMs`: what lies before the check first, for that is what it casts doubt on. `known` by moment. */
function around(atMs: number, known: readonly CheckFact[], mostMs: number, held: Span, reason: VoidReason): CheckVoid {
  let beforeMs = held.fromMs;
  let afterMs = held.toMs;
  for (const check of known) {
    if (check.verdict === null || !passed(check.verdict)) continue;
    const passMs = momentOf(check);
    if (passMs > atMs) {
      afterMs = passMs;
      break;
    }
    beforeMs = passMs;
  }
  const fromMs = Math.max(beforeMs, atMs - mostMs);
  return { fromMs, toMs: Math.min(afterMs, fromMs + mostMs), reason };
}

/** Of a spot check that was asked again, what came of it last counts. */
function isLastAttempt(check: CheckFact, known: readonly CheckFact[]): boolean {
  const first = check.retryOf ?? check.checkId;
  return !known.some(({ kind, checkId, retryOf, askedMs }) => kind === 'spot' && (retryOf ?? checkId) === first
    && (askedMs > check.askedMs || (askedMs === check.askedMs && checkId > check.checkId)));
}

/**
 * From the beginning to the sign-in (docs/decisions/040). One passed at the first asking is no loss; a later one counts from its passing. Before it is answered
 * nothing counts yet; answered, it waits for a machine or a person, and takes nothing until they say otherwise. Who was never asked is not to blame. Nor is whoever
 * passed in the end to blame for a verdict that was long in coming: they could not try again before it.
 */
function unsigned(span: Span, own: readonly CheckFact[]): CheckVoid[] {
  const good = own.find(({ verdict, answeredMs }) => signedIn({ verdict, answered: answeredMs !== null }));
  if (own.length === 0 || good === own[0]) return [];
  const unsignedSpan = { fromMs: span.fromMs, toMs: good ? momentOf(good) : span.toMs };
  const waited = good ? own.flatMap(({ answeredMs, settledMs }) => (answeredMs !== null && settledMs && settledMs - answeredMs > slowVerdictMs ? [{ fromMs: answeredMs, toMs: settledMs }] : [])) : [];
  return subtractSpans([unsignedSpan], waited).map((one) => ({ ...one, reason: 'not_signed_in' }));
}

/** Of these no check can take anything, whatever the others are: most learners have no other. */
const takesNothing = ({ kind, verdict, answeredMs }: CheckFact): boolean => (kind === 'sign_in' ? signedIn({ verdict, answered: answeredMs !== null })
  : verdict === null || (verdict !== 'missed' && !failed(verdict)));

const isTaught = ({ spans }: HeldUnit): boolean => totalMs(spans) > 0;
/** From the beginning of the first of them that was taught to the end of the last; null where none was. */
function wholeOf(units: readonly HeldUnit[]): Span | null {
  const first = units.find(isTaught)?.spans[0];
  const last = units.findLast(isTaught)?.spans.at(-1);
  return first && last ? { fromMs: first.fromMs, toMs: last.toMs } : null;
}

/** What sign-ins take. One for no unit in particular is for the first. */
function signInVoids(units: readonly HeldUnit[], whole: Span, known: readonly CheckFact[], rules: CheckRules): CheckVoid[] {
  const signIns = known.filter(({ kind }) => kind === 'sign_in');
  if (signIns.length === 0) return [];
  if (rules.signIn === 'each_lesson') return unsigned(whole, signIns);
  return units.filter(isTaught).flatMap((unit, index) => unsigned(wholeOf([unit])!, signIns.filter(({ unitId }) => unitId === unit.unitId || (unitId === null && index === 0))));
}

/** Spans without credit, of any order and overlap. Spot checks that still wait for their verdict take nothing. */
export function checkVoids(checks: readonly CheckFact[], units: readonly HeldUnit[], rules: CheckRules, nowMs: number): CheckVoid[] {
  if (checks.every(takesNothing)) return [];
  const whole = wholeOf(units);
  if (!whole) return [];
  const known = distinct(checks, nowMs);
  const voids = signInVoids(units, whole, known, rules);
  for (const check of known) {
    if (check.kind !== 'spot' || takesNothing(check) || !isLastAttempt(check, known)) continue;
    const [reason, minutes] = check.verdict === 'missed' ? ['check_missed', rules.missedVoidsAtMostMinutes] as const : ['check_failed', rules.failedVoidsAtMostMinutes] as const;
    voids.push(around(momentOf(check), known, minutes * minuteMs, whole, reason));
  }
  return voids;
}
