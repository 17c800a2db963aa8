// Going live: session, first unit, recording and the sealed draw of face checks, in one transaction.
import { LockMode } from '@mikro-orm/postgresql';
import { drawMoments } from '#domain/check-schedule.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { mayMove } from '#domain/lesson.ts';
import { unitOffsets } from '#domain/unit-clock.ts';
import { newSeed, sealSeed, seededRandom } from '#runtime/seeded-random.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { Lesson, LessonSession, Unit } from '#db/entities/lesson.ts';
import { Recording } from '#db/entities/recording.ts';
import { appendEvent, unitOfWork, type Actor, type EntityManager } from '#db/orm.ts';
import { heldSeatsSql } from '#db/queries/held-seats.ts';
import { lessonState, liveSession, type LessonState } from '#db/queries/lesson-state.ts';
import { participantsOf } from '#db/queries/participants.ts';
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

/** Draws the moments of every learner who is, or may yet be, checked by face; who turns out not to be is never asked. */
async function drawChecks(em: EntityManager, live: Live, session: LessonSession, actor: Actor): Promise<void> {
  const { FACE_CHECKS_PER_UNIT: perUnit, FACE_CHECK_WINDOW_SECONDS: windowSeconds } = live.deps.config;
  const { lessonId, institutionId, startedAt } = session;
  const units = await em.find(Unit, { lessonId });
  const learners = (await participantsOf(em, lessonId)).filter((one) => one.role === 'student' && one.checkWay !== 'alternative');
  const startMs = startedAt.getTime();
  const moments = drawMoments({
    units: unitOffsets(units).map((span) => ({ unitId: span.unitId, startMs: startMs + span.startMs, endMs: startMs + span.endMs })),
    personIds: learners.map((one) => one.personId), perUnit, windowMs: windowSeconds * 1000,
    randomFor: (label) => seededRandom(session.checkSeed, label),
  });
  await em.insertMany(FaceCheck, moments.map((moment) => ({
    id: newId(), institutionId, lessonId, sessionId: session.id, unitId: moment.unitId, personId: moment.personId, kind: 'spot' as const,
    status: 'drawn' as const, dueAt: new Date(moment.dueMs), windowMs: windowSeconds * 1000, nonce: null, askedAt: null, deadlineAt: null,
    answeredAt: null, settledAt: null, verdict: null, pictureId: null, modelId: null, measures: null, refusals: 0,
  })));
  await appendEvent(em, actor, `lesson:${lessonId}`, 'check:drawn', startedAt, {
    sessionId: session.id, seedHash: session.checkSeedHash, perUnit, windowMs: windowSeconds * 1000, drawn: moments.length,
  });
}

async function openSession(em: EntityManager, lesson: Lesson, leadPersonId: string, startedAt: Date): Promise<LessonSession> {
  const checkSeed = newSeed();
  const session = {
    id: newId(startedAt.getTime()), institutionId: lesson.institutionId, lessonId: lesson.id, roomId: mediaRoomOf(lesson.id), leadPersonId,
    checkSeed, checkSeedHash: sealSeed(checkSeed), startedAt, endedAt: null, endReason: null,
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
