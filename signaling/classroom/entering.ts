// Entering a lesson: role, door, notice, seat; all in one transaction, so a refusal leaves nothing behind.
import { consentVersion } from '#domain/consent.ts';
import { DomainError } from '#domain/errors.ts';
import { mayMove, openBeforeMs } from '#domain/lesson.ts';
import { isStaff, type LessonRole } from '#domain/roles.ts';
import { Lesson, type LessonSession } from '#db/entities/lesson.ts';
import { appendEvent, unitOfWork, type Actor, type EntityManager } from '#db/orm.ts';
import { endInterruption } from '#db/queries/interruptions.ts';
import { roleOfPersonSql } from '#db/queries/lesson-access.ts';
import { liveSession } from '#db/queries/lesson-state.ts';
import { markAsked, runningQuiz } from '#db/queries/quizzes.ts';
import type { Live, Seat } from './context.ts';
import { seatLockOf, seatLockSql, takeSeat, type ReplacedSeat } from './seats.ts';

export interface Entered { seat: Seat; replaced: ReplacedSeat | null; opened: boolean; leadBack: boolean }
interface Ask { lessonId: string; deviceId: string; personId: string; connectionId: string }

interface Who { role: LessonRole | null; name: string; noticed: boolean }

/** Role, name and whether the recording notice as it reads today was acknowledged: what does not depend on the lesson's state. */
async function whoEnters(em: EntityManager, personId: string, lessonId: string): Promise<Who | null> {
  const [who] = await em.execute<Who[]>(
    `select ${roleOfPersonSql} as role, p.name, coalesce((select c.given and c.version = ? from consent c
       where c.person_id = p.id and c.purpose = 'recording' order by c.at desc, c.id desc limit 1), false) as noticed
     from lesson l join person p on p.id = ? where l.id = ?`, [personId, personId, personId, consentVersion.recording, personId, lessonId]);
  return who ?? null;
}

type OpenLesson = Pick<Lesson, 'id' | 'status' | 'institutionId' | 'startsAt'>;
interface LessonRow { status: Lesson['status']; institution_id: string; starts_at: string }

/** The lesson, held still until the transaction's end, and the person's seat with it. Throws not_found, lesson_ended, lesson_cancelled. */
async function openLesson(em: EntityManager, lessonId: string, personId: string, role: LessonRole): Promise<OpenLesson> {
  // Whoever may open the door waits for others who open, start or end; learners enter side by side.
  const [lesson] = await em.execute<LessonRow[]>(
    `select l.status, l.institution_id, l.starts_at, ${seatLockSql} from lesson l where l.id = ? for ${isStaff(role) ? 'update' : 'share'}`,
    [seatLockOf(lessonId, personId), lessonId]);
  if (!lesson) throw new DomainError('not_found', 'no such lesson');
  if (lesson.status === 'cancelled') throw new DomainError('lesson_cancelled', 'the lesson was cancelled');
  if (lesson.status === 'ended' || lesson.status === 'missed') throw new DomainError('lesson_ended', 'the lesson is over');
  return { id: lessonId, status: lesson.status, institutionId: lesson.institution_id, startsAt: new Date(lesson.starts_at) };
}

async function openDoor(em: EntityManager, actor: Actor, lesson: OpenLesson, role: LessonRole, at: Date): Promise<boolean> {
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
    const who = await whoEnters(em, personId, lessonId);
    if (!who) throw new DomainError('not_found', 'no such lesson');
    const { role, name } = who;
    if (!role) throw new DomainError('not_enrolled', 'no role in this lesson');
    const lesson = await openLesson(em, lessonId, personId, role);
    if (role === 'student' && !who.noticed) throw new DomainError('consent_missing', 'the recording notice was not acknowledged');
    const { institutionId } = lesson;
    const actor = { personId, institutionId };
    const opened = await openDoor(em, actor, lesson, role, at);
    const session = await liveSession(em, lessonId);
    const replaced = await takeSeat(em, actor, { connectionId, lessonId, institutionId, personId, role, deviceId, sessionId: session?.id ?? null }, at);
    if (session && role === 'student') await joinQuiz(em, session, personId, at);
    const leadBack = session?.leadPersonId === personId;
    if (session && leadBack) await endInterruption(em, session, 'lead_gone', at);
    return { seat: { connectionId, lessonId, institutionId, personId, role, name }, replaced, opened, leadBack };
  });
}
