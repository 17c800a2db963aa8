// Marks of free text, by a person who does not see whose it is; and what of all exams waits for people.
import type { ExamQueue, MarkBody, MarkItem, MarkQuery, MarkQueue } from '#contracts/exam.ts';
import { LockMode } from '@mikro-orm/postgresql';
import { ExamAttempt, ExamItem, ExamMark, type Exam } from '#db/entities/exam.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { keepsExamSql, requireExam, requireExamOfAttempt } from '#db/queries/exam-access.ts';
import { appealedSql, heldSql, outcomeSql } from '#db/queries/exam-attempts.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import type { Deps } from '../deps.ts';
import { sumAgain } from './scoring.ts';

const mostTold = 200;
interface Row {
  attempt_id: string; ordinal: number; task_id: string; text: string | null; points: number; submitted_at: string;
  mark_id: string | null; mark_points: number | null; comment: string | null; by: string | null; marked_at: string | null;
}
/** Free texts that were written, of attempts that are over, with the mark that counts. */
const textsSql = `select i.attempt_id, i.ordinal, i.task_id, i.answer->>'text' as text, i.points, a.submitted_at, m.id as mark_id, m.points as mark_points, m.comment, p.name as by, m.marked_at
  from exam_item i join exam_attempt a on a.id = i.attempt_id
  left join exam_mark m on m.attempt_id = i.attempt_id and m.ordinal = i.ordinal and not exists (select from exam_mark later where later.replaces = m.id) left join person p on p.id = m.marked_by
  where i.task_id is not null and i.answer is not null and a.status = 'submitted'`;

function itemOf(exam: Exam, row: Row): MarkItem {
  const task = exam.freeText.find(({ taskId }) => taskId === row.task_id);
  return {
    attemptId: row.attempt_id, ordinal: row.ordinal, taskId: row.task_id, prompt: task?.prompt ?? '', guidance: task?.guidance ?? '', text: row.text, maxPoints: row.points, submittedAt: new Date(row.submitted_at).toISOString(),
    mark: row.mark_id === null ? null : { markId: row.mark_id, points: row.mark_points!, comment: row.comment!, by: row.by!, at: new Date(row.marked_at!).toISOString() },
  };
}

/** Throws not_found. */
export async function markQueue({ orm }: Deps, personId: string, examId: string, { show = 'waiting' }: MarkQuery): Promise<MarkQueue> {
  const em = orm.em.fork();
  const exam = await requireExam(em, personId, examId, 'manage');
  const rows = await em.execute<Row[]>(`${textsSql} and a.exam_id = ? and (m.id is null) = ? order by i.task_id, a.submitted_at, i.attempt_id limit ${mostTold + 1}`, [examId, show === 'waiting']);
  const [counts] = await em.execute<{ waiting: number; marked: number }[]>(
    `select (count(*) filter (where mark_id is null))::int as waiting, count(mark_id)::int as marked from (${textsSql} and a.exam_id = ?) as texts`, [examId]);
  return { examId, title: exam.title, items: rows.slice(0, mostTold).map((row) => itemOf(exam, row)), waiting: counts?.waiting ?? 0, marked: counts?.marked ?? 0, more: rows.length > mostTold };
}

async function textOf(em: EntityManager, attemptId: string, ordinal: number): Promise<Row> {
  const [row] = await em.execute<Row[]>(`${textsSql} and i.attempt_id = ? and i.ordinal = ?`, [attemptId, ordinal]);
  if (!row) throw new DomainError('bad_request', 'no free text to mark');
  return row;
}

/** Throws not_found, forbidden (one's own), exam_not_over, bad_request, already_decided. */
export async function markText(deps: Deps, personId: string, attemptId: string, { ordinal, points, comment, replaces }: MarkBody): Promise<MarkItem> {
  const exam = await requireExamOfAttempt(deps.orm.em.fork(), personId, attemptId);
  const actor = actorFor(personId, exam.institutionId);
  return unitOfWork(deps.orm, actor, async (em) => {
    const attempt = await em.findOneOrFail(ExamAttempt, { id: attemptId }, { lockMode: LockMode.PESSIMISTIC_WRITE, disableIdentityMap: true });
    if (attempt.personId === personId) throw new DomainError('forbidden', 'nobody marks their own');
    if (attempt.status !== 'submitted') throw new DomainError('exam_not_over', 'it is not handed in');
    const text = await textOf(em, attemptId, ordinal);
    if (points > text.points) throw new DomainError('bad_request', `at most ${text.points} points`);
    const words = comment.trim();
    if (text.mark_id !== replaces) {
      // A retry of the mark that counts now is that mark.
      if (text.mark_points === points && text.comment === words) return itemOf(exam, text);
      throw new DomainError('already_decided', 'another mark was given');
    }
    const at = deps.now();
    const markId = newId(at.getTime());
    await em.insert(ExamMark, { id: markId, institutionId: exam.institutionId, attemptId, ordinal, points, comment: words, markedBy: personId, markedAt: at, replaces });
    await em.nativeUpdate(ExamItem, { attemptId, ordinal }, { awarded: points });
    const sum = await sumAgain(em, attemptId);
    await appendEvent(em, actor, `cohort:${attempt.cohortId}`, 'exam:marked', at, {
      examId: exam.id, attemptId, personId: attempt.personId, taskId: text.task_id, markId, points, maxPoints: text.points, replaces, sum: sum.points, toMark: sum.toMark,
    });
    return itemOf(exam, await textOf(em, attemptId, ordinal));
  });
}

interface HeldRow { id: string; exam_id: string; title: string; person_id: string; name: string; cohort: string; submitted_at: string; appealed_at: string | null }
/** Of exams that count still. Who appealed comes first. */
export async function examQueue({ orm }: Deps, personId: string): Promise<ExamQueue> {
  const em = orm.em.fork();
  const held = await em.execute<HeldRow[]>(
    `select a.id, a.exam_id, x.title, a.person_id, p.name, c.title as cohort, a.submitted_at, ${appealedSql} as appealed_at from exam_attempt a join exam x on x.id = a.exam_id join person p on p.id = a.person_id join cohort c on c.id = a.cohort_id
     where a.status = 'submitted' and x.status <> 'withdrawn' and (${heldSql} and ${outcomeSql} is null or ${appealedSql} is not null) and ${keepsExamSql} order by appealed_at nulls last, a.submitted_at, a.id limit ${mostTold}`, [personId, personId]);
  const toMark = await em.execute<{ id: string; title: string; texts: number; oldest: string }[]>(
    `select x.id, x.title, sum(a.to_mark)::int as texts, min(a.submitted_at) as oldest from exam_attempt a join exam x on x.id = a.exam_id
     where a.status = 'submitted' and x.status <> 'withdrawn' and a.to_mark > 0 and ${keepsExamSql} group by x.id, x.title order by oldest, x.id limit ${mostTold}`, [personId, personId]);
  return {
    held: held.map((row) => ({ attemptId: row.id, examId: row.exam_id, title: row.title, personId: row.person_id, name: row.name, cohortTitle: row.cohort, submittedAt: new Date(row.submitted_at).toISOString(), appealedAt: row.appealed_at && new Date(row.appealed_at).toISOString() })),
    toMark: toMark.map(({ id, title, texts, oldest }) => ({ examId: id, title, texts, oldestAt: new Date(oldest).toISOString() })),
  };
}
