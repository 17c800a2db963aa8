// The learners as processes: parts of them in each, so that no generator is slower than what it measures.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { isLoopback } from './line.ts';
import type { Click, Kind, Learner, Objects } from './clicks.ts';
import type { Order, Result, Wave } from './generator.ts';

/** Of the whole crowd. */
export interface Clicked { learner: number; atMs: number; kind: Kind }
/** `busiest`: of the generating processes the one that used most of its core, 0..1. */
export interface Measured { clicks: Click[]; errors: string[]; requests: number; seconds: number; generator: { processes: number; cpuSeconds: number; busiest: number } }
interface Part { child: ChildProcess; first: number; count: number }

export interface Gathering { url: string; learners: readonly Learner[]; objects: Objects; /** Nobody watches yet, everybody begins to. */ watch?: boolean }

const startDelayMs = 500;
const mostPerProcess = 5_000;

/** Everybody once, at moments drawn within `spreadMs`. */
export function everybody(count: number, spreadMs: number, kindOf: (learner: number) => Kind, random: () => number): Clicked[] {
  return Array.from({ length: count }, (_, learner) => ({ learner, atMs: random() * spreadMs, kind: kindOf(learner) })).sort((a, b) => a.atMs - b.atMs);
}

export class CrowdOfProcesses {
  readonly #parts: Part[];
  private constructor(parts: Part[]) {
    this.#parts = parts;
  }

  /** Every learner has a connection that stands. Throws where one does not come in. */
  static async gather({ url, learners, objects, watch = false }: Gathering): Promise<CrowdOfProcesses> {
    const processes = Math.max(2, Math.ceil(learners.length / mostPerProcess));
    const size = Math.ceil(learners.length / processes);
    const parts = Array.from({ length: processes }, (_, index) => {
      const child = fork(join(import.meta.dirname, 'generator.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      return { child, first: index * size, count: Math.min(size, learners.length - index * size) };
    });
    const crowd = new CrowdOfProcesses(parts);
    const local = isLoopback(url);
    try {
      const { errors } = await crowd.#all(({ first, count }, index) => ({ crowd: { url, from: local ? `127.0.0.${index + 2}` : null, learners: learners.slice(first, first + count), objects, watch } }));
      if (errors.length > 0) throw new Error(`the crowd does not come in: ${errors[0]}`);
      return crowd;
    } catch (error) {
      await crowd.close();
      throw error;
    }
  }

  async #all(order: (part: Part, index: number) => Order): Promise<Measured> {
    const results = await Promise.all(this.#parts.map(async (part, index) => {
      const answered = once(part.child, 'message');
      const gone = once(part.child, 'exit').then(([code]) => { throw new Error(`a generator ended with ${code}`); });
      gone.catch(() => undefined);
      part.child.send(order(part, index));
      const [result] = await Promise.race([answered, gone]) as [Result];
      return result;
    }));
    return {
      clicks: results.flatMap(({ clicks }) => clicks), errors: results.flatMap(({ errors }) => errors), requests: results.reduce((sum, { requests }) => sum + requests, 0),
      seconds: Math.max(...results.map(({ wallSeconds }) => wallSeconds)),
      generator: {
        processes: results.length, cpuSeconds: results.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
        busiest: Math.max(...results.map(({ cpuSeconds, wallSeconds }) => cpuSeconds / wallSeconds)),
      },
    };
  }

  /** In order of time. Answers when the last click was answered. */
  wave(due: readonly Clicked[]): Promise<Measured> {
    const startAtMs = performance.timeOrigin + performance.now() + startDelayMs;
    return this.#all(({ first, count }) => {
      const mine: Wave['due'] = due.filter(({ learner }) => learner >= first && learner < first + count).map((click) => ({ ...click, learner: click.learner - first }));
      return { wave: { startAtMs, due: mine } };
    });
  }

  /** `lines` over all processes. */
  flood(url: string, path: string, lines: number, seconds: number): Promise<Measured> {
    return this.#all(() => ({ flood: { url, path, lines: Math.ceil(lines / this.#parts.length), seconds } }));
  }

  async close(): Promise<void> {
    await Promise.all(this.#parts.filter(({ child }) => child.connected).map(async ({ child }) => {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    }));
  }
}
