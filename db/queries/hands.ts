// Raised hands of a session, in the server's order.
import type { Hand } from '#contracts/hand.ts';
import { appendEvent, type Actor, type EntityManager } from '../orm.ts';

export async function handsOf(em: EntityManager, sessionId: string): Promise<Hand[]> {
  const rows = await em.execute<{ person_id: string; name: string; raised_at: string }[]>(
    `select h.person_id, p.name, h.raised_at from hand h join person p on p.id = h.person_id
     where h.session_id = ? and h.lowered_at is null order by h.raised_at, h.id`, [sessionId]);
  return rows.map((row) => ({ personId: row.person_id, name: row.name, raisedAt: new Date(row.raised_at).toISOString() }));
}

/** Lowers one hand, or all with `personId` null; answers whose hands went down. Lowering what is down changes nothing. */
export async function lowerHands(
  em: EntityManager, actor: Actor, session: { id: string; lessonId: string }, personId: string | null, at: Date,
): Promise<string[]> {
  const rows = await em.execute<{ person_id: string }[]>(
    `update hand set lowered_at = ?, lowered_by = ? where session_id = ? and lowered_at is null and (?::uuid is null or person_id = ?)
     returning person_id`, [at, actor.personId, session.id, personId, personId]);
  const lowered = rows.map((row) => row.person_id);
  for (const learnerId of lowered) {
    await appendEvent(em, actor, `lesson:${session.lessonId}`, 'hand:lowered', at, { sessionId: session.id, personId: learnerId });
  }
  return lowered;
}
