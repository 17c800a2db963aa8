// Seats as rows: one live hold per person and lesson; taken, left, and given up.
import { newId } from '#domain/id.ts';
import { isStaff, type LessonRole } from '#domain/roles.ts';
import { lowerHands } from '#db/queries/hands.ts';
import { liveSession } from '#db/queries/lesson-state.ts';
import { mediaRoomsOf } from '#db/queries/media-rooms.ts';
import { participantsOf, publicView } from '#db/queries/participants.ts';
import { leaveStage, onStage } from '#db/queries/stage.ts';
import type { LeftReason } from '#domain/presence/facts.ts';
import { Connection } from '#db/entities/lesson.ts';
import { appendEvent, platform, unitOfWork, type EntityManager } from '#db/orm.ts';
import { heldSeatsSql, seatStream, seatStreamSql } from '#db/queries/held-seats.ts';
import { arrayOf } from '#db/queries/lesson-access.ts';
import { isLarge, tellSoon } from './audience.ts';
import type { Live, Seat } from './context.ts';
import { tellHands } from './hands.ts';
import { lessonRoom, seatRoom, staffRoom } from './rooms.ts';

export interface ReplacedSeat { connectionId: string; otherDevice: boolean }
/** What of the running session matters to whoever enters; `askedQuizId`: the open quiz that can still be answered. */
export interface RunningSession { id: string; leadPersonId: string | null; askedQuizId: string | null }
export interface NewSeat { connectionId: string; personId: string; role: LessonRole; deviceId: string; replaced: ReplacedSeat | null }
interface Found { session_id: string | null; lead_person_id: string | null; quiz_id: string | null; old_id: string | null; old_person_id: string; left_reason: LeftReason | null }

/** Closes older holds of these people in the caller's transaction, which has their seat locks, and reads what runs. Two devices at once: the later one has the seat. */
export async function closeOldSeats(
  em: EntityManager, lessonId: string, people: readonly { personId: string; deviceId: string }[], at: Date,
): Promise<{ session: RunningSession | null; replaced: Map<string, ReplacedSeat> }> {
  const rows = await em.execute<Found[]>(
    `with held as materialized (
       ${heldSeatsSql('lesson_id = ? and person_id = any(?::uuid[])')}), old as (
       update connection c set left_at = greatest(?, c.connected_at), left_reason = case when c.device_id = asked.device_id then 'cut' else 'taken_over' end
       from held, jsonb_to_recordset(?::jsonb) as asked(person_id uuid, device_id text) where c.id = held.id and asked.person_id = c.person_id returning c.id, c.person_id, c.left_reason)
     select s.id as session_id, s.lead_person_id, q.id as quiz_id, old.id as old_id, old.person_id as old_person_id, old.left_reason
     from (select 1) one left join old on true left join lesson_session s on s.lesson_id = ? and s.ended_at is null
     left join quiz q on q.session_id = s.id and q.closed_at is null and q.deadline_at > ?`,
    [lessonId, arrayOf(people.map(({ personId }) => personId)), at, JSON.stringify(people.map(({ personId, deviceId }) => ({ person_id: personId, device_id: deviceId }))), lessonId, at]);
  const [found] = rows;
  return {
    session: found?.session_id ? { id: found.session_id, leadPersonId: found.lead_person_id, askedQuizId: found.quiz_id } : null,
    replaced: new Map(rows.flatMap((row) => (row.old_id ? [[row.old_person_id, { connectionId: row.old_id, otherDevice: row.left_reason === 'taken_over' }]] : []))),
  };
}

function eventsOf({ connectionId, personId, role, replaced }: NewSeat, lessonId: string): object[] {
  const stream = seatStream({ role, lessonId, personId });
  const left = replaced && {
    stream, type: replaced.otherDevice ? 'seat:taken_over' : 'seat:left', actor: personId,
    payload: { connectionId: replaced.connectionId, lessonId, personId, reason: replaced.otherDevice ? 'taken_over' : 'cut' },
  };
  return [...(left ? [left] : []), { stream, type: 'seat:connected', actor: personId, payload: { connectionId, lessonId, personId, role } }];
}

const askedSql = `, asked as (
       insert into quiz_asked (quiz_id, person_id, asked_at, institution_id) select ?::uuid, person, ?, ? from taken where role = 'student' on conflict do nothing)`;
/** Opens the holds, each with its events; learners who come late are asked the open quiz too. */
export async function openSeats(
  em: EntityManager, { lessonId, institutionId, session }: { lessonId: string; institutionId: string; session: RunningSession | null }, seats: readonly NewSeat[], at: Date,
): Promise<void> {
  const events = seats.flatMap((seat) => eventsOf(seat, lessonId));
  // Of the same moment, but told in this order for ever: ids are what events are ordered by.
  const ids = events.map(() => newId()).sort();
  const asked = session?.askedQuizId && seats.some(({ role }) => role === 'student') ? [session.askedQuizId, at, institutionId] : [];
  await em.execute(
    `with taken as materialized (select * from jsonb_to_recordset(?::jsonb) as s(id uuid, person uuid, role text, device text)), seat as (
       insert into connection (id, institution_id, lesson_id, session_id, person_id, role, device_id, connected_at, last_seen_at)
       select id, ?, ?, ?, person, role, device, ?, ? from taken)${asked.length > 0 ? askedSql : ''}
     insert into event (id, stream, type, at, payload, institution_id, actor_id)
     select e.id, e.stream, e.type, ?, e.payload, ?, e.actor from jsonb_to_recordset(?::jsonb) as e(id uuid, stream text, type text, payload jsonb, actor uuid)`,
    [JSON.stringify(seats.map(({ connectionId: id, personId: person, role, deviceId: device }) => ({ id, person, role, device }))),
      institutionId, lessonId, session?.id ?? null, at, at, ...asked,
      at, institutionId, JSON.stringify(events.map((event, index) => ({ id: ids[index], ...event })))]);
}

export interface Cut { seat: Seat; at: Date }

/** Closes many holds at once, as `cut`; answers those that were still open. */
export async function cutSeats(live: Live, cuts: readonly Cut[]): Promise<Seat[]> {
  const rows = cuts.map(({ seat, at }) => ({ id: seat.connectionId, at, seen: seat.seenAt ?? null, event: newId() }));
  const closed = await unitOfWork(live.deps.orm, platform, (em) => em.execute<{ id: string }[]>(
    `with cut as (select * from jsonb_to_recordset(?::jsonb) as v(id uuid, at timestamptz, seen timestamptz, event uuid)),
       held as materialized (${heldSeatsSql('id in (select id from cut)')}), closed as (
       update connection c set left_at = cut.at, left_reason = 'cut', last_seen_at = coalesce(cut.seen, c.last_seen_at)
       from cut join held using (id) where c.id = cut.id returning c.id, c.lesson_id, c.institution_id, c.person_id, c.role, cut.at, cut.event), told as (
       insert into event (id, stream, type, at, payload, institution_id, actor_id)
       select event, ${seatStreamSql}, 'seat:left', at, jsonb_build_object('connectionId', id, 'lessonId', lesson_id, 'personId', person_id, 'reason', 'cut'), institution_id, person_id from closed)
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
    await appendEvent(em, actor, seatStream(seat), 'seat:left', at, { connectionId: seat.connectionId, lessonId: seat.lessonId, personId: seat.personId, reason });
    return true;
  });
}

/** Whoever will not come back gives up hand, stage and media; whoever is back already keeps them. Whoever only looks has media alone. */
export async function giveUp(live: Live, person: { lessonId: string; institutionId: string; personId: string; role?: LessonRole }): Promise<void> {
  const { orm, log, now } = live.deps;
  const { lessonId, personId } = person;
  const actor = { personId, institutionId: person.institutionId };
  const gone = await unitOfWork(orm, actor, async (em) => {
    if (await em.count(Connection, { lessonId, personId, leftAt: null })) return 'back';
    const session = person.role === 'observer' ? null : await liveSession(em, lessonId);
    if (!session) return null;
    const hands = await lowerHands(em, actor, session, personId, now());
    const stage = await leaveStage(em, actor, session, personId, now());
    return { hands: hands.length > 0, stage: stage.length > 0 ? await onStage(em, session.id) : null };
  });
  if (gone === 'back') return;
  if (gone?.hands) await tellHands(live, lessonId);
  if (gone?.stage) live.io.to(lessonRoom(lessonId)).emit('stage:changed', { personIds: gone.stage });
  for (const roomId of await mediaRoomsOf(orm.em.fork(), lessonId, [personId])) {
    await live.media.leaveSeat(roomId, personId).catch((error: unknown) => log.debug({ err: error, lessonId, personId }, 'peer was gone already'));
  }
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
