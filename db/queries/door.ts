// The door of a lesson as the rows say it: what each learner finds there, who waits, who was taken out.
import type { DoorView, Removal, RemovedLearner, WaitingLearner } from '#contracts/door.ts';
import { answerAtDoor, type DoorAnswer, type DoorState, type RemovalReason } from '#domain/door.ts';
import { seatKeptMs } from '#domain/seat.ts';
import { appendEvents, type EntityManager } from '../orm.ts';
import { arrayOf } from './lesson-access.ts';

/** Staff see so many of those who wait by name. */
const namedWaiting = 200;
/** A place at the door is kept as long as a seat: so long after the last sign of life. */
const keptSince = (now: Date): Date => new Date(now.getTime() - seatKeptMs);

/** SQL: a row of somebody who waits now; asks for `keptSince`. */
const waitsSql = 'w.let_in_at is null and w.left_at is null and w.seen_at > ?';

export interface Doorstep { answer: DoorAnswer; waited: boolean }
interface StepRow { person_id: string; door: DoorState; removed: boolean; was_in: boolean; let_in: boolean; waited: boolean }

/** What these learners find at the door, by person. Those of `knocking` ask to be let in again. To be read when their seat locks are held. */
export async function doorsteps(em: EntityManager, lessonId: string, personIds: readonly string[], knocking: ReadonlySet<string>): Promise<Map<string, Doorstep>> {
  const rows = await em.execute<StepRow[]>(
    `select a.person_id, l.door, r.id is not null as removed, w.let_in_at is not null as let_in, w.person_id is not null and w.let_in_at is null and w.left_at is null as waited,
       l.door <> 'open' and exists (select from connection c where c.lesson_id = l.id and c.person_id = a.person_id) as was_in
     from lesson l cross join unnest(?::uuid[]) as a(person_id)
     left join removal r on r.lesson_id = l.id and r.person_id = a.person_id and r.readmitted_at is null
     left join door_wait w on w.lesson_id = l.id and w.person_id = a.person_id
     where l.id = ?`, [arrayOf(personIds), lessonId]);
  return new Map(rows.map((row) => [row.person_id, {
    answer: answerAtDoor({ door: row.door, wasIn: row.was_in, letIn: row.let_in, removed: row.removed, knocks: knocking.has(row.person_id) }), waited: row.waited,
  }]));
}

/** They wait from now on, or go on waiting where they did a moment ago; who is new at the door leaves an event. */
export async function waitAtDoor(em: EntityManager, lesson: { lessonId: string; institutionId: string }, personIds: readonly string[], at: Date): Promise<void> {
  const { lessonId, institutionId } = lesson;
  const rows = await em.execute<{ person_id: string; fresh: boolean }[]>(
    `insert into door_wait as w (lesson_id, person_id, institution_id, asked_at, seen_at)
     select ?::uuid, a.person_id, ?::uuid, ?::timestamptz, ?::timestamptz from unnest(?::uuid[]) as a(person_id) order by a.person_id
     on conflict (lesson_id, person_id) do update set seen_at = excluded.seen_at, let_in_at = null, let_in_by = null, left_at = null,
       asked_at = case when w.let_in_at is null and w.left_at is null and w.seen_at > ? then w.asked_at else excluded.asked_at end
     returning w.person_id, w.asked_at = ? as fresh`, [lessonId, institutionId, at, at, arrayOf(personIds), keptSince(at), at]);
  await appendEvents(em, rows.filter(({ fresh }) => fresh).map(({ person_id: personId }) =>
    ({ actor: { personId, institutionId }, stream: `lesson:${lessonId}` as const, type: 'door:waiting', at, payload: { personId } })));
}

/** They came in, and wait no longer. */
export async function leaveDoor(em: EntityManager, lessonId: string, personIds: readonly string[], at: Date): Promise<void> {
  await em.execute(
    `update door_wait w set left_at = ? from (select person_id from door_wait where lesson_id = ? and person_id = any(?::uuid[]) and left_at is null order by person_id for no key update) held
     where w.lesson_id = ? and w.person_id = held.person_id`, [at, lessonId, arrayOf(personIds), lessonId]);
}

/** Lets in one who waits, or all who were not taken out; answers whom. Whoever enters this lesson waits until it is written: the lesson is held. */
export async function letInWaiting(em: EntityManager, lessonId: string, personId: string | null, by: string, at: Date): Promise<string[]> {
  await em.execute('select id from lesson where id = ? for update', [lessonId]);
  const rows = await em.execute<{ person_id: string }[]>(
    `update door_wait w set let_in_at = ?, let_in_by = ? where w.lesson_id = ? and ${waitsSql} and (w.person_id = ? or (?::uuid is null
       and not exists (select from removal r where r.lesson_id = w.lesson_id and r.person_id = w.person_id and r.readmitted_at is null))) returning w.person_id`,
    [at, by, lessonId, keptSince(at), personId, personId]);
  return rows.map((row) => row.person_id);
}

/** A sign of life of those who wait. */
export async function keepWaiting(em: EntityManager, waiting: readonly { lessonId: string; personId: string }[], at: Date): Promise<void> {
  await em.execute(
    `update door_wait w set seen_at = ? from (select w.lesson_id, w.person_id from door_wait w
       join unnest(?::uuid[], ?::uuid[]) as a(lesson_id, person_id) on a.lesson_id = w.lesson_id and a.person_id = w.person_id order by w.lesson_id, w.person_id for no key update of w) held
     where w.lesson_id = held.lesson_id and w.person_id = held.person_id`,
    [at, arrayOf(waiting.map(({ lessonId }) => lessonId)), arrayOf(waiting.map(({ personId }) => personId))]);
}

/** By lesson: a mark that is another one whenever what staff see of the door is. */
export async function doorMarks(em: EntityManager, lessonIds: readonly string[], now: Date): Promise<Map<string, string>> {
  const rows = await em.execute<{ lesson_id: string; mark: string }[]>(
    `select l.id as lesson_id, concat_ws(' ', l.door, case when l.status in ('ended', 'missed', 'cancelled') then 'over' end, w.n, w.last, r.n, r.last) as mark from lesson l
     cross join lateral (select count(*) as n, max(w.asked_at) as last from door_wait w where w.lesson_id = l.id and ${waitsSql}) w
     cross join lateral (select count(*) as n, max(removed_at) as last from removal where lesson_id = l.id and readmitted_at is null) r
     where l.id = any(?::uuid[])`, [keptSince(now), arrayOf(lessonIds)]);
  return new Map(rows.map((row) => [row.lesson_id, row.mark]));
}
/** Of an open door where nobody waits and nobody was taken out. */
export const quietDoor = 'open 0 0';

const iso = (at: string): string => new Date(at).toISOString();

export async function doorView(em: EntityManager, lessonId: string, now: Date): Promise<DoorView> {
  const [lesson] = await em.execute<{ door: DoorState }[]>('select door from lesson where id = ?', [lessonId]);
  const waiting = await em.execute<{ person_id: string; name: string; asked_at: string; removed: boolean; total: number }[]>(
    `select w.person_id, p.name, w.asked_at, count(*) over ()::int as total,
       exists (select from removal r where r.lesson_id = w.lesson_id and r.person_id = w.person_id and r.readmitted_at is null) as removed
     from door_wait w join person p on p.id = w.person_id where w.lesson_id = ? and ${waitsSql} order by w.asked_at, w.person_id limit ?`, [lessonId, keptSince(now), namedWaiting]);
  const removed = await em.execute<{ person_id: string; name: string; removed_at: string; reason: RemovalReason; note: string; by: string }[]>(
    `select r.person_id, p.name, r.removed_at, r.reason, r.note, b.name as by from removal r join person p on p.id = r.person_id join person b on b.id = r.removed_by
     where r.lesson_id = ? and r.readmitted_at is null order by r.removed_at desc, r.id`, [lessonId]);
  return {
    door: lesson?.door ?? 'open', waitingCount: waiting[0]?.total ?? 0,
    waiting: waiting.map((row): WaitingLearner => ({ personId: row.person_id, name: row.name, since: iso(row.asked_at), removed: row.removed })),
    removed: removed.map((row): RemovedLearner => ({ personId: row.person_id, name: row.name, at: iso(row.removed_at), reason: row.reason, note: row.note, by: row.by })),
  };
}

/** A learner's removals from one lesson, oldest first. */
export async function removalsOf(em: EntityManager, lessonId: string, personId: string): Promise<Removal[]> {
  const rows = await em.execute<{ removed_at: string; reason: RemovalReason; note: string; readmitted_at: string | null }[]>(
    'select removed_at, reason, note, readmitted_at from removal where lesson_id = ? and person_id = ? order by removed_at, id', [lessonId, personId]);
  return rows.map((row) => ({ at: iso(row.removed_at), reason: row.reason, note: row.note, readmittedAt: row.readmitted_at && iso(row.readmitted_at) }));
}
