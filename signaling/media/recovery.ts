// Bringing media back: a room whose origin is gone gets another one, by whichever process is first, and the lost time is put down.
import { LessonSession } from '#db/entities/lesson.ts';
import { platform, unitOfWork } from '#db/orm.ts';
import { endInterruption, interruptedSessions, startInterruption } from '#db/queries/interruptions.ts';
import { moveRoom, movedWithin, roomPlace, type RoomPlace } from '#db/queries/media-rooms.ts';
import type { Live } from '../classroom/context.ts';
import { noteInRecording, noteLayout, openMediaRoom } from '../classroom/media-room.ts';
import { isClassMedia, mediaRoomOf } from '../classroom/rooms.ts';
import type { MediaNodes } from './media-nodes.ts';

/** The line must be lost this long before it counts as lost time. */
const awayCountsAfterMs = 1_000;
/** A lead who sends nothing for this long after the room is there again has chosen not to: the lesson goes on. */
const leadReturnsWithinSeconds = 15;

const runningSessions = (live: Live, lessonId?: string) =>
  live.deps.orm.em.fork().find(LessonSession, { endedAt: null, ...(lessonId && { lessonId }) });

async function interrupt(live: Live, lessonId: string, since: Date): Promise<void> {
  for (const session of await runningSessions(live, lessonId)) {
    const at = since > session.startedAt ? since : session.startedAt;
    await unitOfWork(live.deps.orm, platform, (em) => startInterruption(em, session, 'platform', at));
  }
}

/** Since when the room cannot be reached from here; null while it can. */
async function awaySince(live: Live, nodes: MediaNodes, lessonId: string): Promise<Date | null> {
  const room = await roomPlace(live.deps.orm.em.fork(), mediaRoomOf(lessonId));
  if (!room) return nodes.lines.noneSince;
  return nodes.lines.to(room) ? null : nodes.lines.get(room.nodeId)?.link.awaySince ?? null;
}

const goesOn = (live: Live, session: { id: string; lessonId: string; institutionId: string }): Promise<boolean> =>
  unitOfWork(live.deps.orm, platform, (em) => endInterruption(em, session, 'platform', live.deps.now()));

/** Somebody's media come through; where it is the lead, what stood still goes on from this moment. A browser connects for a track it sends, not before. */
export async function leadSends(live: Live, lessonId: string, personId: string): Promise<void> {
  for (const session of await runningSessions(live, lessonId)) if (session.leadPersonId === personId) await goesOn(live, session);
}

/** A room that can be reached where it always was has its media still. One that moved is back with its lead's media (`leadSends`), or when the lead has had time for that. */
async function taughtAgain(live: Live, nodes: MediaNodes, lessonId: string): Promise<boolean> {
  const em = live.deps.orm.em.fork();
  const room = await roomPlace(em, mediaRoomOf(lessonId));
  if (!room) return true;
  return nodes.lines.to(room) !== undefined && !await movedWithin(em, room.roomId, leadReturnsWithinSeconds);
}

/** Asked every second: a live lesson whose media are away stands still; once they are back it goes on. A loss is put down once, whatever another process sees. */
export async function noteAway(live: Live, nodes: MediaNodes, noted: Map<string, number>): Promise<void> {
  for (const { lessonId } of await runningSessions(live)) {
    const since = await awaySince(live, nodes, lessonId);
    if (!since) noted.delete(lessonId);
    else if (live.deps.now().getTime() - since.getTime() >= awayCountsAfterMs && noted.get(lessonId) !== since.getTime()) {
      noted.set(lessonId, since.getTime());
      await interrupt(live, lessonId, since);
    }
  }
  for (const session of await interruptedSessions(live.deps.orm.em.fork(), 'platform')) {
    if (!await awaySince(live, nodes, session.lessonId) && await taughtAgain(live, nodes, session.lessonId)) await goesOn(live, session);
  }
}

/** Gives the room another origin, if this process is the first to. False where nobody takes it, or somebody else did. */
export async function rehome(live: Live, nodes: MediaNodes, room: RoomPlace, since: Date): Promise<boolean> {
  const run = nodes.chooseOrigin();
  if (!run) return false;
  const moved = await moveRoom(live.deps.orm, room, run);
  if (!moved) return false;
  const { log } = live.deps;
  log.warn({ roomId: room.roomId, from: room.nodeId, to: moved.nodeId, epoch: moved.epoch, since: since.toISOString() }, 'room moved to another origin');
  const { lessonId } = room;
  // What happens in a group is not the class standing still, nor on its recording's timeline.
  if (isClassMedia(room)) await interrupt(live, lessonId, since);
  await openMediaRoom(live, room);
  if (!isClassMedia(room)) return true;
  await noteInRecording(live, lessonId, 'room:moved', { epoch: moved.epoch, fromNodeId: room.nodeId, toNodeId: moved.nodeId, lostAtMs: since.getTime() });
  await noteLayout(live, lessonId);
  return true;
}
