// A learner answers a face check: judged by the server's clock before anything is kept, refused uploads counted.
import { timingSafeEqual } from 'node:crypto';
import { LockMode } from '@mikro-orm/postgresql';
import type { Static } from 'typebox';
import type { SnapshotReply } from '#contracts/check.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { appendEvent, unitOfWork, type Actor } from '#db/orm.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { DomainError, type ErrorCode } from '#domain/errors.ts';
import type { Deps } from '../deps.ts';
import type { PictureUpload } from '../http/uploads.ts';
import { addPictureRow, keepOrRemove, readablePictureType, storeSealed, type KeptPicture } from './picture.ts';
import { addJob } from './queue.ts';

/** Pictures of checks are kept this long; the verdict stays. */
const keepMs = 30 * 86_400_000;
/** Refusals that count as such; a client that goes on after this many is only turned away. */
const mostRefusals = 20;
const counted: readonly ErrorCode[] = ['picture_invalid', 'picture_too_large', 'check_late'];

const sameText = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};

/** Throws check_not_asked, nonce_mismatch, check_late, check_settled, too_many_attempts where the check takes no picture at `at`. */
function requireAnswerable(check: FaceCheck, nonce: string, at: Date): void {
  if (check.status === 'drawn' || check.status === 'void' || !check.nonce || !check.deadlineAt) throw new DomainError('check_not_asked', 'this check was not asked');
  if (!sameText(check.nonce, nonce)) throw new DomainError('nonce_mismatch', 'the nonce belongs to another check');
  if (check.refusals >= mostRefusals) throw new DomainError('too_many_attempts', 'too many refused pictures for this check');
  if (check.status === 'settled' && check.verdict === 'missed') throw new DomainError('check_late', 'the check was settled as missed');
  if (check.status !== 'asked') throw new DomainError('check_settled', 'the check has its picture');
  if (at.getTime() > check.deadlineAt.getTime()) throw new DomainError('check_late', 'the time for this check is over');
}

async function requireOwn(deps: Deps, personId: string, checkId: string): Promise<FaceCheck> {
  const check = await deps.orm.em.fork().findOne(FaceCheck, { id: checkId });
  if (!check) throw new DomainError('not_found', 'no such check');
  if (check.personId !== personId) throw new DomainError('forbidden', 'another learner has to answer this check');
  return check;
}

async function countRefusal(deps: Deps, actor: Actor, check: FaceCheck, code: ErrorCode): Promise<void> {
  await unitOfWork(deps.orm, actor, async (em) => {
    await em.execute('update face_check set refusals = refusals + 1 where id = ?', [check.id]);
    await appendEvent(em, actor, `lesson:${check.lessonId}`, 'check:refused', deps.now(), { checkId: check.id, personId: check.personId, code });
  });
}

/** One transaction: the picture's row, the answered check, the event. The check is judged again under its lock. */
async function saveAnswer(deps: Deps, actor: Actor, check: FaceCheck, nonce: string, picture: KeptPicture, receivedAt: Date): Promise<void> {
  await unitOfWork(deps.orm, actor, async (em) => {
    const locked = await em.findOneOrFail(FaceCheck, { id: check.id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    requireAnswerable(locked, nonce, receivedAt);
    await addPictureRow(em, actor, picture, receivedAt, new Date(receivedAt.getTime() + keepMs));
    await em.nativeUpdate(FaceCheck, { id: check.id }, { status: 'verifying', answeredAt: receivedAt, pictureId: picture.id });
    await appendEvent(em, actor, `lesson:${check.lessonId}`, 'check:answered', receivedAt, {
      checkId: check.id, personId: check.personId, pictureId: picture.id, sizeBytes: picture.sizeBytes,
    });
  });
}

async function answerCheck(deps: Deps, actor: Actor, check: FaceCheck, nonce: string, upload: PictureUpload): Promise<void> {
  requireAnswerable(check, nonce, deps.now());
  const bytes = await upload.read();
  const receivedAt = deps.now();
  const type = await readablePictureType(bytes);
  requireAnswerable(check, nonce, receivedAt);
  const picture = await storeSealed(deps, actor, check.personId, bytes, type);
  await keepOrRemove(deps, [picture], () => saveAnswer(deps, actor, check, nonce, picture, receivedAt));
}

/**
 * Throws not_found, forbidden (another's check), check_not_asked, nonce_mismatch, check_late, check_settled, picture_invalid,
 * picture_too_large; what is no picture, too large or late is counted at the check.
 */
export async function takeSnapshot(deps: Deps, personId: string, checkId: string, nonce: string, upload: PictureUpload): Promise<Static<typeof SnapshotReply>> {
  const check = await requireOwn(deps, personId, checkId);
  const actor = actorFor(personId, check.institutionId);
  try {
    await answerCheck(deps, actor, check, nonce, upload);
  } catch (error) {
    if (error instanceof DomainError && counted.includes(error.code)) await countRefusal(deps, actor, check, error.code);
    throw error;
  }
  deps.log.info({ checkId, lessonId: check.lessonId }, 'check answered');
  await addJob(deps, 'face-verify', checkId, { checkId });
  return { checkId, status: 'verifying' };
}
