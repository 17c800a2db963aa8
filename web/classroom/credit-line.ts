// What a learner is told about their time in the classroom: from the server's word, and from what only the page can know, that it is not connected.
import type { Credit } from '#contracts/presence.ts';
import { creditAt } from '#domain/presence/credit-now.ts';
import type { PresenceReason } from '#domain/presence/facts.ts';
import type { LessonStatus } from '#domain/lesson.ts';
import type { LinkPhase } from './link.ts';

/** `soon`: it counts, and stops by itself when a grace is over; `checking`: signed in, and the picture is being looked at. */
export type LineState = 'counting' | 'soon' | 'stopped' | 'paused' | 'waiting' | 'offline' | 'checking' | 'unknown';
export interface CreditLine {
  state: LineState;
  /** Why it stopped, or will. */
  reason: PresenceReason | null;
  /** When it stops, where that is near; ms of the server's clock. */
  untilMs: number | null;
  /** Of the lesson up to now, whole minutes, cut; null while unknown. */
  minutes: { done: number; of: number } | null;
}
export interface LineFacts {
  phase: LinkPhase; status: LessonStatus;
  /** The browser knows of no network, or nothing is heard of the server any more: see `silence.ts`. */
  silent: boolean;
  /** False while the lead is away: that is an interruption, which costs nobody anything. */
  leadPresent: boolean;
  /** The learner has done their part of the sign-in, and it waits for its verdict. */
  signInAnswered: boolean;
  credit: Credit | null; nowMs: number;
}

const minutesOf = ({ heldMs, creditedMs }: Credit): { done: number; of: number } => ({ done: Math.floor(creditedMs / 60_000), of: Math.floor(heldMs / 60_000) });

export function creditLine({ phase, status, silent, leadPresent, signInAnswered, credit, nowMs }: LineFacts): CreditLine {
  const told = (state: LineState, rest: Partial<CreditLine> = {}): CreditLine => ({ state, reason: null, untilMs: null, minutes: null, ...rest });
  if (phase !== 'entered' || silent) return told('offline');
  if (status !== 'live') return told('waiting');
  if (!credit) return told('unknown');
  const now = creditAt(credit, nowMs);
  const minutes = minutesOf(leadPresent ? now : credit);
  if (now.reason === null || !leadPresent) return told('paused', { minutes });
  if (now.reason === 'present') return now.next ? told('soon', { minutes, reason: now.next.reason, untilMs: now.next.atMs }) : told('counting', { minutes });
  if (now.reason === 'not_signed_in' && signInAnswered) return told('checking', { minutes });
  return told('stopped', { minutes, reason: now.reason });
}
