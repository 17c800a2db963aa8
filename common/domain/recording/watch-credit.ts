// What of a replay counts as watched: what was both given out and played, never faster than real time allows, each moment once.
import { earliest, intersectPairs, lengthOf, reach, unionPairs, type Pair } from './spans.ts';

export interface WatchRules {
  durationMs: number;
  /** Milliseconds of the file credited, and played at most, per millisecond of real time. */
  creditSpeed: number; fastestSpeed: number;
  /** Share of the file credited from which it counts as watched whole, 0..1. */
  completeShare: number;
  /** Nobody gets ahead of what was watched. */
  skippingForbidden: boolean;
}
export interface Watched {
  /** Of this person and file over all viewings: a union. */
  credited: readonly Pair[]; furthestMs: number; completed: boolean;
  /** Of this viewing: what was given out, in any order, and what of the real time so far is not used up (ms of the file). */
  issued: readonly Pair[]; creditLeftMs: number; playLeftMs: number;
}
/** What one heartbeat says; `elapsedMs` is the server's own time since the one before it (or since the viewing began). */
export interface Beat { elapsedMs: number; played: readonly Readonly<Pair>[]; positionMs: number }
export interface WatchStep {
  /** What of this beat real time paid for, whether or not it was credited before: a union. */
  earned: Pair[];
  credited: Pair[]; creditedMs: number; gainedMs: number; furthestMs: number; positionMs: number; completed: boolean;
  issued: Pair[]; creditLeftMs: number; playLeftMs: number;
}

/** Heartbeats arrive unevenly: real time not used up is carried over for as long, and no longer, so that a pause cannot be saved up. */
export const carryMs = 10_000;
/** Players lose a moment at a seek or a stall; a hole longer than this was not watched. */
export const holeMs = 1000;
/** A player stops a little before the end of a file. */
const endMs = 2000;

const wellFormed = ([from, to]: Readonly<Pair>): boolean => Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to;
/** False for spans that run backwards or are no whole milliseconds. */
export const playedIsValid = (played: readonly Readonly<Pair>[]): boolean => played.every(wellFormed);

/**
 * One heartbeat. Credited is the earliest part of (issued ∩ played) that real time pays for at `creditSpeed`; a viewing begins with
 * nothing carried over, so over any viewing credit <= real time x creditSpeed. `furthestMs` moves through what was watched without a hole, at most
 * at `fastestSpeed`. Where skipping is forbidden the position stays with it.
 */
export function watchStep(before: Watched, rules: WatchRules, beat: Beat): WatchStep {
  const { durationMs, creditSpeed, fastestSpeed } = rules;
  const elapsedMs = Math.max(0, beat.elapsedMs);
  const issued = unionPairs(before.issued);
  const seen = intersectPairs(intersectPairs(beat.played, issued), [[0, durationMs]]);
  const creditMs = before.creditLeftMs + Math.floor(elapsedMs * creditSpeed);
  const playMs = before.playLeftMs + Math.floor(elapsedMs * fastestSpeed);
  const [earned, watched] = [earliest(seen, creditMs), earliest(seen, playMs)];
  const credited = unionPairs(before.credited, earned);
  const creditedMs = lengthOf(credited);
  const furthestMs = Math.min(durationMs, reach(unionPairs(credited, watched), before.furthestMs, holeMs));
  return {
    earned, credited, creditedMs, gainedMs: creditedMs - lengthOf(before.credited), furthestMs, issued,
    positionMs: Math.min(beat.positionMs, durationMs, rules.skippingForbidden ? furthestMs + holeMs : durationMs),
    completed: before.completed || creditedMs >= durationMs * rules.completeShare,
    creditLeftMs: Math.min(creditMs - lengthOf(earned), Math.floor(carryMs * creditSpeed)),
    playLeftMs: Math.min(playMs - lengthOf(watched), Math.floor(carryMs * fastestSpeed)),
  };
}

/** Where one may stand: `furthestMs` where skipping is forbidden. */
export interface Standing { positionMs: number; furthestMs: number; skippingForbidden: boolean }
/** Whether what begins at `fromMs` may be given out: at most `aheadMs` before the position, and before what was watched where skipping is forbidden. */
export const mayIssue = ({ positionMs, furthestMs, skippingForbidden }: Standing, fromMs: number, aheadMs: number): boolean =>
  fromMs <= positionMs + aheadMs && (!skippingForbidden || fromMs <= furthestMs + aheadMs);

/** Where to go on: where one stopped, and at the end from the beginning. */
export const resumeAt = (positionMs: number, durationMs: number): number => (positionMs >= durationMs - endMs ? 0 : positionMs);
