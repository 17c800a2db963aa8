// Appeals against checks of an exam: the rules and tables of lessons, with the attempt for a place; and what a decision means for the score that is held.
import { LockMode } from '@mikro-orm/postgresql';
import type { DecisionBody, ExamAppealBody, OwnExamAppeals } from '#contracts/review.ts';
import type { CheckKind, Verdict } from '#domain/check.ts';
import { DomainError } from '#domain/errors.ts';
import { packByName } from '#domain/rules/packs.ts';
import { ExamAttempt } from '#db/entities/exam.ts';
import { Appeal } from '#db/entities/review.ts';
import { unitOfWork, type Actor, type EntityManager } from '#db/orm.ts';
import { lastAttemptSql, spokeAgainst } from '#db/queries/decisions.ts';
import { requireExamOfAttempt } from '#db/queries/exam-access.ts';
import { attemptRows } from '#db/queries/exam-attempts.ts';
import { addHoldDecision } from '#db/queries/exam-holds.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { attemptRecords } from '#db/queries/review-records.ts';
import type { Deps } from '../deps.ts';
import { insertAppeal, ownChecks, requireMay, soundText, type CheckRow } from './appeals.ts';
import { addDecision } from './decide.ts';

/** Of each check that was asked again the last attempt holds the score. */
const settledChecks = async (em: EntityManager, attemptId: string): Promise<CheckRow[]> => (await em.execute<{ id: string; kind: CheckKind; told_at: string; settled_at: string; verdict: Verdict }[]>(
  `select f.id, f.kind, coalesce(f.answered_at, f.deadline_at, f.settled_at) as told_at, f.settled_at, f.verdict from face_check f
   where f.attempt_id = ? and f.status = 'settled' and ${lastAttemptSql('f')} order by told_at, f.id`, [attemptId])).map((row) => ({ ...row, ordinal: null, last: true, in_replay: false }));

interface Held { first_at: string | null; counts: boolean }
/** When a person first decided about the attempt, and whether it counts by that: then its checks took nothing. */
const heldOf = async (em: EntityManager, attemptId: string): Promise<Held> => (await em.execute<Held[]>(
  `select min(d.decided_at) as first_at, coalesce(bool_or(d.outcome = 'counts' and not exists (select from exam_decision later where later.replaces = d.id)), false) as counts from exam_decision d where d.attempt_id = ?`, [attemptId]))[0]!;

async function describe(em: EntityManager, attempt: ExamAttempt, nowMs: number): Promise<OwnExamAppeals> {
  const [exam] = await em.execute<{ title: string; status: string }[]>('select title, status from exam where id = ?', [attempt.examId]);
  const pack = packByName(attempt.rulePack);
  const { first_at: firstAt, counts } = await heldOf(em, attempt.id);
  const over = attempt.status === 'submitted' && exam!.status !== 'withdrawn';
  const records = await attemptRecords(em, attempt.id);
  const all = over ? ownChecks(await settledChecks(em, attempt.id), records, pack, nowMs, firstAt === null ? null : new Date(firstAt).getTime()) : [];
  return {
    attemptId: attempt.id, examTitle: exam!.title, number: attempt.number, appealDays: pack.review.appealDays, rulePack: attempt.rulePack,
    checks: counts ? all.filter(({ appeal }) => appeal !== null) : all,
  };
}

/** Throws not_found. */
async function requireOwn(em: EntityManager, personId: string, attemptId: string): Promise<ExamAttempt> {
  const attempt = await em.findOne(ExamAttempt, { id: attemptId, personId }, { disableIdentityMap: true });
  if (!attempt) throw new DomainError('not_found', 'no such attempt');
  return attempt;
}

/** Throws not_found. */
export async function ownExamAppeals({ orm, now }: Deps, personId: string, attemptId: string): Promise<OwnExamAppeals> {
  const em = orm.em.fork();
  return describe(em, await requireOwn(em, personId, attemptId), now().getTime());
}

/** Throws not_found, nothing_to_appeal, appeal_open, appeal_decided, appeal_late, bad_request. */
export async function makeExamAppeal(deps: Deps, personId: string, attemptId: string, body: ExamAppealBody): Promise<OwnExamAppeals> {
  const at = deps.now();
  const { institutionId } = await requireOwn(deps.orm.em.fork(), personId, attemptId);
  const text = soundText(body.text);
  const actor = actorFor(personId, institutionId);
  return unitOfWork(deps.orm, actor, async (em) => {
    // Two tabs of one learner, and staff who decide meanwhile: one after the other.
    const attempt = await em.findOneOrFail(ExamAttempt, { id: attemptId }, { lockMode: LockMode.PESSIMISTIC_WRITE, disableIdentityMap: true });
    const [check] = await em.execute<unknown[]>('select 1 from face_check where id = ? and attempt_id = ?', [body.checkId, attemptId]);
    if (!check) throw new DomainError('not_found', 'no such check of yours in this exam');
    const found = (await describe(em, attempt, at.getTime())).checks.find(({ checkId }) => checkId === body.checkId);
    if (!found) throw new DomainError('nothing_to_appeal', 'this took nothing, or is not settled');
    requireMay(found);
    await insertAppeal(deps, em, actor, { stream: `cohort:${attempt.cohortId}`, institutionId, lessonId: null, attemptId, personId, checkId: found.checkId, unitId: null, fromAt: null, toAt: null, text, at });
    return describe(em, attempt, at.getTime());
  });
}

/** What was annulled for checks that count as passed now is let go, by whoever decided so. */
async function letGo(em: EntityManager, actor: Actor & { personId: string }, attempt: ExamAttempt, reason: string, at: Date): Promise<void> {
  const [row] = await attemptRows(em, 'a.id = ?', [attempt.id]);
  if (!row || row.held || row.outcome !== 'annulled') return;
  const [last] = await em.execute<{ id: string }[]>('select d.id from exam_decision d where d.attempt_id = ? and not exists (select from exam_decision later where later.replaces = d.id)', [attempt.id]);
  await addHoldDecision(em, actor, attempt, { outcome: 'counts', reason, replaces: last!.id, at });
}

/** Throws not_found, nothing_to_decide (no appeal), forbidden (oneself), appeal_against_own, already_decided, bad_request. */
export async function decideExamCheck(deps: Deps, deciderId: string, { attemptId, checkId }: { attemptId: string; checkId: string }, body: DecisionBody): Promise<Record<string, never>> {
  const { institutionId } = await requireExamOfAttempt(deps.orm.em.fork(), deciderId, attemptId);
  const actor = { ...actorFor(deciderId, institutionId), personId: deciderId };
  await unitOfWork(deps.orm, actor, async (em) => {
    const attempt = await em.findOneOrFail(ExamAttempt, { id: attemptId }, { lockMode: LockMode.PESSIMISTIC_WRITE, disableIdentityMap: true });
    const [check] = await em.execute<unknown[]>('select 1 from face_check where id = ? and attempt_id = ?', [checkId, attemptId]);
    if (!check) throw new DomainError('not_found', 'no such check in this attempt');
    if (attempt.personId === deciderId) throw new DomainError('forbidden', 'nobody decides about themself');
    const appeal = await em.findOne(Appeal, { checkId }, { orderBy: { createdAt: 'desc' }, disableIdentityMap: true });
    if (!appeal) throw new DomainError('nothing_to_decide', 'of an exam the attempt is decided about, and checks only where somebody appealed');
    if (appeal.decidedAt === null && (await spokeAgainst(em, deciderId, [checkId])).has(checkId)) throw new DomainError('appeal_against_own', 'somebody else decides an appeal against what one said oneself');
    await addDecision(deps, em, actor, { lessonId: null, attemptId, stream: `cohort:${attempt.cohortId}`, personId: attempt.personId, subject: 'check', checkId, appealId: appeal.id }, body);
    await letGo(em, actor, attempt, body.reason.trim(), deps.now());
  });
  return {};
}
