// Time lost by teacher or platform: one running span per session, started and ended by whoever notices first.
import { newId } from '#domain/id.ts';
import { appendEvent, platform, type EntityManager } from '../orm.ts';

export type InterruptionReason = 'lead_gone' | 'platform';
interface Session { id: string; lessonId: string; institutionId: string }

/** Starts a span unless one runs, never before the end of the last one; answers whether it started. */
export async function startInterruption(em: EntityManager, session: Session, reason: InterruptionReason, at: Date): Promise<boolean> {
  const rows = await em.execute<{ id: string }[]>(
    `insert into interruption (id, institution_id, session_id, started_at, reason)
     select ?, ?, ?, greatest(?::timestamptz, (select max(ended_at) from interruption where session_id = ?)), ?
     on conflict (session_id) where ended_at is null do nothing returning id`,
    [newId(), session.institutionId, session.id, at, session.id, reason]);
  if (rows.length === 0) return false;
  await appendEvent(em, { ...platform, institutionId: session.institutionId }, `lesson:${session.lessonId}`, 'interruption:started', at, { sessionId: session.id, reason });
  return true;
}

/** Ends the running span, of this reason only where one is given; answers whether one ended. */
export async function endInterruption(em: EntityManager, session: Session, reason: InterruptionReason | null, at: Date): Promise<boolean> {
  const rows = await em.execute<{ reason: string }[]>(
    `update interruption set ended_at = greatest(?::timestamptz, started_at) where session_id = ? and ended_at is null and (?::text is null or reason = ?)
     returning reason`, [at, session.id, reason, reason]);
  for (const row of rows) {
    await appendEvent(em, { ...platform, institutionId: session.institutionId }, `lesson:${session.lessonId}`, 'interruption:ended', at, { sessionId: session.id, reason: row.reason });
  }
  return rows.length > 0;
}

/** Running sessions with a running span of this reason. */
export async function interruptedSessions(em: EntityManager, reason: InterruptionReason): Promise<Session[]> {
  const rows = await em.execute<{ id: string; lesson_id: string; institution_id: string }[]>(
    `select s.id, s.lesson_id, s.institution_id from lesson_session s join interruption i on i.session_id = s.id and i.ended_at is null and i.reason = ?
     where s.ended_at is null`, [reason]);
  return rows.map((row) => ({ id: row.id, lessonId: row.lesson_id, institutionId: row.institution_id }));
}
