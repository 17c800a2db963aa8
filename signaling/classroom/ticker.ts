// The clock of the classrooms: every second, one step after the other, never two rounds at once. Safe in several processes.
import type { Logger } from '#runtime/log.ts';

export interface TickStep { name: string; run(): Promise<void> }
const everyMs = 1_000;

export class Ticker {
  readonly #steps: readonly TickStep[];
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout;
  #round: Promise<void> | null = null;

  private constructor(steps: readonly TickStep[], log: Logger) {
    this.#steps = steps;
    this.#log = log;
    this.#timer = setInterval(() => void this.tick(), everyMs);
  }

  static async create(steps: readonly TickStep[], log: Logger): Promise<Ticker> {
    return new Ticker(steps, log);
  }

  /** One round now, or the one that is running. A step that fails is logged and does not stop the others. */
  tick(): Promise<void> {
    return (this.#round ??= this.#run().finally(() => {
      this.#round = null;
    }));
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
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
