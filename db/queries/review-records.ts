// What was appealed and decided of one learner in one lesson or one attempt at an exam, as staff and the learner see it.
import type { AppealView, ReviewDecisionView } from '#contracts/review.ts';
import type { ReviewOutcome, ReviewSubject } from '#domain/review.ts';
import type { EntityManager } from '../orm.ts';

export interface Decided extends ReviewDecisionView { checkId: string | null; appealId: string | null }
export interface Appealed { appealId: string; checkId: string | null; span: { unitId: string; fromMs: number; toMs: number } | null; createdMs: number; open: boolean; view: AppealView }
export interface ReviewRecords { decisions: Decided[]; appeals: Appealed[] }

interface DecisionRow {
  id: string; subject: ReviewSubject; check_id: string | null; appeal_id: string | null; outcome: ReviewOutcome; reason: string; name: string; decided_at: string; replaced: boolean;
}
interface AppealRow { id: string; check_id: string | null; unit_id: string | null; from_at: string | null; to_at: string | null; text: string; created_at: string; decided_at: string | null }

const iso = (at: string): string => new Date(at).toISOString();
const decidedOf = (row: DecisionRow): Decided => ({
  decisionId: row.id, subject: row.subject, checkId: row.check_id, appealId: row.appeal_id, outcome: row.outcome, reason: row.reason, deciderName: row.name, at: iso(row.decided_at),
  replaced: row.replaced,
});

/** As the contract wants it. */
export const decisionView = ({ decisionId, subject, outcome, reason, deciderName, at, replaced }: Decided): ReviewDecisionView =>
  ({ decisionId, subject, outcome, reason, deciderName, at, replaced });

function appealedOf(row: AppealRow, decisions: readonly Decided[]): Appealed {
  const { id: appealId, check_id: checkId, unit_id: unitId, from_at: from, to_at: to } = row;
  const span = unitId && from && to ? { unitId, fromMs: new Date(from).getTime(), toMs: new Date(to).getTime() } : null;
  return {
    appealId, checkId, span, createdMs: new Date(row.created_at).getTime(), open: row.decided_at === null,
    view: {
      appealId, text: row.text, at: iso(row.created_at), decidedAt: row.decided_at && iso(row.decided_at),
      decisions: decisions.filter((decision) => decision.appealId === appealId).map(decisionView),
    },
  };
}

/** Both newest first; `where` speaks of decision or appeal `one`. */
async function recordsWhere(em: EntityManager, where: string, values: readonly string[]): Promise<ReviewRecords> {
  const decisions = (await em.execute<DecisionRow[]>(
    `select one.id, one.subject, one.check_id, one.appeal_id, one.outcome, one.reason, p.name, one.decided_at, exists (select from review_decision r where r.replaces_id = one.id) as replaced
     from review_decision one join person p on p.id = one.decided_by where ${where} order by one.decided_at desc, replaced, one.id desc`, [...values])).map(decidedOf);
  const appeals = await em.execute<AppealRow[]>(
    `select one.id, one.check_id, one.unit_id, one.from_at, one.to_at, one.text, one.created_at, one.decided_at from appeal one where ${where} order by one.created_at desc, one.id desc`, [...values]);
  return { decisions, appeals: appeals.map((row) => appealedOf(row, decisions)) };
}
/** Of one learner in one lesson. */
export const reviewRecords = (em: EntityManager, lessonId: string, personId: string): Promise<ReviewRecords> => recordsWhere(em, 'one.lesson_id = ? and one.person_id = ?', [lessonId, personId]);
/** Of one attempt at an exam. */
export const attemptRecords = (em: EntityManager, attemptId: string): Promise<ReviewRecords> => recordsWhere(em, 'one.attempt_id = ?', [attemptId]);
