// The clock of the classrooms: every second, one step after the other, never two rounds at once. Safe in several processes.
import type { Logger } from '#runtime/log.ts';

export interface TickStep { name: string; run(): Promise<void> }
const everyMs = 1_000;

export class Ticker {
  readonly #steps: readonly TickStep[];
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout;
  #round: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  private constructor(steps: readonly TickStep[], log: Logger) {
    this.#steps = steps;
    this.#log = log;
    this.#timer = setInterval(() => { if (!this.#round) void this.tick(); }, everyMs);
  }

  static async create(steps: readonly TickStep[], log: Logger): Promise<Ticker> {
    return new Ticker(steps, log);
  }

  /** One whole round, begun after the call: when it is over, every step has seen what was so before. A step that fails is logged and does not stop the others. */
  tick(): Promise<void> {
    if (!this.#round) return (this.#round = this.#run().finally(() => { this.#round = null; }));
    return (this.#next ??= this.#round.then(() => {
      this.#next = null;
      return this.tick();
    }));
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#next;
    await this.#round;
  }

  async #run(): Promise<void> {
    for (const step of this.#steps) {
      try {
        await step.run();
      } catch (error) {
        this.#log.error({ err: error, step: step.name }, 'a step of the clock failed');
      }
    }
  }
}
