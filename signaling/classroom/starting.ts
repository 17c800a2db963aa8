// Going live: session, first unit, recording and the sealed draw of face checks, in one transaction.
import { LockMode } from '@mikro-orm/postgresql';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { mayMove } from '#domain/lesson.ts';
import { packName } from '#domain/rules/rule-pack.ts';
import { newSeed, sealSeed } from '#runtime/seeded-random.ts';
import { Lesson, LessonSession, Unit } from '#db/entities/lesson.ts';
import { Recording } from '#db/entities/recording.ts';
import { appendEvent, unitOfWork, type Actor, type EntityManager } from '#db/orm.ts';
import { heldSeatsSql } from '#db/queries/held-seats.ts';
import { lessonState, liveSession, type LessonState } from '#db/queries/lesson-state.ts';
import { participantsOf } from '#db/queries/participants.ts';
import { packOfLesson } from '#db/queries/rule-packs.ts';
import { drawFor } from '../check/drawing.ts';
import type { Live, Seat } from './context.ts';
import { mediaRoomOf } from './rooms.ts';

/** The lesson, held for the move to live; null where it is live already. */
async function lessonToStart(em: EntityManager, lessonId: string): Promise<Lesson | null> {
  const lesson = await em.findOneOrFail(Lesson, { id: lessonId }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
  if (lesson.status === 'live') return null;
  if (lesson.status === 'ended' || lesson.status === 'missed') throw new DomainError('lesson_ended', 'the lesson is over');
  if (lesson.status === 'cancelled') throw new DomainError('lesson_cancelled', 'the lesson was cancelled');
  if (!mayMove(lesson.status, 'live')) throw new DomainError('lesson_move_refused', `no way from ${lesson.status} to live`);
  return lesson;
}

/** Seals the seed, then draws the moments of every learner, whichever way they are checked: which it is shows when the moment comes. */
async function drawChecks(em: EntityManager, live: Live, session: LessonSession, actor: Actor): Promise<void> {
  const { id: sessionId, lessonId, startedAt: at, checkSeedHash: seedHash, rulePack } = session;
  await appendEvent(em, actor, `lesson:${lessonId}`, 'check:sealed', at, { sessionId, seedHash, rulePack });
  const learners = (await participantsOf(em, lessonId)).filter(({ role }) => role === 'student');
  await drawFor(em, live, session, { actor, personIds: learners.map(({ personId }) => personId), at, late: false });
}

async function openSession(em: EntityManager, lesson: Lesson, leadPersonId: string, startedAt: Date): Promise<LessonSession> {
  const checkSeed = newSeed();
  const session = {
    id: newId(startedAt.getTime()), institutionId: lesson.institutionId, lessonId: lesson.id, roomId: mediaRoomOf(lesson.id), leadPersonId,
    checkSeed, checkSeedHash: sealSeed(checkSeed), startedAt, endedAt: null, endReason: null, rulePack: packName(await packOfLesson(em, lesson.id)),
  };
  await em.insert(LessonSession, session);
  await em.execute(`with held as materialized (${heldSeatsSql('lesson_id = ?')}) update connection c set session_id = ? from held where c.id = held.id`, [lesson.id, session.id]);
  await em.nativeUpdate(Unit, { lessonId: lesson.id, ordinal: 1 }, { startedAt });
  if (lesson.recorded) {
    await em.insert(Recording, {
      id: newId(), institutionId: lesson.institutionId, lessonId: lesson.id, sessionId: session.id, status: 'recording',
      progress: null, secondsLeft: null, failReason: null, createdAt: startedAt, settledAt: null,
    });
  }
  const opened = await liveSession(em, lesson.id);
  if (!opened) throw new DomainError('internal', 'the session just opened is not there');
  return opened;
}

/** Moves the lesson to live; a live one answers its state again, `started` false. */
export async function startLesson(live: Live, seat: Seat): Promise<{ state: LessonState; started: boolean }> {
  const { orm, now, log } = live.deps;
  const actor = { personId: seat.personId, institutionId: seat.institutionId };
  const result = await unitOfWork(orm, actor, async (em) => {
    const at = now();
    const lesson = await lessonToStart(em, seat.lessonId);
    if (lesson) {
      await em.nativeUpdate(Lesson, { id: lesson.id }, { status: 'live' });
      const session = await openSession(em, lesson, seat.personId, at);
      const stream = `lesson:${lesson.id}` as const;
      await appendEvent(em, actor, stream, 'lesson:started', at, { lessonId: lesson.id, sessionId: session.id });
      await appendEvent(em, actor, stream, 'lead:changed', at, { sessionId: session.id, from: null, to: seat.personId });
      await drawChecks(em, live, session, actor);
    }
    return { state: await lessonState(em, seat.lessonId), started: lesson !== null };
  });
  if (result.started) log.info({ lessonId: seat.lessonId, personId: seat.personId }, 'lesson started');
  return result;
}
