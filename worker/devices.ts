// One browser, several learners: told apart by the mark a browser carries, looked at once a minute for who was seen lately.
import { platform, unitOfWork, type EntityManager } from '#db/orm.ts';
import { raiseSignal } from '#db/queries/signals.ts';
import { deviceStrength } from '#domain/signal-rules.ts';
import type { ReconcileDeps } from './reconcile.ts';

/** How far back somebody else may have used the same browser. */
const windowDays = 30;
/** Seats seen since the last few rounds; a round that did not run is made good by the next. */
const lately = '10 minutes';
/** People named beside a learner, at most: a room of the institution may have hundreds. */
const mostNamed = 20;

interface Shared { person_id: string; lesson_id: string; institution_id: string; at: string; others: string[]; people: number; at_once: boolean }

/** Per learner and lesson lately, who else of the institution used that browser as a learner, and whether in the same lesson at the same moment. */
const sharedLately = (em: EntityManager, now: Date): Promise<Shared[]> => em.execute<Shared[]>(
  `select c.person_id, c.lesson_id, c.institution_id, max(c.connected_at) as at,
     (array_agg(distinct o.person_id))[1:${mostNamed}] as others, count(distinct o.person_id)::int + 1 as people,
     bool_or(o.lesson_id = c.lesson_id and o.connected_at < coalesce(c.left_at, c.last_seen_at) and c.connected_at < coalesce(o.left_at, o.last_seen_at)) as at_once
   from connection c join connection o on left(o.device_id, 14) = left(c.device_id, 14) and o.institution_id = c.institution_id and o.person_id <> c.person_id
     and o.role = 'student' and o.last_seen_at > ?::timestamptz - interval '${windowDays} days'
   where c.role = 'student' and c.device_id ~ '^b[0-9a-f]{12}-' and o.device_id ~ '^b[0-9a-f]{12}-' and c.last_seen_at > ?::timestamptz - interval '${lately}'
   group by c.person_id, c.lesson_id, c.institution_id`, [now, now]);

/** Raises `shared_device` for each, once a seat. Answers how many learners share a browser. */
export async function noteSharedDevices({ orm, now }: Pick<ReconcileDeps, 'orm' | 'now'>): Promise<number> {
  const shared = await sharedLately(orm.em.fork(), now());
  for (const { person_id: personId, lesson_id: lessonId, institution_id: institutionId, at, others, people, at_once: atOnce } of shared) {
    const strength = deviceStrength({ people, atOnce });
    if (strength === null) continue;
    const actor = { ...platform, institutionId };
    await unitOfWork(orm, actor, (em) => raiseSignal(em, actor, {
      institutionId, personId, lessonId, kind: 'shared_device', strength, checkId: null, otherPersonIds: others, facts: { people, atOnce }, at: new Date(at),
    }));
  }
  return shared.length;
}
