// Seats whose sockets are gone, closed together: a class that is cut off is one statement, not one for each person.
import type { Live } from './context.ts';
import { cutSeats, tellParticipant, type Cut } from './seats.ts';

const gatherMs = 20;
const mostAtOnce = 2_000;

export class LostSeats {
  readonly #live: Live;
  #cuts: Cut[] = [];
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();

  private constructor(live: Live) {
    this.#live = live;
  }

  static async create(live: Live): Promise<LostSeats> {
    return new LostSeats(live);
  }

  add(cut: Cut): void {
    this.#cuts.push(cut);
    this.#timer ??= setTimeout(() => void this.flush(), gatherMs);
  }

  /** Resolves when everything added so far is written and told, or logged. Leases close what could not be written. */
  flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#writing = this.#writing.then(() => this.#write()).catch((error: unknown) => {
      this.#live.deps.log.error({ err: error }, 'leaving could not be written');
    });
    return this.#writing;
  }

  async #write(): Promise<void> {
    const cuts = this.#cuts;
    this.#cuts = [];
    for (let from = 0; from < cuts.length; from += mostAtOnce) {
      const closed = await cutSeats(this.#live, cuts.slice(from, from + mostAtOnce));
      for (const { lessonId, personId } of closed) await tellParticipant(this.#live, lessonId, personId);
    }
  }
}
