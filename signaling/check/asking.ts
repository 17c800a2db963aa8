// Asking learners now: a row with a nonce and a deadline, in the caller's transaction. For a picture, or on the other way for a phone code and a look.
import { randomBytes } from 'node:crypto';
import type { AskedWay, CheckKind, CodeState, Verdict } from '#domain/check.ts';
import { newId } from '#domain/id.ts';
import type { CheckRules } from '#domain/rules/rule-pack.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { appendEvent, appendEvents, type Actor, type EntityManager, type NewEvent } from '#db/orm.ts';

/** On which way, with what phone code, and how long there is to answer. */
export interface How { way: AskedWay; code: Extract<CodeState, 'unsent' | 'no_phone'> | null; windowMs: number }
export interface Order { institutionId: string; lessonId: string; sessionId: string; unitId: string | null; personId: string; kind: CheckKind; how: How }
/** The check that is asked once more, and why. */
export interface RetryOrder extends Order { firstCheckId: string; attempt: number; because: Verdict }

const checkLock = 'keshi:check-clock';
const inOneStatement = 500;
const newNonce = (): string => randomBytes(24).toString('base64url');

/** `ready`: known by their face, who can be asked for a picture; everybody else is asked on the other way, with a code where a phone is on file. */
export const howOf = ({ ready, phone }: { ready: boolean; phone: boolean }, rules: Pick<CheckRules, 'windowMs' | 'lookWindowMs'>): How =>
  (ready ? { way: 'face', code: null, windowMs: rules.windowMs } : { way: 'alternative', code: phone ? 'unsent' : 'no_phone', windowMs: rules.lookWindowMs });

/** One transaction at a time asks, in whatever process, so that nobody is asked twice. */
export async function holdAsking(em: EntityManager): Promise<void> {
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [checkLock]);
}
/** The same without waiting: false where another one asks just now. */
export async function mayAsk(em: EntityManager): Promise<boolean> {
  const [lock] = await em.execute<{ mine: boolean }[]>('select pg_try_advisory_xact_lock(hashtextextended(?, 0)) as mine', [checkLock]);
  return lock?.mine === true;
}

const askedEvent = (actor: Actor, { id: checkId, lessonId, personId, unitId, kind, windowMs, way, attempt, firstCheckId, retryBecause: because, askedAt, dueAt }: FaceCheck): NewEvent => ({
  actor, stream: `lesson:${lessonId}`, type: 'check:asked', at: askedAt ?? dueAt,
  payload: { checkId, personId, unitId, kind, windowMs, way, attempt, ...(firstCheckId && { firstCheckId, because }) },
});

/** Makes and asks checks that were not drawn: sign-ins, those a leader wants, and what is asked once more. Three statements for up to 500. */
export async function askMany(em: EntityManager, actorOf: (order: Order) => Actor, orders: readonly (Order | RetryOrder)[], at: Date): Promise<FaceCheck[]> {
  const asked: FaceCheck[] = [];
  for (let from = 0; from < orders.length; from += inOneStatement) asked.push(...await askSome(em, actorOf, orders.slice(from, from + inOneStatement), at));
  return asked;
}

async function askSome(em: EntityManager, actorOf: (order: Order) => Actor, orders: readonly (Order | RetryOrder)[], at: Date): Promise<FaceCheck[]> {
  const rows = orders.map(({ how, ...order }) => {
    const { firstCheckId = null, attempt = 1, because: retryBecause = null, ...about } = { firstCheckId: null, attempt: 1, because: null, ...order };
    return {
      ...about, ...how, firstCheckId, attempt, retryBecause, id: newId(at.getTime()), status: 'asked' as const,
      dueAt: at, nonce: newNonce(), askedAt: at, deadlineAt: new Date(at.getTime() + how.windowMs),
      answeredAt: null, settledAt: null, verdict: null, pictureId: null, modelId: null, measures: null, refusals: 0,
    };
  });
  await em.insertMany(FaceCheck, rows);
  const made = new Map((await em.find(FaceCheck, { id: { $in: rows.map(({ id }) => id) } })).map((check) => [check.id, check]));
  const checks = rows.map(({ id }) => made.get(id)!);
  await appendEvents(em, checks.map((check, index) => askedEvent(actorOf(orders[index]!), check)));
  return checks;
}

/** One of them. */
export async function askNew(em: EntityManager, actor: Actor, order: Order | RetryOrder, at: Date): Promise<FaceCheck> {
  const [check] = await askMany(em, () => actor, [order], at);
  return check!;
}

/** Asks a drawn check whose moment has come; null where somebody else did. */
export async function askDrawn(em: EntityManager, actor: Actor, id: string, how: How, at: Date): Promise<FaceCheck | null> {
  const changed = await em.nativeUpdate(FaceCheck, { id, status: 'drawn' }, { ...how, status: 'asked', nonce: newNonce(), askedAt: at, deadlineAt: new Date(at.getTime() + how.windowMs) });
  if (changed === 0) return null;
  const check = await em.findOneOrFail(FaceCheck, { id }, { refresh: true });
  await appendEvents(em, [askedEvent(actor, check)]);
  return check;
}

/** An open check goes on the other way with a new window: the camera was refused, or the consent withdrawn, in the middle of it. */
export async function askOtherWay(em: EntityManager, actor: Actor, id: string, how: How, at: Date): Promise<FaceCheck | null> {
  const changed = await em.nativeUpdate(FaceCheck, { id, status: 'asked', way: 'face' }, { ...how, deadlineAt: new Date(at.getTime() + how.windowMs) });
  if (changed === 0) return null;
  const check = await em.findOneOrFail(FaceCheck, { id }, { refresh: true });
  await appendEvent(em, actor, `lesson:${check.lessonId}`, 'check:otherWay', at, { checkId: check.id, personId: check.personId, windowMs: how.windowMs });
  return check;
}
