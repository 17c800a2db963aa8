// A lesson with its session as the rows say, and the state clients are told.
import type { Static } from 'typebox';
import { LockMode } from '@mikro-orm/postgresql';
import type { lessonEvents } from '#contracts/lesson.ts';
import { DomainError } from '#domain/errors.ts';
import { selfEndMs } from '#domain/lesson.ts';
import { Lesson, LessonSession } from '../entities/lesson.ts';
import type { EntityManager } from '../orm.ts';

export type LessonState = Static<(typeof lessonEvents)['lesson:changed']>;
const iso = (at: Date | null | undefined): string | null => at?.toISOString() ?? null;

/** The lesson and its latest session. Throws not_found. */
export async function lessonWithSession(em: EntityManager, lessonId: string): Promise<{ lesson: Lesson; session: LessonSession | null }> {
  const lesson = await em.findOne(Lesson, { id: lessonId }, { refresh: true });
  if (!lesson) throw new DomainError('not_found', 'no such lesson');
  const [session] = await em.find(LessonSession, { lessonId }, { orderBy: { startedAt: 'desc' }, limit: 1, refresh: true });
  return { lesson, session: session ?? null };
}

export function stateOf(lesson: Lesson, session: LessonSession | null): LessonState {
  const selfEndsAt = session && !session.endedAt ? new Date(selfEndMs(lesson, session.startedAt)) : null;
  return { status: lesson.status, startedAt: iso(session?.startedAt), endedAt: iso(session?.endedAt), selfEndsAt: iso(selfEndsAt) };
}

export async function lessonState(em: EntityManager, lessonId: string): Promise<LessonState> {
  const { lesson, session } = await lessonWithSession(em, lessonId);
  return stateOf(lesson, session);
}

/** The session running now, or null. With `lock` other writers of this session wait for the transaction's end. */
export async function liveSession(em: EntityManager, lessonId: string, lock = false): Promise<LessonSession | null> {
  return em.findOne(LessonSession, { lessonId, endedAt: null }, { refresh: true, ...(lock && { lockMode: LockMode.PESSIMISTIC_WRITE }) });
}

/** The session running now. Throws lesson_ended or lesson_not_live. */
export async function requireLiveSession(em: EntityManager, lessonId: string, lock = false): Promise<LessonSession> {
  const session = await liveSession(em, lessonId, lock);
  if (session) return session;
  const { lesson } = await lessonWithSession(em, lessonId);
  throw new DomainError(lesson.status === 'ended' ? 'lesson_ended' : 'lesson_not_live', 'the lesson is not live');
}

/** Lessons whose door is open: `open` or `live`, with what their room needs. */
export async function lessonsWithRooms(em: EntityManager): Promise<{ lessonId: string; sessionId: string | null; recorded: boolean }[]> {
  const rows = await em.execute<{ id: string; session_id: string | null; recorded: boolean }[]>(
    `select l.id, s.id as session_id, l.recorded from lesson l left join lesson_session s on s.lesson_id = l.id and s.ended_at is null
     where l.status in ('open', 'live')`);
  return rows.map((row) => ({ lessonId: row.id, sessionId: row.session_id, recorded: row.recorded }));
}
