// Checks in a viewing that makes up: asked for a picture, or, where the learner is not known by their face, for the code sent to their phone.
import { deservesRetry } from '#domain/check.ts';
import { clockOf, nextKind } from '#domain/presence/sitting.ts';
import type { CheckRules } from '#domain/rules/rule-pack.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { platform, unitOfWork, type Actor, type EntityManager } from '#db/orm.ts';
import { askOwn, missedAfterMs, missLate, wayOf } from '#db/queries/own-checks.ts';
import type { OpenSitting } from '#db/queries/sittings.ts';
import { windowInForce } from '#runtime/rules-in-force.ts';
import type { Deps } from '../deps.ts';

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
  const windowMs = windowInForce(rules, deps.config, way);
  const attempt = await attemptOf(em, viewingId, kind, rules);
  await askOwn(em, actor, { place: { institutionId, lessonId, sessionId, unitId, personId, viewingId, clockMs, attemptId: null }, kind, way, windowMs, attempt, at });
}

/** Checks whose time is over in viewings nobody is heard of any more are missed; answers how many. */
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
