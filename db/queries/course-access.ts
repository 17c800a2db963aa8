// Who looks after a course: the office of its institution, and those who teach or assist in one of its lessons.
import { DomainError } from '#domain/errors.ts';
import type { EntityManager } from '../orm.ts';

/**
 * SQL for whether course `co` is this person's to look after (`?` twice): an admin or the office of its institution, or a teacher there who teaches or
 * assists in a lesson of one of its cohorts. Proctors only keep order, and who left the institution teaches no more.
 */
export const keepsCourseSql = `(exists (select from membership m where m.institution_id = co.institution_id and m.person_id = ? and m.role in ('admin', 'institution'))
  or exists (select from lesson_staff s join lesson l on l.id = s.lesson_id join cohort c on c.id = l.cohort_id
    join membership m on m.person_id = s.person_id and m.institution_id = co.institution_id and m.role = 'teacher'
    where c.course_id = co.id and s.person_id = ? and s.role in ('teacher', 'assistant')))`;

export interface KeptCourse { courseId: string; institutionId: string; title: string }

/** Throws not_found for a course that is not there or not this person's to look after. */
export async function requireCourse(em: EntityManager, personId: string, courseId: string): Promise<KeptCourse> {
  const [row] = await em.execute<{ institution_id: string; title: string }[]>(`select co.institution_id, co.title from course co where co.id = ? and ${keepsCourseSql}`, [courseId, personId, personId]);
  if (!row) throw new DomainError('not_found', 'no such course');
  return { courseId, institutionId: row.institution_id, title: row.title };
}
