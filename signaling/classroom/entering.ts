// Entering a lesson: role, door, notice, seat. Who comes in the same moment is let in by one unit of work, in which each has a refusal or a seat of their own.
import { cohortIsOpen, type OpeningState } from '#domain/cohort.ts';
import { meaningOf, type LessonKind } from '#domain/lesson-kind.ts';
import { consentVersion } from '#domain/consent.ts';
import { doorRefusals } from '#domain/door.ts';
import { DomainError, type ErrorCode } from '#domain/errors.ts';
import type { AuthorityStatus } from '#domain/identity/authority.ts';
import { identityLack } from '#domain/identity/standing.ts';
import { mayMove, openBeforeMs } from '#domain/lesson.ts';
import { isStaff, type LessonRole } from '#domain/roles.ts';
import { Lesson } from '#db/entities/lesson.ts';
import { appendEvent, platform, unitOfWork, type EntityManager } from '#db/orm.ts';
import { doorsteps, leaveDoor, waitAtDoor } from '#db/queries/door.ts';
import { addEntries } from '#db/queries/looks.ts';
import { endInterruption } from '#db/queries/interruptions.ts';
import { arrayOf, roleSql } from '#db/queries/lesson-access.ts';
import { authoritySql, packColumns, packOfRow, type PackRow } from '#db/queries/rule-packs.ts';
import type { Outcome } from '#runtime/batches.ts';
import type { Deps } from '../deps.ts';
import type { Seat } from './context.ts';
import { closeOldSeats, openSeats, type ReplacedSeat } from './seats.ts';

export interface Entered { seat: Seat; replaced: ReplacedSeat | null; opened: boolean; leadBack: boolean }
/** `reads`: of somebody who only oversees; those come together, apart from the others. */
export interface EnterAsk { lessonId: string; deviceId: string; personId: string; connectionId: string; reads?: boolean; /** Was taken out, and asks to be let in again. */ knock?: boolean }
type Refusal = [ErrorCode, string];
/** Somebody who may come in. */
interface Guest { ask: EnterAsk; role: LessonRole; name: string }

/** The lesson at whose door they stand, held still until the transaction's end. */
interface Door { lessonId: string; institutionId: string; status: Lesson['status']; startsAt: Date }
interface DoorRow extends PackRow {
  person_id: string; institution_id: string; status: Lesson['status']; kind: LessonKind; starts_at: string; role: LessonRole | null; name: string; noticed: boolean; opening: OpeningState; authority: AuthorityStatus | null;
}

/** Entries of one person into one lesson happen one after the other: the lock by this name is taken before anything is read. */
const seatLockSql = `hashtextextended('seat:' || ?::text || ':' || person_id, 0)`;

/** Whoever may open the door waits for others who open, start or end; learners enter side by side, each person's devices one after the other. */
const heldSql = `
       staff as materialized (select exists (select from lesson_staff s join asked on asked.person_id = s.person_id where s.lesson_id = ?) as among
         from (select count(*) from own) done),
       held_alone as (select l.* from lesson l where l.id = ? and (select among from staff) for update),
       held_shared as (select l.* from lesson l where l.id = ? and not (select among from staff) for share),
       held as (select * from held_alone union all select * from held_shared)`;
/** Of whoever may lock nothing: the lesson is held already, by keshi_hold_lesson. */
const seenSql = 'held as (select l.* from lesson l, (select count(*) from own) done where l.id = ?)';

/** Who stands at the door of a lesson, by person; nobody where there is no such lesson. */
async function standAtDoor(em: EntityManager, lessonId: string, asks: readonly EnterAsk[]): Promise<Map<string, DoorRow>> {
  const reads = asks.every((ask) => ask.reads);
  if (reads) await em.execute('select keshi_hold_lesson(?)', [lessonId]);
  const rows = await em.execute<DoorRow[]>(
    `with asked as materialized (select person_id from unnest(?::uuid[]) as a(person_id)),
       own as materialized (select pg_advisory_xact_lock(key) from (select ${seatLockSql} as key from asked order by key) keys),
       ${reads ? seenSql : heldSql}
     select asked.person_id, l.institution_id, l.status, l.kind, l.starts_at, ${roleSql('asked.person_id')} as role, p.name,
       coalesce((select c.given and c.version = ? from consent c
         where c.person_id = p.id and c.purpose = 'recording' order by c.at desc, c.id desc limit 1), false) as noticed,
       ${authoritySql('asked.person_id')} as authority, c.opening, ${packColumns}
     from held l join cohort c on c.id = l.cohort_id join institution i on i.id = l.institution_id cross join asked join person p on p.id = asked.person_id`,
    [arrayOf(asks.map(({ personId }) => personId)), lessonId, ...(reads ? [lessonId] : [lessonId, lessonId, lessonId]), consentVersion.recording]);
  return new Map(rows.map((row) => [row.person_id, row]));
}

/** Why somebody does not come in: not_found, not_enrolled, lesson_recorded, lesson_offline, lesson_ended, lesson_cancelled, cohort_not_opened, identity_missing, identity_denied, consent_missing; null where they do. */
function refusalOf(row: DoorRow | undefined): Refusal | null {
  if (!row) return ['not_found', 'no such lesson'];
  if (!row.role) return ['not_enrolled', 'no role in this lesson'];
  if (row.status === 'cancelled') return ['lesson_cancelled', 'the lesson was cancelled'];
  if (!meaningOf(row.kind).classroom) return [row.kind === 'offline' ? 'lesson_offline' : 'lesson_recorded', `a ${row.kind} lesson has no classroom`];
  if (row.status === 'ended' || row.status === 'missed') return ['lesson_ended', 'the lesson is over'];
  // Asked here alone: nobody opens or starts a lesson without a seat in it.
  if (!cohortIsOpen(row.opening)) return ['cohort_not_opened', `the cohort is ${row.opening}`];
  const lack = row.role === 'student' ? identityLack(packOfRow(row), row.authority) : null;
  if (lack) return [lack, 'real names come before learning'];
  if (row.role === 'student' && !row.noticed) return ['consent_missing', 'the recording notice was not acknowledged'];
  return null;
}

/**
 * What the door says to learners who may learn here: who waits is put down as waiting, who comes in waits no longer. Answers the refusals, by person: door_waiting, door_locked, removed_from_lesson.
 * A statement of its own: the one that took their locks had looked before a removal it waited for.
 */
async function askDoor(em: EntityManager, lesson: { lessonId: string; institutionId: string }, learners: readonly EnterAsk[], at: Date): Promise<Map<string, Refusal>> {
  if (learners.length === 0) return new Map();
  const knocking = new Set(learners.filter(({ knock }) => knock).map(({ personId }) => personId));
  const steps = await doorsteps(em, lesson.lessonId, learners.map(({ personId }) => personId), knocking);
  const waiting = [...steps].filter(([, { answer }]) => answer === 'waits').map(([personId]) => personId);
  const came = [...steps].filter(([, { answer, waited }]) => answer === 'in' && waited).map(([personId]) => personId);
  if (waiting.length > 0) await waitAtDoor(em, lesson, waiting, at);
  if (came.length > 0) await leaveDoor(em, lesson.lessonId, came, at);
  return new Map([...steps].flatMap(([personId, { answer }]): [string, Refusal][] => (answer === 'in' ? [] : [[personId, [doorRefusals[answer], `at the door: ${answer}`]]])));
}

/** The first of the staff opens a door that is due; answers who did. */
async function openDoor(em: EntityManager, { lessonId, institutionId, status, startsAt }: Door, guests: readonly Guest[], at: Date): Promise<Guest | null> {
  const opener = guests.find(({ role }) => isStaff(role));
  if (!opener || status !== 'scheduled' || !mayMove(status, 'open')) return null;
  if (at.getTime() < startsAt.getTime() - openBeforeMs) return null;
  await em.nativeUpdate(Lesson, { id: lessonId }, { status: 'open' });
  await appendEvent(em, { personId: opener.ask.personId, institutionId }, `lesson:${lessonId}`, 'lesson:opened', at, { lessonId });
  return opener;
}

async function letIn(em: EntityManager, door: Door, guests: readonly Guest[], at: Date): Promise<Entered[]> {
  const { lessonId, institutionId } = door;
  const opener = await openDoor(em, door, guests, at);
  const { session, replaced } = await closeOldSeats(em, lessonId, guests.map(({ ask }) => ask), at);
  const seats = guests.map(({ ask: { connectionId, personId, deviceId }, role }) => ({ connectionId, personId, deviceId, role, replaced: replaced.get(personId) ?? null }));
  await openSeats(em, { lessonId, institutionId, session }, seats, at);
  const entered = guests.map((guest): Entered => {
    const { ask: { connectionId, personId }, role, name } = guest;
    return {
      seat: { connectionId, lessonId, institutionId, personId, role, name }, replaced: replaced.get(personId) ?? null,
      opened: guest === opener, leadBack: session?.leadPersonId === personId,
    };
  });
  await addEntries(em, { lessonId, institutionId }, guests.filter(({ role }) => role === 'observer').map(({ ask }) => ask.personId), at);
  if (session && entered.some(({ leadBack }) => leadBack)) await endInterruption(em, { id: session.id, lessonId, institutionId }, 'lead_gone', at);
  return entered;
}

/** Lets different people into one lesson, in one transaction. Who is refused leaves nothing behind and keeps nobody out. */
export async function enterTogether({ orm, now }: Pick<Deps, 'orm' | 'now'>, asks: readonly EnterAsk[]): Promise<Outcome<Entered>[]> {
  const [first] = asks;
  if (!first) return [];
  const actor = asks.length === 1 ? { personId: first.personId, institutionId: null } : platform;
  return unitOfWork(orm, actor, async (em) => {
    const standing = await standAtDoor(em, first.lessonId, asks);
    // Asked for when the locks are held: nobody enters before the one whose seat they take over.
    const at = now();
    const [row] = standing.values();
    const lacks = asks.map(({ personId }) => refusalOf(standing.get(personId)));
    const learners = asks.filter(({ personId }, index) => !lacks[index] && standing.get(personId)?.role === 'student');
    const doors = row ? await askDoor(em, { lessonId: first.lessonId, institutionId: row.institution_id }, learners, at) : new Map<string, Refusal>();
    const refusals = asks.map(({ personId }, index) => lacks[index] ?? doors.get(personId) ?? null);
    const guests = asks.flatMap((ask, index): Guest[] => {
      const one = standing.get(ask.personId);
      return one?.role && !refusals[index] ? [{ ask, role: one.role, name: one.name }] : [];
    });
    const entered = row && guests.length > 0
      ? await letIn(em, { lessonId: first.lessonId, institutionId: row.institution_id, status: row.status, startsAt: new Date(row.starts_at) }, guests, at) : [];
    const byConnection = new Map(entered.map((one) => [one.seat.connectionId, one]));
    return asks.map((ask, index): Outcome<Entered> => {
      const refusal = refusals[index];
      return refusal ? { error: new DomainError(...refusal) } : { value: byConnection.get(ask.connectionId)! };
    });
  });
}
