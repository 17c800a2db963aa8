// Whether a held attempt counts, as people decided: rows that are only added, each with its fact.
import type { HoldOutcome } from '#domain/exam.ts';
import { newId } from '#domain/id.ts';
import { ExamDecision } from '../entities/exam.ts';
import { appendEvent, type Actor, type EntityManager } from '../orm.ts';

interface Attempt { id: string; examId: string; personId: string; cohortId: string; institutionId: string }
/** `replaces`: the decision that counted until now; whoever calls holds the attempt and knows it. */
export async function addHoldDecision(em: EntityManager, actor: Actor & { personId: string }, attempt: Attempt, { outcome, reason, replaces, at }: { outcome: HoldOutcome; reason: string; replaces: string | null; at: Date }): Promise<void> {
  const decisionId = newId(at.getTime());
  const { id: attemptId, examId, personId, cohortId, institutionId } = attempt;
  await em.insert(ExamDecision, { id: decisionId, institutionId, attemptId, outcome, reason, decidedBy: actor.personId, decidedAt: at, replaces });
  await appendEvent(em, actor, `cohort:${cohortId}`, 'exam:decided', at, { examId, attemptId, personId, decisionId, outcome, replaces });
}
