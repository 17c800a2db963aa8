// Letting people into lessons at a rate this process can bear: a token bucket, so many at once, and a line for the others.
import { DomainError } from '#domain/errors.ts';
import type { Logger } from '#runtime/log.ts';
import { WaitingLine, type Rank } from './waiting-line.ts';

export interface Asker { lessonId: string; personId: string; socketId: string }
export interface Queued { position: number; waitMs: number }
export interface AdmissionOptions {
  perSecond: number;
  log: Logger;
  /** One answer for each asker, in their order. */
  ranksOf(askers: readonly Asker[]): Promise<Rank[]>;
  nowMs?: () => number;
}
/** What `/metrics` shows. */
export interface AdmissionLoad { waiting: number; entering: number; admittedPerSecond: number }

/** Who enters goes with others in one unit of work: enough for one to be written while the next gathers, and more would only wait there. */
export const mostAtOnce = 200;
const roundEveryMs = 50;
const tellEveryMs = { least: 1_000, most: 5_000 } as const;
const rateSpanMs = 1_000;
/** Numbering a long line is work too. */
const numberEveryMs = 250;

interface Entry extends Asker {
  told: (queued: Queued) => void;
  resolve: (done: () => void) => void;
  reject: (error: DomainError) => void;
  tellAtMs: number;
}
const keyOf = (asker: Asker): string => `${asker.lessonId}:${asker.personId}`;

export class Admission {
  readonly #options: AdmissionOptions;
  readonly #nowMs: () => number;
  readonly #line = new WaitingLine<Entry>();
  /** Everybody who waits, in the line or still without a rank. */
  readonly #waiting = new Map<string, Entry>();
  #unranked: Entry[] = [];
  #ranking: Promise<void> | null = null;
  #entering = 0;
  #tokens: number;
  #filledAtMs: number;
  #timer: NodeJS.Timeout | null = null;
  #numberedAtMs = -Infinity;
  #rate: { perSecond: number; since: number; admitted: number };

  private constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#tokens = options.perSecond;
    this.#filledAtMs = this.#nowMs();
    this.#rate = { perSecond: options.perSecond, since: this.#filledAtMs, admitted: 0 };
  }

  static async create(options: AdmissionOptions): Promise<Admission> {
    return new Admission(options);
  }

  get load(): AdmissionLoad {
    return { waiting: this.#waiting.size, entering: this.#entering, admittedPerSecond: this.#rate.perSecond };
  }

  /** True while this person waits here. */
  waits(lessonId: string, personId: string): boolean {
    return this.#waiting.has(`${lessonId}:${personId}`);
  }

  /**
   * Answers when it is this asker's turn; the answer must be called when entering is over. `told` hears the place in the line, at most once a second.
   * The same person again (another device, or the same after a cut) takes over the place; the older asker is refused with seat_taken_over.
   */
  turn(asker: Asker, told: (queued: Queued) => void): Promise<() => void> {
    const { promise, resolve, reject } = Promise.withResolvers<() => void>();
    const before = this.#waiting.get(keyOf(asker));
    if (before) {
      before.reject(new DomainError('seat_taken_over', 'this person waits on a newer connection'));
      Object.assign(before, { socketId: asker.socketId, told, resolve, reject, tellAtMs: 0 });
      return promise;
    }
    this.#fill();
    if (this.#waiting.size === 0 && this.#may()) {
      resolve(this.#admit());
      return promise;
    }
    const entry: Entry = { ...asker, told, resolve, reject, tellAtMs: 0 };
    this.#waiting.set(keyOf(entry), entry);
    this.#unranked.push(entry);
    this.#timer ??= setInterval(() => this.round(), roundEveryMs);
    this.#rank();
    return promise;
  }

  /** A socket that is gone waits no longer. */
  leave({ lessonId, personId, socketId }: Asker): void {
    const entry = this.#waiting.get(`${lessonId}:${personId}`);
    if (!entry || entry.socketId !== socketId) return;
    this.#forget(entry);
    this.#line.delete(entry);
    entry.reject(new DomainError('not_entered', 'left before its turn'));
  }

  /** Gives turns and tells places; the timer's work while somebody waits. */
  round(): void {
    this.#fill();
    while (this.#line.size > 0 && this.#may()) {
      const entry = this.#line.next()!;
      this.#forget(entry);
      entry.resolve(this.#admit());
    }
    this.#tell();
  }

  /** Refuses who waits. */
  close(): void {
    for (const entry of [...this.#waiting.values()]) this.leave(entry);
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  #may(): boolean {
    return this.#tokens >= 1 && this.#entering < mostAtOnce;
  }

  #fill(): void {
    const { perSecond } = this.#options;
    const nowMs = this.#nowMs();
    this.#tokens = Math.min(perSecond, this.#tokens + ((nowMs - this.#filledAtMs) / 1000) * perSecond);
    this.#filledAtMs = nowMs;
    const spanMs = nowMs - this.#rate.since;
    if (spanMs < rateSpanMs) return;
    // A span in which nobody had to wait says nothing about how fast it can go.
    const measured = this.#waiting.size > 0 ? (this.#rate.admitted / spanMs) * 1000 : perSecond;
    this.#rate = { perSecond: Math.min(perSecond, Math.max(1, (this.#rate.perSecond + measured) / 2)), since: nowMs, admitted: 0 };
  }

  #admit(): () => void {
    this.#tokens--;
    this.#entering++;
    this.#rate.admitted++;
    let over = false;
    return () => {
      if (over) return;
      over = true;
      this.#entering--;
      if (this.#line.size > 0) this.round();
    };
  }

  #forget(entry: Entry): void {
    this.#waiting.delete(keyOf(entry));
    if (this.#waiting.size > 0 || !this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  /** One question at a time for all who came meanwhile. */
  #rank(): void {
    if (this.#ranking || this.#unranked.length === 0) return;
    const asked = this.#unranked;
    this.#unranked = [];
    this.#ranking = this.#options.ranksOf(asked).catch((error: unknown) => {
      this.#options.log.warn({ err: error, askers: asked.length }, 'the order of entering is not known: as they came');
      return asked.map(() => 'new' as const);
    }).then((ranks) => {
      asked.forEach((entry, index) => {
        if (this.#waiting.get(keyOf(entry)) === entry) this.#line.add(entry, ranks[index] ?? 'new');
      });
      this.#ranking = null;
      this.round();
      this.#rank();
    });
  }

  #tell(): void {
    const nowMs = this.#nowMs();
    if (this.#line.size === 0 || nowMs - this.#numberedAtMs < numberEveryMs) return;
    this.#numberedAtMs = nowMs;
    for (const [entry, position] of this.#line.positions()) {
      if (entry.tellAtMs > nowMs) continue;
      const waitMs = Math.round((position / this.#rate.perSecond) * 1000);
      entry.tellAtMs = nowMs + Math.min(tellEveryMs.most, Math.max(tellEveryMs.least, waitMs / 4));
      entry.told({ position, waitMs });
    }
  }
}
