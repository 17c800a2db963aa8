// Processes of simulated learners (learners-main.ts): people dealt out among them, asked together.
import { join } from 'node:path';
import { ChildWork, type WorkReply, type WorkRequest } from '../receiver/child-work.ts';
import type { LearnerFigures, LearnerWish } from './learner.ts';

type None = Record<never, never>;
export interface LearnersWork {
  enter: { data: { url: string; lessonId: string; people: LearnerWish[]; withinMs: number }; reply: None };
  /** `rebuilt`: whose seats are lost at this moment. */
  mark: { data: { words: string; rebuilt: string[] }; reply: None };
  figures: { data: None; reply: { cpuMs: number; rssBytes: number; learners: LearnerFigures[] } };
  leave: { data: None; reply: None };
}
export type LearnersRequest<K extends keyof LearnersWork> = WorkRequest<LearnersWork, K>;
export type LearnersReply = WorkReply;
export interface AllFigures { learners: LearnerFigures[]; processes: { cpuMs: number; rssBytes: number }[]; atMs: number }

export class Learners {
  readonly #children: ChildWork<LearnersWork>[];

  private constructor(children: ChildWork<LearnersWork>[]) { this.#children = children; }

  static async start(processes: number): Promise<Learners> {
    const script = join(import.meta.dirname, 'learners-main.ts');
    const started = await Promise.all(Array.from({ length: processes }, () => ChildWork.start<LearnersWork>(script)));
    return new Learners(started.map(({ child }) => child));
  }

  /** All click within `withinMs`; who answers is not waited for. */
  async enter(url: string, lessonId: string, people: readonly LearnerWish[], withinMs: number): Promise<void> {
    await Promise.all(this.#children.map((child, index) => child.ask('enter', { url, lessonId, withinMs, people: people.filter((_, person) => person % this.#children.length === index) })));
  }

  async mark(words: string, rebuilt: string[]): Promise<void> { await Promise.all(this.#children.map((child) => child.ask('mark', { words, rebuilt }))); }

  async figures(): Promise<AllFigures> {
    const replies = await Promise.all(this.#children.map((child) => child.ask('figures', {})));
    return { learners: replies.flatMap(({ learners }) => learners), processes: replies.map(({ cpuMs, rssBytes }) => ({ cpuMs, rssBytes })), atMs: performance.now() };
  }

  async leave(): Promise<void> { await Promise.all(this.#children.map((child) => child.ask('leave', {}))); }

  close(): void { for (const child of this.#children) child.close(); }
}
