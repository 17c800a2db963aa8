// Whether WebRTC reaches this page, and what follows: the broadcast is offered, chosen, and left again. Pure; times in ms of one clock.

export interface Reach {
  /** Media flow to this page. */
  reached: boolean;
  onStage: boolean;
  /** Since when something should arrive and does not; null: nothing is waited for. */
  waitingSinceMs: number | null;
  /** The room took nobody more, or no media node answered, when it was tried last. */
  refused: boolean;
  /** The person watches the broadcast. */
  chosen: boolean;
  /** WebRTC is tried beside the broadcast since then. */
  tryingSinceMs: number | null;
  /** The last such try came to nothing. */
  inVain: boolean;
}
/** `expecting`: somebody sends, and the line to the server is there. */
export type ReachInput = { expecting: boolean; onStage: boolean } | { reached: boolean } | 'refused' | 'choose' | 'back' | 'tick';

export const firstReach: Reach = { reached: false, onStage: false, waitingSinceMs: null, refused: false, chosen: false, tryingSinceMs: null, inVain: false };
/** A picture that is not there by then will hardly come: joining takes one to two seconds, over TURN three. */
export const offerAfterMs = 8000;
/** How long the way back is tried. */
export const tryForMs = 12_000;

const since = (reach: Reach, waiting: boolean, nowMs: number): Reach => ({ ...reach, waitingSinceMs: waiting ? reach.waitingSinceMs ?? nowMs : null });

export function step(reach: Reach, input: ReachInput, nowMs: number): Reach {
  if (input === 'refused') return { ...reach, refused: true };
  if (input === 'choose') return { ...reach, chosen: true, tryingSinceMs: null, inVain: false, waitingSinceMs: null, reached: false };
  if (input === 'back') return reach.chosen ? { ...reach, tryingSinceMs: nowMs, inVain: false } : reach;
  if (input === 'tick') return reach.tryingSinceMs !== null && nowMs - reach.tryingSinceMs >= tryForMs ? { ...reach, tryingSinceMs: null, inVain: true } : reach;
  if ('expecting' in input) return since({ ...reach, onStage: input.onStage }, input.expecting && !reach.reached && (!reach.chosen || input.onStage), nowMs);
  if (!input.reached) return { ...reach, reached: false };
  const arrived = { ...reach, reached: true, refused: false, waitingSinceMs: null };
  return reach.tryingSinceMs === null ? arrived : { ...arrived, chosen: false, tryingSinceMs: null, inVain: false };
}

/** Media are asked for: also while the broadcast plays, when the way back is tried, and always on the stage. */
export const wantsMedia = ({ chosen, tryingSinceMs, onStage }: Reach): boolean => !chosen || tryingSinceMs !== null || onStage;
/** The broadcast is what the page shows; on the stage it is not. */
export const shows = ({ chosen, onStage }: Reach): boolean => chosen && !onStage;
/** WebRTC is wanted and does not reach this page, as far as one can tell. */
export const isUnreached = (reach: Reach, nowMs: number): boolean =>
  !shows(reach) && !reach.reached && (reach.refused || (reach.waitingSinceMs !== null && nowMs - reach.waitingSinceMs >= offerAfterMs));
/** When `isUnreached` or a try may change by time alone; null: not. */
export function dueMs(reach: Reach): number | null {
  if (reach.tryingSinceMs !== null) return reach.tryingSinceMs + tryForMs;
  return reach.waitingSinceMs === null ? null : reach.waitingSinceMs + offerAfterMs;
}
