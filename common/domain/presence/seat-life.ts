// One seat: from when to when it was alive, why it ended, and when within that it did not count. Told fact by fact, so that nothing is gathered first.
import type { PresenceRules } from '../rules/rule-pack.ts';
import type { ObservedFact, SeatFact } from './facts.ts';
import { causes, type Cause, type SeatEnd, type Turns } from './moment.ts';

/** Where the seat ended. An end that was observed itself counts as it was written; one that was only noticed, no further than the last sign of life vouches for. */
function endOf({ connectedMs, lastSeenMs, leftMs, leftReason }: SeatFact, leaseMs: number, nowMs: number): { toMs: number; end: SeatEnd | null } {
  const vouchedMs = Math.max(connectedMs, lastSeenMs) + leaseMs;
  if (leftMs !== null && leftMs <= nowMs) {
    if (leftReason === 'left') return { toMs: leftMs, end: 'left' };
    if (leftReason === 'idle') return { toMs: leftMs, end: 'idle' };
    if (leftReason === 'removed') return { toMs: Math.min(leftMs, vouchedMs), end: 'removed' };
    // Another device goes on, nothing does, or the line is cut: what comes after is nobody's leaving. After a restart all of them are written long after the last sign of life.
    if (leftReason !== 'lease_expired' && leftMs <= vouchedMs) return { toMs: leftMs, end: 'disconnected' };
  }
  return vouchedMs <= nowMs ? { toMs: vouchedMs, end: 'lease_expired' } : { toMs: nowMs, end: null };
}

/** In one moment what stops credit comes last, so that it holds. */
const order = { active: 0, visible: 1, media_connected: 2, broadcast: 3, media_disconnected: 4, hidden: 5 } as const satisfies Record<ObservedFact['type'], number>;

/** In time, and of one moment in that order. */
export const inTime = (observed: readonly ObservedFact[]): ObservedFact[] => observed.toSorted((one, other) => one.atMs - other.atMs || order[one.type] - order[other.type]);

/** A span that began, or none: `at > Infinity` never holds. */
const none = Infinity;

/** What the seats of a learner share. `answeredMs`, ascending: when a face was seen, which is a touch too. Nothing after `nowMs`; nobody is idle before teaching began. */
export interface Learner { answeredMs: ArrayLike<number>; rules: PresenceRules; taughtFromMs: number; nowMs: number; turns: Turns }

/** The seat as the rules see it, written into the learner's turns under its `slot`. Give `observe` the seat's facts in time, then `close`. */
export class SeatLife {
  readonly #learner: Learner;
  readonly #slot: number;
  readonly #idleAfterMs: number;
  readonly #fromMs: number;
  readonly #toMs: number;
  #lastMs = -Infinity;
  /** When the page was hidden or media were lost last: who shows or feeds in the same moment is told too late. */
  #lastStopMs = -Infinity;
  #nextAnswer = 0;
  /** None: Infinity. */
  #nextAnswerMs: number;
  #hiddenMs = none;
  #unfedMs = none;
  #idleMs: number;

  constructor(seat: SeatFact, slot: number, learner: Learner) {
    const { answeredMs, rules, taughtFromMs, nowMs, turns } = learner;
    const { toMs, end } = endOf(seat, rules.leaseMs, nowMs);
    this.#learner = learner;
    this.#slot = slot;
    this.#idleAfterMs = rules.idleAskAfterMs === null ? Infinity : rules.idleAskAfterMs + rules.idleAnswerWithinMs;
    this.#fromMs = seat.connectedMs;
    this.#toMs = toMs;
    this.#idleMs = Math.max(seat.connectedMs, taughtFromMs);
    while (this.#nextAnswer < answeredMs.length && answeredMs[this.#nextAnswer]! < seat.connectedMs) this.#nextAnswer++;
    this.#nextAnswerMs = answeredMs[this.#nextAnswer] ?? Infinity;
    turns.span(slot, causes.alive, seat.connectedMs, toMs);
    if (end) turns.end(Math.max(seat.connectedMs, toMs), end);
  }

  /** False where the fact is told after one that has to come later: then nothing of this seat holds, and its facts have to be sorted first. */
  observe(type: ObservedFact['type'], atMs: number): boolean {
    if (atMs < this.#fromMs || atMs >= this.#toMs) return true;
    if (atMs < this.#lastMs) return false;
    this.#lastMs = atMs;
    this.#seeFaces(atMs);
    switch (type) {
      case 'active': this.#touch(atMs); return true;
      case 'hidden': this.#hiddenMs = Math.min(this.#hiddenMs, this.#lastStopMs = atMs); return true;
      case 'visible': this.#show(atMs); return atMs > this.#lastStopMs;
      case 'media_disconnected': this.#unfedMs = Math.min(this.#unfedMs, this.#lastStopMs = atMs); return true;
      default: this.#feed(atMs); return atMs > this.#lastStopMs;
    }
  }

  close(): void {
    this.#seeFaces(this.#toMs);
    this.#show(this.#toMs);
    this.#feed(this.#toMs);
    this.#touch(this.#toMs);
  }

  #seeFaces(untilMs: number): void {
    while (this.#nextAnswerMs < untilMs) {
      this.#touch(this.#nextAnswerMs);
      this.#nextAnswerMs = this.#learner.answeredMs[++this.#nextAnswer] ?? Infinity;
    }
  }

  #touch(atMs: number): void {
    this.#lapse(causes.idle, this.#idleMs + this.#idleAfterMs, atMs);
    this.#idleMs = Math.max(atMs, this.#learner.taughtFromMs);
  }

  #show(atMs: number): void {
    this.#lapse(causes.hidden, this.#hiddenMs + this.#learner.rules.hiddenGraceMs, atMs);
    this.#hiddenMs = none;
  }

  #feed(atMs: number): void {
    this.#lapse(causes.no_media, this.#unfedMs + (this.#learner.rules.mediaGraceMs ?? Infinity), atMs);
    this.#unfedMs = none;
  }

  #lapse(cause: Cause, fromMs: number, toMs: number): void {
    if (toMs > fromMs) this.#learner.turns.span(this.#slot, cause, fromMs, toMs);
  }
}
