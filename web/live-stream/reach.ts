// Whether WebRTC reaches this page, and what follows: the broadcast is offered, chosen, and left again. Pure; times in ms of one clock.

/** Why a join was refused: no media node has a seat, none answers, or this browser has no WebRTC. */
export type Refusal = 'full' | 'away' | 'unsupported';
export interface Reach {
  /** Media flow to this page. */
  reached: boolean;
  /** Somebody sends, and the line to the server is there. */
  expecting: boolean;
  onStage: boolean;
  /** Since when something should arrive and does not; null: nothing is waited for. */
  waitingSinceMs: number | null;
  /** When it was tried last; null: it was let in, or has not been tried since. */
  refused: Refusal | null;
  /** The person watches the broadcast. */
  chosen: boolean;
  /** WebRTC is tried beside the broadcast since then. */
  tryingSinceMs: number | null;
  /** The last such try came to nothing. */
  inVain: boolean;
}
export type ReachInput = { expecting: boolean; onStage: boolean } | { reached: boolean } | { refused: Refusal } | 'seated' | 'choose' | 'back' | 'tick';

export const firstReach: Reach = { reached: false, expecting: false, onStage: false, waitingSinceMs: null, refused: null, chosen: false, tryingSinceMs: null, inVain: false };
/** A picture that is not there by then will hardly come: joining takes one to two seconds, over TURN three. */
export const offerAfterMs = 8000;
/** How long the way back is tried. */
export const tryForMs = 12_000;

function changed(reach: Reach, input: ReachInput, nowMs: number): Reach {
  switch (input) {
    // The wait for a seat is over, that for the picture begins.
    case 'seated': return reach.refused === null ? reach : { ...reach, refused: null, waitingSinceMs: null };
    case 'choose': return { ...reach, refused: null, chosen: true, tryingSinceMs: null, inVain: false, reached: false };
    case 'back': return reach.chosen ? { ...reach, tryingSinceMs: nowMs, inVain: false } : reach;
    case 'tick': return reach.tryingSinceMs !== null && nowMs - reach.tryingSinceMs >= tryForMs ? { ...reach, refused: null, tryingSinceMs: null, inVain: true } : reach;
  }
  if (!('reached' in input)) return { ...reach, ...input };
  if (!input.reached) return { ...reach, reached: false };
  const arrived = { ...reach, reached: true, refused: null };
  return reach.tryingSinceMs === null ? arrived : { ...arrived, chosen: false, tryingSinceMs: null, inVain: false };
}

export function step(before: Reach, input: ReachInput, nowMs: number): Reach {
  const reach = changed(before, input, nowMs);
  const waiting = reach.expecting && !reach.reached && (!reach.chosen || reach.onStage);
  return { ...reach, waitingSinceMs: waiting ? reach.waitingSinceMs ?? nowMs : null };
}

/** Media are asked for: also while the broadcast plays, when the way back is tried, and always on the stage; never by a browser that has no WebRTC. */
export const wantsMedia = ({ chosen, tryingSinceMs, onStage, refused }: Reach): boolean => refused !== 'unsupported' && (!chosen || tryingSinceMs !== null || onStage);
/** The broadcast is what the page shows; on the stage it is not. */
export const shows = ({ chosen, onStage }: Reach): boolean => chosen && !onStage;
/** Why WebRTC is wanted and does not reach this page, as far as one can tell. A full room and a browser without WebRTC are told at once, everything else may pass in seconds. Null: it does, or is not waited for. */
export type Unreached = Refusal | 'blocked';
export function unreachedBy(reach: Reach, nowMs: number): Unreached | null {
  if (shows(reach) || reach.reached) return null;
  if (reach.refused === 'full' || reach.refused === 'unsupported') return reach.refused;
  return reach.waitingSinceMs !== null && nowMs - reach.waitingSinceMs >= offerAfterMs ? reach.refused ?? 'blocked' : null;
}
/** When `unreachedBy` or a try may change by time alone; null: not. */
export function dueMs(reach: Reach): number | null {
  if (reach.tryingSinceMs !== null) return reach.tryingSinceMs + tryForMs;
  return reach.waitingSinceMs === null ? null : reach.waitingSinceMs + offerAfterMs;
}
