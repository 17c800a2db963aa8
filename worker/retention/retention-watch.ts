// Once a day: what is due by its class goes, one thing after the other; what a hold keeps stays; old replays go to the archive (R28, R145; decisions 092, 093).
import { dueThings } from '#db/queries/retention-due.ts';
import { retentionClasses } from '#domain/retention.ts';
import type { Logger } from '#runtime/log.ts';
import { archiveOld, type OldFiles } from './archive-old.ts';
import { deleteOldRows, dropOldSecurityLog } from './delete-old.ts';
import { deleteThing, type RetentionDeps } from './delete-thing.ts';

const everyMs = 24 * 60 * 60_000;
const batch = 100;
const first = '00000000-0000-0000-0000-000000000000';
type Deps = RetentionDeps & { log: Logger; archive?: OldFiles | null };

/** Answers how many things went, by class. What cannot be deleted is logged and tried again the next day; `goOn` false ends the round between two things. */
export async function deleteDue(deps: Deps, goOn: () => boolean = () => true): Promise<Record<string, number>> {
  const gone: Record<string, number> = {};
  for (const retentionClass of retentionClasses) {
    for (let after: string | null = first; after !== null && goOn();) {
      const page = await dueThings(deps.orm.em.fork(), retentionClass, { now: deps.now(), after, limit: batch });
      for (const thing of page.due) {
        if (!goOn()) return gone;
        try {
          if (await deleteThing(deps, thing)) gone[retentionClass] = (gone[retentionClass] ?? 0) + 1;
        } catch (error) {
          deps.log.error({ err: error, retentionClass, subjectId: thing.subjectId }, 'what is due could not be deleted');
        }
      }
      after = page.next;
    }
  }
  return gone;
}

/** At start and every day; several workers may run one each. */
export class RetentionWatch {
  readonly #deps: Deps;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(deps: Deps) {
    this.#deps = deps;
    this.#timer = setInterval(() => this.#next(), everyMs);
  }

  static create(deps: Deps): RetentionWatch {
    const watch = new RetentionWatch(deps);
    watch.#next();
    return watch;
  }

  #next(): void {
    this.#running = this.#running.then(async () => {
      const gone = await deleteDue(this.#deps, () => !this.#closed);
      if (Object.keys(gone).length > 0) this.#deps.log.info({ gone }, 'deleted what was due');
      const [rows, months] = [await deleteOldRows(this.#deps, () => !this.#closed), await dropOldSecurityLog(this.#deps)];
      if (rows + months > 0) this.#deps.log.info({ rows, months }, 'deleted old rows and months of the security log');
      const { archive } = this.#deps;
      const moved = archive ? await archiveOld(this.#deps, archive, () => !this.#closed) : 0;
      if (moved > 0) this.#deps.log.info({ moved }, 'moved old replays to the archive');
    }).catch((error: unknown) => this.#deps.log.error({ err: error }, 'what is due could not be looked for'));
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#running;
  }
}
