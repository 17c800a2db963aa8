// Entering a lesson: role, door, notice, seat; all in one transaction, so a refusal leaves nothing behind.
import { LockMode } from '@mikro-orm/postgresql';
import { DomainError } from '#domain/errors.ts';
import { mayMove, openBeforeMs } from '#domain/lesson.ts';
import { isStaff, type LessonRole } from '#domain/roles.ts';
import { Lesson, type LessonSession } from '#db/entities/lesson.ts';
import { Person } from '#db/entities/people.ts';
import { appendEvent, unitOfWork, type Actor, type EntityManager } from '#db/orm.ts';
import { checkWayOf } from '#db/queries/check-way.ts';
import { endInterruption } from '#db/queries/interruptions.ts';
import { roleInLesson } from '#db/queries/lesson-access.ts';
import { liveSession } from '#db/queries/lesson-state.ts';
import { markAsked, runningQuiz } from '#db/queries/quizzes.ts';
import type { Live, Seat } from './context.ts';
import { takeSeat, type ReplacedSeat } from './seats.ts';

export interface Entered { seat: Seat; replaced: ReplacedSeat | null; opened: boolean; leadBack: boolean }
interface Ask { lessonId: string; deviceId: string; personId: string; connectionId: string }

/** The lesson, held still until the transaction's end. Throws not_found, lesson_ended, lesson_cancelled. */
async function openLesson(em: EntityManager, lessonId: string, role: LessonRole | null): Promise<Lesson> {
  // Whoever may open the door waits for others who open, start or end; learners enter side by side.
  const lockMode = role && isStaff(role) ? LockMode.PESSIMISTIC_WRITE : LockMode.PESSIMISTIC_READ;
  const lesson = await em.findOne(Lesson, { id: lessonId }, { lockMode });
  if (!lesson) throw new DomainError('not_found', 'no such lesson');
  if (!role) throw new DomainError('not_enrolled', 'no role in this lesson');
  if (lesson.status === 'cancelled') throw new DomainError('lesson_cancelled', 'the lesson was cancelled');
  if (lesson.status === 'ended' || lesson.status === 'missed') throw new DomainError('lesson_ended', 'the lesson is over');
  return lesson;
}

async function openDoor(em: EntityManager, actor: Actor, lesson: Lesson, role: LessonRole, at: Date): Promise<boolean> {
  if (!isStaff(role) || lesson.status !== 'scheduled' || !mayMove(lesson.status, 'open')) return false;
  if (at.getTime() < lesson.startsAt.getTime() - openBeforeMs) return false;
  await em.nativeUpdate(Lesson, { id: lesson.id }, { status: 'open' });
  await appendEvent(em, actor, `lesson:${lesson.id}`, 'lesson:opened', at, { lessonId: lesson.id });
  return true;
}

/** A learner who comes late is asked the open question too, while there is time to answer. */
async function joinQuiz(em: EntityManager, session: LessonSession, personId: string, at: Date): Promise<void> {
  const quiz = await runningQuiz(em, session.id);
  if (quiz && quiz.deadlineAt > at) await markAsked(em, quiz, [personId], at);
}

export async function enter(live: Live, ask: Ask): Promise<Entered> {
  const { orm, now } = live.deps;
  const { lessonId, personId, connectionId, deviceId } = ask;
  return unitOfWork(orm, { personId, institutionId: null }, async (em) => {
    const at = now();
    const role = await roleInLesson(em, personId, lessonId);
    const lesson = await openLesson(em, lessonId, role);
    if (!role) throw new DomainError('not_enrolled', 'no role in this lesson');
    if (role === 'student' && !(await checkWayOf(em, personId)).recordingNoticed) {
      throw new DomainError('consent_missing', 'the recording notice was not acknowledged');
    }
    const { institutionId } = lesson;
    const actor = { personId, institutionId };
    const opened = await openDoor(em, actor, lesson, role, at);
    const session = await liveSession(em, lessonId);
    const replaced = await takeSeat(em, actor, { connectionId, lessonId, institutionId, personId, role, deviceId, sessionId: session?.id ?? null }, at);
    if (session && role === 'student') await joinQuiz(em, session, personId, at);
    const leadBack = session?.leadPersonId === personId;
    if (session && leadBack) await endInterruption(em, session, 'lead_gone', at);
    const person = await em.findOneOrFail(Person, { id: personId });
    return { seat: { connectionId, lessonId, institutionId, personId, role, name: person.name }, replaced, opened, leadBack };
  });
}
