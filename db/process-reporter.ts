// Says every two seconds in a row how this process is; while the database is away nothing is said, which is what the operator then sees.
import { hostname } from 'node:os';
import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import { reportEveryMs, type SignalingReport, type WorkerReport } from '#contracts/operator.ts';
import { newId } from '#domain/id.ts';
import type { Logger } from '#runtime/log.ts';
import type { Orm } from './orm.ts';
import { removeReport, writeReport } from './queries/process-reports.ts';

interface Reports { signaling: SignalingReport; worker: WorkerReport }
type Role = keyof Reports;
interface ReporterOptions<R extends Role> { orm: Orm; log: Logger; role: R; report: () => Omit<Reports[R], 'loopDelayMs'> }
/** The histogram's own step: an idle loop is not late by it. */
const resolutionMs = 20;

export class ProcessReporter<R extends Role> {
  readonly #options: ReporterOptions<R>;
  readonly #self = { id: newId(), host: hostname(), pid: process.pid };
  readonly #delay: IntervalHistogram;
  readonly #timer: NodeJS.Timeout;
  #writing: Promise<void> | null = null;
  #silent = false;
  #closing: Promise<void> | null = null;

  private constructor(options: ReporterOptions<R>) {
    this.#options = options;
    this.#delay = monitorEventLoopDelay({ resolution: resolutionMs });
    this.#delay.enable();
    this.#timer = setInterval(() => void this.tell(), reportEveryMs);
  }

  /** Has said itself once when it answers, unless the database is away. */
  static async create<R extends Role>(options: ReporterOptions<R>): Promise<ProcessReporter<R>> {
    const reporter = new ProcessReporter(options);
    await reporter.tell();
    return reporter;
  }

  /** Now, or with the report that is being written. Never throws. */
  tell(): Promise<void> {
    return (this.#writing ??= this.#tell().finally(() => { this.#writing = null; }));
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #tell(): Promise<void> {
    const { orm, log, role, report } = this.#options;
    const loopDelayMs = Math.max(0, Math.round(this.#delay.percentile(99) / 1e6) - resolutionMs);
    this.#delay.reset();
    try {
      const said = { ...report(), loopDelayMs: Number.isFinite(loopDelayMs) ? loopDelayMs : 0 } as Reports[R];
      await writeReport(orm.em.fork(), role, this.#self, said);
      this.#silent = false;
    } catch (error) {
      if (!this.#silent) log.warn({ err: error }, 'this process cannot say how it is');
      this.#silent = true;
    }
  }

  async #close(): Promise<void> {
    clearInterval(this.#timer);
    this.#delay.disable();
    await this.#writing;
    await removeReport(this.#options.orm.em.fork(), this.#self.id).catch((error: unknown) => this.#options.log.debug({ err: error }, 'report not removed'));
  }
}
