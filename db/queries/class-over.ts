// A lesson that is over, as the page after class needs it: what was held of it, from when to when, and by what it is known whether anything has changed since.
import type { AfterClass } from '#contracts/after-class.ts';
import type { HeldStretch } from '#domain/after-class.ts';
import { heldUnits, type Held } from '#domain/attendance.ts';
import { packName } from '#domain/rules/rule-pack.ts';
import { Lesson } from '../entities/lesson.ts';
import type { EntityManager } from '../orm.ts';
import type { Taught } from './taught.ts';

/** `stretches`: what was held, hole by hole. Times in epoch ms. */
export interface Over { taught: Taught; cohortId: string; institutionId: string; held: Held; stretches: HeldStretch[]; fromMs: number; toMs: number }

/** Why there are no figures; null: there are. */
export function noteOfClass({ status, units }: Taught): AfterClass['note'] {
  if (status === 'cancelled') return 'cancelled';
  if (status === 'missed' || (status === 'ended' && units.length === 0)) return 'never_started';
  return status === 'ended' ? null : 'not_over';
}

function stretchesOf({ units }: Taught, held: Held): HeldStretch[] {
  const ordinals = new Map(units.map(({ id, ordinal }) => [id, ordinal]));
  return held.units.flatMap(({ unitId, spans }) => spans.map(({ fromMs, toMs }) => ({ ordinal: ordinals.get(unitId)!, fromMs, toMs })));
}

/** Null: there is nothing to reckon. */
export async function overOf(em: EntityManager, taught: Taught, now: Date): Promise<Over | null> {
  if (noteOfClass(taught) !== null) return null;
  const held = heldUnits(taught.units, taught.interruptions, now);
  const { cohortId, institutionId } = await em.findOneOrFail(Lesson, { id: taught.lessonId });
  const starts = taught.units.flatMap(({ startedAt }) => startedAt?.getTime() ?? []);
  const ends = taught.units.map(({ endedAt }) => (endedAt ?? now).getTime());
  return { taught, cohortId, institutionId, held, stretches: stretchesOf(taught, held), fromMs: Math.min(...starts), toMs: Math.max(...ends) };
}

/** Differs where anything differs that is reckoned with: every fact that counts is an event of its lesson, written in the same transaction; the rules and who is enrolled are not. */
export async function classMark(em: EntityManager, { taught: { lessonId, pack }, cohortId }: Over): Promise<string> {
  const stream = `lesson:${lessonId}`;
  const [row] = await em.execute<{ events: number; last: string | null; enrolled: string }[]>(
    `select count(*)::int as events, (select id from event where stream = ? order by id desc limit 1) as last,
       (select count(*) || '/' || count(ended_at) || '/' || coalesce(extract(epoch from max(ended_at))::text, '') from enrolment where cohort_id = ?) as enrolled
     from event where stream = ?`, [stream, cohortId, stream]);
  return [row?.events, row?.last, row?.enrolled, packName(pack)].join(' ');
}
