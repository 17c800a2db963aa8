// Exams as staff read them: a line of the list, and everything about one.
import type { ExamBrief, ExamDetail } from '#contracts/exam.ts';
import { examLimits, examPhase, type ExamProblem, type ExamStatus } from '#domain/exam.ts';
import { packFor } from '#domain/rules/packs.ts';
import type { Exam } from '../entities/exam.ts';
import type { EntityManager } from '../orm.ts';
import { keepsExamSql } from './exam-access.ts';
import { heldSql, outcomeSql, passedSql } from './exam-attempts.ts';
import { fixedQuestions, supplied, supplyOf, type FixedNow } from './exam-supply.ts';
import { arrayOf } from './lesson-access.ts';

interface Row {
  id: string; title: string; institution_id: string; institution: string; courses: string[]; cohorts: string[]; status: ExamStatus; opens_at: string; closes_at: string; duration_minutes: number;
  learners: number; taken: number; passed: number; to_mark: number; held: number; mine: boolean;
}
const countSql = (what: string, condition: string): string => `(select count(${what})::int from exam_attempt a where a.exam_id = x.id and ${condition})`;
const briefSql = `select x.id, x.title, x.institution_id, i.name as institution, x.status, x.opens_at, x.closes_at, x.duration_minutes,
  array(select co.title from exam_course ec join course co on co.id = ec.course_id where ec.exam_id = x.id order by co.title) as courses,
  array(select c.title from exam_cohort ec join cohort c on c.id = ec.cohort_id where ec.exam_id = x.id order by c.title) as cohorts,
  (select count(distinct e.person_id)::int from enrolment e join exam_cohort ec on ec.cohort_id = e.cohort_id where ec.exam_id = x.id and (e.ended_at is null or e.ended_at > ?)) as learners,
  ${countSql('distinct a.person_id', `a.status in ('working', 'submitted')`)} as taken, ${countSql('distinct a.person_id', passedSql)} as passed,
  ${countSql('*', `a.status = 'submitted' and a.to_mark > 0 and x.status <> 'withdrawn'`)} as to_mark, ${countSql('*', `a.status = 'submitted' and ${heldSql} and ${outcomeSql} is null and x.status <> 'withdrawn'`)} as held,
  ${keepsExamSql} as mine from exam x join institution i on i.id = x.institution_id`;

const briefOf = (row: Row, now: Date): ExamBrief => ({
  examId: row.id, title: row.title, institutionId: row.institution_id, institutionName: row.institution, courseTitles: row.courses, cohortTitles: row.cohorts, status: row.status,
  phase: examPhase({ status: row.status, opensMs: new Date(row.opens_at).getTime(), closesMs: new Date(row.closes_at).getTime() }, now.getTime()),
  opensAt: new Date(row.opens_at).toISOString(), closesAt: new Date(row.closes_at).toISOString(), durationMinutes: row.duration_minutes,
  learners: row.learners, taken: row.taken, passed: row.passed, toMark: row.to_mark, held: row.held, mayManage: row.mine,
});

/** Lines about exams, newest first; `where` speaks of exam `x`. */
export async function examBriefs(em: EntityManager, personId: string, now: Date, where: string, values: readonly unknown[]): Promise<ExamBrief[]> {
  const rows = await em.execute<Row[]>(`${briefSql} where ${where} order by x.created_at desc, x.id desc limit 500`, [now, personId, personId, ...values]);
  return rows.map((row) => briefOf(row, now));
}

/** Which checks the packs of these cohorts ask for, of any. */
export async function checksOfCohorts(em: EntityManager, cohortIds: readonly string[]): Promise<{ signIn: boolean; spot: boolean }> {
  const rows = await em.execute<{ cohort: string | null; institution: string | null }[]>(
    'select distinct c.rule_pack as cohort, i.rule_pack as institution from cohort c join institution i on i.id = c.institution_id where c.id = any(?::uuid[])', [arrayOf(cohortIds)]);
  const rules = rows.map((row) => packFor(row).exam);
  return { signIn: rules.some(({ signIn }) => signIn), spot: rules.some(({ spotEveryMinutes }) => spotEveryMinutes !== null) };
}

function problemsOf(exam: Exam, supply: readonly { short: number }[], fixed: readonly FixedNow[], now: Date): ExamProblem[] {
  if (exam.status !== 'draft') return [];
  const found: ExamProblem[] = [];
  if (exam.questionCount === 0) found.push('no_questions');
  if (exam.questionCount > examLimits.mostQuestions) found.push('too_many_questions');
  if (supply.some(({ short }) => short > 0)) found.push('parts_short');
  if (fixed.length < exam.fixed.length || fixed.some(({ retired }) => retired)) found.push('fixed_retired');
  if (exam.closesAt <= now) found.push('window_past');
  return found;
}

interface Named { id: string; title: string }
const coursesOf = (em: EntityManager, examId: string): Promise<Named[]> => em.execute<Named[]>(
  'select co.id, co.title from exam_course ec join course co on co.id = ec.course_id where ec.exam_id = ? order by co.title, co.id', [examId]);
const cohortsOf = (em: EntityManager, examId: string, now: Date): Promise<(Named & { learners: number })[]> => em.execute<(Named & { learners: number })[]>(
  `select c.id, c.title, (select count(*)::int from enrolment e where e.cohort_id = c.id and (e.ended_at is null or e.ended_at > ?)) as learners
   from exam_cohort ec join cohort c on c.id = ec.cohort_id where ec.exam_id = ? order by c.title, c.id`, [now, examId]);

const settingsOf = (exam: Exam) => ({
  instructions: exam.instructions, follows: exam.follows, parts: exam.parts.map((part) => ({ ...part, kinds: [...part.kinds] })), fixed: exam.fixed, freeText: exam.freeText,
  passPercent: exam.passPercent, attempts: exam.attempts, waitMinutes: exam.waitMinutes, shuffleQuestions: exam.shuffleQuestions, shuffleOptions: exam.shuffleOptions, showRight: exam.showRight,
});

/** Everything about one exam, for whoever may read it. */
export async function examDetail(em: EntityManager, personId: string, exam: Exam, now: Date): Promise<ExamDetail> {
  const [brief] = await examBriefs(em, personId, now, 'x.id = ?', [exam.id]);
  const supply = supplyOf(exam, (await supplied(em, exam)).pool);
  const fixed = await fixedQuestions(em, exam.fixed.map(({ questionId }) => questionId));
  const courses = await coursesOf(em, exam.id);
  const cohorts = await cohortsOf(em, exam.id, now);
  const [changer] = await em.execute<{ name: string }[]>('select name from person where id = ?', [exam.changedBy]);
  return {
    ...brief!, ...settingsOf(exam), revision: exam.revision, supply, problems: problemsOf(exam, supply, fixed, now), questionCount: exam.questionCount, maxPoints: exam.maxPoints,
    fixedQuestions: fixed.map(({ questionId, kind, stem, retired }) => ({ questionId, kind, stem, retired })),
    courses: courses.map(({ id, title }) => ({ courseId: id, title })), cohorts: cohorts.map(({ id, title, learners }) => ({ cohortId: id, title, learners })),
    checks: await checksOfCohorts(em, cohorts.map(({ id }) => id)), cohortIds: cohorts.map(({ id }) => id),
    copiedFrom: exam.copiedFrom ?? null, changedBy: changer?.name ?? '', changedAt: exam.changedAt.toISOString(), publishedAt: exam.publishedAt?.toISOString() ?? null,
    endedAt: exam.endedAt?.toISOString() ?? null, endReason: exam.endReason ?? null,
  };
}
