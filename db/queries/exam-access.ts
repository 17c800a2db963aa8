// Whose an exam is: of whoever keeps the bank of every course it follows; regulators of the institution read.
import type { ExamFollows } from '#contracts/exam.ts';
import { DomainError } from '#domain/errors.ts';
import { Exam } from '../entities/exam.ts';
import type { EntityManager } from '../orm.ts';
import { keepsCourseSql } from './course-access.ts';

/** SQL for whether exam `x` is this person's to manage (`?` twice). An exam has courses. */
export const keepsExamSql = `not exists (select from exam_course ec join course co on co.id = ec.course_id where ec.exam_id = x.id and not ${keepsCourseSql})`;
/** The same, and regulators (`?` three times). */
export const readsExamSql = `(${keepsExamSql} or exists (select from membership m where m.institution_id = x.institution_id and m.person_id = ? and m.role = 'regulator'))`;

/** Throws not_found. */
export async function requireExam(em: EntityManager, personId: string, examId: string, right: 'manage' | 'read'): Promise<Exam> {
  const [row] = await em.execute<{ id: string }[]>(
    right === 'manage' ? `select x.id from exam x where x.id = ? and ${keepsExamSql}` : `select x.id from exam x where x.id = ? and ${readsExamSql}`,
    right === 'manage' ? [examId, personId, personId] : [examId, personId, personId, personId]);
  if (!row) throw new DomainError('not_found', 'no such exam');
  return em.findOneOrFail(Exam, { id: examId }, { disableIdentityMap: true });
}

/** Of an attempt. Throws not_found. */
export async function requireExamOfAttempt(em: EntityManager, personId: string, attemptId: string): Promise<Exam> {
  const [row] = await em.execute<{ exam_id: string }[]>('select exam_id from exam_attempt where id = ?', [attemptId]);
  if (!row) throw new DomainError('not_found', 'no such attempt');
  return requireExam(em, personId, row.exam_id, 'manage');
}

/** The courses it follows, and of a unit its cohort. Throws not_found for a unit that is not there. */
export async function followed(em: EntityManager, follows: ExamFollows): Promise<{ courseIds: string[]; cohortId: string | null }> {
  if (follows.kind === 'course') return { courseIds: [follows.courseId], cohortId: null };
  if (follows.kind === 'courses') return { courseIds: [...new Set(follows.courseIds)], cohortId: null };
  const [row] = await em.execute<{ course_id: string; cohort_id: string }[]>(
    'select c.course_id, c.id as cohort_id from unit u join lesson l on l.id = u.lesson_id join cohort c on c.id = l.cohort_id where u.id = ?', [follows.unitId]);
  if (!row) throw new DomainError('not_found', 'no such unit');
  return { courseIds: [row.course_id], cohortId: row.cohort_id };
}
