// Jobs through BullMQ: on PostgreSQL, or on Redis where REDIS_URL is set. Nothing else in the code knows which.
import { DelayedError, WaitingError, type Job } from 'bullmq';
import { jobId, jobs, type JobData, type JobName } from '#contracts/jobs.ts';
import { DomainError } from '#domain/errors.ts';
import { checker } from './answer.ts';
import type { Logger } from './log.ts';
import { openBackend, type JobQueue, type JobWorker, type QueueBackend, type QueueSource } from './queue-backends.ts';

export type { QueueSource } from './queue-backends.ts';

export interface Attempt {
  /** True when no further attempt follows: whoever handles the job settles the row now. */
  last: boolean;
  /** Aborted when the process stops and the job goes back to the queue. */
  signal: AbortSignal;
}
/** How a job went, for the figures: `failed` is tried again, `given_up` not. */
export type JobOutcome = 'done' | 'failed' | 'given_up' | 'later' | 'handed_back';
export type OnJob = (name: JobName, outcome: JobOutcome, tookMs: number) => void;
/** Jobs that wait, run, or wait for a later moment; of the whole platform. */
export interface QueueDepth { queue: JobName; waiting: number; active: number; delayed: number; oldestMs: number | null }
/** Not now: the job comes again after so long, and that was no attempt. */
export interface Later { laterMs: number }
type Handler<K extends JobName> = (data: JobData<K>, attempt: Attempt) => Promise<void | Later>;
export interface Queues {
  /** Adds the job of a row; adding it again while it is known changes nothing. */
  add<K extends JobName>(name: K, rowId: string, data: JobData<K>): Promise<void>;
  /** Takes jobs; a throwing handler is tried again with growing pauses, eight times in about two minutes. */
  work<K extends JobName>(name: K, concurrency: number, handle: Handler<K>): Promise<void>;
  /** Of every queue. */
  depths(): Promise<QueueDepth[]>;
  /** Takes no more jobs, waits `graceMs` (default 4000) for those running, and gives the rest back. Close before the database stops. */
  close(graceMs?: number): Promise<void>;
}

/** True for an error that is no attempt: files are on a store that is away, and the job comes again until it is back. Nothing is settled because of it. */
export const isNoAttempt = (error: unknown): boolean => error instanceof DomainError && error.code === 'storage_unavailable';
/** Pauses double from one to the other. */
const [firstPauseMs, longestPauseMs] = [1000, 30_000];

/** How long a handler may take to stop its children after the signal. */
const letGoMs = 2000;

class JobQueues implements Queues {
  readonly #backend: QueueBackend;
  readonly #log: Logger;
  readonly #queues: Map<JobName, JobQueue>;
  readonly #workers: JobWorker[] = [];
  readonly #stopping = new AbortController();
  readonly #onJob: OnJob;
  #closed: Promise<void> | null = null;

  private constructor(backend: QueueBackend, log: Logger, queues: Map<JobName, JobQueue>, onJob: OnJob) {
    this.#onJob = onJob;
    this.#backend = backend;
    this.#log = log;
    this.#queues = queues;
  }

  static async create(source: QueueSource, log: Logger, onJob: OnJob): Promise<JobQueues> {
    const backend = await openBackend(source, (error) => log.warn({ err: error }, 'queue connection'));
    const queues = new Map<JobName, JobQueue>();
    for (const name of Object.keys(jobs) as JobName[]) queues.set(name, await backend.queue(name));
    return new JobQueues(backend, log, queues, onJob);
  }

  depths(): Promise<QueueDepth[]> {
    return Promise.all([...this.#queues].map(async ([queue, jobsOf]): Promise<QueueDepth> => {
      const counts = await jobsOf.getJobCounts('wait', 'active', 'delayed');
      const waiting = counts['wait'] ?? counts['waiting'] ?? 0;
      const [oldest] = waiting > 0 ? await jobsOf.getJobs(['wait'], 0, 0, true) : [];
      return { queue, waiting, active: counts['active'] ?? 0, delayed: counts['delayed'] ?? 0, oldestMs: oldest ? Math.max(0, Date.now() - oldest.timestamp) : null };
    }));
  }

  async add<K extends JobName>(name: K, rowId: string, data: JobData<K>): Promise<void> {
    await this.#queues.get(name)?.add(name, checker(jobs[name])(data), { jobId: jobId(name, rowId) });
  }

  async work<K extends JobName>(name: K, concurrency: number, handle: Handler<K>): Promise<void> {
    const check = checker(jobs[name]);
    this.#workers.push(await this.#backend.worker(name, concurrency, (job, token) =>
      this.#timed(name, job, this.#run(job, token, (attempt) => handle(check(job.data), attempt)))));
  }

  /** What a job throws says how it went: given back, put off, or failed. */
  async #timed(name: JobName, job: Job, run: Promise<void>): Promise<void> {
    const beganMs = performance.now();
    const told = (outcome: JobOutcome): void => this.#onJob(name, outcome, performance.now() - beganMs);
    try {
      await run;
      told('done');
    } catch (error) {
      const last = job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
      told(error instanceof WaitingError ? 'handed_back' : error instanceof DelayedError ? 'later' : last ? 'given_up' : 'failed');
      throw error;
    }
  }

  async #run(job: Job, token: string | undefined, handle: (attempt: Attempt) => Promise<void | Later>): Promise<void> {
    const startedAt = Date.now();
    const last = job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
    const work = handle({ last, signal: this.#stopping.signal });
    let later: void | Later;
    try {
      later = await untilStopped(this.#stopping.signal, work);
    } catch (error) {
      if (this.#stopping.signal.aborted) await this.#giveBack(job, token, work);
      if (isNoAttempt(error)) {
        this.#log.warn({ err: error, jobId: job.id }, 'job waits for the object store');
        await this.#delay(job, token, { laterMs: Math.min(longestPauseMs, firstPauseMs * 2 ** Math.max(0, job.attemptsStarted - job.attemptsMade - 1)) });
      }
      this.#log[last ? 'error' : 'warn']({ err: error, jobId: job.id, attempt: job.attemptsMade + 1 }, 'job failed');
      throw error;
    }
    if (later) await this.#delay(job, token, later);
    this.#log.info({ jobId: job.id, ms: Date.now() - startedAt }, 'job done');
  }

  async #delay(job: Job, token: string | undefined, { laterMs }: Later): Promise<never> {
    await job.moveToDelayed(Date.now() + laterMs, token);
    throw new DelayedError();
  }

  /** Back to the queue once the handler let go (it heard the signal), so that the next worker need not wait until the lock runs out. */
  async #giveBack(job: Job, token: string | undefined, work: Promise<unknown>): Promise<never> {
    const letGo = Promise.withResolvers<void>();
    const timer = setTimeout(letGo.resolve, letGoMs);
    await Promise.race([work.catch(() => undefined), letGo.promise]);
    clearTimeout(timer);
    await job.moveToWait(token);
    this.#log.info({ jobId: job.id }, 'job handed back');
    throw new WaitingError();
  }

  close(graceMs = 4000): Promise<void> {
    this.#closed ??= this.#close(graceMs);
    return this.#closed;
  }

  async #close(graceMs: number): Promise<void> {
    const timer = setTimeout(() => this.#stopping.abort(), graceMs);
    await Promise.all(this.#workers.map((worker) => worker.close()));
    clearTimeout(timer);
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
    await this.#backend.close();
  }
}

/** What `work` gives, or a rejection as soon as the process stops. */
async function untilStopped<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(new DOMException('the process stops', 'AbortError'));
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** `onJob` hears of every job that was run here. */
export const openQueues = (source: QueueSource, log: Logger, onJob: OnJob = () => undefined): Promise<Queues> => JobQueues.create(source, log, onJob);
