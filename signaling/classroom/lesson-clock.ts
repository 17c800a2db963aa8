// What time does to lessons: missed, ended by themselves, units moving on, recordings handed over.
import { isMissed, selfEndMs } from '#domain/lesson.ts';
import { kindsSql, lessonKinds, meaningOf } from '#domain/lesson-kind.ts';
import { dueUnitMoves, type UnitMove } from '#domain/unit-clock.ts';
import { Lesson, LessonSession, Unit } from '#db/entities/lesson.ts';
import { appendEvent, platform, unitOfWork } from '#db/orm.ts';
import { lessonState } from '#db/queries/lesson-state.ts';
import { leftRooms, leftRoomsSql } from '#db/queries/media-rooms.ts';
import type { Live } from './context.ts';
import { due, type Due } from './due-look.ts';
import { afterEnd, endLesson } from './ending.ts';
import { finishMedia, noteInRecording } from './media-room.ts';
import { lessonRoom, mediaRoomOf } from './rooms.ts';

/** Found later than this past its own end, a session was not ended by its clock but recovered. */
const recoveredAfterMs = 60_000;
/** Whoever ended a session hands its recording over by then, or died. */
const handOverAfterMs = 60_000;

async function closeRoom(live: Live, roomId: string): Promise<void> {
  await live.media.closeRoom(roomId).catch((error: unknown) => live.deps.log.warn({ err: error, roomId }, 'room could not be closed'));
}

export const roomsLeft: Due = due(`exists (${leftRoomsSql})`);
/** Rooms of lessons that are over, left behind by a process that did not live to close them. */
export async function closeLeftRooms(live: Live): Promise<void> {
  for (const roomId of await leftRooms(live.deps.orm.em.fork())) await closeRoom(live, roomId);
}

/** Lessons whose time has come and that did not begin. Those held at a place wait for their sheet. */
export const lessonsWait = (live: Live): Due => due(`exists (select from lesson where status in ('scheduled', 'open') and kind in ${kindsSql('classroom')} and starts_at < ?)`, live.deps.now());
/** Lessons nobody taught; their door closes. */
export async function missLessons(live: Live): Promise<void> {
  const { orm, now } = live.deps;
  const waiting = await orm.em.fork().find(Lesson, { status: { $in: ['scheduled', 'open'] }, startsAt: { $lt: now() }, kind: { $in: lessonKinds.filter((kind) => meaningOf(kind).classroom) } });
  for (const { id: lessonId, institutionId, status } of waiting.filter((lesson) => isMissed(lesson, now().getTime()))) {
    const actor = { ...platform, institutionId };
    const state = await unitOfWork(orm, actor, async (em) => {
      const changed = await em.nativeUpdate(Lesson, { id: lessonId, status }, { status: 'missed' });
      if (changed === 0) return null;
      await appendEvent(em, actor, `lesson:${lessonId}`, 'lesson:missed', now(), { lessonId });
      return lessonState(em, lessonId);
    });
    if (!state) continue;
    live.io.to(lessonRoom(lessonId)).emit('lesson:changed', state);
    if (status === 'open') await closeRoom(live, mediaRoomOf(lessonId));
  }
}

/** Lessons nobody ends; true where one was. */
export async function endOverdueLessons(live: Live): Promise<boolean> {
  let ended = false;
  const em = live.deps.orm.em.fork();
  const nowMs = live.deps.now().getTime();
  const sessions = await em.find(LessonSession, { endedAt: null });
  const lessons = new Map((await em.find(Lesson, { id: { $in: sessions.map((session) => session.lessonId) } })).map((lesson) => [lesson.id, lesson]));
  for (const { lessonId, institutionId, startedAt } of sessions) {
    const lesson = lessons.get(lessonId);
    const endMs = lesson ? selfEndMs(lesson, startedAt) : Infinity;
    if (nowMs < endMs) continue;
    const reason = nowMs - endMs > recoveredAfterMs ? 'recovered' : 'self';
    await afterEnd(live, lessonId, await endLesson(live, { ...platform, institutionId }, { lessonId, at: new Date(endMs), reason }));
    ended = true;
  }
  return ended;
}

async function moveUnit(live: Live, session: LessonSession, { unitId, move, at }: UnitMove): Promise<void> {
  const { lessonId, institutionId } = session;
  const actor = { ...platform, institutionId };
  const changed = await unitOfWork(live.deps.orm, actor, async (em) => {
    const done = move === 'start'
      ? await em.nativeUpdate(Unit, { id: unitId, startedAt: null }, { startedAt: at })
      : await em.nativeUpdate(Unit, { id: unitId, endedAt: null }, { endedAt: at });
    if (done > 0) await appendEvent(em, actor, `lesson:${lessonId}`, move === 'start' ? 'unit:started' : 'unit:ended', at, { sessionId: session.id, unitId });
    return done > 0;
  });
  if (changed) await noteInRecording(live, lessonId, move === 'start' ? 'unit:started' : 'unit:ended', { unitId, atMs: at.getTime() });
}

/** Unit boundaries of live lessons. */
export async function moveUnits(live: Live): Promise<void> {
  const em = live.deps.orm.em.fork();
  const sessions = await em.find(LessonSession, { endedAt: null });
  const units = await em.find(Unit, { lessonId: { $in: sessions.map((session) => session.lessonId) } });
  for (const session of sessions) {
    const own = units.filter((unit) => unit.lessonId === session.lessonId);
    for (const move of dueUnitMoves(own, session.startedAt, live.deps.now())) await moveUnit(live, session, move);
  }
}

const abandonedSql = `select r.session_id from recording r join lesson_session s on s.id = r.session_id where r.group_id is null and r.status = 'recording' and s.ended_at < ?`;
const abandonedBefore = (live: Live): Date => new Date(live.deps.now().getTime() - handOverAfterMs);
export const recordingsWait = (live: Live): Due => due(`exists (${abandonedSql})`, abandonedBefore(live));

/** Recordings whose session ended in a process that did not live to hand them over. */
export async function handOverRecordings(live: Live): Promise<void> {
  const rows = await live.deps.orm.em.fork().execute<{ session_id: string }[]>(abandonedSql, [abandonedBefore(live)]);
  for (const row of rows) await finishMedia(live, row.session_id);
}
