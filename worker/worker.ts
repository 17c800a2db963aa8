// The worker as one thing with a life: takes jobs, links events, reconciles; closes in the order that loses nothing.
import type { Orm } from '#db/orm.ts';
import type { Vault } from '#db/vault.ts';
import type { Logger } from '#runtime/log.ts';
import { isNoAttempt, type Queues } from '#runtime/queues.ts';
import type { Storage } from '#runtime/storage.ts';
import { takeClassJobs } from './after-class/reckon.ts';
import { ConnectorLoop } from './connector/connector-loop.ts';
import type { ConnectorDeps } from './connector/deps.ts';
import { EventLinker } from './events/linker.ts';
import { LogKeeper } from './evidence/log-keeper.ts';
import { takeExamJobs } from './exam/hand-in.ts';
import type { FaceDeps } from './face/deps.ts';
import type { FaceEngine } from './face/engine.ts';
import { compareFace, waitsToBeCompared } from './face/compare.ts';
import { enrolFace, giveUpEnrolment } from './face/enrol.ts';
import { giveUpCheck, verifyCheck } from './face/verify.ts';
import { convertCourseware, giveUpCourseware } from './courseware/convert.ts';
import { giveUpFilm, makeFilm } from './film/make.ts';
import type { FilmDeps } from './film/deps.ts';
import type { CoursewareDeps, DocumentTools } from './courseware/deps.ts';
import { takeRecordingJobs } from './derive/jobs.ts';
import { RecordingWatch } from './derive/recording-watch.ts';
import { takeLedgerJobs } from './ledger/jobs.ts';
import { LedgerWatch } from './ledger/ledger-watch.ts';
import { CaptureKeeper } from './keeper/capture-keeper.ts';
import { LiveStreams } from './live/live-streams.ts';
import { giveUpSubsidyFile, makeSubsidyFile, type SubsidyDeps } from './subsidy/make.ts';
import { Reconciler } from './reconcile.ts';

export interface WorkerDeps {
  orm: Orm; log: Logger; queues: Queues; storage: Storage; vault: Vault;
  /** Null where no models are set up. */
  engine: FaceEngine | null;
  /** Pictures it looks at in one moment. */
  faceThreads: number;
  dataDir: string; ffmpegBin: string; now: () => Date;
  /** File of the key that signs heads of the evidence log. */
  evidenceKeyFile: string;
  /** What reads courseware. */
  documentTools: DocumentTools;
  /** The second copy of raw captures, and for how many days both are kept after everything is published. */
  copies: Storage; rawCaptureDays: number;
  /** For how many days an uploaded film is kept as it came after it was settled. */
  filmUploadDays: number;
  /** Hears of each composed chunk how long it could have been composed already. */
  onComposed?: (lagMs: number) => void;
  /** Delayed broadcasts composed at a time; who hears of their segments, and of those given up. */
  liveStreams: number;
  onSegment?: (behindMs: number) => void;
  onBroadcastFailed?: () => void;
  /** Where supervision connectors find their mappings, and what they may be sent to. */
  connectors: Pick<ConnectorDeps, 'mappingsDir' | 'allowInward'>;
}

/** Tries; after the last attempt the row is settled instead, so that nobody waits for ever, and the failure is still reported. */
async function attempt<T>(last: boolean, work: () => Promise<T>, giveUp: () => Promise<void>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (last && !isNoAttempt(error)) await giveUp();
    throw error;
  }
}

async function takeJobs(deps: WorkerDeps, watch: RecordingWatch): Promise<void> {
  const { queues, orm, log, storage, copies, dataDir, ffmpegBin, now } = deps;
  const faces: FaceDeps = { orm, log, storage, vault: deps.vault, engine: deps.engine, now };
  // The engine looks at as many pictures as it has threads, those of checks first; what is around a look (rows, keys, signals) is done meanwhile, so twice as many checks are taken.
  const { faceThreads } = deps;
  await queues.work('face-enrol', faceThreads, async (data, { last }) => {
    await attempt(last, () => enrolFace(faces, data), () => giveUpEnrolment(faces, data));
    if (await waitsToBeCompared(faces, data.enrolmentId)) await queues.add('face-compare', data.enrolmentId, data);
  });
  // One walk at a time over all workers: whoever finds one running comes again.
  await queues.work('face-compare', 1, (data) => compareFace(faces, data));
  await queues.work('face-verify', 2 * faceThreads, (data, { last }) => attempt(last, () => verifyCheck(faces, data), () => giveUpCheck(faces, data)));
  const courseware: CoursewareDeps = { orm, log, storage, dataDir, tools: deps.documentTools, now };
  await queues.work('courseware-pages', 1, (data, { last, signal }) => attempt(last, () => convertCourseware(courseware, data, signal), () => giveUpCourseware(courseware, data)));
  const films: FilmDeps = { orm, log, storage, dataDir, ffmpegBin, now };
  await queues.work('film-make', 1, (data, { last, signal }) => attempt(last, () => makeFilm(films, data, signal), () => giveUpFilm(films, data)));
  await takeClassJobs({ orm, queues, now });
  await takeExamJobs({ orm, queues, log, now });
  await takeLedgerJobs({ orm, queues, log, storage, dataDir, now });
  const subsidies: SubsidyDeps = { orm, log, storage, vault: deps.vault, dataDir, evidenceKeyFile: deps.evidenceKeyFile, now };
  await queues.work('subsidy-file', 1, ({ fileId }, { last }) => attempt(last, () => makeSubsidyFile(subsidies, fileId), () => giveUpSubsidyFile(subsidies, fileId)));
  await takeRecordingJobs({ derive: { orm, log, storage, copies, dataDir, ffmpegBin, now, onComposed: deps.onComposed }, queues, log, watch });
}

interface Loops { linker: EventLinker; reconciler: Reconciler; keeper: CaptureKeeper; watch: RecordingWatch; streams: LiveStreams; ledger: LedgerWatch; evidence: LogKeeper; connectors: ConnectorLoop }

export class KeshiWorker {
  readonly #deps: WorkerDeps;
  readonly #loops: Loops;
  #closed: Promise<void> | null = null;

  private constructor(deps: WorkerDeps, loops: Loops) {
    this.#deps = deps;
    this.#loops = loops;
  }

  static async create(deps: WorkerDeps): Promise<KeshiWorker> {
    if (!deps.engine) deps.log.warn('no face models (FACE_MODELS_DIR): checks go to review, enrolments to the alternative way');
    const watch = await RecordingWatch.create(deps);
    await takeJobs(deps, watch);
    return new KeshiWorker(deps, {
      watch, linker: await EventLinker.create(deps), reconciler: await Reconciler.create(deps), keeper: await CaptureKeeper.create(deps, deps.rawCaptureDays),
      ledger: LedgerWatch.create(deps), evidence: LogKeeper.create(deps), connectors: ConnectorLoop.create({ ...deps, ...deps.connectors }), streams: await LiveStreams.create({ ...deps, most: deps.liveStreams, onFailed: deps.onBroadcastFailed }),
    });
  }

  /** Broadcasts composed here now, and what they cost. */
  get broadcasts(): LiveStreams['figures'] { return this.#loops.streams.figures; }

  /** Finishes or hands back its jobs, then the rest. The database stays open: it belongs to the caller. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const { watch, reconciler, keeper, linker, streams, ledger, evidence, connectors } = this.#loops;
    // Whoever adds jobs first, then those who do them, then those who follow what was done.
    await Promise.all([watch.close(), reconciler.close(), keeper.close(), streams.close(), ledger.close(), connectors.close()]);
    await this.#deps.queues.close();
    await linker.close();
    await evidence.close();
    await this.#deps.engine?.close();
  }
}
