// One reading of the rows for all who want the same at the same time, in nobody's name.
import { inNobodysName } from '#runtime/batches.ts';

/** Share of the time that is spent reading when everybody asks at once. */
const restFactor = 3;

interface Turn<T> { running: Promise<T> | null; next: Promise<T> | null; restUntilMs: number }

/**
 * What an asker gets was read after it asked, so it is never older than the question. Whoever asks while a reading runs shares the next one;
 * between two readings there is a rest as long as the reading took, several times, so that a crowd of askers does not mean a crowd of readings. `mostRestMs`: the longest.
 */
export class SharedRead<T> {
  readonly #read: (key: string) => Promise<T>;
  readonly #mostRestMs: number;
  readonly #turns = new Map<string, Turn<T>>();

  constructor(read: (key: string) => Promise<T>, mostRestMs = Infinity) {
    this.#read = read;
    this.#mostRestMs = mostRestMs;
  }

  get(key: string): Promise<T> {
    let turn = this.#turns.get(key);
    if (!turn) this.#turns.set(key, (turn = { running: null, next: null, restUntilMs: 0 }));
    if (!turn.running && !turn.next && performance.now() >= turn.restUntilMs) return this.#start(key, turn);
    return (turn.next ??= this.#later(key, turn));
  }

  async #later(key: string, turn: Turn<T>): Promise<T> {
    await turn.running?.catch(() => undefined);
    const restMs = turn.restUntilMs - performance.now();
    if (restMs > 0) await new Promise((resolve) => { setTimeout(resolve, restMs); });
    turn.next = null;
    return this.#start(key, turn);
  }

  #start(key: string, turn: Turn<T>): Promise<T> {
    const startedMs = performance.now();
    const running = inNobodysName(() => this.#read(key)).finally(() => {
      const endedMs = performance.now();
      turn.restUntilMs = endedMs + Math.min(this.#mostRestMs, (endedMs - startedMs) * restFactor);
      turn.running = null;
      // Nobody has asked for a while after the rest: the key is forgotten, lessons come and go.
      setTimeout(() => { if (!turn.running && !turn.next && this.#turns.get(key) === turn) this.#turns.delete(key); }, turn.restUntilMs - endedMs).unref();
    });
    turn.running = running;
    return running;
  }
}
