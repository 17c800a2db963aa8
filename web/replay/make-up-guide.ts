// Leads a player through what is to be made up: one open stretch after the other, standing still while a check waits.
import type { MakeUpState } from '#contracts/make-up.ts';

/** `hold`: stand still, a check or a question is due; `done`: nothing is left; `jump`: go on elsewhere; `on`: it is where it should be. */
export type Move = { kind: 'hold' | 'done' | 'on' } | { kind: 'jump'; toMs: number };

/** A player shows nothing of the first moment after a jump: it begins a little before what is open. */
export const leadMs = 1000;
/** How often the server is asked while the film stands still: for a check (`held`) soon, else before the viewing is over for want of a word. */
export const stillEveryMs = (held: boolean): number => (held ? 2000 : 20_000);
/** A player does not stand exactly where it was sent. */
const slackMs = 500;

/**
 * What to do after the server has heard where the film stands; `toldMs`: what it was told. The first of what is left always comes next. A film that was `held` has
 * run on for a moment that does not count: it goes back.
 */
export function moveAfter({ stand, left, question }: Pick<MakeUpState, 'stand' | 'left' | 'question'>, toldMs: number, held: boolean): Move {
  const next = left[0];
  if (!next) return { kind: 'done' };
  if (stand !== 'watching') return { kind: 'hold' };
  const [fromMs, toMs] = next;
  // What lies before the question is played first, also where the film has run past it.
  if (question && toldMs >= question.atMs) return fromMs >= question.atMs - leadMs ? { kind: 'hold' } : { kind: 'jump', toMs: Math.max(0, fromMs - leadMs) };
  if (!held && toldMs >= fromMs - leadMs - slackMs && toldMs < toMs) return { kind: 'on' };
  return { kind: 'jump', toMs: Math.max(0, fromMs - leadMs) };
}

/** The film has come to the end of the stretch it plays: the server has to hear of it, to say what comes next. */
export const isPlayed = ({ left }: Pick<MakeUpState, 'left'>, positionMs: number): boolean => left[0] !== undefined && positionMs >= left[0][1];

/** The film has come to the question in the way: it stands still at once, whatever the server still has to say. */
export const isAsking = ({ question, stand }: Pick<MakeUpState, 'question' | 'stand'>, positionMs: number): boolean => stand === 'watching' && question !== null && positionMs >= question.atMs;
