// Job exam-hand-in: ends the attempts of one exam whose time is over. A whole class ends in one moment, and no process that serves live classes has time for that.
import type { Orm } from '#db/orm.ts';
import { endDueAttempts } from '#db/queries/exam-hand-in.ts';
import type { Logger } from '#runtime/log.ts';
import type { Queues } from '#runtime/queues.ts';

/** An answer of a device that was lost may be on its way: so often it is looked whether its time is over too. */
const againMs = 1_000;

export async function takeExamJobs({ orm, queues, log, now }: { orm: Orm; queues: Queues; log: Logger; now: () => Date }): Promise<void> {
  await queues.work('exam-hand-in', 1, async ({ examId }) => {
    const { ended, left } = await endDueAttempts({ orm, log, now }, examId);
    if (ended > 0) log.info({ examId, ended, left }, 'attempts ended');
    if (left > 0) return { laterMs: againMs };
  });
}
