// Looks for what is due in the ledger and gives it its jobs: every three seconds what was marked and lessons that are live, every hour what no mark told of.
import type { Orm } from '#db/orm.ts';
import type { Logger } from '#runtime/log.ts';
import type { Queues } from '#runtime/queues.ts';

interface Sources { orm: Orm; log: Logger; queues: Queues; now: () => Date }
const lookEveryMs = 3_000;
const sweepEveryMs = 60 * 60_000;
const atOnce = 200;

/**
 * Lessons with something due; live ones a minute after they were reckoned, of a class that takes long later, so that reckoning costs a twentieth of the time at most; cohorts with
 * learners due; files that were asked for. By the database's clock, which marked them; one statement, as it is asked for ever.
 */
const dueSql = `(select distinct 'ledger-reckon' as job, lesson_id as id from (
    select lesson_id from ledger_due where lesson_id is not null and due_at <= now()
    union all select l.id from lesson l left join ledger_lesson k on k.lesson_id = l.id
      where l.status = 'live' and (k.reckoned_at is null or k.reckoned_at < now() - greatest(interval '1 minute', k.took_ms * interval '20 milliseconds'))) d limit ${atOnce})
  union all (select distinct 'ledger-sums', cohort_id from ledger_due where cohort_id is not null and due_at <= now() limit ${atOnce})
  union all (select 'ledger-export', id from ledger_export where status in ('waiting', 'making') and delete_after > ? limit ${atOnce})`;

/** Marks lessons that were held and have no rows, and those with a fact that came after they were reckoned; answers how many. */
export async function markForgotten(orm: Orm): Promise<number> {
  const rows = await orm.em.fork().execute<{ id: string }[]>(
    `insert into ledger_due (institution_id, lesson_id) select l.institution_id, l.id from lesson l left join ledger_lesson k on k.lesson_id = l.id
     where l.status = 'ended' and (k.lesson_id is null or k.last_event is distinct from (select e.id from event e where e.stream = 'lesson:' || l.id order by e.id desc limit 1))
       and not exists (select from ledger_due d where d.lesson_id = l.id)
     returning lesson_id as id`);
  return rows.length;
}

/** One look; answers how many jobs were given. One that is given already is given once. */
export async function giveLedgerJobs({ orm, queues, now }: Pick<Sources, 'orm' | 'queues' | 'now'>): Promise<number> {
  const due = await orm.em.fork().execute<{ job: 'ledger-reckon' | 'ledger-sums' | 'ledger-export'; id: string }[]>(dueSql, [now()]);
  for (const { job, id } of due) {
    if (job === 'ledger-reckon') await queues.add(job, id, { lessonId: id });
    else if (job === 'ledger-sums') await queues.add(job, id, { cohortId: id });
    else await queues.add(job, id, { exportId: id });
  }
  return due.length;
}

/** The loop of one worker; several workers may run it at once. */
export class LedgerWatch {
  readonly #sources: Sources;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();
  #sweptMs = -Infinity;
  #closed = false;

  private constructor(sources: Sources) {
    this.#sources = sources;
  }

  static create(sources: Sources): LedgerWatch {
    const watch = new LedgerWatch(sources);
    watch.#look();
    return watch;
  }

  #look(): void {
    this.#running = this.#give().catch((error: unknown) => this.#sources.log.error({ err: error }, 'the ledger could not be looked after'))
      .finally(() => { if (!this.#closed) this.#timer = setTimeout(() => this.#look(), lookEveryMs); });
  }

  async #give(): Promise<void> {
    const nowMs = performance.now();
    if (nowMs - this.#sweptMs >= sweepEveryMs) {
      const found = await markForgotten(this.#sources.orm);
      this.#sweptMs = nowMs;
      if (found > 0) this.#sources.log.info({ found }, 'lessons without a current ledger');
    }
    await giveLedgerJobs(this.#sources);
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#running;
    if (this.#timer) clearTimeout(this.#timer);
  }
}
