// Face checks of an attempt: the sign-in before the first question, spot checks asked by the clock, asking again, and the code of whoever is not known by their face.
import type { AttemptPulse } from '#contracts/exam.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { ExamAttempt, type Exam } from '#db/entities/exam.ts';
import { unitOfWork, type Actor, type EntityManager } from '#db/orm.ts';
import { askedView } from '#db/queries/checks.ts';
import { noteContact } from '#db/queries/exam-contacts.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { askOwn, codeEntered, codeSent, missLate, turnToCode, wayOf } from '#db/queries/own-checks.ts';
import { sendPhoneCode, takePhoneCode } from '#db/queries/phone-codes.ts';
import { examStand, mayAskAgain, mayWork, nextSpotMs, type ExamCheckFact } from '#domain/exam-checks.ts';
import { DomainError } from '#domain/errors.ts';
import { packByName } from '#domain/rules/packs.ts';
import { windowInForce } from '#runtime/rules-in-force.ts';
import { seededRandom } from '#runtime/seeded-random.ts';
import type { Deps } from '../deps.ts';
import { holdAttempt, requireTurn, startWork } from './attempts.ts';

type CheckDeps = Pick<Deps, 'config'>;
export interface Checked { em: EntityManager; actor: Actor; exam: Exam; attempt: ExamAttempt; deps: CheckDeps; now: Date }

const checksOf = (em: EntityManager, attemptId: string): Promise<FaceCheck[]> => em.find(FaceCheck, { attemptId }, { orderBy: { askedAt: 'asc', attempt: 'asc', id: 'asc' }, disableIdentityMap: true });
const facts = (checks: readonly FaceCheck[]): ExamCheckFact[] => checks.map(({ kind, status, verdict, attempt }) => ({ kind, status, verdict: verdict ?? null, attempt }));
const openOf = (checks: readonly FaceCheck[]): FaceCheck | null => checks.findLast(({ status }) => status === 'asked') ?? null;

/** Of a check in an exam; the columns of a lesson are empty. */
const placeIn = ({ id: attemptId, institutionId, personId }: ExamAttempt) =>
  ({ institutionId, personId, attemptId, unitId: null, viewingId: null, clockMs: null, lessonId: null, sessionId: null });

/** Asks now. A sign-in goes on from the one before, so that only the last counts; so does a spot check that is asked again. */
async function ask({ em, actor, attempt, deps, now }: Checked, kind: FaceCheck['kind'], before: FaceCheck | undefined): Promise<void> {
  const way = await wayOf(em, attempt.personId);
  const next = before ? { attempt: before.attempt + 1, firstCheckId: before.firstCheckId ?? before.id, retryBecause: before.verdict! } : { attempt: 1, firstCheckId: null, retryBecause: null };
  await askOwn(em, actor, { place: placeIn(attempt), kind, way, windowMs: windowInForce(packByName(attempt.rulePack).checks, deps.config, way), attempt: next, at: now });
}

/** When the next spot check comes, by the seed; written beside the attempt. */
async function planSpot({ em, attempt, deps }: Checked): Promise<void> {
  const { exam, checks } = packByName(attempt.rulePack);
  const way = await wayOf(em, attempt.personId);
  const plan = { startedMs: attempt.startedAt!.getTime(), deadlineMs: attempt.deadlineAt!.getTime(), asked: attempt.spotsAsked, windowMs: windowInForce(checks, deps.config, way) };
  const at = nextSpotMs(exam, plan, seededRandom(attempt.seed, `spot ${attempt.spotsAsked}`)());
  attempt.nextSpotAt = at === null ? null : new Date(at);
  await em.nativeUpdate(ExamAttempt, { id: attempt.id }, { spotsAsked: attempt.spotsAsked, nextSpotAt: attempt.nextSpotAt });
}

/** The attempt, held, as it is now: a check whose time is over is missed, the first sign-in is asked, and whoever signed in gets to work. Answers its checks. */
export async function settle(checked: Checked): Promise<FaceCheck[]> {
  const { em, actor, attempt, now } = checked;
  let checks = await checksOf(em, attempt.id);
  if (await missLate(em, actor, openOf(checks), now)) checks = await checksOf(em, attempt.id);
  if (attempt.status !== 'signing_in') return checks;
  const pack = packByName(attempt.rulePack);
  if (mayWork(facts(checks), pack)) {
    await startWork(em, actor, checked, now);
    await planSpot(checked);
  } else if (checks.length === 0) {
    await ask(checked, 'sign_in', undefined);
    return checksOf(em, attempt.id);
  }
  return checks;
}

export function pulseOf({ attempt, now }: Pick<Checked, 'attempt' | 'now'>, checks: readonly FaceCheck[]): AttemptPulse {
  const open = openOf(checks);
  const last = checks.findLast(({ id, status }) => id !== open?.id && status !== 'void');
  return {
    attemptId: attempt.id, turn: attempt.turn, stand: examStand(facts(checks), attempt.status, packByName(attempt.rulePack).checks), serverAt: now.toISOString(), deadlineAt: attempt.deadlineAt?.toISOString() ?? null,
    check: open && askedView(open), last: last ? { checkId: last.id, kind: last.kind, verdict: last.verdict ?? null } : null,
  };
}

/** This person's attempt, held and heard of. Throws not_found, exam_elsewhere (with a turn), exam_over. */
async function withAttempt<T>(deps: Deps, personId: string, { attemptId, turn }: { attemptId: string; turn: number | null }, work: (checked: Checked, checks: FaceCheck[]) => Promise<T>): Promise<T> {
  const reader = deps.orm.em.fork();
  const found = await reader.findOne(ExamAttempt, { id: attemptId, personId });
  if (!found) throw new DomainError('not_found', 'no such attempt');
  const actor = actorFor(personId, found.institutionId);
  const now = deps.now();
  if (found.status === 'working' && (turn === null || turn === found.turn)) await noteContact(reader, { attemptId, institutionId: found.institutionId, at: now });
  return unitOfWork(deps.orm, actor, async (em) => {
    const { attempt, exam } = await holdAttempt(em, personId, attemptId);
    if (turn !== null) requireTurn(attempt, turn);
    const checked = { em, actor, exam, attempt, deps, now };
    return work(checked, await settle(checked));
  });
}

/** Every five seconds. Throws not_found, exam_elsewhere. */
export async function pulse(deps: Deps, personId: string, attemptId: string, turn: number): Promise<AttemptPulse> {
  const em = deps.orm.em.fork();
  const attempt = await em.findOne(ExamAttempt, { id: attemptId, personId }, { disableIdentityMap: true });
  if (!attempt) throw new DomainError('not_found', 'no such attempt');
  requireTurn(attempt, turn);
  if (attempt.status === 'signing_in') return withAttempt(deps, personId, { attemptId, turn }, async (checked, checks) => pulseOf(checked, checks));
  // A whole class asks this every five seconds: nothing is held where nothing changes. What is late the clock settles.
  const now = deps.now();
  if (attempt.status === 'working') await noteContact(em, { attemptId, institutionId: attempt.institutionId, at: now });
  return pulseOf({ attempt, now }, await checksOf(em, attemptId));
}

const requireRunning = ({ attempt }: Checked): void => {
  if (attempt.status !== 'signing_in' && attempt.status !== 'working') throw new DomainError('exam_over', 'it is handed in');
};

/** The check that is open, or the last one asked again. Throws exam_over, check_settled, too_many_attempts. */
async function openCheck(checked: Checked, checks: FaceCheck[]): Promise<FaceCheck> {
  requireRunning(checked);
  const open = openOf(checks);
  if (open) return open;
  const { em, attempt } = checked;
  const kind = attempt.status === 'signing_in' ? 'sign_in' : 'spot';
  if (!mayAskAgain(facts(checks), attempt.status, packByName(attempt.rulePack).checks)) throw new DomainError('check_settled', 'no check is due now');
  await ask(checked, kind, checks.findLast((check) => check.kind === kind && check.status !== 'void'));
  return openOf(await checksOf(em, attempt.id))!;
}

const told = async (checked: Checked): Promise<AttemptPulse> => pulseOf(checked, await settle(checked));

/** Throws not_found, exam_elsewhere, exam_over, check_settled. */
export const askAgain = (deps: Deps, personId: string, attemptId: string, turn: number): Promise<AttemptPulse> => withAttempt(deps, personId, { attemptId, turn }, async (checked, checks) => {
  await openCheck(checked, checks);
  return told(checked);
});

/** Throws not_found, exam_elsewhere, exam_over, check_settled, forbidden (is known by the face), phone_missing, phone_unavailable, too_many_attempts. */
export async function sendCode(deps: Deps, { personId, locale }: { personId: string; locale: 'zh' | 'en' }, attemptId: string, turn: number): Promise<AttemptPulse> {
  const checkId = await withAttempt(deps, personId, { attemptId, turn }, async (checked, checks) => {
    const { em, actor, attempt, now } = checked;
    if ((await wayOf(em, personId)) === 'face') throw new DomainError('forbidden', 'whoever is known by their face shows it, or chooses the other way first');
    const check = await openCheck(checked, checks);
    if (check.way === 'face') await turnToCode(em, actor, check, windowInForce(packByName(attempt.rulePack).checks, deps.config, 'alternative'), now);
    return check.id;
  });
  await sendPhoneCode(deps, { personId, phone: null, purpose: 'sign_in', now: deps.now(), locale });
  return withAttempt(deps, personId, { attemptId, turn }, async (checked) => {
    await codeSent(checked.em, checkId, checked.now);
    return told(checked);
  });
}

/** Throws not_found, exam_over, check_not_asked, check_late, phone_code_wrong, phone_code_expired, too_many_attempts. */
export async function answerByCode(deps: Deps, personId: string, attemptId: string, code: string): Promise<AttemptPulse> {
  const arrivedAt = deps.now();
  const asked = await withAttempt(deps, personId, { attemptId, turn: null }, async (checked, checks) => {
    requireRunning(checked);
    return openOf(checks);
  });
  if (asked?.code !== 'sent' || !asked.deadlineAt) throw new DomainError('check_not_asked', 'no code was sent for a check that is open');
  if (arrivedAt > asked.deadlineAt) throw new DomainError('check_late', 'the time for this check is over');
  await takePhoneCode(deps.orm.em.fork(), deps.vault, { personId, phone: null, purpose: 'sign_in', code, now: arrivedAt });
  return withAttempt(deps, personId, { attemptId, turn: null }, async (checked) => {
    await codeEntered(checked.em, checked.actor, asked, arrivedAt);
    return told(checked);
  });
}

/** By the clock, whether the page is heard or not: staying away is no way around a check. The attempt is held by the caller. */
export async function askSpot(checked: Checked): Promise<boolean> {
  const { attempt, now } = checked;
  const checks = await settle(checked);
  if (attempt.status !== 'working' || !attempt.nextSpotAt || attempt.nextSpotAt > now || openOf(checks)) return false;
  await ask(checked, 'spot', undefined);
  attempt.spotsAsked++;
  await planSpot(checked);
  return true;
}
