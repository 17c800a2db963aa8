// Jobs of the ledger: rows of a lesson, sums of a cohort, files that were asked for.
import { unitOfWork, platform, type Orm } from '#db/orm.ts';
import { reckonLedger } from '#db/queries/ledger-reckon.ts';
import { refreshDue } from '#db/queries/ledger-sums.ts';
import type { Logger } from '#runtime/log.ts';
import { isNoAttempt, type Queues } from '#runtime/queues.ts';
import type { Storage } from '#runtime/storage.ts';
import { giveUpExport, makeExport } from './export.ts';

export interface LedgerDeps { orm: Orm; queues: Queues; log: Logger; storage: Storage; dataDir: string; now: () => Date }

/** A live lesson is reckoned whole: of it nothing is marked. */
async function reckon({ orm, now }: LedgerDeps, lessonId: string): Promise<void> {
  const [lesson] = await orm.em.fork().execute<{ status: string }[]>('select status from lesson where id = ?', [lessonId]);
  await reckonLedger(orm, lessonId, now(), { all: lesson?.status === 'live' });
}

async function refresh({ orm, now }: LedgerDeps, cohortId: string): Promise<void> {
  while (await unitOfWork(orm, platform, (em) => refreshDue(em, cohortId, now())) > 0);
}

export async function takeLedgerJobs(deps: LedgerDeps): Promise<void> {
  await deps.queues.work('ledger-reckon', 1, ({ lessonId }) => reckon(deps, lessonId));
  await deps.queues.work('ledger-sums', 1, ({ cohortId }) => refresh(deps, cohortId));
  await deps.queues.work('ledger-export', 1, async ({ exportId }, { last }) => {
    try {
      await makeExport(deps, exportId);
    } catch (error) {
      if (last && !isNoAttempt(error)) await giveUpExport(deps, exportId);
      throw error;
    }
  });
}
