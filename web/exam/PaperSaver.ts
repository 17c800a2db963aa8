// Saves a paper while it is written: every answer is kept on the device first, then sent, again and again until the server has it.
import type { ExamAnswer } from '#contracts/exam.ts';
import { backoffMs } from '../classroom/backoff.ts';
import { RestError, type RestErrorCode } from '../rest.ts';
import type { Given, KeptPaper } from './kept-paper.ts';

/** `saved`: the server has everything; `saving`: on the way; `offline`: no line, the device has it. */
export type SaveState = 'saved' | 'saving' | 'offline';
export interface SentAnswer extends Given { ordinal: number }
/** `refused` is told once and ends everything: the server takes no more answers from here. */
export interface SaverEvents {
  state(state: SaveState): void;
  refused(code: RestErrorCode): void;
}

/** Refusals that say nothing of the answers: the same ones go out again. */
export const passing: readonly RestErrorCode[] = ['unreachable', 'internal', 'too_many_attempts', 'unauthenticated'];
/** Typing is sent once it rests so long. */
const typingRestsMs = 1500;
/** So many answers in one request. */
const mostAtOnce = 50;

export class PaperSaver {
  readonly #kept: KeptPaper;
  readonly #send: (answers: SentAnswer[]) => Promise<void>;
  readonly #events: SaverEvents;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | null = null;
  #failures = 0;
  #closed = false;

  /** `send` tells the server and throws RestError. */
  constructor(kept: KeptPaper, send: (answers: SentAnswer[]) => Promise<void>, events: SaverEvents) {
    this.#kept = kept;
    this.#send = send;
    this.#events = events;
  }

  /** `typing`: more of it will come at once. */
  give(ordinal: number, answer: ExamAnswer | null, chosenAt: string, typing: boolean): void {
    if (this.#closed) return;
    this.#kept.give(ordinal, answer, chosenAt);
    // After a failure the planned attempt stands: a keystroke is no reason to ask a dead line.
    if (this.#failures > 0) return;
    this.#events.state('saving');
    clearTimeout(this.#timer);
    if (typing) this.#timer = setTimeout(() => { void this.flush(); }, typingRestsMs);
    else void this.flush();
  }

  /** What waits, as it is sent. */
  waiting(): SentAnswer[] { return [...this.#kept.waiting].map(([ordinal, given]) => ({ ordinal, ...given })); }

  /** Sends what waits, now. True where the server then has everything. */
  async flush(): Promise<boolean> {
    clearTimeout(this.#timer);
    this.#running ??= this.#sendAll().finally(() => { this.#running = null; });
    await this.#running;
    // Given while the last one was on its way.
    if (this.#kept.waiting.size > 0 && this.#failures === 0 && !this.#closed) return this.flush();
    return this.#kept.waiting.size === 0;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #sendAll(): Promise<void> {
    while (!this.#closed && this.#kept.waiting.size > 0) {
      const batch = this.waiting().slice(0, mostAtOnce);
      this.#events.state(this.#failures === 0 ? 'saving' : 'offline');
      try {
        await this.#send(batch);
      } catch (error) {
        if (!(error instanceof RestError)) throw error;
        this.#failed(error.code);
        return;
      }
      this.#failures = 0;
      for (const { ordinal, revision } of batch) this.#kept.acknowledge(ordinal, revision);
    }
    if (!this.#closed) this.#events.state('saved');
  }

  #failed(code: RestErrorCode): void {
    if (this.#closed) return;
    if (!passing.includes(code)) {
      this.close();
      this.#events.refused(code);
      return;
    }
    this.#failures++;
    this.#events.state('offline');
    this.#timer = setTimeout(() => { void this.flush(); }, backoffMs(this.#failures, 500, 8000, Math.random()));
  }
}
