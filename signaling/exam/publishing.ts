// Publishing an exam, making its window longer, ending it. Nothing else of a published one changes.
import type { ExamDetail, ExamEndBody } from '#contracts/exam.ts';
import { Exam, ExamPool } from '#db/entities/exam.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { requireExam } from '#db/queries/exam-access.ts';
import { fixedQuestions, poolNow } from '#db/queries/exam-supply.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { examLimits, examPhase } from '#domain/exam.ts';
import { DomainError } from '#domain/errors.ts';
import type { Deps } from '../deps.ts';
import { lockExam, told } from './settings.ts';

/** Rows of one insert: every row has five parameters, a statement at most 65,535. */
const poolBatch = 5_000;

/** Wordings as they stand now; from here on the bank may change and the exam does not. */
async function putAside(em: EntityManager, exam: Exam): Promise<number> {
  const { id: examId, institutionId } = exam;
  const fixed = await fixedQuestions(em, exam.fixed.map(({ questionId }) => questionId));
  const rows = [
    ...fixed.map(({ versionId }, ordinal) => ({ examId, part: -1, versionId, institutionId, ordinal })),
    ...(await poolNow(em, exam)).map(({ versionId, part }, ordinal) => ({ examId, part, versionId, institutionId, ordinal })),
  ];
  for (let from = 0; from < rows.length; from += poolBatch) await em.insertMany(ExamPool, rows.slice(from, from + poolBatch));
  return rows.length;
}

/** Throws not_found, exam_not_draft, exam_short. Published twice is published once. */
export async function publishExam(deps: Deps, personId: string, examId: string): Promise<ExamDetail> {
  const { institutionId } = await requireExam(deps.orm.em.fork(), personId, examId, 'manage');
  const actor = actorFor(personId, institutionId);
  return unitOfWork(deps.orm, actor, async (em) => {
    const exam = await lockExam(em, examId);
    const at = deps.now();
    if (exam.status === 'published') return told(em, personId, examId, at);
    if (exam.status !== 'draft') throw new DomainError('exam_not_draft', `it is ${exam.status}`);
    // Whoever writes into one of these banks waits until the questions are put aside.
    await em.execute('select 1 from course where id in (select course_id from exam_course where exam_id = ?) order by id for share', [examId]);
    const { problems } = await told(em, personId, examId, at);
    if (problems.length > 0) throw new DomainError('exam_short', problems.join(', '));
    const questions = await putAside(em, exam);
    await em.nativeUpdate(Exam, { id: examId }, { status: 'published', publishedBy: personId, publishedAt: at, changedBy: personId, changedAt: at });
    await appendEvent(em, actor, `institution:${institutionId}`, 'exam:published', at, {
      examId, revision: exam.revision, questions, questionCount: exam.questionCount, maxPoints: exam.maxPoints, passPercent: exam.passPercent, opensAt: exam.opensAt.toISOString(), closesAt: exam.closesAt.toISOString(),
    });
    return told(em, personId, examId, at);
  });
}

const phaseOf = ({ status, opensAt, closesAt }: Exam, now: Date) => examPhase({ status, opensMs: opensAt.getTime(), closesMs: closesAt.getTime() }, now.getTime());

/** Throws not_found, exam_not_open, exam_invalid. */
export async function extendWindow(deps: Deps, personId: string, examId: string, closesAt: string): Promise<ExamDetail> {
  const { institutionId } = await requireExam(deps.orm.em.fork(), personId, examId, 'manage');
  const actor = actorFor(personId, institutionId);
  return unitOfWork(deps.orm, actor, async (em) => {
    const exam = await lockExam(em, examId);
    const at = deps.now();
    const phase = phaseOf(exam, at);
    // After the end learners may have been told what is right.
    if (phase !== 'open' && phase !== 'upcoming') throw new DomainError('exam_not_open', `it is ${phase}`);
    const until = new Date(closesAt);
    if (until.getTime() === exam.closesAt.getTime()) return told(em, personId, examId, at);
    if (until < exam.closesAt || until.getTime() - exam.opensAt.getTime() > examLimits.mostWindowDays * 86_400_000) throw new DomainError('exam_invalid', 'later only, within a year');
    await em.nativeUpdate(Exam, { id: examId }, { closesAt: until, changedBy: personId, changedAt: at });
    await appendEvent(em, actor, `institution:${institutionId}`, 'exam:extended', at, { examId, from: exam.closesAt.toISOString(), to: until.toISOString() });
    return told(em, personId, examId, at);
  });
}

/** Nobody begins any more; withdrawn, nothing counts and what runs ends (the clock of exams sees to it). Throws not_found, exam_not_open. */
export async function endExam(deps: Deps, personId: string, examId: string, { withdraw, reason }: ExamEndBody): Promise<ExamDetail> {
  const { institutionId } = await requireExam(deps.orm.em.fork(), personId, examId, 'manage');
  const actor = actorFor(personId, institutionId);
  const status = withdraw ? 'withdrawn' : 'closed';
  return unitOfWork(deps.orm, actor, async (em) => {
    const exam = await lockExam(em, examId);
    const at = deps.now();
    if (exam.status === status) return told(em, personId, examId, at);
    if (exam.status === 'draft' || exam.status === 'withdrawn') throw new DomainError('exam_not_open', `it is ${exam.status}`);
    await em.nativeUpdate(Exam, { id: examId }, { status, endedBy: personId, endedAt: at, endReason: reason.trim(), changedBy: personId, changedAt: at });
    await appendEvent(em, actor, `institution:${institutionId}`, withdraw ? 'exam:withdrawn' : 'exam:closed', at, { examId });
    return told(em, personId, examId, at);
  });
}
