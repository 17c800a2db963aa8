// The worker's figures: jobs and segments of broadcasts as they happen, queues and recordings when asked; at /metrics on its internal port, and in its row for the operator.
import { jobs } from '#contracts/jobs.ts';
import type { Orm } from '#db/orm.ts';
import { poolFigures } from '#db/pool-figures.ts';
import { ProcessReporter } from '#db/process-reporter.ts';
import { recordingsAtWork } from '#db/queries/recordings-behind.ts';
import type { Logger } from '#runtime/log.ts';
import { FreeSpace } from '#runtime/metrics-disk.ts';
import { serveMetrics, type MetricsServer } from '#runtime/metrics-server.ts';
import { ProcessMetrics } from '#runtime/metrics.ts';
import type { OnJob, Queues } from '#runtime/queues.ts';

export interface WorkerPlaces { dataDir: string; copyDir: string | undefined }
interface Watched { orm: Orm; queues: Queues; log: Logger; places: WorkerPlaces; /** Whether this worker judges faces. */ faces: boolean; now: () => Date; host: string; port: number }

export class WorkerFigures {
  readonly metrics: ProcessMetrics<'worker'>;

  private constructor(metrics: ProcessMetrics<'worker'>) {
    this.metrics = metrics;
    // Every queue and outcome is there from the start: what never happened is 0, not absent.
    for (const job of Object.keys(jobs)) for (const outcome of ['done', 'failed', 'given_up'] as const) metrics.counter('keshi_worker_jobs_total').inc({ job, outcome }, 0);
  }

  /** `node`: with the process's own figures, in a process of its own. */
  static create(log: Logger, options: { node?: boolean } = {}): WorkerFigures {
    return new WorkerFigures(ProcessMetrics.create('worker', log, options));
  }

  readonly onJob: OnJob = (job, outcome, tookMs) => {
    this.metrics.counter('keshi_worker_jobs_total').inc({ job, outcome });
    // A job that only looked whether it is its turn says nothing about how long its work takes.
    if (outcome !== 'later') this.metrics.histogram('keshi_worker_job_seconds').observe({ job }, tookMs / 1000);
  };

  readonly onComposed = (lagMs: number): void => {
    this.metrics.histogram('keshi_worker_chunk_lag_seconds').observe(Math.max(0, lagMs) / 1000);
  };

  readonly onSegment = (behindMs: number): void => {
    this.metrics.histogram('keshi_worker_broadcast_behind_seconds').observe(Math.max(0, behindMs) / 1000);
  };

  readonly onBroadcastFailed = (): void => { this.metrics.counter('keshi_worker_broadcasts_failed_total').inc(); };

  /** Asks `running` before every answer. One that has not made a segment yet counts without cost. */
  countBroadcasts(running: () => readonly { costPercent: number | null }[]): void {
    this.metrics.beforeAnswer('broadcasts', () => {
      const costs = running().map(({ costPercent }) => costPercent ?? 0);
      this.metrics.gauge('keshi_worker_broadcasts').set(costs.length);
      this.metrics.gauge('keshi_worker_broadcast_cpu_ratio').set(costs.reduce((sum, cost) => sum + cost, 0) / 100);
    });
  }

  /** Serves them, and says in a row that this worker is there, until it is closed. Throws where the port cannot be had. */
  async serve(watched: Watched): Promise<MetricsServer> {
    const { orm, queues, log, places, faces, host, port } = watched;
    const server = await serveMetrics(this.metrics, { host, port, setting: 'WORKER_INTERNAL_PORT' });
    const disk = await FreeSpace.create<'data' | 'copy'>({ data: places.dataDir, ...(places.copyDir !== undefined && { copy: places.copyDir }) });
    poolFigures(orm).onWait = (seconds) => this.metrics.histogram('keshi_database_pool_wait_seconds').observe(seconds);
    this.metrics.beforeAnswer('queues', () => this.#countJobs(queues));
    this.metrics.beforeAnswer('recordings', () => this.#countRecordings(watched));
    this.metrics.beforeAnswer('this process', () => this.#countHere(orm, disk));
    const reporter = await ProcessReporter.create({
      orm, log, role: 'worker', report: () => ({ diskFreeBytes: disk.free.get('data') ?? null, copyFreeBytes: disk.free.get('copy') ?? null, faces }),
    });
    return {
      port: server.port,
      close: async () => {
        disk.close();
        await server.close();
        await reporter.close();
      },
    };
  }

  async #countJobs(queues: Queues): Promise<void> {
    for (const { queue, waiting, active, delayed, oldestMs } of await queues.depths()) {
      for (const [state, count] of Object.entries({ waiting, active, delayed })) this.metrics.gauge('keshi_queue_jobs').set({ queue, state }, count);
      this.metrics.gauge('keshi_queue_oldest_seconds').set({ queue }, (oldestMs ?? 0) / 1000);
    }
  }

  async #countRecordings({ orm, now }: Watched): Promise<void> {
    const rows = await recordingsAtWork(orm.em.fork(), now());
    for (const status of ['recording', 'processing'] as const) this.metrics.gauge('keshi_worker_recordings').set({ status }, rows.filter((row) => row.status === status).length);
    this.metrics.gauge('keshi_worker_chunk_behind_seconds').set(rows.reduce((most, { behindMs }) => Math.max(most, behindMs ?? 0), 0) / 1000);
  }

  #countHere(orm: Orm, disk: FreeSpace<'data' | 'copy'>): void {
    const pool = poolFigures(orm);
    this.metrics.gauge('keshi_database_pool_connections').set({ state: 'busy' }, pool.busy);
    this.metrics.gauge('keshi_database_pool_connections').set({ state: 'idle' }, pool.idle);
    this.metrics.gauge('keshi_database_pool_waiting').set(pool.waiting);
    for (const [place, bytes] of disk.free) this.metrics.gauge('keshi_disk_free_bytes').set({ place }, bytes);
  }
}
