// An attempt from its beginning: who may begin, the paper drawn from a sealed seed, and going on with it, also on another device.
import { LockMode } from '@mikro-orm/postgresql';
import { ExamAttempt, Exam } from '#db/entities/exam.ts';
import { appendEvent, type Actor, type EntityManager } from '#db/orm.ts';
import { writePaper } from '#db/queries/exam-papers.ts';
import { authoritySql } from '#db/queries/rule-packs.ts';
import { deadlineOf, examPhase, startHindrance, type StartHindrance } from '#domain/exam.ts';
import { DomainError, type ErrorCode } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import type { AuthorityStatus } from '#domain/identity/authority.ts';
import { identityLack } from '#domain/identity/standing.ts';
import { packFor } from '#domain/rules/packs.ts';
import { packName, type RulePack } from '#domain/rules/rule-pack.ts';
import { newSeed, sealSeed, seededRandom } from '#runtime/seeded-random.ts';

const refusals: Record<StartHindrance, ErrorCode> = { not_open_yet: 'exam_not_open', over: 'exam_not_open', no_attempt_left: 'exam_no_attempt_left', wait: 'exam_too_soon' };

interface Place { cohortId: string; pack: RulePack; authority: AuthorityStatus | null }
/** The cohort of the exam this person is enrolled in now (of several the first), its pack, and what is known of their identity; null where there is none. */
export async function placeOf(em: EntityManager, examId: string, personId: string, now: Date): Promise<Place | null> {
  const [row] = await em.execute<{ id: string; cohort: string | null; institution: string | null; authority: AuthorityStatus | null }[]>(
    `select c.id, c.rule_pack as cohort, i.rule_pack as institution, ${authoritySql('e.person_id')} as authority
     from exam_cohort ec join cohort c on c.id = ec.cohort_id join institution i on i.id = c.institution_id join enrolment e on e.cohort_id = c.id and e.person_id = ?
     where ec.exam_id = ? and (e.ended_at is null or e.ended_at > ?) order by e.created_at, c.id limit 1`, [personId, examId, now]);
  return row ? { cohortId: row.id, pack: packFor(row), authority: row.authority } : null;
}

/** The learner's own attempt, held: who writes into it waits for the one before. Throws not_found. */
export async function holdAttempt(em: EntityManager, personId: string, attemptId: string): Promise<{ attempt: ExamAttempt; exam: Exam }> {
  const attempt = await em.findOne(ExamAttempt, { id: attemptId, personId }, { lockMode: LockMode.PESSIMISTIC_WRITE, disableIdentityMap: true });
  if (!attempt) throw new DomainError('not_found', 'no such attempt');
  return { attempt, exam: await em.findOneOrFail(Exam, { id: attempt.examId }, { disableIdentityMap: true }) };
}

/** Throws exam_elsewhere for a page that lost the attempt to another one. */
export function requireTurn({ turn }: Pick<ExamAttempt, 'turn'>, given: number): void {
  if (turn !== given) throw new DomainError('exam_elsewhere', `turn ${given} is not ${turn}`);
}

/** The clock begins to run, and the questions are given out. Throws exam_not_open where the window closed meanwhile. */
export async function startWork(em: EntityManager, actor: Actor, { exam, attempt }: { exam: Exam; attempt: ExamAttempt }, at: Date): Promise<void> {
  if (examPhase({ status: exam.status, opensMs: exam.opensAt.getTime(), closesMs: exam.closesAt.getTime() }, at.getTime()) !== 'open') throw new DomainError('exam_not_open', 'it closed before anybody signed in');
  const deadlineAt = new Date(deadlineOf(at.getTime(), exam.durationMinutes, exam.closesAt.getTime()));
  await em.nativeUpdate(ExamAttempt, { id: attempt.id }, { status: 'working', startedAt: at, deadlineAt });
  Object.assign(attempt, { status: 'working', startedAt: at, deadlineAt });
  await appendEvent(em, actor, `cohort:${attempt.cohortId}`, 'exam:started', at, {
    examId: exam.id, attemptId: attempt.id, personId: attempt.personId, number: attempt.number, deadlineAt: deadlineAt.toISOString(), rulePack: attempt.rulePack,
  });
}

interface Beginning { em: EntityManager; actor: Actor; exam: Exam; personId: string; deviceId: string; now: Date }

/** Throws exam_not_open, exam_too_soon, exam_no_attempt_left, identity_missing, identity_denied. */
function requireStart(exam: Exam, before: readonly ExamAttempt[], place: Place, now: Date): void {
  const last = before.at(-1);
  const window = { status: exam.status, opensMs: exam.opensAt.getTime(), closesMs: exam.closesAt.getTime() };
  const hindrance = startHindrance({ window, allowed: exam.attempts, used: before.length, waitMinutes: exam.waitMinutes, lastEndMs: last?.submittedAt?.getTime() ?? null }, now.getTime());
  if (hindrance) throw new DomainError(refusals[hindrance], hindrance);
  const lack = identityLack(place.pack, place.authority);
  if (lack) throw new DomainError(lack, 'real names come before an exam');
}

async function beginNew({ em, actor, exam, personId, deviceId, now }: Beginning, place: Place, number: number): Promise<ExamAttempt> {
  const id = newId(now.getTime());
  const seed = newSeed();
  const seedHash = sealSeed(seed);
  await em.insert(ExamAttempt, {
    id, institutionId: exam.institutionId, examId: exam.id, personId, cohortId: place.cohortId, number, status: 'signing_in', deviceId, turn: 1, rulePack: packName(place.pack), seed, seedHash,
    maxPoints: exam.maxPoints, nextSpotAt: null, begunAt: now, startedAt: null, deadlineAt: null, submittedAt: null, submitReason: null, points: 0, toMark: 0, spotsAsked: 0,
  });
  await writePaper(em, exam, { id }, seededRandom(seed, 'paper'));
  await appendEvent(em, actor, `cohort:${place.cohortId}`, 'exam:begun', now, { examId: exam.id, attemptId: id, personId, number, seedHash, rulePack: packName(place.pack) });
  return em.findOneOrFail(ExamAttempt, { id }, { disableIdentityMap: true });
}

/** The open attempt, taken over by another page; else a new one. */
export async function openOrNew(beginning: Beginning, place: Place | null): Promise<ExamAttempt> {
  const { em, actor, exam, personId, deviceId, now } = beginning;
  const all = await em.find(ExamAttempt, { examId: exam.id, personId }, { orderBy: { number: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE, disableIdentityMap: true });
  const open = all.find(({ status }) => status === 'signing_in' || status === 'working');
  if (open?.deviceId === deviceId) return open;
  if (open) {
    const turn = open.turn + 1;
    await em.nativeUpdate(ExamAttempt, { id: open.id }, { deviceId, turn });
    await appendEvent(em, actor, `cohort:${open.cohortId}`, 'exam:takenOver', now, { examId: exam.id, attemptId: open.id, personId, turn });
    return Object.assign(open, { deviceId, turn });
  }
  if (!place) throw new DomainError('not_found', 'no such exam for this person');
  requireStart(exam, all.filter(({ status }) => status !== 'void'), place, now);
  return beginNew(beginning, place, (all.at(-1)?.number ?? 0) + 1);
}
