// Watches recordings that grow or are being made: jobs for what is due, `processing` where signaling could not say so, the end when all units have theirs.
import type { Logger } from '#runtime/log.ts';
import type { Orm } from '#db/orm.ts';
import type { Queues } from '#runtime/queues.ts';
import { dueWork, workId, type Work } from './due-work.ts';
import { beginProcessing, saveProgress, settleRecording } from './recording-rows.ts';
import { loadRecording, outcomeOf } from './recording-state.ts';

export interface WatchDeps { orm: Orm; log: Logger; queues: Queues; dataDir: string; now: () => Date; chunkFrames?: number | undefined }

const lookEveryMs = 2000;
/** Adding a job that is known changes nothing, but costs; one that got lost with its queue is missed no longer than this. */
const addAgainMs = 15_000;
/** Signaling hands a recording over when it has closed the room; that it never does after so long means that it is gone. */
const handOverMs = 120_000;

export class RecordingWatch {
  readonly #deps: WatchDeps;
  /** Jobs added, with the time of it. */
  readonly #added = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(deps: WatchDeps) {
    this.#deps = deps;
  }

  static async create(deps: WatchDeps): Promise<RecordingWatch> {
    const watch = new RecordingWatch(deps);
    watch.#next();
    return watch;
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#running;
  }

  #next(): void {
    this.#running = this.#look().catch((error: unknown) => this.#deps.log.error({ err: error }, 'recordings could not be looked at'))
      .finally(() => { if (!this.#closed) this.#timer = setTimeout(() => this.#next(), lookEveryMs); });
  }

  async #look(): Promise<void> {
    const { orm, log, now } = this.#deps;
    for (const [id, addedMs] of this.#added) if (now().getTime() - addedMs > addAgainMs) this.#added.delete(id);
    const rows = await orm.em.fork().execute<{ id: string }[]>(`select id from recording where status in ('recording', 'processing') order by created_at, id`);
    for (const { id } of rows) {
      if (this.#closed) return;
      await this.lookAt(id).catch((error: unknown) => log.error({ err: error, recordingId: id }, 'recording could not be looked at'));
    }
  }

  /** Adds what is due of one recording; also right after a job of it is done, so that nothing waits for the next round. */
  async lookAt(recordingId: string): Promise<void> {
    const { orm, now } = this.#deps;
    const state = await loadRecording(orm, recordingId);
    if (state.status === 'recording' && state.endedAt && now().getTime() - state.endedAt.getTime() > handOverMs) await beginProcessing(orm, state);
    if (state.status === 'processing' && state.progress === null) await saveProgress(orm, state);
    for (const work of await dueWork(this.#deps, state)) await this.#add(work);
    if (state.status === 'processing' && outcomeOf(state)) await settleRecording(orm, recordingId, now());
  }

  async #add(work: Work): Promise<void> {
    const { queues, now } = this.#deps;
    const id = `${work.job} ${workId(work)}`;
    if (this.#added.has(id)) return;
    if (work.job === 'recording-chunk') await queues.add(work.job, workId(work), work.data);
    else await queues.add(work.job, workId(work), work.data);
    this.#added.set(id, now().getTime());
  }
}
