// Checks in a viewing that makes up: asked for a picture, or, where the learner is not known by their face, for the code sent to their phone.
import { randomBytes } from 'node:crypto';
import { deservesRetry, type AskedWay } from '#domain/check.ts';
import { newId } from '#domain/id.ts';
import { clockOf, nextKind } from '#domain/presence/sitting.ts';
import type { CheckRules } from '#domain/rules/rule-pack.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { appendEvent, platform, unitOfWork, type Actor, type EntityManager } from '#db/orm.ts';
import { checkWayOf } from '#db/queries/check-way.ts';
import { settleCheck } from '#db/queries/settled-checks.ts';
import type { OpenSitting } from '#db/queries/sittings.ts';
import { checksInForce } from '#runtime/rules-in-force.ts';
import type { Deps } from '../deps.ts';

/** A snapshot on its way at the deadline is let in by the upload's own clock; only then it is missed. */
const missedAfterMs = 2_000;

const isFace = async (em: EntityManager, personId: string): Promise<boolean> => {
  const { way, faceEnrolled } = await checkWayOf(em, personId);
  return way === 'face' && faceEnrolled;
};
export const wayOf = async (em: EntityManager, personId: string): Promise<AskedWay> => ((await isFace(em, personId)) ? 'face' : 'alternative');

/** Time to answer, ms; what the operator set for trials goes before the pack's. */
export function windowOf({ config }: Pick<Deps, 'config'>, rules: CheckRules, way: AskedWay): number {
  const { windowMs, lookWindowMs } = checksInForce(rules, config);
  return way === 'alternative' ? lookWindowMs : windowMs;
}

/** The attempt after the last one, where the pack gives it; else a check of its own. */
async function attemptOf(em: EntityManager, viewingId: string, kind: FaceCheck['kind'], { retries }: CheckRules): Promise<Pick<FaceCheck, 'attempt' | 'firstCheckId' | 'retryBecause'>> {
  const last = await em.findOne(FaceCheck, { viewingId }, { orderBy: { askedAt: 'desc', id: 'desc' }, disableIdentityMap: true });
  const again = last?.kind === kind && last.verdict && deservesRetry(last.verdict) && last.attempt <= retries;
  return again ? { attempt: last.attempt + 1, firstCheckId: last.firstCheckId ?? last.id, retryBecause: last.verdict! } : { attempt: 1, firstCheckId: null, retryBecause: null };
}

/** Who asks, by which rules, when. */
export interface Asking { deps: Pick<Deps, 'config'>; actor: Actor; rules: CheckRules; at: Date }

/** Asks now: a sign-in until one is passed, then a spot check; the clock of the sitting stands still until it is answered. */
export async function askInSitting(em: EntityManager, { row, checks }: Pick<OpenSitting, 'row' | 'checks'>, { deps, actor, rules, at }: Asking): Promise<void> {
  const clockMs = clockOf(row.watched);
  const { viewingId, institutionId, lessonId, sessionId, unitId, personId } = row;
  const kind = nextKind(checks);
  const way = await wayOf(em, personId);
  const windowMs = windowOf(deps, rules, way);
  const attempt = await attemptOf(em, viewingId, kind, rules);
  const id = newId(at.getTime());
  await em.insert(FaceCheck, {
    id, institutionId, lessonId, sessionId, unitId, personId, kind, way, windowMs, ...attempt, viewingId, clockMs, status: 'asked', dueAt: at, nonce: randomBytes(24).toString('base64url'),
    askedAt: at, deadlineAt: new Date(at.getTime() + windowMs), code: way === 'alternative' ? 'unsent' : null,
    answeredAt: null, settledAt: null, verdict: null, pictureId: null, modelId: null, measures: null, refusals: 0,
  });
  const { firstCheckId, retryBecause: because } = attempt;
  await appendEvent(em, actor, `lesson:${lessonId}`, 'check:asked', at, {
    checkId: id, personId, unitId, kind, windowMs, way, attempt: attempt.attempt, viewingId, clockMs, ...(firstCheckId && { firstCheckId, because }),
  });
}

/** The open check goes on the other way, with the time that takes. */
export async function turnToCode(em: EntityManager, actor: Actor, check: FaceCheck, windowMs: number, at: Date): Promise<void> {
  const { id, lessonId, personId } = check;
  await em.nativeUpdate(FaceCheck, { id, status: 'asked' }, { way: 'alternative', code: 'unsent', windowMs, deadlineAt: new Date(at.getTime() + windowMs) });
  await appendEvent(em, actor, `lesson:${lessonId}`, 'check:otherWay', at, { checkId: id, personId, windowMs });
}

const isLate = ({ deadlineAt }: FaceCheck, at: Date): boolean => Boolean(deadlineAt && deadlineAt.getTime() + missedAfterMs < at.getTime());

/** An open check whose time is over is missed; true where one was. */
export async function missLate(em: EntityManager, actor: Actor, asked: FaceCheck | null, at: Date): Promise<boolean> {
  return asked !== null && isLate(asked, at) && settleCheck(em, actor, asked, 'missed', at);
}

/** The same for viewings nobody is heard of any more; answers how many. */
export async function missLateInReplay({ orm, now }: Pick<Deps, 'orm' | 'now'>): Promise<number> {
  const before = new Date(now().getTime() - missedAfterMs);
  const late = await orm.em.fork().find(FaceCheck, { status: 'asked', viewingId: { $ne: null }, deadlineAt: { $lt: before } }, { orderBy: { deadlineAt: 'asc' }, limit: 500 });
  let missed = 0;
  for (const check of late) {
    const actor = { ...platform, institutionId: check.institutionId };
    if (await unitOfWork(orm, actor, (em) => missLate(em, actor, check, now()))) missed++;
  }
  return missed;
}
