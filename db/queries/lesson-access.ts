// Who a person is in one lesson: the one rule that sockets, REST and reports ask.
import type { LessonRole } from '#domain/roles.ts';
import type { Actor, EntityManager } from '../orm.ts';

/**
 * SQL for the role of person `?` (three times) in lesson `l`, null when there is none. Staff first, while they belong to the institution; then whoever was
 * enrolled in the cohort when the lesson began; then those who oversee the institution.
 */
export const roleOfPersonSql = roleSql('?');
/** The same of whoever a column of the statement names. */
export function roleSql(person: string): string {
  return `coalesce(
  (select s.role from lesson_staff s where s.lesson_id = l.id and s.person_id = ${person}
    and exists (select from membership m where m.institution_id = l.institution_id and m.person_id = s.person_id)),
  (select 'student' from enrolment e where e.cohort_id = l.cohort_id and e.person_id = ${person} and (e.ended_at is null or e.ended_at > l.starts_at)),
  (select 'observer' from membership m where m.institution_id = l.institution_id and m.person_id = ${person}
    and m.role in ('admin', 'institution', 'regulator') limit 1))`;
}

/** A list as PostgreSQL reads an array: for uuids, numbers and instants, which need no quotes. */
export const arrayOf = (values: readonly (string | number)[]): string => `{${values.join(',')}}`;

export interface PersonInLesson { personId: string; lessonId: string }
/** Roles of many persons in their lessons, in one statement and in that order. */
export async function rolesInLessons(em: EntityManager, asked: readonly PersonInLesson[]): Promise<(LessonRole | null)[]> {
  const rows = await em.execute<{ at: number; role: LessonRole | null }[]>(
    `select k.at, ${roleSql('k.person_id')} as role from unnest(?::int[], ?::uuid[], ?::uuid[]) as k(at, person_id, lesson_id) join lesson l on l.id = k.lesson_id`,
    [arrayOf(asked.map((_one, at) => at)), arrayOf(asked.map(({ personId }) => personId)), arrayOf(asked.map(({ lessonId }) => lessonId))]);
  const found = new Map(rows.map(({ at, role }) => [at, role]));
  return asked.map((_one, at) => found.get(at) ?? null);
}

/** The person's role in the lesson; null when there is none or no such lesson. Throws nothing. */
export async function roleInLesson(em: EntityManager, personId: string, lessonId: string): Promise<LessonRole | null> {
  const rows = await em.execute<{ role: LessonRole | null }[]>(
    `select ${roleOfPersonSql} as role from lesson l where l.id = ?`, [personId, personId, personId, lessonId],
  );
  return rows[0]?.role ?? null;
}

/** Who acts and for which institution, as every unit of work wants it. */
export const actorFor = (personId: string, institutionId: string | null): Actor => ({ personId, institutionId });
