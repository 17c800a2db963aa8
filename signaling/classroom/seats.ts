// Seats as rows: one live hold per person and lesson; taken, left, and given up.
import { newId } from '#domain/id.ts';
import { isStaff, type LessonRole } from '#domain/roles.ts';
import { handsOf, lowerHands } from '#db/queries/hands.ts';
import { liveSession } from '#db/queries/lesson-state.ts';
import { participantsOf, publicView } from '#db/queries/participants.ts';
import { leaveStage, onStage } from '#db/queries/stage.ts';
import { Connection, type LeftReason } from '#db/entities/lesson.ts';
import { appendEvent, platform, unitOfWork, type Actor, type EntityManager } from '#db/orm.ts';
import { isLarge, tellHands, tellSoon } from './audience.ts';
import type { Live, Seat } from './context.ts';
import { lessonRoom, mediaRoomOf, seatRoom, staffRoom } from './rooms.ts';

export interface NewSeat { connectionId: string; lessonId: string; institutionId: string; personId: string; role: LessonRole; deviceId: string; sessionId: string | null }
export interface ReplacedSeat { connectionId: string; otherDevice: boolean }

interface Old { id: string; left_reason: LeftReason }

/** Takes the seat in the caller's transaction, which holds the person's seat lock; an older hold is closed. Two devices at once: the later one has it. */
export async function takeSeat(em: EntityManager, actor: Actor, seat: NewSeat, at: Date): Promise<ReplacedSeat | null> {
  const stream = `lesson:${seat.lessonId}` as const;
  const [old] = await em.execute<Old[]>(
    `update connection set left_at = ?, left_reason = case when device_id = ? then 'cut' else 'taken_over' end
     where lesson_id = ? and person_id = ? and left_at is null returning id, left_reason`, [at, seat.deviceId, seat.lessonId, seat.personId]);
  const otherDevice = old?.left_reason === 'taken_over';
  if (old) {
    await appendEvent(em, actor, stream, otherDevice ? 'seat:taken_over' : 'seat:left', at, { connectionId: old.id, personId: seat.personId, reason: old.left_reason });
  }
  const { connectionId, institutionId, lessonId, sessionId, personId, role, deviceId } = seat;
  await em.execute(
    `insert into connection (id, institution_id, lesson_id, session_id, person_id, role, device_id, connected_at, last_seen_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [connectionId, institutionId, lessonId, sessionId, personId, role, deviceId, at, at]);
  await appendEvent(em, actor, stream, 'seat:connected', at, { connectionId, personId, role });
  return old ? { connectionId: old.id, otherDevice } : null;
}

/** Entries of one person into one lesson happen one after the other; taken before anything is read. */
export const seatLockSql = 'pg_advisory_xact_lock(hashtextextended(?, 0))';
export const seatLockOf = (lessonId: string, personId: string): string => `seat:${lessonId}:${personId}`;

export interface Cut { seat: Seat; at: Date }

/** Closes many holds at once, as `cut`; answers those that were still open. */
export async function cutSeats(live: Live, cuts: readonly Cut[]): Promise<Seat[]> {
  const rows = cuts.map(({ seat, at }) => ({ id: seat.connectionId, at, seen: seat.seenAt ?? null, event: newId() }));
  const closed = await unitOfWork(live.deps.orm, platform, (em) => em.execute<{ id: string }[]>(
    `with cut as (select * from jsonb_to_recordset(?::jsonb) as v(id uuid, at timestamptz, seen timestamptz, event uuid)), closed as (
       update connection c set left_at = cut.at, left_reason = 'cut', last_seen_at = coalesce(cut.seen, c.last_seen_at)
       from cut where c.id = cut.id and c.left_at is null returning c.id, c.lesson_id, c.institution_id, c.person_id, cut.at, cut.event), told as (
       insert into event (id, stream, type, at, payload, institution_id, actor_id)
       select event, 'lesson:' || lesson_id, 'seat:left', at, jsonb_build_object('connectionId', id, 'personId', person_id, 'reason', 'cut'), institution_id, person_id from closed)
     select id from closed`, [JSON.stringify(rows)]));
  const ids = new Set(closed.map(({ id }) => id));
  return cuts.map(({ seat }) => seat).filter(({ connectionId }) => ids.has(connectionId));
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
  if (gone?.hands) tellHands(live, lessonId, gone.hands);
  if (gone?.stage) live.io.to(lessonRoom(lessonId)).emit('stage:changed', { personIds: gone.stage });
  await live.media.leaveSeat(mediaRoomOf(lessonId), personId)
    .catch((error: unknown) => log.debug({ err: error, lessonId, personId }, 'peer was gone already'));
}

/**
 * Tells staff how a participant is now, and everybody where it is staff, on stage, or `everybody` must know. In a large class staff
 * are told in batches, and everybody only of staff and stage.
 */
export async function tellParticipant(live: Live, lessonId: string, personId: string, everybody = false): Promise<void> {
  if (isLarge(live, lessonId)) return tellSoon(live, lessonId, personId);
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
