// Learners picked by lot, as they are read where somebody enters.
import type { Picked } from '#contracts/pick.ts';
import type { EntityManager } from '../orm.ts';

/** Who was picked last in this session; null: nobody yet. */
export async function lastPick(em: EntityManager, sessionId: string): Promise<Picked | null> {
  const [row] = await em.execute<{ id: string; person_id: string; name: string; picked_at: string }[]>(
    `select k.id, k.person_id, p.name, k.picked_at from picked_learner k join person p on p.id = k.person_id
     where k.session_id = ? order by k.picked_at desc, k.id desc limit 1`, [sessionId]);
  return row ? { pickId: row.id, personId: row.person_id, name: row.name, pickedAt: new Date(row.picked_at).toISOString() } : null;
}
