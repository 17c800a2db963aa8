// Reading exams as staff: the list, one of them, and what a new one can be made of.
import type { ExamDetail, ExamList, ExamOptions } from '#contracts/exam.ts';
import { keepsCourseSql } from '#db/queries/course-access.ts';
import { readsExamSql, requireExam } from '#db/queries/exam-access.ts';
import { examBriefs, examDetail } from '#db/queries/exam-views.ts';
import { arrayOf } from '#db/queries/lesson-access.ts';
import type { EntityManager } from '#db/orm.ts';
import type { Deps } from '../deps.ts';

export async function listExams({ orm, now }: Deps, personId: string): Promise<ExamList> {
  return { exams: await examBriefs(orm.em.fork(), personId, now(), readsExamSql, [personId, personId, personId]) };
}

/** Throws not_found. */
export async function readExam({ orm, now }: Deps, personId: string, examId: string): Promise<ExamDetail> {
  const em = orm.em.fork();
  return examDetail(em, personId, await requireExam(em, personId, examId, 'read'), now());
}

const mostUnits = 200;
interface CourseRow { id: string; title: string; institution_id: string; institution: string; questions: number }
interface PointRow { course_id: string; point: string; questions: number }
interface CohortRow { course_id: string; id: string; title: string }
interface UnitRow { course_id: string; id: string; cohort_id: string; title: string; ordinal: number; starts_at: string }

const coursesOf = (em: EntityManager, personId: string): Promise<CourseRow[]> => em.execute<CourseRow[]>(
  `select co.id, co.title, co.institution_id, i.name as institution, (select count(*)::int from bank_question q where q.course_id = co.id and q.retired_at is null) as questions
   from course co join institution i on i.id = co.institution_id where ${keepsCourseSql} order by i.name, co.title, co.id`, [personId, personId]);
const pointsOf = (em: EntityManager, ids: string): Promise<PointRow[]> => em.execute<PointRow[]>(
  `select q.course_id, v.knowledge_point as point, count(*)::int as questions from bank_question q join question_version v on v.question_id = q.id and v.version = q.version
   where q.course_id = any(?::uuid[]) and q.retired_at is null and v.knowledge_point <> '' group by 1, 2 order by 1, 2`, [ids]);
const cohortsOf = (em: EntityManager, ids: string): Promise<CohortRow[]> => em.execute<CohortRow[]>('select course_id, id, title from cohort where course_id = any(?::uuid[]) order by created_at desc, id', [ids]);
const unitsOf = (em: EntityManager, ids: string): Promise<UnitRow[]> => em.execute<UnitRow[]>(
  `select * from (select c.course_id, u.id, c.id as cohort_id, l.title, u.ordinal, u.planned_start_at as starts_at, row_number() over (partition by c.course_id order by u.planned_start_at desc, u.id) as place
     from unit u join lesson l on l.id = u.lesson_id join cohort c on c.id = l.cohort_id where c.course_id = any(?::uuid[]) and l.status <> 'cancelled') as newest
   where place <= ${mostUnits} order by starts_at desc, id`, [ids]);

/** By institution and title; none for somebody who teaches nothing yet. */
export async function examOptions({ orm }: Deps, personId: string): Promise<ExamOptions> {
  const em = orm.em.fork();
  const courses = await coursesOf(em, personId);
  const ids = arrayOf(courses.map(({ id }) => id));
  const [points, cohorts, units] = [await pointsOf(em, ids), await cohortsOf(em, ids), await unitsOf(em, ids)].map((rows) => Map.groupBy(rows as { course_id: string }[], ({ course_id: id }) => id)) as
    [Map<string, PointRow[]>, Map<string, CohortRow[]>, Map<string, UnitRow[]>];
  return {
    courses: courses.map(({ id, title, institution_id: institutionId, institution: institutionName, questions }) => ({
      courseId: id, title, institutionId, institutionName, questions,
      points: (points.get(id) ?? []).map(({ point, questions: count }) => ({ point, questions: count })),
      cohorts: (cohorts.get(id) ?? []).map((cohort) => ({ cohortId: cohort.id, title: cohort.title })),
      units: (units.get(id) ?? []).map((unit) => ({ unitId: unit.id, cohortId: unit.cohort_id, lessonTitle: unit.title, ordinal: unit.ordinal, startsAt: new Date(unit.starts_at).toISOString() })),
    })),
  };
}
