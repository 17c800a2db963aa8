// Bringing media back: rooms made anew after a media worker or the whole node died, and the lost time put down.
import { LessonSession } from '#db/entities/lesson.ts';
import { platform, unitOfWork } from '#db/orm.ts';
import { endInterruption, startInterruption } from '#db/queries/interruptions.ts';
import { lessonsWithRooms } from '#db/queries/lesson-state.ts';
import type { Live } from '../classroom/context.ts';
import { noteLayout, openMediaRoom } from '../classroom/media-room.ts';
import { lessonRoom, mediaRoomOf } from '../classroom/rooms.ts';

/** The line must be lost this long before it counts as lost time. */
const awayCountsAfterMs = 1_000;

const runningSessions = (live: Live, lessonId?: string) =>
  live.deps.orm.em.fork().find(LessonSession, { endedAt: null, ...(lessonId && { lessonId }) });

/** Asked every second while the node is away: every live lesson stands still. */
export async function noteAway(live: Live, awaySince: Date | null): Promise<void> {
  if (!awaySince || live.deps.now().getTime() - awaySince.getTime() < awayCountsAfterMs) return;
  for (const session of await runningSessions(live)) {
    const at = awaySince > session.startedAt ? awaySince : session.startedAt;
    await unitOfWork(live.deps.orm, platform, (em) => startInterruption(em, session, 'platform', at));
  }
}

async function endInterruptions(live: Live, lessonId?: string): Promise<void> {
  for (const session of await runningSessions(live, lessonId)) {
    await unitOfWork(live.deps.orm, platform, (em) => endInterruption(em, session, 'platform', live.deps.now()));
  }
}

async function reopen(live: Live, lessonId: string): Promise<void> {
  await openMediaRoom(live, lessonId).then(
    // Every process tells its own people: each has its own line to the node.
    () => {
      live.io.local.to(lessonRoom(lessonId)).emit('media:reset', {});
      return noteLayout(live, lessonId);
    },
    (error: unknown) => live.deps.log.error({ err: error, lessonId }, 'room could not be made anew'));
}

/** The node is (back) there: rooms that are gone are made anew, and everybody in them joins again. */
export async function restoreRooms(live: Live, rooms: string[], newBoot: boolean): Promise<void> {
  for (const { lessonId } of await lessonsWithRooms(live.deps.orm.em.fork())) {
    if (newBoot || !rooms.includes(mediaRoomOf(lessonId))) await reopen(live, lessonId);
  }
  await endInterruptions(live);
}

/** One room is gone though the node lives. */
export async function restoreRoom(live: Live, lessonId: string, lostAt: Date): Promise<void> {
  for (const session of await runningSessions(live, lessonId)) {
    await unitOfWork(live.deps.orm, platform, (em) => startInterruption(em, session, 'platform', lostAt));
  }
  await reopen(live, lessonId);
  await endInterruptions(live, lessonId);
}
