// A step of the clock: lessons that begin soon are called to mind, once however many processes look.
import { platform, unitOfWork } from '#db/orm.ts';
import { remind, remindersDue } from '#db/queries/notices.ts';
import type { Deps } from '../deps.ts';

export const remindersWait = ({ now }: Pick<Deps, 'now'>): { sql: string; values: unknown[] } => remindersDue(now());

/** Half an hour before goes first: whoever is reminded of it needs no other. */
export async function remindOfLessons(deps: Pick<Deps, 'orm' | 'now' | 'log'>): Promise<void> {
  for (const kind of ['reminder_soon', 'reminder_day'] as const) {
    const lessons = await unitOfWork(deps.orm, platform, (em) => remind(em, kind, deps.now()));
    if (lessons > 0) deps.log.info({ kind, lessons }, 'people reminded of lessons');
  }
}
