// One attempt with everything, for staff; and whether one that is held counts.
import { LockMode } from '@mikro-orm/postgresql';
import type { AttemptReview, HoldBody } from '#contracts/exam.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { ExamAttempt, type Exam } from '#db/entities/exam.ts';
import { unitOfWork, type EntityManager } from '#db/orm.ts';
import { spokeAgainst } from '#db/queries/decisions.ts';
import { requireExamOfAttempt } from '#db/queries/exam-access.ts';
import { attemptBrief, attemptRows } from '#db/queries/exam-attempts.ts';
import { addHoldDecision } from '#db/queries/exam-holds.ts';
import { storedItems } from '#db/queries/exam-papers.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { attemptRecords, decisionView } from '#db/queries/review-records.ts';
import type { HoldOutcome } from '#domain/exam.ts';
import { DomainError } from '#domain/errors.ts';
import { countedVerdict } from '#domain/review.ts';
import type { Deps } from '../deps.ts';
import { commentsOf, resultItem } from './results.ts';

interface Decided { id: string; outcome: HoldOutcome; reason: string; by: string; decided_at: string }
const decisionsOf = (em: EntityManager, attemptId: string): Promise<Decided[]> => em.execute<Decided[]>(
  'select d.id, d.outcome, d.reason, p.name as by, d.decided_at from exam_decision d join person p on p.id = d.decided_by where d.attempt_id = ? order by exists (select from exam_decision later where later.replaces = d.id), d.decided_at desc, d.id desc', [attemptId]);

const waits = ({ appeal }: AttemptReview['checks'][number]): boolean => appeal !== null && appeal.decidedAt === null;
const pictureState = ({ pictureId, answeredAt, way }: FaceCheck): 'none' | 'kept' | 'gone' => (pictureId ? 'kept' : answeredAt && way === 'face' ? 'gone' : 'none');
async function checksIn(em: EntityManager, readerId: string, attemptId: string): Promise<AttemptReview['checks']> {
  const checks = await em.find(FaceCheck, { attemptId }, { orderBy: { askedAt: 'asc', attempt: 'asc', id: 'asc' }, disableIdentityMap: true });
  const { decisions, appeals } = await attemptRecords(em, attemptId);
  const against = await spokeAgainst(em, readerId, checks.map(({ id }) => id));
  const viewOf = (check: FaceCheck): AttemptReview['checks'][number] => {
    const appeal = appeals.find(({ checkId }) => checkId === check.id);
    const own = decisions.filter(({ checkId }) => checkId === check.id);
    return {
      checkId: check.id, kind: check.kind, attempt: check.attempt, askedAt: check.askedAt!.toISOString(), answeredAt: check.answeredAt?.toISOString() ?? null, verdict: check.verdict ?? null, picture: pictureState(check),
      counted: countedVerdict(check.verdict ?? null, own.find(({ replaced }) => !replaced)?.outcome ?? null), appeal: appeal?.view ?? null, decisions: own.map(decisionView),
      mayDecide: appeal !== undefined && check.personId !== readerId && !(appeal.open && against.has(check.id)),
    };
  };
  return checks.map(viewOf);
}

async function reviewOf(em: EntityManager, personId: string, exam: Exam, attemptId: string): Promise<AttemptReview> {
  const [row] = await attemptRows(em, 'a.id = ?', [attemptId]);
  if (!row) throw new DomainError('not_found', 'no such attempt');
  const [who] = await em.execute<{ name: string; cohort: string; rule_pack: string }[]>(
    'select p.name, c.title as cohort, a.rule_pack from exam_attempt a join person p on p.id = a.person_id join cohort c on c.id = a.cohort_id where a.id = ?', [attemptId]);
  const comments = await commentsOf(em, attemptId);
  const decisions = await decisionsOf(em, attemptId);
  const checks = await checksIn(em, personId, attemptId);
  return {
    examId: exam.id, title: exam.title, personId: row.person_id, name: who!.name, cohortTitle: who!.cohort, rulePack: who!.rule_pack, attempt: attemptBrief(row),
    items: row.status === 'submitted' ? (await storedItems(em, exam, attemptId)).map((item) => resultItem(item, comments)) : [], checks,
    decisions: decisions.map(({ id, outcome, reason, by, decided_at: at }) => ({ decisionId: id, outcome, reason, by, at: new Date(at).toISOString() })),
    mayDecide: row.status === 'submitted' && row.held && row.person_id !== personId && !checks.some(waits),
  };
}

/** Throws not_found. */
export async function readReview({ orm }: Deps, personId: string, attemptId: string): Promise<AttemptReview> {
  const em = orm.em.fork();
  return reviewOf(em, personId, await requireExamOfAttempt(em, personId, attemptId), attemptId);
}

/** Throws not_found, forbidden (one's own), nothing_to_decide, appeal_open, already_decided. */
export async function decideHold(deps: Deps, personId: string, attemptId: string, { outcome, reason, replaces }: HoldBody): Promise<AttemptReview> {
  const exam = await requireExamOfAttempt(deps.orm.em.fork(), personId, attemptId);
  const actor = actorFor(personId, exam.institutionId);
  return unitOfWork(deps.orm, actor, async (em) => {
    const attempt = await em.findOneOrFail(ExamAttempt, { id: attemptId }, { lockMode: LockMode.PESSIMISTIC_WRITE, disableIdentityMap: true });
    if (attempt.personId === personId) throw new DomainError('forbidden', 'nobody decides about their own');
    const [row] = await attemptRows(em, 'a.id = ?', [attemptId]);
    if (row?.status !== 'submitted' || !row.held) throw new DomainError('nothing_to_decide', 'it is not held');
    if ((await attemptRecords(em, attemptId)).appeals.some(({ open }) => open)) throw new DomainError('appeal_open', 'the appeal is decided first');
    const [last] = await decisionsOf(em, attemptId);
    if ((last?.id ?? null) !== replaces) {
      if (last?.outcome === outcome && last.reason === reason.trim()) return reviewOf(em, personId, exam, attemptId);
      throw new DomainError('already_decided', 'somebody decided meanwhile');
    }
    await addHoldDecision(em, { ...actor, personId }, attempt, { outcome, reason: reason.trim(), replaces, at: deps.now() });
    return reviewOf(em, personId, exam, attemptId);
  });
}
