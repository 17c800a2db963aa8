// Checks that are asked outside of class, in a viewing that makes up or in an exam: on which way, when they are missed, and going on by phone code. Nobody is there to look.
import { randomBytes } from 'node:crypto';
import type { AskedWay } from '#domain/check.ts';
import { newId } from '#domain/id.ts';
import { FaceCheck } from '../entities/check.ts';
import { appendEvent, type Actor, type EntityManager } from '../orm.ts';
import { checkWayOf } from './check-way.ts';
import { checkStream } from './checks.ts';
import { settleCheck } from './settled-checks.ts';

/** A snapshot on its way at the deadline is let in by the upload's own clock; only then it is missed. */
export const missedAfterMs = 2_000;

export async function wayOf(em: EntityManager, personId: string): Promise<AskedWay> {
  const { way, faceEnrolled } = await checkWayOf(em, personId);
  return way === 'face' && faceEnrolled ? 'face' : 'alternative';
}

/** Lesson and session are empty in an exam. */
type Place = Pick<FaceCheck, 'institutionId' | 'unitId' | 'personId' | 'viewingId' | 'clockMs' | 'attemptId'> & { lessonId: string | null; sessionId: string | null };
type Attempt = Pick<FaceCheck, 'attempt' | 'firstCheckId' | 'retryBecause'>;
export interface OwnOrder { place: Place; kind: FaceCheck['kind']; way: AskedWay; windowMs: number; attempt: Attempt; at: Date }

/** Asks now. */
export async function askOwn(em: EntityManager, actor: Actor, { place, kind, way, windowMs, attempt, at }: OwnOrder): Promise<void> {
  const id = newId(at.getTime());
  const { personId, unitId, viewingId, clockMs, attemptId } = place;
  await em.insert(FaceCheck, {
    id, ...place, lessonId: place.lessonId as string, sessionId: place.sessionId as string, kind, way, windowMs, ...attempt, status: 'asked', dueAt: at, nonce: randomBytes(24).toString('base64url'),
    askedAt: at, deadlineAt: new Date(at.getTime() + windowMs), code: way === 'alternative' ? 'unsent' : null,
    answeredAt: null, settledAt: null, verdict: null, pictureId: null, modelId: null, measures: null, refusals: 0,
  });
  const { firstCheckId, retryBecause: because } = attempt;
  await appendEvent(em, actor, checkStream(place), 'check:asked', at, {
    checkId: id, personId, kind, windowMs, way, attempt: attempt.attempt, ...(attemptId ? { attemptId } : { unitId, viewingId, clockMs }), ...(firstCheckId && { firstCheckId, because }),
  });
}

/** The open check goes on the other way, with the time that takes. */
export async function turnToCode(em: EntityManager, actor: Actor, check: FaceCheck, windowMs: number, at: Date): Promise<void> {
  const { id, personId } = check;
  await em.nativeUpdate(FaceCheck, { id, status: 'asked' }, { way: 'alternative', code: 'unsent', windowMs, deadlineAt: new Date(at.getTime() + windowMs) });
  await appendEvent(em, actor, checkStream(check), 'check:otherWay', at, { checkId: id, personId, windowMs });
}

/** The code is on its way: the time to answer begins with the first one. */
export const codeSent = (em: EntityManager, checkId: string, now: Date): Promise<unknown> => em.execute(
  `update face_check set code_sent_at = ?, code_tried_at = ?, deadline_at = case when code = 'unsent' then ?::timestamptz + window_ms * interval '1 millisecond' else deadline_at end, code = 'sent'
   where id = ? and status = 'asked' and way = 'alternative'`, [now, now, now, checkId]);

/** The code alone is the answer, and recorded as that. */
export async function codeEntered(em: EntityManager, actor: Actor, check: FaceCheck, at: Date): Promise<void> {
  await em.nativeUpdate(FaceCheck, { id: check.id, status: 'asked' }, { code: 'entered', answeredAt: at });
  await settleCheck(em, actor, { ...check, code: 'entered' }, 'confirmed_by_code', at);
}

const isLate = ({ deadlineAt }: FaceCheck, at: Date): boolean => Boolean(deadlineAt && deadlineAt.getTime() + missedAfterMs < at.getTime());

/** An open check whose time is over is missed; true where one was. */
export async function missLate(em: EntityManager, actor: Actor, asked: FaceCheck | null, at: Date): Promise<boolean> {
  return asked !== null && isLate(asked, at) && settleCheck(em, actor, asked, 'missed', at);
}
