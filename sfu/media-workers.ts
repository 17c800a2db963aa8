// The node's media workers, one per core. A dead one is replaced at once on the same port.
import { DomainError } from '#domain/errors.ts';
import type { Logger } from '#runtime/log.ts';
import { startMediaWorker, weight, type MediaWorker, type MediaWorkerOptions } from './media-worker.ts';

const firstRetryMs = 200;
const longestRetryMs = 10_000;
/** Replacing a worker takes some tens of milliseconds; whoever asks meanwhile is not turned away at once. */
const replacementPatienceMs = 3000;

export class MediaWorkers {
  readonly #options: MediaWorkerOptions;
  readonly #log: Logger;
  readonly #slots: (MediaWorker | null)[];
  readonly #cpu = new WeakMap<MediaWorker, { usedMs: number; atMs: number }>();
  #timers = new Set<NodeJS.Timeout>();
  #replaced = Promise.withResolvers<void>();
  #closed = false;

  private constructor(options: MediaWorkerOptions, log: Logger, workers: MediaWorker[]) {
    this.#options = options;
    this.#log = log;
    this.#slots = workers;
    workers.forEach((worker) => this.#watch(worker));
  }

  /** Throws when any of them cannot start; then none is left running. */
  static async create(count: number, options: MediaWorkerOptions, log: Logger): Promise<MediaWorkers> {
    const started = await Promise.allSettled(Array.from({ length: count }, (_, index) => startMediaWorker(index, options)));
    const workers = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const failed = started.find((result) => result.status === 'rejected');
    if (failed) {
      workers.forEach(({ worker }) => worker.close());
      throw failed.reason;
    }
    return new MediaWorkers(options, log, workers);
  }

  get alive(): MediaWorker[] { return this.#slots.filter((slot): slot is MediaWorker => slot !== null && !slot.worker.closed); }

  /** Those that `fit` come first; `preferred` wins a tie: staying on one worker saves a pipe. Throws media_unavailable while none is alive. */
  leastLoaded(preferred?: MediaWorker, fit: (worker: MediaWorker) => boolean = () => true): MediaWorker {
    const order = (one: MediaWorker): number => weight(one.load) * 2 - (one === preferred ? 1 : 0);
    const [best] = this.alive.sort((one, other) => Number(fit(other)) - Number(fit(one)) || order(one) - order(other));
    if (!best) throw new DomainError('media_unavailable', 'no media worker is running');
    return best;
  }

  /** Waits for a worker where all of them just died. Throws media_unavailable when none comes. */
  async someAlive(): Promise<void> {
    const patience = AbortSignal.timeout(replacementPatienceMs);
    const over = new Promise<void>((resolve) => { patience.addEventListener('abort', () => resolve()); });
    while (this.alive.length === 0 && !this.#closed && !patience.aborted) await Promise.race([this.#replaced.promise, over]);
    if (this.alive.length === 0) throw new DomainError('media_unavailable', 'no media worker is running');
  }

  /** Notes the CPU each used since the last call. */
  async measure(): Promise<void> {
    await Promise.all(this.alive.map(async (one) => {
      const usage = await one.worker.getResourceUsage();
      const now = { usedMs: usage.ru_utime + usage.ru_stime, atMs: performance.now() };
      const before = this.#cpu.get(one) ?? { usedMs: 0, atMs: -Infinity };
      this.#cpu.set(one, now);
      one.cpuPercent = Math.round((1000 * (now.usedMs - before.usedMs)) / (now.atMs - before.atMs)) / 10;
    }));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timers.forEach((timer) => clearTimeout(timer));
    this.alive.forEach(({ worker }) => worker.close());
  }

  #watch(one: MediaWorker): void {
    one.worker.on('died', (error) => {
      this.#log.error({ err: error, worker: one.index, pid: one.worker.pid }, 'media worker died');
      this.#slots[one.index] = null;
      this.#replace(one.index, firstRetryMs);
    });
  }

  #replace(index: number, retryMs: number): void {
    if (this.#closed) return;
    startMediaWorker(index, this.#options).then((fresh) => {
      if (this.#closed) return fresh.worker.close();
      this.#slots[index] = fresh;
      this.#watch(fresh);
      this.#log.info({ worker: index, pid: fresh.worker.pid }, 'media worker replaced');
      this.#replaced.resolve();
      this.#replaced = Promise.withResolvers<void>();
    }).catch((error: unknown) => {
      this.#log.error({ err: error, worker: index, retryMs }, 'media worker not replaced yet');
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        this.#replace(index, Math.min(longestRetryMs, retryMs * 2));
      }, retryMs);
      this.#timers.add(timer);
    });
  }
}
