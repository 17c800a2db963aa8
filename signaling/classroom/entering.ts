// Entering a lesson: role, door, notice, seat; all in one transaction, so a refusal leaves nothing behind. Few statements: a large class comes at once.
import { consentVersion } from '#domain/consent.ts';
import { DomainError } from '#domain/errors.ts';
import { mayMove, openBeforeMs } from '#domain/lesson.ts';
import { isStaff, type LessonRole } from '#domain/roles.ts';
import { Lesson } from '#db/entities/lesson.ts';
import { appendEvent, unitOfWork, type Actor, type EntityManager } from '#db/orm.ts';
import { endInterruption } from '#db/queries/interruptions.ts';
import { roleOfPersonSql } from '#db/queries/lesson-access.ts';
import type { Live, Seat } from './context.ts';
import { closeOldSeat, openSeat, seatLockOf, type ReplacedSeat } from './seats.ts';

export interface Entered { seat: Seat; replaced: ReplacedSeat | null; opened: boolean; leadBack: boolean }
interface Ask { lessonId: string; deviceId: string; personId: string; connectionId: string }

/** The lesson at whose door one stands, held still until the transaction's end, and who one is in it. */
interface Door { lessonId: string; institutionId: string; status: Lesson['status']; startsAt: Date; role: LessonRole; name: string; noticed: boolean }
interface DoorRow { institution_id: string; status: Lesson['status']; starts_at: string; role: LessonRole | null; name: string; noticed: boolean }

/** Throws not_found, not_enrolled, lesson_ended, lesson_cancelled, consent_missing. */
async function standAtDoor(em: EntityManager, lessonId: string, personId: string): Promise<Door> {
  // Whoever may open the door waits for others who open, start or end; learners enter side by side, each person's devices one after the other.
  const [row] = await em.execute<DoorRow[]>(
    `with own as materialized (select pg_advisory_xact_lock(hashtextextended(?, 0))),
       staff as materialized (select exists (select from lesson_staff s where s.lesson_id = ? and s.person_id = ?) as member from own),
       held_alone as (select l.* from lesson l where l.id = ? and (select member from staff) for update),
       held_shared as (select l.* from lesson l where l.id = ? and not (select member from staff) for share),
       held as (select * from held_alone union all select * from held_shared)
     select l.institution_id, l.status, l.starts_at, ${roleOfPersonSql} as role, p.name, coalesce((select c.given and c.version = ? from consent c
       where c.person_id = p.id and c.purpose = 'recording' order by c.at desc, c.id desc limit 1), false) as noticed
     from held l join person p on p.id = ?`,
    [seatLockOf(lessonId, personId), lessonId, personId, lessonId, lessonId, personId, personId, personId, consentVersion.recording, personId]);
  if (!row) throw new DomainError('not_found', 'no such lesson');
  const { institution_id: institutionId, status, role, name, noticed } = row;
  if (!role) throw new DomainError('not_enrolled', 'no role in this lesson');
  if (status === 'cancelled') throw new DomainError('lesson_cancelled', 'the lesson was cancelled');
  if (status === 'ended' || status === 'missed') throw new DomainError('lesson_ended', 'the lesson is over');
  if (role === 'student' && !noticed) throw new DomainError('consent_missing', 'the recording notice was not acknowledged');
  return { lessonId, institutionId, status, startsAt: new Date(row.starts_at), role, name, noticed };
}

async function openDoor(em: EntityManager, actor: Actor, { lessonId, status, startsAt, role }: Door, at: Date): Promise<boolean> {
  if (!isStaff(role) || status !== 'scheduled' || !mayMove(status, 'open')) return false;
  if (at.getTime() < startsAt.getTime() - openBeforeMs) return false;
  await em.nativeUpdate(Lesson, { id: lessonId }, { status: 'open' });
  await appendEvent(em, actor, `lesson:${lessonId}`, 'lesson:opened', at, { lessonId });
  return true;
}

export async function enter(live: Live, ask: Ask): Promise<Entered> {
  const { orm, now } = live.deps;
  const { lessonId, personId, connectionId, deviceId } = ask;
  return unitOfWork(orm, { personId, institutionId: null }, async (em) => {
    const at = now();
    const door = await standAtDoor(em, lessonId, personId);
    const { institutionId, role, name } = door;
    const actor = { personId, institutionId };
    const opened = await openDoor(em, actor, door, at);
    const { session, replaced } = await closeOldSeat(em, { lessonId, personId, deviceId }, at);
    await openSeat(em, { connectionId, lessonId, institutionId, personId, role, deviceId, session }, replaced, at);
    const leadBack = session !== null && session.leadPersonId === personId;
    if (session && leadBack) await endInterruption(em, { id: session.id, lessonId, institutionId }, 'lead_gone', at);
    return { seat: { connectionId, lessonId, institutionId, personId, role, name }, replaced, opened, leadBack };
  });
}
