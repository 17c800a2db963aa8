// Scores of an exam: every learner of its cohorts with their attempts, and rates per cohort. Read from rows each time, so twice the same.
import type { AttemptBrief, ExamScores, PassRate, ScoreRow } from '#contracts/exam.ts';
import { bestOf, rateOf, resultOfLearner } from '#domain/exam.ts';
import type { Exam } from '../entities/exam.ts';
import type { EntityManager } from '../orm.ts';
import { attemptBrief, attemptRows } from './exam-attempts.ts';
import { examBriefs } from './exam-views.ts';

interface Learner { person_id: string; name: string; login: string | null; cohort_id: string; cohort: string }
/** Enrolled now, or taken part; of several cohorts the one of the attempts, else the first. */
const learnersOf = (em: EntityManager, examId: string, now: Date): Promise<Learner[]> => em.execute<Learner[]>(
  `select p.id as person_id, p.name, acc.login, c.id as cohort_id, c.title as cohort from (
     select distinct on (person_id) person_id, cohort_id from (
       select a.person_id, a.cohort_id, 0 as rank, a.begun_at as at from exam_attempt a where a.exam_id = ? and a.status <> 'void'
       union all select e.person_id, e.cohort_id, 1, e.created_at from enrolment e join exam_cohort ec on ec.cohort_id = e.cohort_id where ec.exam_id = ? and (e.ended_at is null or e.ended_at > ?)) as known
     order by person_id, rank, at) as who
   join person p on p.id = who.person_id join cohort c on c.id = who.cohort_id left join account acc on acc.person_id = p.id order by c.title, c.id, acc.login, p.id`, [examId, examId, now]);

function rowOf(learner: Learner, attempts: AttemptBrief[]): ScoreRow {
  return {
    personId: learner.person_id, name: learner.name, login: learner.login ?? '', cohortId: learner.cohort_id, cohortTitle: learner.cohort, attempts, best: bestOf(attempts), result: resultOfLearner(attempts),
  };
}

function ratesOf(rows: readonly ScoreRow[]): PassRate[] {
  const cohorts = [...Map.groupBy(rows, ({ cohortId }) => cohortId).values()];
  return [{ cohortId: null, cohortTitle: null, ...rateOf(rows) }, ...cohorts.map((own) => ({ cohortId: own[0]!.cohortId, cohortTitle: own[0]!.cohortTitle, ...rateOf(own) }))];
}

/** For whoever may read the exam, which was asked before. */
export async function examScores(em: EntityManager, personId: string, exam: Exam, now: Date): Promise<ExamScores> {
  const [brief] = await examBriefs(em, personId, now, 'x.id = ?', [exam.id]);
  const attempts = Map.groupBy(await attemptRows(em, 'a.exam_id = ?', [exam.id]), (row) => row.person_id);
  const rows = (await learnersOf(em, exam.id, now)).map((learner) => rowOf(learner, (attempts.get(learner.person_id) ?? []).map(attemptBrief)));
  const { examId, title, institutionName, courseTitles, phase, opensAt, closesAt, mayManage } = brief!;
  return { examId, title, institutionName, courseTitles, phase, passPercent: exam.passPercent, maxPoints: exam.maxPoints, opensAt, closesAt, rates: ratesOf(rows), rows, mayManage, generatedAt: now.toISOString() };
}
