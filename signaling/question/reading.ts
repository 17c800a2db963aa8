// Reading a bank: the courses one keeps, a page of one, a question with all its versions.
import type { Static } from 'typebox';
import { questionPageSize, type BankCourses, type BankPage, type BankQuery, type BankQuestionDetail } from '#contracts/question.ts';
import { keepsCourseSql, requireCourse } from '#db/queries/course-access.ts';
import { bankPage, questionVersions } from '#db/queries/question-bank.ts';
import type { Deps } from '../deps.ts';
import { requireQuestion } from './versions.ts';

/** By title; none for somebody who teaches nothing yet. */
export async function bankCourses({ orm }: Deps, personId: string): Promise<Static<typeof BankCourses>> {
  const rows = await orm.em.fork().execute<{ id: string; title: string; institution: string; questions: number; sets: number }[]>(
    `select co.id, co.title, i.name as institution, (select count(*)::int from bank_question q where q.course_id = co.id and q.retired_at is null) as questions,
       (select count(*)::int from question_set s where s.course_id = co.id) as sets
     from course co join institution i on i.id = co.institution_id where ${keepsCourseSql} order by co.title, co.id`, [personId, personId]);
  return { courses: rows.map(({ id, title, institution, questions, sets }) => ({ courseId: id, title, institutionName: institution, questions, sets })) };
}

export async function readBank({ orm }: Deps, personId: string, courseId: string, query: BankQuery): Promise<BankPage> {
  const em = orm.em.fork();
  const { title } = await requireCourse(em, personId, courseId);
  return { courseTitle: title, ...(await bankPage(em, courseId, query, questionPageSize)) };
}

export async function readQuestion({ orm }: Deps, personId: string, questionId: string): Promise<BankQuestionDetail> {
  const em = orm.em.fork();
  const { course, question } = await requireQuestion(em, personId, questionId);
  return { question, courseTitle: course.title, versions: await questionVersions(em, questionId) };
}
