// Takes up broadcasts that are wanted, as many as this worker may and the machine bears; keeps their rows alive; ends, fails and cleans them.
import type { Logger } from '#runtime/log.ts';
import { availableParallelism } from 'node:os';
import { newId } from '#domain/id.ts';
import { measureBusyShare } from '../derive/yielding.ts';
import { assumedCostPercent, waitReason } from './admission.ts';
import { Broadcast, removeBroadcast, type BroadcastDeps, type Outcome } from './broadcast.ts';
import { claim, end, fail, keep, openStreams, release, sayWhy, takeUncleaned, type OpenStream } from './stream-rows.ts';

export interface LiveStreamsDeps extends Omit<BroadcastDeps, 'worker'> {
  /** At most so many at a time; 0 takes none. */
  most: number;
  /** Share of the machine at work; measured where left out. */
  busyShare?: (() => Promise<number>) | undefined;
  onFailed?: (() => void) | undefined;
}
interface Running { broadcast: Broadcast; stop: AbortController; done: Promise<void> }

const lookEveryMs = 1000;
const cleanEveryMs = 60_000;

export class LiveStreams {
  readonly #deps: BroadcastDeps;
  readonly #most: number;
  readonly #busyShare: () => Promise<number>;
  readonly #onFailed: () => void;
  readonly #log: Logger;
  readonly #running = new Map<string, Running>();
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> = Promise.resolve();
  #cleanedMs = -Infinity;
  #closing: Promise<void> | null = null;

  private constructor({ most, busyShare, onFailed, ...deps }: LiveStreamsDeps) {
    this.#deps = { ...deps, worker: newId() };
    this.#most = most;
    this.#busyShare = busyShare ?? measureBusyShare;
    this.#onFailed = onFailed ?? (() => undefined);
    this.#log = deps.log;
  }

  static async create(deps: LiveStreamsDeps): Promise<LiveStreams> {
    const streams = new LiveStreams(deps);
    if (deps.most > 0) streams.#next();
    return streams;
  }

  /** Broadcasts composed here, and what they take of one core each, percent; null before the first segment. */
  get figures(): { streamId: string; costPercent: number | null }[] {
    return [...this.#running].map(([streamId, { broadcast }]) => ({ streamId, costPercent: broadcast.costPercent }));
  }

  /** Hands its broadcasts to other workers. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    await this.#looking;
    for (const { stop } of this.#running.values()) stop.abort();
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  #next(): void {
    this.#looking = this.#look().catch((error: unknown) => this.#log.error({ err: error }, 'broadcasts could not be looked at'))
      .finally(() => { if (!this.#closing) this.#timer = setTimeout(() => this.#next(), lookEveryMs); });
  }

  async #look(): Promise<void> {
    const { orm } = this.#deps;
    const waiting: OpenStream[] = [];
    for (const stream of await openStreams(orm)) {
      const own = this.#running.get(stream.id);
      if (stream.unwatched || (!own && stream.sessionEndedAt && stream.status === 'wanted')) await this.#end(stream, own);
      else if (own) await this.#keep(stream, own);
      else if (stream.free) waiting.push(stream);
    }
    if (waiting.length > 0) await this.#takeUp(waiting);
    if (performance.now() - this.#cleanedMs < cleanEveryMs) return;
    this.#cleanedMs = performance.now();
    for (const { id, segments } of await takeUncleaned(orm)) await removeBroadcast(this.#deps, id, segments);
  }

  /** Nobody watches, or there is nothing to begin. */
  async #end(stream: OpenStream, own: Running | undefined): Promise<void> {
    if (!own && !stream.free) return;
    if (await end(this.#deps.orm, stream.id, this.#deps.worker)) this.#log.info({ streamId: stream.id, segments: stream.segments }, 'broadcast ended: nobody asks for it');
    own?.stop.abort();
  }

  async #keep(stream: OpenStream, own: Running): Promise<void> {
    if (stream.sessionEndedAt) own.broadcast.sessionEnded(stream.sessionEndedAt);
    if (!(await keep(this.#deps.orm, stream.id, this.#deps.worker))) own.stop.abort();
  }

  async #takeUp(waiting: readonly OpenStream[]): Promise<void> {
    // Measuring takes two seconds: done once, and not where the number alone decides.
    const busyShare = this.#running.size < this.#most ? await this.#busyShare() : 0;
    for (const stream of waiting) if (!this.#closing) await this.#take(stream, busyShare);
  }

  async #take(stream: OpenStream, busyShare: number): Promise<void> {
    const { orm, worker } = this.#deps;
    const costs = this.figures.map(({ costPercent }) => costPercent ?? assumedCostPercent);
    const why = waitReason({
      running: costs.length, most: this.#most, cores: availableParallelism(), busyShare,
      runningPercent: costs.reduce((sum, cost) => sum + cost, 0), nextPercent: stream.costPercent ?? assumedCostPercent,
    });
    if (why) {
      if (stream.status === 'wanted' && await sayWhy(orm, stream.id, why)) this.#log.warn({ streamId: stream.id, why, running: costs.length, busyShare }, 'broadcast waits');
      return;
    }
    if (!(await claim(orm, stream.id, worker))) return;
    const stop = new AbortController();
    const broadcast = new Broadcast(this.#deps, stream, stop.signal);
    this.#log.info({ streamId: stream.id, lessonId: stream.lessonId, number: stream.segments, taken: stream.status }, 'broadcast begun');
    this.#running.set(stream.id, { broadcast, stop, done: this.#follow(stream, broadcast.run()) });
  }

  async #follow(stream: OpenStream, run: Promise<Outcome>): Promise<void> {
    const { orm, worker } = this.#deps;
    try {
      const outcome = await run;
      if (outcome === 'over' && await end(orm, stream.id, worker)) this.#log.info({ streamId: stream.id }, 'broadcast ended with its session');
      if (outcome === 'stopped') await release(orm, stream.id, worker);
      if (outcome === 'lost') this.#log.warn({ streamId: stream.id }, 'broadcast is another worker’s now');
    } catch (error) {
      this.#log.error({ err: error, streamId: stream.id }, 'broadcast failed');
      this.#onFailed();
      await fail(orm, stream.id, worker, 'internal').catch((cause: unknown) => this.#log.error({ err: cause, streamId: stream.id }, 'its end could not be written'));
    } finally {
      this.#running.delete(stream.id);
    }
  }
}
