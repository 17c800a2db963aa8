// A check as its learner answers it: the own one, with its nonce, in time; the one rule of pictures and of codes.
import { timingSafeEqual } from 'node:crypto';
import type { AskedWay } from '#domain/check.ts';
import { DomainError } from '#domain/errors.ts';
import { FaceCheck } from '../entities/check.ts';
import { unitOfWork, type Actor, type EntityManager, type Orm } from '../orm.ts';
import { raiseSignal } from './signals.ts';

/** Refusals that count as such; a client that goes on after this many is only turned away. */
const mostRefusals = 20;
/** A page that was kept open answers with an old nonce too: alone this says little. */
const wrongNonceStrength = 0.3;

const sameText = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};

/** Throws not_found, forbidden (another learner's). */
export async function requireOwnCheck(em: EntityManager, personId: string, checkId: string): Promise<FaceCheck> {
  const check = await em.findOne(FaceCheck, { id: checkId });
  if (!check) throw new DomainError('not_found', 'no such check');
  if (check.personId !== personId) throw new DomainError('forbidden', 'another learner has to answer this check');
  return check;
}

/** Throws check_not_asked (also where it is asked on the other way), nonce_mismatch, check_late, check_settled, too_many_attempts where it takes no answer at `at`. */
export function requireAnswerable(check: FaceCheck, way: AskedWay, nonce: string, at: Date): void {
  if (check.status === 'drawn' || check.status === 'void' || !check.nonce || !check.deadlineAt) throw new DomainError('check_not_asked', 'this check was not asked');
  if (!sameText(check.nonce, nonce)) throw new DomainError('nonce_mismatch', 'the nonce belongs to another check');
  if (check.way !== way) throw new DomainError('check_not_asked', `this check is asked on the way ${check.way}`);
  if (check.refusals >= mostRefusals) throw new DomainError('too_many_attempts', 'too many refused answers to this check');
  if (check.status === 'settled' && check.verdict === 'missed') throw new DomainError('check_late', 'the check was settled as missed');
  if (check.status !== 'asked') throw new DomainError('check_settled', 'the check has its answer');
  if (at.getTime() > check.deadlineAt.getTime()) throw new DomainError('check_late', 'the time for this check is over');
}

/**
 * An answer with another check's nonce is refused, and seen by whoever judges signals (R103); in a transaction of its own, as the refusal leaves none. A client that goes on
 * and on is only turned away: the signal and its events stay few.
 */
export async function noteWrongNonce(orm: Orm, actor: Actor, check: FaceCheck, at: Date): Promise<void> {
  const { institutionId, personId, lessonId, id: checkId, kind, way } = check;
  await unitOfWork(orm, actor, async (em) => {
    const [seen] = await em.execute<{ count: number }[]>(`select count from signal where check_id = ? and person_id = ? and kind = 'nonce_mismatch'`, [checkId, personId]);
    if ((seen?.count ?? 0) >= mostRefusals) return;
    await raiseSignal(em, actor, {
      institutionId, personId, kind: 'nonce_mismatch', strength: wrongNonceStrength, lessonId, checkId, otherPersonIds: [], facts: { check: kind, way }, at,
    });
  });
}
