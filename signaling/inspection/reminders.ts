// Deadlines of findings: the office is reminded before one ends, and it and the inspector are told when it is over.
import { unitOfWork, platform } from '#db/orm.ts';
import { inspectionsDue, remindOfFindings } from '#db/queries/inspection-reminders.ts';
import type { Deps } from '../deps.ts';

export const findingsDue = ({ now }: Pick<Deps, 'now'>): { sql: string; values: unknown[] } => inspectionsDue(now());

export async function remindOfDeadlines({ orm, log, now }: Pick<Deps, 'orm' | 'log' | 'now'>): Promise<void> {
  const reminded = await unitOfWork(orm, platform, (em) => remindOfFindings(em, now()));
  if (reminded > 0) log.info({ reminded }, 'institutions reminded of findings');
}
