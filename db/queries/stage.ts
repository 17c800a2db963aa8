// Who is on stage in a session, and how visits end.
import { StageVisit } from '../entities/classroom.ts';
import { appendEvent, type Actor, type EntityManager } from '../orm.ts';

/** People on stage now, in the order they came. */
export async function onStage(em: EntityManager, sessionId: string): Promise<string[]> {
  const visits = await em.find(StageVisit, { sessionId, leftAt: null, acceptedAt: { $ne: null } }, { orderBy: { acceptedAt: 'asc' }, refresh: true });
  return visits.map((visit) => visit.personId);
}

/** The running visit of a person: invited, or on stage once `acceptedAt` is set. */
export const currentVisit = (em: EntityManager, sessionId: string, personId: string) =>
  em.findOne(StageVisit, { sessionId, personId, leftAt: null }, { refresh: true });

/** Ends the visit (or invitation) of one person, or of all with `personId` null; answers who left the stage or lost the invitation. */
export async function leaveStage(
  em: EntityManager, actor: Actor, session: { id: string; lessonId: string }, personId: string | null, at: Date,
): Promise<string[]> {
  const rows = await em.execute<{ person_id: string; accepted: boolean }[]>(
    `update stage_visit set left_at = ? where session_id = ? and left_at is null and (?::uuid is null or person_id = ?)
     returning person_id, accepted_at is not null as accepted`, [at, session.id, personId, personId]);
  for (const row of rows) {
    await appendEvent(em, actor, `lesson:${session.lessonId}`, row.accepted ? 'stage:left' : 'stage:declined', at, { sessionId: session.id, personId: row.person_id });
  }
  return rows.map((row) => row.person_id);
}
