// A step of the clock: lessons whose period has begun are open to learners, once however many processes look; one that was never opened is missed.
import { appendEvent, platform, unitOfWork } from '#db/orm.ts';
import { openingSql, openRecorded } from '#db/queries/recorded-lessons.ts';
import type { Deps } from '../deps.ts';

export const periodsBegin = ({ now }: Pick<Deps, 'now'>): { sql: string; values: unknown[] } => ({ sql: `exists (select from lesson l where ${openingSql})`, values: [now(), now()] });

/** Answers how many were opened. */
export async function openPeriods({ orm, now, log }: Pick<Deps, 'orm' | 'now' | 'log'>): Promise<number> {
  const at = now();
  const due = await orm.em.fork().execute<{ id: string; institution_id: string }[]>(`select l.id, l.institution_id from lesson l where ${openingSql} order by l.starts_at limit 100`, [at, at]);
  let opened = 0;
  for (const { id: lessonId, institution_id: institutionId } of due) {
    const actor = { ...platform, institutionId };
    const open = await unitOfWork(orm, actor, async (em) => {
      if (await openRecorded(em, actor, lessonId, at)) return true;
      const missed = await em.execute<{ id: string }[]>(`update lesson set status = 'missed' where id = ? and status = 'scheduled' and closes_at <= ? returning id`, [lessonId, at]);
      if (missed.length > 0) await appendEvent(em, actor, `lesson:${lessonId}`, 'lesson:missed', at, { lessonId });
      return false;
    });
    if (open) opened++;
  }
  if (opened > 0) log.info({ lessons: opened }, 'recorded lessons opened');
  return opened;
}
