// What people decided, as facts: what counts of each check, which stretches an appeal took out of a learner's held time, and which a correction credits or takes.
import type { CorrectionOutcome, CorrectionWay } from '#domain/correction.ts';
import { reviewedVerdicts, type ReviewOutcome } from '#domain/review.ts';
import type { EntityManager } from '../orm.ts';
import { arrayOf } from './lesson-access.ts';

/** No later decision took the place of this one; of each thing there is one at most, as each decision names the one before. */
const standsSql = 'not exists (select from review_decision later where later.replaces_id = said.id)';

/** SQL for the outcome that counts of the check whose id is in column `check`; null where nobody decided. `countedVerdict` says what follows. */
export const lastOutcomeSql = (check: string): string => `(select said.outcome from review_decision said where said.check_id = ${check} and ${standsSql})`;

/** SQL for the outcome that counts of the appeal of a stretch whose id is in column `appeal`. */
export const spanOutcomeSql = (appeal: string): string => `(select said.outcome from review_decision said where said.appeal_id = ${appeal} and said.subject = 'span' and ${standsSql})`;

/** SQL: the check in alias `check` was not asked again, or only for nothing: of attempts the last counts. */
export const lastAttemptSql = (check: string): string =>
  `not exists (select from face_check again where again.first_check_id = coalesce(${check}.first_check_id, ${check}.id) and again.attempt > ${check}.attempt and again.status <> 'void')`;

/**
 * Of these checks those somebody has reason to look at: a verdict that waits for a person, an appeal, a signal, or a decision. Whoever runs the institution sees a
 * picture only then.
 */
export async function underReview(em: EntityManager, checkIds: readonly string[]): Promise<Set<string>> {
  const rows = await em.execute<{ id: string }[]>(
    `select f.id from face_check f where f.id = any(?::uuid[]) and f.status = 'settled' and (f.verdict = any(?::text[]) or exists (select from appeal a where a.check_id = f.id)
       or exists (select from signal s where s.check_id = f.id) or exists (select from review_decision d where d.check_id = f.id))`,
    [arrayOf(checkIds), arrayOf(reviewedVerdicts)]);
  return new Set(rows.map(({ id }) => id));
}

/** Of these checks those against which this person spoke: by a look that did not see the learner, by a decision, or by one about the attempt of an exam. An appeal against it is for somebody else to decide. */
export async function spokeAgainst(em: EntityManager, personId: string, checkIds: readonly string[]): Promise<Set<string>> {
  const rows = await em.execute<{ id: string }[]>(
    `select f.id from face_check f where f.id = any(?::uuid[]) and ((f.looked_by = ? and f.seen = false) or exists (select from review_decision d where d.check_id = f.id and d.decided_by = ?)
       or exists (select from exam_decision d where d.attempt_id = f.attempt_id and d.decided_by = ?))`,
    [arrayOf(checkIds), personId, personId, personId]);
  return new Set(rows.map(({ id }) => id));
}

/** `excused`: an appeal of it was granted; else what an approved correction says of it. */
export interface DecidedRow { lesson_id: string; person_id: string; id: string; from_ms: number; to_ms: number; way: 'excused' | CorrectionWay; decided_ms: number }
const stretchSql = 'lesson_id, person_id, id, (extract(epoch from from_at) * 1000)::float8 as from_ms, (extract(epoch from to_at) * 1000)::float8 as to_ms';

/** Stretches people decided about: of these people, or of everybody (null), in these lessons. */
export function decidedAmong(em: EntityManager, lessonIds: readonly string[], personIds: readonly string[] | null): Promise<DecidedRow[]> {
  const among = 'lesson_id = any(?::uuid[]) and (?::uuid[] is null or person_id = any(?::uuid[]))';
  const people = personIds && arrayOf(personIds);
  const values = [arrayOf(lessonIds), people, people];
  return em.execute<DecidedRow[]>(
    `select ${stretchSql}, 'excused' as way, 0::float8 as decided_ms from appeal a where ${among} and check_id is null and ${spanOutcomeSql('a.id')} = ?
     union all
     select ${stretchSql}, way, (extract(epoch from d.decided_at) * 1000)::float8 from correction c join correction_decision d on d.correction_id = c.id and d.outcome = ? where ${among}`,
    [...values, 'overturned' satisfies ReviewOutcome, 'approved' satisfies CorrectionOutcome, ...values]);
}
