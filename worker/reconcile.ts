// Puts right what a crash left behind, from rows alone: missing jobs, seats nobody vouches for, pictures past their time, partitions, chunks that have served.
import { appendEvent, platform, unitOfWork, type Orm } from '#db/orm.ts';
import { seatStream } from '#db/queries/held-seats.ts';
import { deleteOldPrints } from '#db/queries/snapshot-prints.ts';
import { overAttemptsSql, overValues } from '#db/queries/exam-hand-in.ts';
import { uncomparedSql } from '#db/queries/face-enrolments.ts';
import { faceModelId } from '#domain/face-model.ts';
import type { LessonRole } from '#domain/roles.ts';
import { seatLeaseMs } from '#domain/seat.ts';
import type { Logger } from '#runtime/log.ts';
import type { Queues } from '#runtime/queues.ts';
import type { Storage } from '#runtime/storage.ts';
import { removeServedChunks } from './derive/unit.ts';
import { noteSharedDevices } from './devices.ts';
import { removeOldExports } from './ledger/export.ts';
import { removeOldSubsidyFiles } from './subsidy/make.ts';
import { removeLeftUploads } from './courseware/left-uploads.ts';
import { removeLeftFilms } from './film/left-films.ts';
import { removeLeftPictures } from './question/left-pictures.ts';

export interface ReconcileDeps { orm: Orm; log: Logger; queues: Queues; storage: Storage; dataDir: string; now: () => Date; filmUploadDays: number }
const everyMs = 60_000;
/** Signaling closes lost seats itself; this long after, there is no signaling that could. */
const abandonedMs = 2 * seatLeaseMs;
const pictureBatch = 100;
/** Months ahead that have their own partition of the event log. */
const monthsAhead = 2;

interface Waiting { job: 'face-verify' | 'face-enrol' | 'face-compare' | 'courseware-pages' | 'film-make' | 'class-reckon' | 'exam-hand-in' | 'subsidy-file'; id: string }
/** Faces that wait to be compared share their walks: a few jobs do for all of them. */
const compareJobs = 20;

/** Every row that waits for the worker gets its job; those that have it already keep it. Those of recordings: derive/recording-watch.ts. */
export async function addMissingJobs({ orm, queues, now }: Omit<ReconcileDeps, 'filmUploadDays'>): Promise<number> {
  const rows = await orm.em.fork().execute<Waiting[]>(
    `select 'face-verify' as job, c.id from face_check c where c.status = 'verifying'
     union all select 'face-enrol', e.id from face_enrolment e where e.status = 'verifying'
     union all select 'courseware-pages', w.id from courseware w where w.status = 'converting'
     union all select 'film-make', f.id from film f where f.status in ('checking', 'making') and f.removed_at is null
     union all select 'class-reckon', k.lesson_id from class_reckoning k where k.waits
     union all select 'subsidy-file', s.id from subsidy_file s where s.status in ('waiting', 'making')
     union all select distinct 'exam-hand-in', late.id from (${overAttemptsSql}) late
     union all (select 'face-compare', e.id from face_enrolment e where e.model_id = ? and ${uncomparedSql} order by e.id limit ${compareJobs})`, [...overValues(now()), faceModelId]);
  for (const { job, id } of rows) {
    if (job === 'face-verify') await queues.add(job, id, { checkId: id });
    else if (job === 'courseware-pages') await queues.add(job, id, { coursewareId: id });
    else if (job === 'film-make') await queues.add(job, id, { filmId: id });
    else if (job === 'subsidy-file') await queues.add(job, id, { fileId: id });
    else if (job === 'class-reckon') await queues.add(job, id, { lessonId: id });
    else if (job === 'exam-hand-in') await queues.add(job, id, { examId: id });
    else await queues.add(job, id, { enrolmentId: id });
  }
  return rows.length;
}

/** The event log's months, and the security log's: this one and the next two. */
export async function ensurePartitions({ orm, now }: ReconcileDeps): Promise<void> {
  const today = now();
  await unitOfWork(orm, platform, async (em) => {
    await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', ['event partitions']);
    for (let ahead = 0; ahead <= monthsAhead; ahead++) {
      const month = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + ahead, 1));
      for (const ensure of ['ensure_event_partition', 'ensure_security_log_partition']) await em.execute(`select ${ensure}(?::date)`, [month.toISOString().slice(0, 10)]);
    }
  });
}

/** Seats whose process died with all others: closed where they were last seen, so that no minute is invented. */
export async function closeAbandonedSeats({ orm, now }: ReconcileDeps): Promise<number> {
  const at = now();
  return unitOfWork(orm, platform, async (em) => {
    const seats = await em.execute<{ id: string; person_id: string; lesson_id: string; institution_id: string; role: LessonRole; left_at: string }[]>(
      `update connection set left_at = last_seen_at, left_reason = 'lease_expired' where left_at is null and last_seen_at < ?
       returning id, person_id, lesson_id, institution_id, role, left_at`, [new Date(at.getTime() - abandonedMs)]);
    for (const seat of seats) {
      await appendEvent(em, { personId: null, institutionId: seat.institution_id }, seatStream({ role: seat.role, lessonId: seat.lesson_id, personId: seat.person_id }), 'seat:left', at, {
        connectionId: seat.id, lessonId: seat.lesson_id, personId: seat.person_id, reason: 'lease_expired', lastSeenAt: new Date(seat.left_at).toISOString(),
      });
    }
    return seats.length;
  });
}

async function deletePicture({ orm, storage, now }: ReconcileDeps, picture: { id: string; person_id: string; storage_key: string }): Promise<void> {
  // The file first: a crash in between leaves a row that is found again, never a file nobody knows of.
  await storage.remove(picture.storage_key);
  await unitOfWork(orm, platform, async (em) => {
    await em.execute('update face_check set picture_id = null where picture_id = ?', [picture.id]);
    const gone = await em.execute<{ id: string }[]>('delete from face_picture where id = ? returning id', [picture.id]);
    if (gone.length > 0) await appendEvent(em, platform, `person:${picture.person_id}`, 'picture:deleted', now(), { pictureId: picture.id });
  });
}

/** Pictures past their time, except one that a check still waits for, and those of somebody under a legal hold. Verdicts stay. */
export async function deletePictures(deps: ReconcileDeps): Promise<number> {
  let deleted = 0;
  for (;;) {
    const pictures = await deps.orm.em.fork().execute<{ id: string; person_id: string; storage_key: string }[]>(
      `select p.id, p.person_id, p.storage_key from face_picture p where p.delete_after <= ?
       and not exists (select from face_check c where c.picture_id = p.id and c.status = 'verifying') and cardinality(held_by('face', p.person_id)) = 0 order by p.delete_after limit ${pictureBatch}`, [deps.now()]);
    for (const picture of pictures) await deletePicture(deps, picture);
    deleted += pictures.length;
    if (pictures.length < pictureBatch) return deleted;
  }
}

/** One round; a step that fails is logged and does not keep the others from running. */
export async function reconcile(deps: ReconcileDeps): Promise<void> {
  const steps: Record<string, () => Promise<number | void>> = {
    jobs: () => addMissingJobs(deps), partitions: () => ensurePartitions(deps),
    seats: () => closeAbandonedSeats(deps), pictures: () => deletePictures(deps), chunks: () => removeServedChunks(deps),
    devices: () => noteSharedDevices(deps), prints: () => deleteOldPrints(deps.orm.em.fork(), deps.now()),
    uploads: () => removeLeftUploads(deps), questionPictures: () => removeLeftPictures(deps), ledgerFiles: () => removeOldExports(deps), subsidyFiles: () => removeOldSubsidyFiles(deps), films: () => removeLeftFilms(deps),
  };
  for (const [step, run] of Object.entries(steps)) {
    try {
      const count = await run();
      if (count) deps.log.info({ step, count }, 'reconciled');
    } catch (error) {
      deps.log.error({ err: error, step }, 'could not reconcile');
    }
  }
}

/** At start and every minute. */
export class Reconciler {
  readonly #deps: ReconcileDeps;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> = Promise.resolve();

  private constructor(deps: ReconcileDeps) {
    this.#deps = deps;
    this.#timer = setInterval(() => this.#next(), everyMs);
  }

  static async create(deps: ReconcileDeps): Promise<Reconciler> {
    const reconciler = new Reconciler(deps);
    reconciler.#next();
    return reconciler;
  }

  #next(): void {
    this.#running = this.#running.then(() => reconcile(this.#deps));
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }
}
