// One viewing of a replay, as the server counts it: its heartbeats, signed, in order, each repeated until it is answered.
import type { Heartbeat, HeartbeatReply, ViewingStart } from '#contracts/replay.ts';
import { viewingLapseMs } from '#domain/recording/watching.ts';
import type { PlayedSpans } from './played-spans.ts';
import { rest, restLast, RestError } from '../rest.ts';
import { heartbeatSigner, type SignHeartbeat } from './sign-heartbeat.ts';

/** `elsewhere`: this person goes on watching on another device. `lapsed`: the server heard too long nothing of this one. */
export type OverReason = 'elsewhere' | 'lapsed';
/** `over` is told once and ends everything. */
export interface WatchingEvents {
  /** `toldMs`: where the heartbeat said that the film stands. */
  heard(reply: HeartbeatReply, toldMs: number): void;
  /** A heartbeat got no answer; it is kept and sent again. */
  unheard(): void;
  over(reason: OverReason): void;
}
/** Where what was played is collected. */
export type WatchedSpans = Pick<PlayedSpans, 'take' | 'peek'>;

/** Answers that say nothing about the viewing: the same heartbeat goes out again. */
const passing: readonly string[] = ['unreachable', 'internal', 'too_many_attempts'];

export class Watching {
  readonly start: ViewingStart;
  readonly #sign: SignHeartbeat;
  readonly #spans: WatchedSpans;
  readonly #events: WatchingEvents;
  readonly #now: () => number;
  #nonce: string;
  #heardAtMs: number;
  #queue: Promise<void> = Promise.resolve();
  /** Sent, not answered: it may have arrived, so it goes out again unchanged. */
  #open: Heartbeat | null = null;
  /** Signed beforehand, because nothing can be waited for while a page closes. */
  #farewell: Heartbeat | null = null;
  #over = false;

  private constructor(start: ViewingStart, sign: SignHeartbeat, spans: WatchedSpans, events: WatchingEvents, now: () => number) {
    this.start = start;
    this.#sign = sign;
    this.#spans = spans;
    this.#events = events;
    this.#now = now;
    this.#nonce = start.nonce;
    this.#heardAtMs = now();
  }

  /** Begins a viewing, or (`makesUp`) one that makes up; what this person watched elsewhere ends. Throws RestError. `now` goes on while the device sleeps. */
  static async create(replayId: string, spans: WatchedSpans, events: WatchingEvents, now: () => number = Date.now, makesUp = false): Promise<Watching> {
    const start = await rest(makesUp ? 'POST /api/replays/:replayId/make-up' : 'POST /api/replays/:replayId/viewings', { params: { replayId } });
    return new Watching(start, await heartbeatSigner(start.viewingId, start.heartbeatKey), spans, events, now);
  }

  get over(): boolean { return this.#over; }
  /** What is answered no longer counts, because the server has heard nothing for too long. */
  get lapsed(): boolean { return this.#now() - this.#heardAtMs >= viewingLapseMs; }
  get unanswered(): boolean { return this.#open !== null; }
  /** Played and told, but not known to have arrived. */
  get unansweredMs(): number { return (this.#open?.played ?? []).reduce((sum, [from, to]) => sum + to - from, 0); }

  /** Tells where the film stands and what was played; one after the other. True where the server has heard it. Never throws. */
  beat(positionMs: number): Promise<boolean> {
    const done = this.#queue.then(async () => {
      // An unanswered one first: the server takes its heartbeats in order.
      if (this.#open && !await this.#send(this.#open)) return false;
      if (this.#over) return false;
      return this.#send(await this.#sign({ nonce: this.#nonce, positionMs: Math.max(0, Math.round(positionMs)), played: this.#spans.take(), leaving: false }));
    });
    this.#queue = done.then(() => undefined);
    return done;
  }

  async #send(beat: Heartbeat): Promise<boolean> {
    if (this.#over) return false;
    this.#open = beat;
    this.#farewell = null;
    try {
      const reply = await rest('POST /api/viewings/:viewingId/heartbeats', { params: { viewingId: this.start.viewingId }, body: beat });
      this.#open = null;
      this.#nonce = reply.nonce;
      this.#heardAtMs = this.#now();
      if (!this.#over) this.#events.heard(reply, beat.positionMs);
      return true;
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      if (!passing.includes(error.code)) this.end();
      else if (!this.#over) this.#events.unheard();
      return false;
    }
  }

  /** The server no longer takes this viewing's word; why follows from how long it has heard nothing. */
  end(): void {
    if (this.#over) return;
    const reason = this.lapsed ? 'lapsed' : 'elsewhere';
    this.#over = true;
    this.#events.over(reason);
  }

  /** Signs the farewell for this moment, so that `leave` need not wait. */
  async prepareFarewell(positionMs: number): Promise<void> {
    const [nonce, played, stands] = [this.#nonce, this.#spans.peek(), Math.max(0, Math.round(positionMs))];
    if (this.#open || this.#over || (this.#farewell?.positionMs === stands && played.length === 0)) return;
    const farewell = await this.#sign({ nonce, positionMs: stands, played, leaving: true });
    // Overtaken by a heartbeat, it would be an old word.
    if (!this.#open && this.#nonce === nonce) this.#farewell = farewell;
  }

  /** Leaves for good, also while the page closes; ends without a word to `over`. */
  leave(): void {
    if (this.#over) return;
    this.#over = true;
    const last = this.#farewell ?? this.#open;
    if (last) restLast('POST /api/viewings/:viewingId/heartbeats', { params: { viewingId: this.start.viewingId }, body: last });
  }
}
