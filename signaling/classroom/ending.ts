// The end of a lesson: by a leader, or by its own clock. Everything open closes with it, in one transaction.
import { LockMode } from '@mikro-orm/postgresql';
import type { QuizResult } from '#contracts/quiz.ts';
import { DomainError } from '#domain/errors.ts';
import { Lesson, LessonSession, Unit } from '#db/entities/lesson.ts';
import { appendEvent, unitOfWork, type Actor, type EntityManager } from '#db/orm.ts';
import { lowerHands } from '#db/queries/hands.ts';
import { endInterruption } from '#db/queries/interruptions.ts';
import { lessonState, liveSession, type LessonState } from '#db/queries/lesson-state.ts';
import { closeQuiz, runningQuiz } from '#db/queries/quizzes.ts';
import { endChecks } from '#db/queries/settled-checks.ts';
import { leaveStage } from '#db/queries/stage.ts';
import { tellClosed } from './closed-quiz.ts';
import type { Live } from './context.ts';
import { finishMedia } from './media-room.ts';
import { lessonRoom, mediaRoomOf } from './rooms.ts';

export interface Ended { state: LessonState; sessionId: string | null; quiz: QuizResult | null }
export interface EndOrder { lessonId: string; at: Date; reason: 'teacher' | 'self' | 'recovered' }

async function closeUnits(em: EntityManager, lessonId: string, at: Date): Promise<void> {
  await em.nativeUpdate(Unit, { lessonId, startedAt: { $ne: null }, endedAt: null }, { endedAt: at });
}

async function closeSession(em: EntityManager, actor: Actor, session: LessonSession, order: EndOrder): Promise<QuizResult | null> {
  const { at, reason, lessonId } = order;
  const open = await runningQuiz(em, session.id);
  const quiz = open && (await closeQuiz(em, actor, lessonId, open.id, at)).result;
  await lowerHands(em, actor, session, null, at);
  await leaveStage(em, actor, session, null, at);
  await endInterruption(em, session, null, at);
  await endChecks(em, actor, session.id, at);
  await closeUnits(em, lessonId, at);
  await em.nativeUpdate(LessonSession, { id: session.id }, { endedAt: at, endReason: reason });
  await em.nativeUpdate(Lesson, { id: lessonId }, { status: 'ended' });
  await appendEvent(em, actor, `lesson:${lessonId}`, 'lesson:ended', at, { lessonId, sessionId: session.id, reason });
  await appendEvent(em, actor, `lesson:${lessonId}`, 'check:revealed', at, { sessionId: session.id, seed: session.checkSeed });
  return quiz;
}

/** Ends the live session. An ended lesson answers its state again, `sessionId` null. Throws lesson_not_live. */
export async function endLesson(live: Live, actor: Actor, order: EndOrder): Promise<Ended> {
  const { lessonId } = order;
  const ended = await unitOfWork(live.deps.orm, actor, async (em) => {
    const lesson = await em.findOneOrFail(Lesson, { id: lessonId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const session = await liveSession(em, lessonId, true);
    if (!session) {
      if (lesson.status !== 'ended') throw new DomainError('lesson_not_live', 'the lesson is not live');
      return { state: await lessonState(em, lessonId), sessionId: null, quiz: null };
    }
    const quiz = await closeSession(em, actor, session, order);
    return { state: await lessonState(em, lessonId), sessionId: session.id, quiz };
  });
  if (ended.sessionId) live.deps.log.info({ lessonId, sessionId: ended.sessionId, reason: order.reason }, 'lesson ended');
  return ended;
}

/** Tells the classroom and seals the media; the ticker does the latter again where this process does not live to do it. */
export async function afterEnd(live: Live, lessonId: string, ended: Ended): Promise<void> {
  if (!ended.sessionId) return;
  const everybody = live.io.to(lessonRoom(lessonId));
  if (ended.quiz) tellClosed(live, lessonId, ended.quiz);
  everybody.emit('hand:changed', { hands: [] });
  everybody.emit('stage:changed', { personIds: [] });
  everybody.emit('lesson:changed', ended.state);
  live.speakers.delete(mediaRoomOf(lessonId));
  live.troubles.forget((told) => told.lessonId === lessonId);
  await finishMedia(live, ended.sessionId);
}
