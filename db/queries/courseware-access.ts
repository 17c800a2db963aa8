// Who may do what with courseware in one lesson: it belongs to the course, and is asked for through a lesson of it.
import { DomainError } from '#domain/errors.ts';
import type { LessonRole } from '#domain/roles.ts';
import { Courseware } from '../entities/courseware.ts';
import type { EntityManager } from '../orm.ts';
import { roleOfPersonSql } from './lesson-access.ts';
import { isReplayStaff, managesSql } from './replay-access.ts';

export interface CoursePlace {
  lessonId: string; courseId: string; institutionId: string; role: LessonRole;
  /** Staff of the lesson, and whoever runs its institution. */
  staff: boolean;
}

/** Throws not_found where the person has no part in the lesson. */
export async function coursePlace(em: EntityManager, personId: string, lessonId: string): Promise<CoursePlace> {
  const [row] = await em.execute<{ role: LessonRole | null; manages: boolean; course_id: string; institution_id: string }[]>(
    `select ${roleOfPersonSql} as role, ${managesSql} as manages, h.course_id, l.institution_id from lesson l join cohort h on h.id = l.cohort_id where l.id = ?`,
    [personId, personId, personId, personId, lessonId]);
  if (!row?.role) throw new DomainError('not_found', 'no such lesson');
  return { lessonId, courseId: row.course_id, institutionId: row.institution_id, role: row.role, staff: isReplayStaff(row.role, row.manages) };
}

/** Throws not_found, and forbidden for who is not staff there. */
export async function coursePlaceOfStaff(em: EntityManager, personId: string, lessonId: string): Promise<CoursePlace> {
  const place = await coursePlace(em, personId, lessonId);
  if (!place.staff) throw new DomainError('forbidden', 'courseware is kept by staff');
  return place;
}

/** One file of that course, removed or not. Throws not_found, wrong_lesson. */
export async function coursewareOf(em: EntityManager, courseId: string, coursewareId: string): Promise<Courseware> {
  const row = await em.findOne(Courseware, { id: coursewareId }, { refresh: true });
  if (!row) throw new DomainError('not_found', 'no such courseware');
  if (row.courseId !== courseId) throw new DomainError('wrong_lesson', 'the courseware belongs to another course');
  return row;
}

/** How far it was shown in this lesson, in whichever session; 0 where it never was. */
export async function furthestShown(em: EntityManager, lessonId: string, coursewareId: string): Promise<number> {
  const [row] = await em.execute<{ furthest: number }[]>('select coalesce(max(furthest), 0) as furthest from courseware_use where lesson_id = ? and courseware_id = ?', [lessonId, coursewareId]);
  return row?.furthest ?? 0;
}
