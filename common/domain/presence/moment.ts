// What is so of a learner at one moment, moved along through time by turns: the inner loop of the ledger.
import type { VoidReason } from './check-voids.ts';
import type { PresenceReason } from './facts.ts';

export type SeatEnd = Extract<PresenceReason, 'left' | 'disconnected' | 'lease_expired' | 'idle' | 'removed'>;
/** Takes time away from whoever is there. */
export type TakenReason = VoidReason | Extract<PresenceReason, 'elsewhere'>;
export type LapseReason = Extract<PresenceReason, 'hidden' | 'idle' | 'no_media'>;

/** A seat's state has a bit per cause; of its lapses the lowest is told first. */
export const causes = { alive: 0, no_media: 1, idle: 2, hidden: 3, not_signed_in: 4, check_failed: 5, check_missed: 6, elsewhere: 7 } as const satisfies Record<'alive' | LapseReason | TakenReason, number>;
export type Cause = (typeof causes)[keyof typeof causes];
const lapses: readonly LapseReason[] = ['no_media', 'idle', 'hidden'];
const voids: readonly TakenReason[] = ['not_signed_in', 'check_failed', 'check_missed', 'elsewhere'];
const alive = 1;
const firstVoid = 4;
/** Of several ends in one moment the last of these is told. */
const ends: readonly SeatEnd[] = ['lease_expired', 'disconnected', 'idle', 'left', 'removed'];

/**
 * A turn is one number, as numbers sort much faster than objects: its time, whose it is (12 bits: 0 the learner's, else a seat's), of what cause (3 bits), and
 * whether it begins (1 bit, so that of one cause in one moment what ends comes first). A seat's end is a learner's turn too: its place in `ends`.
 */
const codes = 65_536;
const codesOfOne = 16;

/** Insertion is quickest for a few numbers that are nearly in order; many are left to the engine. */
const few = 64;
/** Ascending; may be the same list. */
export function sortNumbers(numbers: number[]): ArrayLike<number> {
  if (numbers.length > few) return Float64Array.from(numbers).sort();
  for (let from = 1; from < numbers.length; from++) {
    const number = numbers[from]!;
    let to = from;
    for (; to > 0 && numbers[to - 1]! > number; to--) numbers[to] = numbers[to - 1]!;
    numbers[to] = number;
  }
  return numbers;
}

/** Collects what begins and ends, of one seat each or of the learner (`slot` -1); at most 4,000 seats. */
export class Turns {
  readonly #baseMs: number;
  readonly #turns: number[] = [];
  #slots = 0;

  /** `baseMs`: all turns lie within four years of it. */
  constructor(baseMs: number) { this.#baseMs = baseMs; }

  span(slot: number, cause: Cause, fromMs: number, toMs: number): void {
    if (toMs <= fromMs) return;
    if (slot >= this.#slots) this.#slots = slot + 1;
    const code = (slot + 1) * codesOfOne + cause * 2;
    this.#turns.push((fromMs - this.#baseMs) * codes + code + 1, (toMs - this.#baseMs) * codes + code);
  }

  end(atMs: number, end: SeatEnd): void { this.#turns.push((atMs - this.#baseMs) * codes + ends.indexOf(end)); }

  begin(): Moment { return new Moment(sortNumbers(this.#turns), this.#baseMs, this.#slots); }
}

/** Walks through the turns; time only goes forward. */
export class Moment {
  readonly #turns: ArrayLike<number>;
  readonly #baseMs: number;
  readonly #seats: number[];
  /** Voids may overlap. */
  readonly #voids = [0, 0, 0, 0];
  #next = 0;
  #end: SeatEnd | null = null;

  constructor(turns: ArrayLike<number>, baseMs: number, slots: number) {
    this.#turns = turns;
    this.#baseMs = baseMs;
    this.#seats = new Array<number>(slots).fill(0);
  }

  /** Answers when something turns next; Infinity when nothing does. */
  moveTo(atMs: number): number {
    const turns = this.#turns;
    const passedMs = atMs - this.#baseMs;
    for (; this.#next < turns.length; this.#next++) {
      const turn = turns[this.#next]!;
      const turnMs = Math.floor(turn / codes);
      if (turnMs > passedMs) return turnMs + this.#baseMs;
      this.#take(turn - turnMs * codes);
    }
    return Infinity;
  }

  #take(code: number): void {
    const slot = (code >> 4) - 1;
    const cause = (code >> 1) & 7;
    const begins = (code & 1) === 1;
    if (slot >= 0) this.#seats[slot] = begins ? this.#seats[slot]! | (1 << cause) : this.#seats[slot]! & ~(1 << cause);
    else if (cause >= firstVoid) this.#voids[cause - firstVoid]! += begins ? 1 : -1;
    else this.#end = ends[code]!;
  }

  /** What is so now. */
  get reason(): PresenceReason {
    let best = lapses.length;
    for (let slot = 0; slot < this.#seats.length; slot++) {
      const state = this.#seats[slot]!;
      if (state === alive) return this.#void();
      if (state === 0) continue;
      const lapsed = state >> 1;
      best = Math.min(best, 31 - Math.clz32(lapsed & -lapsed));
    }
    return lapses[best] ?? this.#end ?? 'not_joined';
  }

  #void(): PresenceReason {
    for (let index = 0; index < voids.length; index++) if (this.#voids[index]! > 0) return voids[index]!;
    return 'present';
  }
}
