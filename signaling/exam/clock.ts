// What time does to attempts: handed in when their time is over, void where nobody signed in before the end of the window. Rows alone say what is due, so a restart loses nothing.
import { Exam, ExamAttempt } from '#db/entities/exam.ts';
import { platform, unitOfWork, type EntityManager } from '#db/orm.ts';
import { missedAfterMs } from '#db/queries/own-checks.ts';
import { contactsOf } from '#db/queries/exam-contacts.ts';
import { isDue } from '#domain/exam.ts';
import { answerGraceMs } from '#domain/quiz.ts';
import type { Deps } from '../deps.ts';
import { askSpot } from './checks.ts';
import { handIn } from './scoring.ts';

type ClockDeps = Pick<Deps, 'orm' | 'now' | 'log' | 'config'>;
interface Due { id: string; exam_id: string; institution_id: string }

/** Several processes may look at once: whoever holds the attempt first hands it in. */
async function end(em: EntityManager, due: Due, now: Date): Promise<boolean> {
  const held = await em.execute<unknown[]>(`select 1 from exam_attempt where id = ? and status in ('signing_in', 'working') for update skip locked`, [due.id]);
  if (held.length === 0) return false;
  const attempt = await em.findOneOrFail(ExamAttempt, { id: due.id }, { disableIdentityMap: true });
  const exam = await em.findOneOrFail(Exam, { id: due.exam_id }, { disableIdentityMap: true });
  const withdrawn = exam.status === 'withdrawn';
  if (attempt.status === 'signing_in') {
    await em.nativeUpdate(ExamAttempt, { id: attempt.id }, { status: 'void' });
    return true;
  }
  if (!withdrawn && !isDue(attempt.deadlineAt!.getTime(), await contactsOf(em, attempt.id), now.getTime())) return false;
  await handIn(em, exam, attempt, { actor: { ...platform, institutionId: due.institution_id }, reason: withdrawn ? 'withdrawn' : 'time', at: withdrawn ? now : attempt.deadlineAt!, now });
  return true;
}

/** Ends what is due, and answers how many. An attempt that cannot be ended does not keep the others from it. */
export async function endDueAttempts({ orm, now, log }: ClockDeps): Promise<number> {
  const at = now();
  const rows = await orm.em.fork().execute<Due[]>(
    `select a.id, a.exam_id, a.institution_id from exam_attempt a join exam x on x.id = a.exam_id
     where (a.status = 'working' and (a.deadline_at < ? or x.status = 'withdrawn')) or (a.status = 'signing_in' and (x.closes_at < ? or x.status <> 'published'))
     order by a.deadline_at nulls last limit 500`, [new Date(at.getTime() - answerGraceMs), at]);
  let ended = 0;
  for (const row of rows) {
    try {
      if (await unitOfWork(orm, { ...platform, institutionId: row.institution_id }, (em) => end(em, row, at))) ended++;
    } catch (error) {
      log.error({ err: error, attemptId: row.id }, 'an attempt could not be ended; tried again');
    }
  }
  return ended;
}

interface Waiting { id: string; exam_id: string; institution_id: string }
/** Spot checks whose moment has come are asked, and what was not answered in time is missed, also after the end: answers how many attempts were looked at. */
export async function lookAtChecks(deps: ClockDeps): Promise<number> {
  const { orm, log } = deps;
  const now = deps.now();
  const rows = await orm.em.fork().execute<Waiting[]>(
    `select a.id, a.exam_id, a.institution_id from exam_attempt a where (a.status = 'working' and a.next_spot_at <= ? and a.deadline_at > ?)
       or exists (select from face_check f where f.attempt_id = a.id and f.status = 'asked' and f.deadline_at < ?) order by a.id limit 500`, [now, now, new Date(now.getTime() - missedAfterMs)]);
  for (const row of rows) {
    const actor = { ...platform, institutionId: row.institution_id };
    try {
      await unitOfWork(orm, actor, async (em) => {
        const held = await em.execute<unknown[]>('select 1 from exam_attempt where id = ? for update skip locked', [row.id]);
        if (held.length === 0) return;
        const attempt = await em.findOneOrFail(ExamAttempt, { id: row.id }, { disableIdentityMap: true });
        await askSpot({ em, actor, exam: await em.findOneOrFail(Exam, { id: row.exam_id }, { disableIdentityMap: true }), attempt, deps, now });
      });
    } catch (error) {
      log.error({ err: error, attemptId: row.id }, 'checks of an attempt could not be looked at; tried again');
    }
  }
  return rows.length;
}

const lookEveryMs = 2_000;
/** While the process lives; the answer stops it. */
export function watchExams(deps: ClockDeps): () => void {
  let looking = false;
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    void endDueAttempts(deps).then(() => lookAtChecks(deps)).catch((error: unknown) => deps.log.warn({ err: error }, 'attempts could not be looked at; tried again')).finally(() => { looking = false; });
  }, lookEveryMs).unref();
  return () => clearInterval(timer);
}
