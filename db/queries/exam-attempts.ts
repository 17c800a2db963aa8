// Attempts as everybody is told of them: what each came to, and the best one. The one place that says whether one is held or counts.
import type { AttemptBrief } from '#contracts/exam.ts';
import { passed, verdicts } from '#domain/check.ts';
import { resultOf, type AttemptStatus, type ExamStatus, type HoldOutcome, type SubmitReason } from '#domain/exam.ts';
import type { EntityManager } from '../orm.ts';
import { lastAttemptSql, lastOutcomeSql } from './decisions.ts';

/** SQL for what people decided of attempt `a` last; null before. */
export const outcomeSql = `(select d.outcome from exam_decision d where d.attempt_id = a.id and not exists (select from exam_decision later where later.replaces = d.id))`;
/** SQL for whether the check in alias `f` counts as passed: `countedVerdict` in one expression. */
const countsSql = `(coalesce(f.verdict, '') in (${verdicts.filter(passed).map((verdict) => `'${verdict}'`).join(', ')}) and coalesce(${lastOutcomeSql('f.id')}, '') <> 'upheld' or coalesce(${lastOutcomeSql('f.id')}, '') = 'overturned')`;
/** SQL for whether a check of attempt `a` failed, was missed, or waits for its verdict or a person; what was decided on an appeal goes before the machine's verdict. */
export const heldSql = `exists (select from face_check f where f.attempt_id = a.id and f.status <> 'void' and ${lastAttemptSql('f')} and not ${countsSql})`;
/** SQL for when the oldest appeal of attempt `a` that waits was made; null where none waits. */
export const appealedSql = `(select min(w.created_at) from appeal w where w.attempt_id = a.id and w.decided_at is null)`;

export interface AttemptRow {
  id: string; exam_id: string; person_id: string; cohort_id: string; number: number; status: AttemptStatus; started_at: string | null; submitted_at: string | null; submit_reason: SubmitReason | null;
  points: number; max_points: number; to_mark: number; held: boolean; outcome: HoldOutcome | null; exam_status: ExamStatus; pass_percent: number;
}
const columns = `a.id, a.exam_id, a.person_id, a.cohort_id, a.number, a.status, a.started_at, a.submitted_at, a.submit_reason, a.points, a.max_points, a.to_mark, ${heldSql} as held, ${outcomeSql} as outcome,
  x.status as exam_status, x.pass_percent`;

/** Attempts by their number; `where` speaks of attempt `a` and its exam `x`. Those that ended before a question was given out are none. */
export const attemptRows = (em: EntityManager, where: string, values: readonly unknown[]): Promise<AttemptRow[]> =>
  em.execute<AttemptRow[]>(`select ${columns} from exam_attempt a join exam x on x.id = a.exam_id where a.status <> 'void' and ${where} order by a.person_id, a.number`, [...values]);

const instant = (at: string | null): string | null => at && new Date(at).toISOString();

export function attemptBrief(row: AttemptRow): AttemptBrief {
  const { points, max_points: maxPoints, to_mark: toMark } = row;
  const result = resultOf({ examStatus: row.exam_status, status: row.status, toMark, held: row.held, outcome: row.outcome, points, maxPoints, passPercent: row.pass_percent });
  const told = row.status === 'submitted' && toMark === 0;
  return {
    attemptId: row.id, number: row.number, status: row.status, startedAt: instant(row.started_at), submittedAt: instant(row.submitted_at), submitReason: row.submit_reason,
    points: told ? points : null, maxPoints, share: told ? points / maxPoints : null, result,
  };
}

/** SQL for whether attempt `a` of exam `x` counts and reaches the pass mark: `resultOf` in one expression, for counting. */
export const passedSql = `(x.status <> 'withdrawn' and a.status = 'submitted' and a.to_mark = 0 and coalesce(${outcomeSql}, '') <> 'annulled' and (not ${heldSql} or ${outcomeSql} = 'counts')
  and a.points * 100 >= x.pass_percent * a.max_points)`;
