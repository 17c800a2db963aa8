// What time does to attempts. Rows alone say what is due, so a restart loses nothing: those whose time is over get the worker's job, spot checks are asked and missed here.
import { Exam, ExamAttempt } from '#db/entities/exam.ts';
import { platform, unitOfWork } from '#db/orm.ts';
import { examsOver, overAttemptsSql, overValues } from '#db/queries/exam-hand-in.ts';
import { missedAfterMs } from '#db/queries/own-checks.ts';
import { due, type Due } from '../classroom/due-look.ts';
import type { Deps } from '../deps.ts';
import { askSpot } from './checks.ts';

type ClockDeps = Pick<Deps, 'orm' | 'now' | 'log' | 'config'>;

export const attemptsOver = ({ now }: Pick<Deps, 'now'>): Due => due(`exists (${overAttemptsSql})`, ...overValues(now()));

/** A step of the clock. A job that is known stays one; where none can be added now, the next look or the reconciler does. */
export async function giveHandIns({ orm, now, queues }: Pick<Deps, 'orm' | 'now' | 'queues'>): Promise<void> {
  for (const examId of await examsOver(orm.em.fork(), now())) await queues.add('exam-hand-in', examId, { examId });
}

interface Waiting { id: string; exam_id: string; institution_id: string }
const waitingSql = `select a.id, a.exam_id, a.institution_id from exam_attempt a where (a.status = 'working' and a.next_spot_at <= ? and a.deadline_at > ?)
       or exists (select from face_check f where f.attempt_id = a.id and f.status = 'asked' and f.deadline_at < ?)`;
const waitingValues = (now: Date): [Date, Date, Date] => [now, now, new Date(now.getTime() - missedAfterMs)];
export const spotsDue = ({ now }: Pick<Deps, 'now'>): Due => due(`exists (${waitingSql})`, ...waitingValues(now()));

/** Spot checks whose moment has come are asked, and what was not answered in time is missed, also after the end: answers how many attempts were looked at. */
export async function lookAtChecks(deps: ClockDeps): Promise<number> {
  const { orm, log } = deps;
  const now = deps.now();
  const rows = await orm.em.fork().execute<Waiting[]>(`${waitingSql} order by a.id limit 500`, waitingValues(now));
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

/** One round at a time, beside the clock of the classrooms: no class waits for the checks of an exam. */
export function spotAsker(deps: ClockDeps): () => Promise<void> {
  let running = false;
  return async () => {
    if (running) return;
    running = true;
    void lookAtChecks(deps).catch((error: unknown) => deps.log.warn({ err: error }, 'attempts could not be looked at; tried again')).finally(() => { running = false; });
  };
}
