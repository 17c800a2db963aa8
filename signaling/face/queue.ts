// Hands a stored row to the worker. The row is the truth: a queue that is away delays the job, it does not lose it.
import type { JobData, JobName } from '#contracts/jobs.ts';
import type { Deps } from '../deps.ts';

export async function addJob<K extends JobName>(deps: Deps, name: K, rowId: string, data: JobData<K>): Promise<void> {
  await deps.queues.add(name, rowId, data).catch((error: unknown) => deps.log.warn({ err: error, job: name, rowId }, 'job not added: the reconciler will'));
}
