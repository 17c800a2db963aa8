// How a class is divided now: groups, who is in them, and what each person may see of it.
import type { BreakoutGroup, BreakoutView } from '#contracts/breakout.ts';
import type { BreakoutEnd } from '#domain/breakout.ts';
import { isStaff, type LessonRole } from '#domain/roles.ts';
import { appendEvent, tellFact, type Actor, type EntityManager } from '../orm.ts';

/** The division of a lesson that goes on, with all its groups. */
export type OpenBreakout = Omit<BreakoutView, 'ownGroupId'>;
interface Row {
  id: string; recorded: boolean; started_at: string | Date; ends_at: string | Date; group_id: string; ordinal: number; person_id: string | null; name: string; visiting: boolean;
}

/** Null while the class is together. */
export async function openBreakout(em: EntityManager, lessonId: string): Promise<OpenBreakout | null> {
  const rows = await em.execute<Row[]>(
    `select b.id, b.recorded, b.started_at, b.ends_at, g.id as group_id, g.ordinal, m.person_id, p.name, m.visiting
     from breakout b join breakout_group g on g.breakout_id = b.id left join breakout_member m on m.group_id = g.id and m.left_at is null left join person p on p.id = m.person_id
     where b.lesson_id = ? and b.ended_at is null order by g.ordinal, m.joined_at, p.name, p.id`, [lessonId]);
  const [first] = rows;
  if (!first) return null;
  const groups = [...Map.groupBy(rows, (row) => row.group_id)].map(([groupId, people]): BreakoutGroup => {
    const of = (visiting: boolean) => people.flatMap(({ person_id: personId, name, visiting: visits }) => (personId && visits === visiting ? [{ personId, name }] : []));
    return { groupId, ordinal: people[0]!.ordinal, members: of(false), visitors: of(true) };
  });
  return { breakoutId: first.id, recorded: first.recorded, startedAt: new Date(first.started_at).toISOString(), endsAt: new Date(first.ends_at).toISOString(), groups };
}

/** The group this person is in or looks into; null: none. */
export const groupIn = (breakout: OpenBreakout | null, personId: string): string | null =>
  breakout?.groups.find(({ members, visitors }) => [...members, ...visitors].some((one) => one.personId === personId))?.groupId ?? null;

/** Staff see all groups; others the own one, and that there are groups. */
export function breakoutFor(breakout: OpenBreakout | null, { personId, role }: { personId: string; role: LessonRole }): BreakoutView | null {
  if (!breakout) return null;
  const ownGroupId = groupIn(breakout, personId);
  return { ...breakout, ownGroupId, groups: isStaff(role) ? breakout.groups : breakout.groups.filter(({ groupId }) => groupId === ownGroupId) };
}

/** The group where this person's media and chat go now; null: to the class. */
export async function groupNow(em: EntityManager, lessonId: string, personId: string): Promise<string | null> {
  const [row] = await em.execute<{ group_id: string }[]>('select group_id from breakout_member where lesson_id = ? and person_id = ? and left_at is null', [lessonId, personId]);
  return row?.group_id ?? null;
}

/** Learners who are in a group now: there everybody may talk. */
export async function talkingInGroups(em: EntityManager, lessonId: string): Promise<string[]> {
  const rows = await em.execute<{ person_id: string }[]>('select person_id from breakout_member where lesson_id = ? and left_at is null and not visiting order by person_id', [lessonId]);
  return rows.map((row) => row.person_id);
}

export interface HeldBreakout { id: string; lessonId: string; institutionId: string; sessionId: string; startedAt: Date; endsAt: Date }
interface HeldRow { id: string; lesson_id: string; institution_id: string; session_id: string; started_at: string | Date; ends_at: string | Date }

/** The division that goes on, held until the transaction's end: who comes and goes does so one after the other. */
export async function holdBreakout(em: EntityManager, lessonId: string): Promise<HeldBreakout | null> {
  const [row] = await em.execute<HeldRow[]>(
    'select id, lesson_id, institution_id, session_id, started_at, ends_at from breakout where lesson_id = ? and ended_at is null for update', [lessonId]);
  return row ? {
    id: row.id, lessonId: row.lesson_id, institutionId: row.institution_id, sessionId: row.session_id, startedAt: new Date(row.started_at), endsAt: new Date(row.ends_at),
  } : null;
}

/** Whether what is said in this group now is recorded. */
export async function isGroupRecorded(em: EntityManager, groupId: string): Promise<boolean> {
  const rows = await em.execute<object[]>('select 1 from breakout_group g join breakout b on b.id = g.breakout_id where g.id = ? and b.recorded and b.ended_at is null', [groupId]);
  return rows.length > 0;
}

/** Ends a held division: everybody is back in the class from this moment, and recordings of its groups are the worker's. */
export async function endBreakout(em: EntityManager, actor: Actor, breakout: HeldBreakout, reason: BreakoutEnd, at: Date): Promise<void> {
  await em.execute('update breakout set ended_at = ?, end_reason = ? where id = ?', [at, reason, breakout.id]);
  await em.execute('update breakout_member set left_at = greatest(?, joined_at) where breakout_id = ? and left_at is null', [at, breakout.id]);
  await em.execute(
    `update recording set status = 'processing' where status = 'recording' and group_id in (select id from breakout_group where breakout_id = ?)`, [breakout.id]);
  await appendEvent(em, actor, `lesson:${breakout.lessonId}`, 'breakout:ended', at, { breakoutId: breakout.id, sessionId: breakout.sessionId, reason });
  await tellFact(em, { type: 'breakout:changed', lessonId: breakout.lessonId });
}

/** SQL for the rooms of `groupRoomsOver`. */
export const groupRoomsOverSql = 'select r.room_id from media_room r join breakout_group g on g.id = r.room_id join breakout b on b.id = g.breakout_id where r.room_id <> r.lesson_id and b.ended_at < ?';
/** Media rooms of groups whose division ended before `before`. */
export async function groupRoomsOver(em: EntityManager, before: Date): Promise<string[]> {
  const rows = await em.execute<{ room_id: string }[]>(groupRoomsOverSql, [before]);
  return rows.map((row) => row.room_id);
}

/** Media seats of people who are nowhere connected, in another room than the one they belong to by now. */
export async function strayGroupSeats(em: EntityManager): Promise<{ roomId: string; personId: string }[]> {
  const rows = await em.execute<{ room_id: string; person_id: string }[]>(
    `select s.room_id, s.person_id from breakout b join media_room r on r.lesson_id = b.lesson_id join media_seat s using (room_id)
       left join breakout_member m on m.lesson_id = b.lesson_id and m.person_id = s.person_id and m.left_at is null
     where b.ended_at is null and s.room_id <> coalesce(m.group_id, b.lesson_id)
       and not exists (select from connection c where c.lesson_id = b.lesson_id and c.person_id = s.person_id and c.left_at is null)`);
  return rows.map((row) => ({ roomId: row.room_id, personId: row.person_id }));
}

export interface RecordedGroup { groupId: string; ordinal: number; startedAt: string; endedAt: string | null; people: string[] }

/** Groups of a lesson that have a recording, in the order they were held, with who was in each, visitors last. */
export async function recordedGroups(em: EntityManager, lessonId: string): Promise<RecordedGroup[]> {
  const rows = await em.execute<{ id: string; ordinal: number; started_at: string | Date; ended_at: string | Date | null; people: string[] }[]>(
    `select g.id, g.ordinal, b.started_at, b.ended_at, coalesce(m.people, '{}') as people
     from recording r join breakout_group g on g.id = r.group_id join breakout b on b.id = g.breakout_id
       left join lateral (select array_agg(w.name order by w.visiting, w.since, w.name) as people from (
         select p.name, bool_and(s.visiting) as visiting, min(s.joined_at) as since from breakout_member s join person p on p.id = s.person_id where s.group_id = g.id group by p.id) w) m on true
     where r.lesson_id = ? order by b.started_at, g.ordinal`, [lessonId]);
  return rows.map(({ id, ordinal, started_at: startedAt, ended_at: endedAt, people }) => ({
    groupId: id, ordinal, startedAt: new Date(startedAt).toISOString(), endedAt: endedAt === null ? null : new Date(endedAt).toISOString(), people,
  }));
}
