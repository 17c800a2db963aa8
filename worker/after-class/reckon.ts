// Job class-reckon: the figures of a class that is over, for the page of its teacher. Of a large class it takes seconds, which no process that serves live classes has.
import type { Orm } from '#db/orm.ts';
import { reckonClass } from '#db/queries/class-reckoning.ts';
import type { Queues } from '#runtime/queues.ts';

export async function takeClassJobs({ orm, queues, now }: { orm: Orm; queues: Queues; now: () => Date }): Promise<void> {
  await queues.work('class-reckon', 1, async ({ lessonId }) => { await reckonClass(orm, lessonId, now()); });
}
