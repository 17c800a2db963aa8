// Asking learners for a snapshot now: a row with a nonce and a deadline, in the caller's transaction.
import { randomBytes } from 'node:crypto';
import type { CheckKind } from '#domain/check.ts';
import { newId } from '#domain/id.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { appendEvent, type Actor, type EntityManager } from '#db/orm.ts';

export interface Order { institutionId: string; lessonId: string; sessionId: string; unitId: string | null; personId: string; kind: CheckKind; windowMs: number }

const newNonce = (): string => randomBytes(24).toString('base64url');

async function noteAsked(em: EntityManager, actor: Actor, check: FaceCheck): Promise<void> {
  await appendEvent(em, actor, `lesson:${check.lessonId}`, 'check:asked', check.askedAt ?? check.dueAt, {
    checkId: check.id, personId: check.personId, unitId: check.unitId, kind: check.kind, windowMs: check.windowMs,
  });
}

/** Makes and asks a check that was not drawn: a sign-in, or one a leader wants. */
export async function askNew(em: EntityManager, actor: Actor, order: Order, at: Date): Promise<FaceCheck> {
  const id = newId(at.getTime());
  await em.insert(FaceCheck, {
    ...order, id, status: 'asked', dueAt: at, nonce: newNonce(), askedAt: at, deadlineAt: new Date(at.getTime() + order.windowMs),
    answeredAt: null, settledAt: null, verdict: null, pictureId: null, modelId: null, measures: null, refusals: 0,
  });
  const check = await em.findOneOrFail(FaceCheck, { id });
  await noteAsked(em, actor, check);
  return check;
}

/** Asks a drawn check whose moment has come; null where somebody else did. */
export async function askDrawn(em: EntityManager, actor: Actor, drawn: { id: string; windowMs: number }, at: Date): Promise<FaceCheck | null> {
  const changed = await em.nativeUpdate(FaceCheck, { id: drawn.id, status: 'drawn' }, {
    status: 'asked', nonce: newNonce(), askedAt: at, deadlineAt: new Date(at.getTime() + drawn.windowMs),
  });
  if (changed === 0) return null;
  const check = await em.findOneOrFail(FaceCheck, { id: drawn.id }, { refresh: true });
  await noteAsked(em, actor, check);
  return check;
}
