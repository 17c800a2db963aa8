// A learner answers a face check: judged by the server's clock before anything is kept, refused uploads counted.
import { LockMode } from '@mikro-orm/postgresql';
import type { Static } from 'typebox';
import type { SnapshotReply } from '#contracts/check.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { appendEvent, unitOfWork, type Actor } from '#db/orm.ts';
import { checkStream, tellCheck } from '#db/queries/checks.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { noteWrongNonce, requireAnswerable, requireOwnCheck } from '#db/queries/open-checks.ts';
import { addSnapshotPrint } from '#db/queries/snapshot-prints.ts';
import { DomainError, type ErrorCode } from '#domain/errors.ts';
import type { Deps } from '../deps.ts';
import type { PictureUpload } from '../http/uploads.ts';
import { readCamera } from './camera-told.ts';
import { readablePictureType } from '../http/readable-picture.ts';
import { addPictureRow, keepOrRemove, storeSealed, type KeptPicture } from './picture.ts';
import { addJob } from './queue.ts';

/** Pictures of checks are kept this long; the verdict stays. */
const keepMs = 30 * 86_400_000;
const counted: readonly ErrorCode[] = ['picture_invalid', 'picture_too_large', 'check_late'];

/** What comes with a picture: the check's nonce, and what the browser says of its camera. */
export interface Told { nonce: string; camera?: string }

async function countRefusal(deps: Deps, actor: Actor, check: FaceCheck, code: ErrorCode): Promise<void> {
  await unitOfWork(deps.orm, actor, async (em) => {
    await em.execute('update face_check set refusals = refusals + 1 where id = ?', [check.id]);
    await appendEvent(em, actor, checkStream(check), 'check:refused', deps.now(), { checkId: check.id, personId: check.personId, code });
  });
}

/** One transaction: the picture's row, the answered check, the event. The check is judged again under its lock. */
async function saveAnswer(deps: Deps, actor: Actor, check: FaceCheck, { nonce, camera }: Told, picture: KeptPicture, receivedAt: Date): Promise<void> {
  await unitOfWork(deps.orm, actor, async (em) => {
    const locked = await em.findOneOrFail(FaceCheck, { id: check.id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    requireAnswerable(locked, 'face', nonce, receivedAt);
    await addPictureRow(em, actor, picture, receivedAt, new Date(receivedAt.getTime() + keepMs));
    await em.nativeUpdate(FaceCheck, { id: check.id }, { status: 'verifying', answeredAt: receivedAt, pictureId: picture.id });
    const { id: checkId, institutionId, lessonId, personId } = check;
    await addSnapshotPrint(em, { checkId, institutionId, lessonId, personId, pictureId: picture.id, takenAt: receivedAt }, readCamera(deps, camera));
    await appendEvent(em, actor, checkStream(check), 'check:answered', receivedAt, {
      checkId: check.id, personId: check.personId, pictureId: picture.id, sizeBytes: picture.sizeBytes,
    });
    // Time counts from an answered sign-in: the learner is told at once, in whatever process they sit.
    await tellCheck(em, 'check:answered', [check]);
  });
}

async function answerCheck(deps: Deps, actor: Actor, check: FaceCheck, told: Told, upload: PictureUpload): Promise<void> {
  const { nonce, camera } = told;
  requireAnswerable(check, 'face', nonce, deps.now());
  readCamera(deps, camera);
  const bytes = await upload.read();
  const receivedAt = deps.now();
  const type = await readablePictureType(bytes);
  requireAnswerable(check, 'face', nonce, receivedAt);
  const picture = await storeSealed(deps, actor, check.personId, bytes, type);
  await keepOrRemove(deps, [picture], () => saveAnswer(deps, actor, check, told, picture, receivedAt));
}

/**
 * Throws not_found, forbidden (another's check), check_not_asked, nonce_mismatch, check_late, check_settled, picture_invalid,
 * picture_too_large; what is no picture, too large or late is counted at the check.
 */
export async function takeSnapshot(deps: Deps, personId: string, checkId: string, told: Told, upload: PictureUpload): Promise<Static<typeof SnapshotReply>> {
  const check = await requireOwnCheck(deps.orm.em.fork(), personId, checkId);
  const actor = actorFor(personId, check.institutionId);
  try {
    await answerCheck(deps, actor, check, told, upload);
  } catch (error) {
    if (error instanceof DomainError && counted.includes(error.code)) await countRefusal(deps, actor, check, error.code);
    if (error instanceof DomainError && error.code === 'nonce_mismatch') await noteWrongNonce(deps.orm, actor, check, deps.now());
    throw error;
  }
  deps.log.info({ checkId, lessonId: check.lessonId }, 'check answered');
  await addJob(deps, 'face-verify', checkId, { checkId });
  return { checkId, status: 'verifying' };
}
