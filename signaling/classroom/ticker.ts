// A clock of the classrooms: every second what is due, one step after the other, never two rounds at once. Safe in several processes.
import type { Logger } from '#runtime/log.ts';
import type { Due, Look } from './due-look.ts';

export interface TickStep {
  name: string;
  /** What the rows are asked before the step; true, or none: it is run whatever they say. */
  due?(): Due | boolean;
  /** True: it changed rows that a later step may have to do with, so that the rows are asked once more for those. */
  run(): Promise<boolean | void>;
  /** Instead of `run`, where nothing was due. */
  quiet?(): void;
}
const everyMs = 1_000;

export class Ticker {
  readonly #steps: readonly TickStep[];
  readonly #log: Logger;
  readonly #look: Look;
  readonly #timer: NodeJS.Timeout;
  #round: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  private constructor(steps: readonly TickStep[], log: Logger, look: Look) {
    this.#steps = steps;
    this.#log = log;
    this.#look = look;
    this.#timer = setInterval(() => { if (!this.#round) void this.tick(); }, everyMs);
  }

  static async create(steps: readonly TickStep[], log: Logger, look: Look): Promise<Ticker> {
    return new Ticker(steps, log, look);
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
    let waiting = await this.#dueOf(this.#steps);
    for (const [place, step] of this.#steps.entries()) {
      if (!waiting.has(step)) continue;
      try {
        if (await step.run() === true) waiting = await this.#dueOf(this.#steps.slice(place + 1));
      } catch (error) {
        this.#log.error({ err: error, step: step.name }, 'a step of the clock failed');
      }
    }
  }

  /** Where the rows cannot be asked, every step is run, and each fails or not by itself. */
  async #dueOf(steps: readonly TickStep[]): Promise<ReadonlySet<TickStep>> {
    const asked = steps.map((step) => ({ step, due: step.due?.() ?? true }));
    const rows = asked.flatMap(({ due }) => (typeof due === 'boolean' ? [] : [due]));
    const answers = await this.#look(rows).catch((error: unknown) => {
      this.#log.error({ err: error }, 'what is due could not be asked');
      return rows.map(() => true);
    });
    const waiting = new Set(asked.filter(({ due }) => (typeof due === 'boolean' ? due : answers[rows.indexOf(due)])).map(({ step }) => step));
    for (const { step } of asked) if (!waiting.has(step)) step.quiet?.();
    return waiting;
  }
}
