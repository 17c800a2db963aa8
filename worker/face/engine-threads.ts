// The face engine in threads: networks run without a pause for anybody else, so the worker's own thread only hands out pictures, and stays there for queues, figures and its end.
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DomainError, type ErrorCode } from '#domain/errors.ts';
import { ConfigError } from '#runtime/config.ts';
import type { Logger } from '#runtime/log.ts';
import { modelId, thresholds, type Analysis, type FaceEngine, type Urgency } from './engine.ts';

export interface ThreadData { folder: string }
/** A thread is sent one picture's bytes at a time, and null when it may end; it answers first that it is ready, or what is wrong with its settings. */
export type Answer = { ready: true } | { wrong: string[] } | { analysis: Analysis } | { error: { code: ErrorCode | null; message: string } };

interface Picture { bytes: Uint8Array; done: PromiseWithResolvers<Analysis> }
interface Thread { worker: Worker; picture: Picture | null }
/** Opens a thread that speaks as above. */
type Open = () => Worker;

const againMs = 1000;
/** How long a thread may take over its last picture before it is stopped. */
const letGoMs = 2000;

function errorOf({ code, message }: { code: ErrorCode | null; message: string }): Error {
  return code ? new DomainError(code, message) : new Error(`a picture could not be judged: ${message}`);
}

/** Resolves once the thread is ready. Throws ConfigError as the engine does; any other end of it is an error too. */
async function untilReady(worker: Worker): Promise<void> {
  const gone = once(worker, 'exit').then(([code]) => { throw new Error(`a face thread ended with ${code}`); });
  gone.catch(() => undefined);
  const [answer] = await Promise.race([once(worker, 'message'), gone]) as [Answer];
  if ('wrong' in answer) throw new ConfigError(answer.wrong);
}

export class FaceThreads implements FaceEngine {
  readonly modelId = modelId;
  readonly thresholds = thresholds;
  readonly #open: Open;
  readonly #log: Logger;
  readonly #threads = new Set<Thread>();
  readonly #opening = new Set<Worker>();
  readonly #waiting: Record<Urgency, Picture[]> = { now: [], later: [] };
  #closed: Promise<void> | null = null;

  private constructor(open: Open, log: Logger) {
    this.#open = open;
    this.#log = log;
  }

  /** One thread works when this resolves, the others soon after. Throws ConfigError where the first finds its settings wrong. */
  static async create(open: Open, threads: number, log: Logger): Promise<FaceThreads> {
    const pool = new FaceThreads(open, log);
    await pool.#add();
    for (let further = 1; further < threads; further++) void pool.#keep();
    return pool;
  }

  get threads(): number { return this.#threads.size; }

  analyse(bytes: Uint8Array, urgency: Urgency = 'now'): Promise<Analysis> {
    const picture: Picture = { bytes, done: Promise.withResolvers() };
    if (this.#closed) picture.done.reject(new Error('the face engine is closed'));
    else this.#waiting[urgency].push(picture);
    this.#next();
    return picture.done.promise;
  }

  #next(): void {
    for (const thread of this.#threads) {
      if (thread.picture) continue;
      const picture = this.#waiting.now.shift() ?? this.#waiting.later.shift();
      if (!picture) return;
      thread.picture = picture;
      thread.worker.postMessage(picture.bytes);
    }
  }

  async #add(): Promise<void> {
    const worker = this.#open();
    // Its end is what counts; an error without a listener would end the whole process.
    worker.on('error', (error) => this.#log.error({ err: error }, 'face thread failed'));
    this.#opening.add(worker);
    await untilReady(worker).finally(() => this.#opening.delete(worker));
    const thread: Thread = { worker, picture: null };
    worker.on('message', (answer: Answer) => this.#take(thread, answer));
    worker.once('exit', () => this.#lose(thread));
    this.#threads.add(thread);
    this.#next();
  }

  /** Until there is one thread more. */
  async #keep(): Promise<void> {
    while (!this.#closed) {
      try {
        return await this.#add();
      } catch (error) {
        if (this.#closed) return;
        this.#log.error({ err: error }, 'a face thread cannot be opened');
        await new Promise((resolve) => { setTimeout(resolve, againMs).unref(); });
      }
    }
  }

  #take(thread: Thread, answer: Answer): void {
    const { picture } = thread;
    thread.picture = null;
    if (picture && 'analysis' in answer) picture.done.resolve(answer.analysis);
    if (picture && 'error' in answer) picture.done.reject(errorOf(answer.error));
    this.#next();
  }

  /** Its picture fails, which its job tries again; another thread takes its place. */
  #lose(thread: Thread): void {
    this.#threads.delete(thread);
    thread.picture?.done.reject(new Error('the face thread ended'));
    if (this.#closed) return;
    this.#log.error('a face thread ended; another one is opened');
    void this.#keep();
  }

  /** What waits is refused; what runs may end within two seconds. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    for (const { done } of [...this.#waiting.now.splice(0), ...this.#waiting.later.splice(0)]) done.reject(new Error('the face engine is closed'));
    await Promise.all([...this.#opening].map((worker) => worker.terminate()));
    await Promise.all([...this.#threads].map(async ({ worker }) => {
      const timer = setTimeout(() => void worker.terminate(), letGoMs);
      const gone = once(worker, 'exit');
      worker.postMessage(null);
      await gone;
      clearTimeout(timer);
    }));
  }
}

/** Each thread has some 130 MB of its own, and eight judge some 160 pictures a second: more take memory from the rest of a large machine, and have to be asked for. */
export const usualThreads = (cores: number): number => Math.min(cores, 8);

/** `threads` engines beside each other. Throws ConfigError, see openFaceEngine. */
export const openFaceThreads = (folder: string, threads: number, log: Logger): Promise<FaceThreads> => {
  const workerData: ThreadData = { folder };
  return FaceThreads.create(() => new Worker(join(import.meta.dirname, 'face-thread.ts'), { workerData }), threads, log);
};
