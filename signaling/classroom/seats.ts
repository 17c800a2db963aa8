// Seats as rows: one live hold per person and lesson; taken, left, and given up.
import { newId } from '#domain/id.ts';
import { isStaff, type LessonRole } from '#domain/roles.ts';
import { handsOf, lowerHands } from '#db/queries/hands.ts';
import { liveSession } from '#db/queries/lesson-state.ts';
import { participantsOf, publicView } from '#db/queries/participants.ts';
import { leaveStage, onStage } from '#db/queries/stage.ts';
import { Connection, type LeftReason } from '#db/entities/lesson.ts';
import { appendEvent, unitOfWork, type Actor, type EntityManager } from '#db/orm.ts';
import type { Live, Seat } from './context.ts';
import { lessonRoom, mediaRoomOf, seatRoom, staffRoom } from './rooms.ts';

export interface NewSeat { connectionId: string; lessonId: string; institutionId: string; personId: string; role: LessonRole; deviceId: string; sessionId: string | null }
export interface ReplacedSeat { connectionId: string; otherDevice: boolean }

/** Takes the seat in the caller's transaction; an older hold is closed. Two devices at once: the later one has it. */
export async function takeSeat(em: EntityManager, actor: Actor, seat: NewSeat, at: Date): Promise<ReplacedSeat | null> {
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`seat:${seat.lessonId}:${seat.personId}`]);
  const old = await em.findOne(Connection, { lessonId: seat.lessonId, personId: seat.personId, leftAt: null }, { refresh: true });
  const otherDevice = old !== null && old.deviceId !== seat.deviceId;
  const stream = `lesson:${seat.lessonId}` as const;
  if (old) {
    const leftReason = otherDevice ? 'taken_over' : 'cut';
    await em.nativeUpdate(Connection, { id: old.id }, { leftAt: at, leftReason });
    await appendEvent(em, actor, stream, otherDevice ? 'seat:taken_over' : 'seat:left', at, { connectionId: old.id, personId: seat.personId, reason: leftReason });
  }
  const { connectionId, ...rest } = seat;
  await em.insert(Connection, { ...rest, id: connectionId, connectedAt: at, lastSeenAt: at, leftAt: null, leftReason: null, visible: true });
  await appendEvent(em, actor, stream, 'seat:connected', at, { connectionId, personId: seat.personId, role: seat.role });
  return old && { connectionId: old.id, otherDevice };
}

/** Closes the hold where it is still open; answers whether this call closed it. */
export async function closeSeat(live: Live, seat: Seat, reason: LeftReason, at: Date): Promise<boolean> {
  const actor = { personId: seat.personId, institutionId: seat.institutionId };
  return unitOfWork(live.deps.orm, actor, async (em) => {
    const closed = await em.nativeUpdate(Connection, { id: seat.connectionId, leftAt: null }, {
      leftAt: at, leftReason: reason, ...(seat.seenAt && { lastSeenAt: seat.seenAt }),
    });
    if (closed === 0) return false;
    await appendEvent(em, actor, `lesson:${seat.lessonId}`, 'seat:left', at, { connectionId: seat.connectionId, personId: seat.personId, reason });
    return true;
  });
}

/** Whoever will not come back gives up hand, stage and media; whoever is back already keeps them. */
export async function giveUp(live: Live, person: { lessonId: string; institutionId: string; personId: string }): Promise<void> {
  const { orm, log, now } = live.deps;
  const { lessonId, personId } = person;
  const actor = { personId, institutionId: person.institutionId };
  const gone = await unitOfWork(orm, actor, async (em) => {
    if (await em.count(Connection, { lessonId, personId, leftAt: null })) return 'back';
    const session = await liveSession(em, lessonId);
    if (!session) return null;
    const hands = await lowerHands(em, actor, session, personId, now());
    const stage = await leaveStage(em, actor, session, personId, now());
    return { hands: hands.length > 0 ? await handsOf(em, session.id) : null, stage: stage.length > 0 ? await onStage(em, session.id) : null };
  });
  if (gone === 'back') return;
  if (gone?.hands) live.io.to(lessonRoom(lessonId)).emit('hand:changed', { hands: gone.hands });
  if (gone?.stage) live.io.to(lessonRoom(lessonId)).emit('stage:changed', { personIds: gone.stage });
  if (!live.media.available) return;
  await live.media.request('peer:leave', { roomId: mediaRoomOf(lessonId), peerId: personId })
    .catch((error: unknown) => log.debug({ err: error, lessonId, personId }, 'peer was gone already'));
}

/** Tells staff how a participant is now, and everybody where it is staff, on stage, or `everybody` must know. */
export async function tellParticipant(live: Live, lessonId: string, personId: string, everybody = false): Promise<void> {
  const [participant] = await participantsOf(live.deps.orm.em.fork(), lessonId, personId);
  if (!participant) return;
  live.io.to(staffRoom(lessonId)).emit('participant:changed', participant);
  if (everybody || participant.onStage || isStaff(participant.role)) {
    live.io.to(lessonRoom(lessonId)).except(staffRoom(lessonId)).emit('participant:changed', publicView(participant));
  } else {
    live.io.to(seatRoom(lessonId, personId)).emit('participant:changed', publicView(participant));
  }
}

export const newConnectionId = (now: Date): string => newId(now.getTime());
