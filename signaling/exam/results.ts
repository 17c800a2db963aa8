// What learners see of their exams: which they may take, what each attempt came to, and what was right once that may be told.
import type { OwnExam, OwnExams, OwnResult, ResultItem } from '#contracts/exam.ts';
import { Exam, ExamAttempt } from '#db/entities/exam.ts';
import type { EntityManager } from '#db/orm.ts';
import { attemptBrief, attemptRows } from '#db/queries/exam-attempts.ts';
import { paperItem, storedItems, type StoredItem } from '#db/queries/exam-papers.ts';
import { checksOfCohorts } from '#db/queries/exam-views.ts';
import { arrayOf } from '#db/queries/lesson-access.ts';
import { asShown } from '#domain/exam-paper.ts';
import { bestOf, examPhase, nextStartMs, startHindrance, type ExamPhase, type HoldOutcome } from '#domain/exam.ts';
import { DomainError } from '#domain/errors.ts';
import { answerGraceMs, lateAnswerMs } from '#domain/quiz.ts';
import type { Deps } from '../deps.ts';

interface MarkRow { ordinal: number; comment: string }
export const commentsOf = async (em: EntityManager, attemptId: string): Promise<Map<number, string>> => {
  const rows = await em.execute<MarkRow[]>(
    'select m.ordinal, m.comment from exam_mark m where m.attempt_id = ? and not exists (select from exam_mark later where later.replaces = m.id)', [attemptId]);
  return new Map(rows.map(({ ordinal, comment }) => [ordinal, comment]));
};

/** With what was right. */
export const resultItem = (item: StoredItem, comments: ReadonlyMap<number, string>): ResultItem => ({
  ...paperItem(item), versionId: item.versionId, awarded: item.awarded, correct: item.correct, right: item.kind === 'freeText' || item.kind === 'fillIn' ? null : asShown(item.order, item.right),
  accepted: item.kind === 'fillIn' ? item.accepted : null, explanation: item.explanation || null, afterCut: item.afterCut, comment: comments.get(item.ordinal) || null,
});

/** From when learners may be told what was right: nobody can answer any more then. Null: never. */
export const rightFrom = ({ showRight, closesAt }: Pick<Exam, 'showRight' | 'closesAt'>): Date | null => (showRight ? new Date(closesAt.getTime() + lateAnswerMs + answerGraceMs) : null);

export const rightIsTold = (exam: Exam, { status }: Pick<ExamAttempt, 'status'>, now: Date): boolean => {
  const from = rightFrom(exam);
  return status === 'submitted' && from !== null && now >= from;
};

/** Of an attempt that is handed in; whose it is was asked before. Throws exam_not_over. */
export async function ownResult(em: EntityManager, exam: Exam, attemptId: string, now: Date): Promise<OwnResult> {
  const [row] = await attemptRows(em, 'a.id = ?', [attemptId]);
  if (row?.status !== 'submitted') throw new DomainError('exam_not_over', 'it is not handed in');
  const rightAt = rightFrom(exam);
  const told = rightIsTold(exam, row, now);
  const comments = told ? await commentsOf(em, attemptId) : new Map<number, string>();
  const decisions = await em.execute<{ outcome: HoldOutcome; reason: string; decided_at: string }[]>('select d.outcome, d.reason, d.decided_at from exam_decision d where d.attempt_id = ? order by exists (select from exam_decision later where later.replaces = d.id), d.decided_at desc, d.id desc', [attemptId]);
  return {
    examId: exam.id, title: exam.title, passPercent: exam.passPercent, attempt: attemptBrief(row), rightAt: rightAt?.toISOString() ?? null,
    items: told ? (await storedItems(em, exam, attemptId)).map((item) => resultItem(item, comments)) : null,
    decisions: decisions.map(({ outcome, reason, decided_at: at }) => ({ outcome, reason, at: new Date(at).toISOString() })),
  };
}

/** Throws not_found, exam_not_over. */
export async function readResult({ orm, now }: Deps, personId: string, attemptId: string): Promise<OwnResult> {
  const em = orm.em.fork();
  const attempt = await em.findOne(ExamAttempt, { id: attemptId, personId });
  if (!attempt) throw new DomainError('not_found', 'no such attempt');
  return ownResult(em, await em.findOneOrFail(Exam, { id: attempt.examId }), attemptId, now());
}

interface Titles { id: string; institution: string; courses: string[]; cohorts: string[] }
/** Exams this person may take, or has begun; drafts are not told. */
const titlesOf = (em: EntityManager, personId: string, now: Date): Promise<Titles[]> => em.execute<Titles[]>(
  `select x.id, i.name as institution, array(select co.title from exam_course ec join course co on co.id = ec.course_id where ec.exam_id = x.id order by co.title) as courses,
     array(select ec.cohort_id::text from exam_cohort ec join enrolment e on e.cohort_id = ec.cohort_id and e.person_id = ? where ec.exam_id = x.id) as cohorts
   from exam x join institution i on i.id = x.institution_id where x.status <> 'draft' and (
     exists (select from exam_cohort ec join enrolment e on e.cohort_id = ec.cohort_id where ec.exam_id = x.id and e.person_id = ? and (e.ended_at is null or e.ended_at > ?))
     or exists (select from exam_attempt a where a.exam_id = x.id and a.person_id = ? and a.status <> 'void'))
   order by x.closes_at desc, x.id limit 200`, [personId, personId, now, personId]);

async function ownExam(em: EntityManager, exam: Exam, titles: Titles, attempts: OwnExam['attempts'], now: Date): Promise<OwnExam> {
  const window = { status: exam.status, opensMs: exam.opensAt.getTime(), closesMs: exam.closesAt.getTime() };
  const open = attempts.find(({ status }) => status === 'signing_in' || status === 'working') ?? null;
  const last = attempts.at(-1)?.submittedAt;
  const ask = { window, allowed: exam.attempts, used: attempts.length, waitMinutes: exam.waitMinutes, lastEndMs: last ? Date.parse(last) : null };
  const hindrance = open ? null : startHindrance(ask, now.getTime());
  return {
    examId: exam.id, title: exam.title, instructions: exam.instructions, institutionName: titles.institution, courseTitles: titles.courses, phase: examPhase(window, now.getTime()),
    opensAt: exam.opensAt.toISOString(), closesAt: exam.closesAt.toISOString(), durationMinutes: exam.durationMinutes, passPercent: exam.passPercent, attemptsAllowed: exam.attempts, waitMinutes: exam.waitMinutes,
    questionCount: exam.questionCount, maxPoints: exam.maxPoints, showRight: exam.showRight, checks: await checksOfCohorts(em, titles.cohorts), attempts, best: bestOf(attempts),
    openAttemptId: open?.attemptId ?? null, hindrance, nextStartAt: hindrance === 'wait' ? new Date(nextStartMs(ask)).toISOString() : null,
  };
}

const rank: Record<ExamPhase, number> = { open: 0, upcoming: 1, over: 2, closed: 2, withdrawn: 2, draft: 3 };
const byUse = (one: OwnExam, other: OwnExam): number =>
  rank[one.phase] - rank[other.phase] || (rank[one.phase] === 2 ? other.closesAt.localeCompare(one.closesAt) : one.phase === 'open' ? one.closesAt.localeCompare(other.closesAt) : one.opensAt.localeCompare(other.opensAt));

export async function ownExams({ orm, now }: Deps, personId: string): Promise<OwnExams> {
  const em = orm.em.fork();
  const at = now();
  const titles = await titlesOf(em, personId, at);
  const ids = titles.map(({ id }) => id);
  const exams = new Map((await em.find(Exam, { id: { $in: ids } })).map((exam) => [exam.id, exam]));
  const attempts = Map.groupBy(await attemptRows(em, 'a.person_id = ? and a.exam_id = any(?::uuid[])', [personId, arrayOf(ids)]), (row) => row.exam_id);
  const told: OwnExam[] = [];
  for (const one of titles) told.push(await ownExam(em, exams.get(one.id)!, one, (attempts.get(one.id) ?? []).map(attemptBrief), at));
  return { exams: told.sort(byUse), serverAt: at.toISOString() };
}
