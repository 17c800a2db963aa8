// A check that no machine judges gets its verdict: missed, or what code and look come to.
import { alternativeVerdict, type Verdict } from '#domain/check.ts';
import { FaceCheck } from '../entities/check.ts';
import { appendEvents, type Actor, type EntityManager } from '../orm.ts';
import { checkStream, tellCheck } from './checks.ts';
import { arrayOf } from './lesson-access.ts';

/** In the caller's transaction: those that had no verdict yet and wait for an answer have this one now, and the facts are told. Four statements, however many there are. */
export async function settleChecks(em: EntityManager, actor: Actor, checks: readonly FaceCheck[], verdict: Verdict, at: Date): Promise<FaceCheck[]> {
  const rows = await em.execute<{ id: string }[]>(
    `update face_check set status = 'settled', verdict = ?, settled_at = ? where id = any(?::uuid[]) and status = 'asked' returning id`, [verdict, at, arrayOf(checks.map(({ id }) => id))]);
  const changed = new Set(rows.map(({ id }) => id));
  const settled = checks.filter(({ id }) => changed.has(id));
  await appendEvents(em, settled.map(({ id: checkId, sessionId, personId, way, code, ...place }) => ({
    actor, stream: checkStream({ personId, ...place }), type: verdict === 'missed' ? 'check:missed' : 'check:settled', at,
    payload: verdict === 'missed' ? { checkId, personId } : { checkId, personId, sessionId, verdict, way, code },
  })));
  await tellCheck(em, 'check:settled', settled);
  return settled;
}

/** One; false where it has its verdict, or waits for nobody any more. */
export async function settleCheck(em: EntityManager, actor: Actor, check: FaceCheck, verdict: Verdict, at: Date): Promise<boolean> {
  return (await settleChecks(em, actor, [check], verdict, at)).length > 0;
}

/** The end of a session: whoever typed the code in and was not looked at goes to a person; what was cut short, or never asked, is void. */
export async function endChecks(em: EntityManager, actor: Actor, sessionId: string, at: Date): Promise<void> {
  const waiting = await em.find(FaceCheck, { sessionId, viewingId: null, status: 'asked', code: 'entered' }, { refresh: true });
  for (const check of waiting) {
    const verdict = alternativeVerdict({ code: 'entered', seen: check.seen ?? null, over: true });
    if (verdict) await settleCheck(em, actor, check, verdict, at);
  }
  await em.nativeUpdate(FaceCheck, { sessionId, status: 'drawn' }, { status: 'void', settledAt: at });
  await em.nativeUpdate(FaceCheck, { sessionId, viewingId: null, status: 'asked', deadlineAt: { $gt: at } }, { status: 'void', settledAt: at });
}
