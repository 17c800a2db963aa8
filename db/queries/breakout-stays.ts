// Who is in which breakout group: stays begin and end, each with its event, in the transaction that holds the division.
import { groupForLate, mostInGroup } from '#domain/breakout.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { appendEvents, tellFact, type Actor, type EntityManager } from '../orm.ts';
import type { HeldBreakout } from './breakouts.ts';
import { arrayOf } from './lesson-access.ts';

/** Why somebody is in another group: divided at the start, moved by hand, came late, or looks in. */
export type StayReason = 'divided' | 'moved' | 'late' | 'visit';
export interface NewStay { personId: string; /** null: back to the class. */ groupId: string | null }
export interface GroupSize { groupId: string; ordinal: number; size: number }

/** Groups of a held division with how many learners belong to each. */
export async function groupSizes(em: EntityManager, breakoutId: string): Promise<GroupSize[]> {
  const rows = await em.execute<{ id: string; ordinal: number; size: number }[]>(
    `select g.id, g.ordinal, (select count(*)::int from breakout_member m where m.group_id = g.id and m.left_at is null and not m.visiting) as size
     from breakout_group g where g.breakout_id = ? order by g.ordinal`, [breakoutId]);
  return rows.map((row) => ({ groupId: row.id, ordinal: row.ordinal, size: row.size }));
}

/** Throws not_found where the group is none of this division's. */
export async function requireGroup(em: EntityManager, breakout: HeldBreakout, groupId: string): Promise<GroupSize> {
  const group = (await groupSizes(em, breakout.id)).find((one) => one.groupId === groupId);
  if (!group) throw new DomainError('not_found', 'no such group in this division');
  return group;
}

/** Ends where these people were, and lets them stay where they go; answers whether anything changed. Every process is told. */
export async function stay(em: EntityManager, actor: Actor, breakout: HeldBreakout, stays: readonly NewStay[], reason: StayReason, at: Date): Promise<boolean> {
  const people = stays.map(({ personId }) => personId);
  const rows = await em.execute<{ person_id: string; group_id: string }[]>(
    'select person_id, group_id from breakout_member where breakout_id = ? and left_at is null and person_id = any(?::uuid[])', [breakout.id, arrayOf(people)]);
  const before = new Map(rows.map((row) => [row.person_id, row.group_id]));
  const changed = stays.filter(({ personId, groupId }) => (before.get(personId) ?? null) !== groupId);
  if (changed.length === 0) return false;
  await em.execute('update breakout_member set left_at = greatest(?, joined_at) where breakout_id = ? and left_at is null and person_id = any(?::uuid[])',
    [at, breakout.id, arrayOf(changed.map(({ personId }) => personId))]);
  const joining = changed.flatMap(({ personId, groupId }) => (groupId ? [{ id: newId(at.getTime()), person: personId, group: groupId }] : []));
  await em.execute(
    `insert into breakout_member (id, institution_id, lesson_id, breakout_id, group_id, person_id, visiting, joined_at)
     select id, ?, ?, ?, "group", person, ?, ? from jsonb_to_recordset(?::jsonb) as s(id uuid, person uuid, "group" uuid)`,
    [breakout.institutionId, breakout.lessonId, breakout.id, reason === 'visit', at, JSON.stringify(joining)]);
  await appendEvents(em, changed.map(({ personId, groupId }) => ({
    actor: { personId: actor.personId, institutionId: breakout.institutionId }, stream: `lesson:${breakout.lessonId}` as const, type: 'breakout:moved', at,
    payload: { breakoutId: breakout.id, sessionId: breakout.sessionId, personId, from: before.get(personId) ?? null, to: groupId, reason },
  })));
  await tellFact(em, { type: 'breakout:changed', lessonId: breakout.lessonId });
  return true;
}

/** Learners of the lesson, present or not, among these people. */
export async function learnersAmong(em: EntityManager, lessonId: string, personIds: readonly string[]): Promise<Set<string>> {
  const rows = await em.execute<{ person_id: string }[]>(
    `select e.person_id from lesson l join enrolment e on e.cohort_id = l.cohort_id and (e.ended_at is null or e.ended_at > l.starts_at)
     where l.id = ? and e.person_id = any(?::uuid[]) and not exists (select from lesson_staff s where s.lesson_id = l.id and s.person_id = e.person_id)`, [lessonId, arrayOf(personIds)]);
  return new Set(rows.map((row) => row.person_id));
}

/** Learners who are present and were never put anywhere in this division; who was sent back to the class stays there. */
export async function placeLate(em: EntityManager, actor: Actor, breakout: HeldBreakout, at: Date): Promise<boolean> {
  const rows = await em.execute<{ person_id: string }[]>(
    `select c.person_id from connection c where c.lesson_id = ? and c.left_at is null and c.role = 'student'
       and not exists (select from breakout_member m where m.breakout_id = ? and m.person_id = c.person_id) order by c.connected_at, c.person_id`, [breakout.lessonId, breakout.id]);
  const groups = await groupSizes(em, breakout.id);
  const stays: NewStay[] = [];
  for (const { person_id: personId } of rows) {
    const group = groupForLate(groups);
    if (!group) break;
    group.size++;
    stays.push({ personId, groupId: group.groupId });
  }
  return stays.length > 0 && stay(em, actor, breakout, stays, 'late', at);
}

export const isFull = ({ size }: GroupSize): boolean => size >= mostInGroup;
