// Handing in: what a machine can judge is scored at once, free text waits for a person; each attempt once, whoever hands in. And what time does to attempts, from rows alone.
import { LockMode } from '@mikro-orm/postgresql';
import { isDue, type SubmitReason } from '#domain/exam.ts';
import { isRight } from '#domain/question.ts';
import { answerGraceMs } from '#domain/quiz.ts';
import type { Logger } from '#runtime/log.ts';
import { Exam, ExamAttempt } from '../entities/exam.ts';
import { appendEvents, platform, unitOfWork, type Actor, type EntityManager, type NewEvent, type Orm } from '../orm.ts';
import { contactsOfMany } from './exam-contacts.ts';
import { storedItemsOf, type StoredItem } from './exam-papers.ts';

interface Scored { ordinal: number; correct: boolean | null; awarded: number | null }

/** By the one rule of right and wrong; free text that was left empty is nobody's to mark. */
function scoreOf({ ordinal, kind, options, right, accepted, answer, points }: StoredItem): Scored {
  if (kind === 'freeText') return { ordinal, correct: null, awarded: answer === null ? 0 : null };
  const correct = answer !== null && isRight({ kind, options, right, accepted }, answer);
  return { ordinal, correct, awarded: correct ? points : 0 };
}

export interface Handing { attempt: ExamAttempt; reason: SubmitReason; at: Date }
interface Sum { points: number; toMark: number }

function factsOf(exam: Exam, actor: Actor, { attempt, reason, at }: Handing, items: readonly StoredItem[], scored: readonly Scored[], { points, toMark }: Sum, now: Date): NewEvent[] {
  const ids = { examId: exam.id, attemptId: attempt.id, personId: attempt.personId };
  const fact = { actor, stream: `cohort:${attempt.cohortId}` as const, at: now };
  const answered = items.filter(({ answer }) => answer !== null).length;
  return [
    { ...fact, type: 'exam:submitted', payload: { ...ids, number: attempt.number, reason, at: at.toISOString(), seed: attempt.seed, turns: attempt.turn, answered, afterCut: items.filter(({ afterCut }) => afterCut).length } },
    { ...fact, type: 'exam:scored', payload: { ...ids, points, maxPoints: attempt.maxPoints, toMark, passPercent: exam.passPercent, items: items.map(({ versionId, taskId }, index) => [versionId ?? taskId, scored[index]!.awarded]) } },
  ];
}

/** These attempts of one exam, held by the caller, are over: their answers are scored, each is a fact with what was awarded, and its seed is told. Four statements, however many there are. */
export async function handIn(em: EntityManager, actor: Actor, exam: Exam, handings: readonly Handing[], now: Date): Promise<void> {
  const papers = await storedItemsOf(em, exam, handings.map(({ attempt }) => attempt.id));
  const events: NewEvent[] = [];
  const items: (Scored & { attempt: string })[] = [];
  const sums = handings.map((handing) => {
    const { attempt, reason, at } = handing;
    const paper = papers.get(attempt.id) ?? [];
    const scored = paper.map(scoreOf);
    const sum = { points: scored.reduce((all, { awarded }) => all + (awarded ?? 0), 0), toMark: scored.filter(({ awarded }) => awarded === null).length };
    items.push(...scored.map((one) => ({ attempt: attempt.id, ...one })));
    events.push(...factsOf(exam, actor, handing, paper, scored, sum, now));
    Object.assign(attempt, { status: 'submitted', submittedAt: at, submitReason: reason, ...sum });
    return { id: attempt.id, at, reason, points: sum.points, to_mark: sum.toMark };
  });
  await em.execute(
    `update exam_item i set correct = s.correct, awarded = s.awarded from jsonb_to_recordset(?::jsonb) as s(attempt uuid, ordinal int, correct boolean, awarded int) where i.attempt_id = s.attempt and i.ordinal = s.ordinal`,
    [JSON.stringify(items)]);
  await em.execute(
    `update exam_attempt a set status = 'submitted', submitted_at = s.at, submit_reason = s.reason, points = s.points, to_mark = s.to_mark
     from jsonb_to_recordset(?::jsonb) as s(id uuid, at timestamptz, reason text, points int, to_mark int) where a.id = s.id`, [JSON.stringify(sums)]);
  await appendEvents(em, events);
}

/** SQL: the time of attempt `a` of exam `x` is over, or its sign-in came to nothing; of a device that was lost an answer may be on its way still. Values: `overValues`. */
const overSql = `((a.status = 'working' and (a.deadline_at < ? or x.status = 'withdrawn')) or (a.status = 'signing_in' and (x.closes_at < ? or x.status <> 'published')))`;
export const overAttemptsSql = `select a.exam_id as id from exam_attempt a join exam x on x.id = a.exam_id where ${overSql}`;
export const overValues = (now: Date): [Date, Date] => [new Date(now.getTime() - answerGraceMs), now];

/** Exams with attempts whose time is over. */
export async function examsOver(em: EntityManager, now: Date): Promise<string[]> {
  return (await em.execute<{ id: string }[]>(`select distinct id from (${overAttemptsSql}) over_now`, overValues(now))).map(({ id }) => id);
}

/** Of these attempts those that nobody else holds, and what becomes of them now; answers how many ended. */
async function endThese(em: EntityManager, exam: Exam, ids: readonly string[], now: Date): Promise<number> {
  const held = await em.find(ExamAttempt, { id: { $in: [...ids] }, status: { $in: ['signing_in', 'working'] } }, { lockMode: LockMode.PESSIMISTIC_PARTIAL_WRITE, orderBy: { id: 'asc' }, disableIdentityMap: true });
  const withdrawn = exam.status === 'withdrawn';
  const contacts = await contactsOfMany(em, held.map(({ id }) => id));
  const unsigned = held.filter(({ status }) => status === 'signing_in' && (exam.status !== 'published' || exam.closesAt < now));
  if (unsigned.length > 0) await em.nativeUpdate(ExamAttempt, { id: { $in: unsigned.map(({ id }) => id) } }, { status: 'void' });
  const due = held.filter(({ id, status, deadlineAt }) => status === 'working' && (withdrawn || isDue(deadlineAt!.getTime(), contacts.get(id) ?? [], now.getTime())));
  const handings = due.map((attempt): Handing => (withdrawn ? { attempt, reason: 'withdrawn', at: now } : { attempt, reason: 'time', at: attempt.deadlineAt! }));
  if (handings.length > 0) await handIn(em, { ...platform, institutionId: exam.institutionId }, exam, handings, now);
  return unsigned.length + handings.length;
}

const atOnce = 50;
interface EndDeps { orm: Orm; log: Logger; now: () => Date }

/** One transaction for many; where one of them cannot be ended, each by itself, so that it keeps no other from it. */
async function endBatch({ orm, log }: EndDeps, exam: Exam, ids: readonly string[], now: Date): Promise<number> {
  const work = (those: readonly string[]): Promise<number> => unitOfWork(orm, { ...platform, institutionId: exam.institutionId }, (em) => endThese(em, exam, those, now));
  if (ids.length > 1) {
    try {
      return await work(ids);
    } catch (error) {
      log.warn({ err: error, examId: exam.id, attempts: ids.length }, 'attempts could not be ended together');
    }
  }
  let ended = 0;
  for (const id of ids) ended += await work([id]).catch((error: unknown) => { log.error({ err: error, attemptId: id }, 'an attempt could not be ended; tried again'); return 0; });
  return ended;
}

/** Ends what is due of one exam, in batches that are each whole; `left`: whose time is over and who did not end yet. Several may do so at once: whoever holds an attempt first ends it. */
export async function endDueAttempts(deps: EndDeps, examId: string): Promise<{ ended: number; left: number }> {
  let [ended, seen, after] = [0, 0, '00000000-0000-0000-0000-000000000000'];
  for (;;) {
    const now = deps.now();
    const em = deps.orm.em.fork();
    const rows = await em.execute<{ id: string }[]>(
      `select a.id from exam_attempt a join exam x on x.id = a.exam_id where a.exam_id = ? and a.id > ? and ${overSql} order by a.id limit ${atOnce}`, [examId, after, ...overValues(now)]);
    if (rows.length === 0) return { ended, left: seen - ended };
    ended += await endBatch(deps, await em.findOneOrFail(Exam, { id: examId }), rows.map(({ id }) => id), now);
    seen += rows.length;
    after = rows.at(-1)!.id;
  }
}
