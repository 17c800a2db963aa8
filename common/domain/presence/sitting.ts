// One viewing that makes up: what was watched in it, and what its checks take back. Its clock runs only while something is watched, so that a pause for a
// check is no time, and the same rules hold as in class.
import type { CheckKind, CheckStatus, Verdict } from '../check.ts';
import { signedIn } from '../check.ts';
import type { CheckRules, MakeUpRules } from '../rules/rule-pack.ts';
import { intersectSpans, subtractSpans, totalMs, unionSpans, type Span } from '../spans.ts';
import { checkVoids } from './check-voids.ts';
import type { CheckFact } from './facts.ts';

/** Instants of the live unit [from, to), epoch ms, in the order they were watched; `untilMs`: when the server heard of their end. */
export type WatchedPiece = [fromMs: number, toMs: number, untilMs: number];
/** `clockMs`: where the clock of the sitting stood when it was asked; `retryOf`: the first asking of a check that was asked once more. */
export interface SittingCheck { checkId: string; kind: CheckKind; status: CheckStatus; clockMs: number; askedMs: number; verdict: Verdict | null; retryOf: string | null }
export interface Sitting { viewingId: string; watched: readonly WatchedPiece[]; checks: readonly SittingCheck[] }

/** How long was watched, whatever it counts: the clock of the sitting, ms. */
export const clockOf = (watched: readonly WatchedPiece[]): number => watched.reduce((sum, [fromMs, toMs]) => sum + toMs - fromMs, 0);

/** Adds what was watched up to `nowMs`, ascending; a piece that goes on where the last one ended makes it longer. */
export function addWatched(before: readonly WatchedPiece[], more: readonly Span[], nowMs: number): WatchedPiece[] {
  const watched = before.map(([fromMs, toMs, untilMs]): WatchedPiece => [fromMs, toMs, untilMs]);
  for (const { fromMs, toMs } of more) {
    const last = watched.at(-1);
    if (last?.[1] === fromMs) [last[1], last[2]] = [toMs, nowMs];
    else watched.push([fromMs, toMs, nowMs]);
  }
  return watched;
}

/** Told twice counts once; in the order they were asked. */
function inOrder(checks: readonly SittingCheck[]): SittingCheck[] {
  const byId = new Map<string, SittingCheck>();
  for (const check of checks) {
    const known = byId.get(check.checkId);
    if (!known || (check.verdict ?? '') > (known.verdict ?? '')) byId.set(check.checkId, check);
  }
  return [...byId.values()].sort((one, other) => one.askedMs - other.askedMs || (one.checkId < other.checkId ? -1 : 1));
}

/** Checks follow each other while the clock stands still: they are set apart by less than a millisecond, which is cut off again. */
const apart = 1 / 4096;

/** Spans of the clock that do not count. Without a sign-in nothing does. */
function clockVoids(checks: readonly SittingCheck[], clockMs: number, rules: CheckRules): Span[] {
  const whole = { fromMs: 0, toMs: clockMs };
  const known = inOrder(checks);
  if (!known.some(({ kind }) => kind === 'sign_in')) return [whole];
  const facts = known.map(({ checkId, kind, status, clockMs: askedAt, verdict, retryOf }, index): CheckFact => {
    const atMs = askedAt + index * apart;
    return { checkId, kind, unitId: null, askedMs: atMs, deadlineMs: atMs, answeredMs: status === 'asked' ? null : atMs, verdict, retryOf };
  });
  return checkVoids(facts, [{ unitId: 'sitting', spans: [whole] }], { ...rules, signIn: 'each_lesson' }, Infinity)
    .map(({ fromMs, toMs }) => ({ fromMs: Math.floor(fromMs), toMs: Math.floor(toMs) }));
}

/** What of a sitting counts, as a union of instants: watched before `closesMs`, and not taken back by a check. What waits for a verdict counts until there is one. */
export function countedOf({ watched, checks }: Sitting, rules: CheckRules, closesMs: number): Span[] {
  const voids = clockVoids(checks, clockOf(watched), rules);
  let atMs = 0;
  const counted: Span[] = [];
  for (const [fromMs, toMs, untilMs] of watched) {
    const shift = fromMs - atMs;
    const kept = subtractSpans([{ fromMs, toMs }], voids.map((span) => ({ fromMs: span.fromMs + shift, toMs: span.toMs + shift })));
    if (untilMs <= closesMs) counted.push(...kept);
    atMs += toMs - fromMs;
  }
  return unionSpans(counted);
}

const isGood = ({ status, verdict }: SittingCheck): boolean => status !== 'void' && signedIn({ verdict, answered: status !== 'asked' });

/** A sign-in is asked until one is passed or waits for its verdict; then spot checks. */
export const nextKind = (checks: readonly SittingCheck[]): CheckKind =>
  (inOrder(checks).some((check) => check.kind === 'sign_in' && isGood(check)) ? 'spot' : 'sign_in');

/** `asked`: a check waits for its answer; `again`: the last one was missed or failed, or nobody is signed in. Only while `watching` something counts. */
export const sittingStands = ['watching', 'asked', 'again'] as const;
export type SittingStand = (typeof sittingStands)[number];

export function standOf(checks: readonly SittingCheck[]): SittingStand {
  const last = inOrder(checks).findLast(({ status }) => status !== 'void');
  if (last?.status === 'asked') return 'asked';
  return last && isGood(last) && nextKind(checks) === 'spot' ? 'watching' : 'again';
}

const minuteMs = 60_000;
/** Nobody is asked again right after the sign-in. */
const quietMs = minuteMs;

/**
 * When the clock of a sitting asks for the spot check of this block: one in each `45 / checksPerUnit` minutes, anywhere within it, so that none can be foreseen
 * from the ones before and a short stretch may have none. `random` in [0, 1), drawn for this block alone. Null where the pack wants none.
 */
export function spotMomentMs({ checksPerUnit }: MakeUpRules, block: number, random: number): number | null {
  if (checksPerUnit <= 0) return null;
  const blockMs = (45 * minuteMs) / checksPerUnit;
  const quiet = block === 0 ? Math.min(quietMs, blockMs / 4) : 0;
  return Math.min(Math.floor(block * blockMs + quiet + random * (blockMs - quiet)), Math.ceil((block + 1) * blockMs) - 1);
}

/** What of `open` was not watched so that it counts; rests shorter than `leastMs` are nobody's to go back for. */
export const leftOf = (open: readonly Span[], counted: readonly Span[], leastMs: number): Span[] =>
  subtractSpans(open, counted).filter(({ fromMs, toMs }) => toMs - fromMs >= leastMs);

/** Of what is open, how much counts, ms. */
export const countedMs = (open: readonly Span[], counted: readonly Span[]): number => totalMs(intersectSpans(open, counted));
