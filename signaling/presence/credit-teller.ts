// Tells each learner whether their time counts, at enter and whenever it changes (R22, R23).
import { countingObservations } from '#domain/presence/facts.ts';
import type { CreditNow } from '#domain/presence/credit-now.ts';
import type { ObservationType } from '#db/entities/lesson.ts';
import { creditsOf, newlyWritten } from '#db/queries/credits.ts';
import { taughtOf } from '#db/queries/taught.ts';
import type { CreditSink, Live, Seat } from '../classroom/context.ts';
import { lessonsHere, seatsHere } from '../classroom/here.ts';
import { connectionRoom } from '../classroom/rooms.ts';

/** What happens in the same moment is reckoned together; so many learners by five reads, for less than 30 ms at a time. */
const gatherMs = 150;
const atOnce = 250;
/** The broadcast may be given by another process, and a fact can be lost with the line that tells it; only the rows know then: this often they are asked for whom they have something new. */
const unheardOf: ReadonlySet<CreditNow['reason']> = new Set(['no_media', 'not_signed_in']);
const againMs = 5_000;

/**
 * Nobody is asked about on a clock. A learner costs one reckoning (five reads shared by up to 250 learners, and 100 microseconds) when they enter, when their page is
 * hidden or shown, when their media come or go, when they are told of a check, when a unit begins or ends or is interrupted, and when a grace or the idle limit that was
 * foreseen is reached: for whoever sits there and works that is once in sixteen minutes and at each check. One small read a second asks what is taught in the lessons
 * somebody here sits in, and one every five seconds of whom something new was written, where somebody waits for that. Where 20,000 are concerned at
 * once, as by a new unit, 250 a turn are told, one turn after the other.
 */
export class CreditTeller implements CreditSink {
  readonly #live: () => Live;
  readonly #waiting = new Map<string, Seat>();
  readonly #told = new WeakMap<Seat, CreditNow>();
  /** What was taught when it was looked at last, by lesson. */
  #marks: ReadonlyMap<string, string> = new Map();
  readonly #hidden = new WeakSet<Seat>();
  /** When the rows were asked for news of a lesson, ms. */
  readonly #askedMs = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;
  #round: Promise<void> | null = null;
  #closed = false;

  private constructor(live: () => Live) {
    this.#live = live;
  }

  static create(live: () => Live): CreditTeller {
    return new CreditTeller(live);
  }

  changed(seat: Seat): void {
    if (seat.role !== 'student' || this.#closed) return;
    this.#waiting.set(seat.connectionId, seat);
    this.#timer ??= setTimeout(() => void this.flush(), gatherMs);
  }

  observed(seat: Seat, type: ObservationType): void {
    if (!(countingObservations as readonly ObservationType[]).includes(type)) return;
    // A page is there from the start: that it is shown says something only where it was hidden before.
    if (type === 'hidden') this.#hidden.add(seat);
    if (type === 'visible' && !this.#hidden.has(seat)) return;
    // A touch only matters to whoever was taken to be away.
    if (type === 'active' && this.#told.get(seat)?.reason !== 'idle') return;
    this.changed(seat);
  }

  /** A step of the clock: what is taught now, and what was foreseen for this moment. */
  async look(): Promise<void> {
    const live = this.#live();
    const nowMs = live.deps.now().getTime();
    const before = this.#marks;
    const lessonIds = lessonsHere(live);
    const taught = await taughtOf(live.deps.orm.em.fork(), lessonIds);
    this.#marks = new Map([...taught].map(([lessonId, { mark }]) => [lessonId, mark]));
    const moved = new Set([...this.#marks].filter(([lessonId, mark]) => before.get(lessonId) !== mark).map(([lessonId]) => lessonId));
    const news = await this.#newsOf(lessonIds, nowMs);
    for (const seat of seatsHere(live)) {
      const told = this.#told.get(seat);
      if (told && (moved.has(seat.lessonId) || (told.next !== null && told.next.atMs <= nowMs) || (unheardOf.has(told.reason) && news.get(seat.lessonId)?.has(seat.personId)))) this.changed(seat);
    }
    // Not waited for: a large class takes a while, and the clock has other things to do.
    void this.flush();
  }

  /** Of whom something new was written, in lessons where somebody here waits for it. */
  async #newsOf(lessonIds: readonly string[], nowMs: number): Promise<Map<string, Set<string>>> {
    for (const lessonId of this.#askedMs.keys()) if (!lessonIds.includes(lessonId)) this.#askedMs.delete(lessonId);
    const live = this.#live();
    const waited = new Set(seatsHere(live).filter((seat) => unheardOf.has(this.#told.get(seat)?.reason ?? null)).map(({ lessonId }) => lessonId));
    const news = new Map<string, Set<string>>();
    for (const lessonId of waited) {
      const askedMs = this.#askedMs.get(lessonId) ?? nowMs - againMs;
      if (nowMs - askedMs < againMs) continue;
      news.set(lessonId, await newlyWritten(live.deps.orm.em.fork(), lessonId, askedMs));
      this.#askedMs.set(lessonId, nowMs);
    }
    return news;
  }

  /** Tells everybody who waits. What cannot be read now is tried with the next look. */
  flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    return (this.#round ??= this.#tellAll().then(() => true, (error: unknown) => {
      this.#live().deps.log.error({ err: error }, 'whether time counts could not be told');
      return false;
    }).then((well) => {
      this.#round = null;
      if (well && this.#waiting.size > 0 && !this.#closed) this.#timer ??= setTimeout(() => void this.flush(), gatherMs);
    }));
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#waiting.clear();
    await this.#round;
  }

  async #tellAll(): Promise<void> {
    while (this.#waiting.size > 0 && !this.#closed) {
      const seats = [...this.#waiting.values()].slice(0, atOnce);
      for (const { connectionId } of seats) this.#waiting.delete(connectionId);
      for (const [lessonId, those] of Map.groupBy(seats, (seat) => seat.lessonId)) {
        await this.#tell(lessonId, those).catch((error: unknown) => {
          for (const seat of those) if (!this.#waiting.has(seat.connectionId)) this.#waiting.set(seat.connectionId, seat);
          throw error;
        });
      }
    }
  }

  async #tell(lessonId: string, seats: readonly Seat[]): Promise<void> {
    const live = this.#live();
    const em = live.deps.orm.em.fork();
    const held = seats.filter(({ connectionId }) => live.io.of('/').adapter.rooms.has(connectionRoom(connectionId)));
    // Read anew: a lesson that has begun a moment ago has begun.
    const taught = held.length > 0 ? (await taughtOf(em, [lessonId])).get(lessonId) : undefined;
    if (!taught) return;
    const people = new Set(held.map(({ personId }) => personId));
    // What is not written yet is taken before the rows are read: it is in one of both.
    const observed = Map.groupBy(live.presence.unwritten(lessonId, people), ({ personId }) => personId);
    const alive = new Set(held.map(({ connectionId }) => connectionId));
    const credits = await creditsOf(em, taught, [...people], live.deps.now().getTime(), { observed, alive: (connectionId) => alive.has(connectionId) });
    for (const seat of held) {
      const credit = credits.get(seat.personId);
      if (!credit) continue;
      this.#told.set(seat, credit);
      live.io.local.to(connectionRoom(seat.connectionId)).emit('presence:credit', shownOf(credit));
    }
  }
}

/** Whether somebody is there is asked before it costs them time: that is no turn by itself which a page should foresee. */
const shownOf = (credit: CreditNow): CreditNow => (credit.next?.reason === 'idle' ? { ...credit, next: null } : credit);
