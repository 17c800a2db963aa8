// Enrolling a face: with consent, two pictures, sealed; the worker decides whether they can be compared with.
import { FaceEnrolment } from '#db/entities/check.ts';
import { appendEvent, unitOfWork } from '#db/orm.ts';
import { checkWayOf } from '#db/queries/check-way.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import type { Deps } from '../deps.ts';
import type { PicturesUpload } from '../http/uploads.ts';
import { addPictureRow, keepOrRemove, readablePictureType, storeSealed, type KeptPicture } from './picture.ts';
import { addJob } from './queue.ts';

const pictureCount = 2;
const mostPerHour = 10;

/** Throws consent_missing, too_many_attempts. */
async function requireMayEnrol(deps: Deps, personId: string): Promise<void> {
  const em = deps.orm.em.fork();
  if ((await checkWayOf(em, personId)).faceConsent !== 'given') throw new DomainError('consent_missing', 'consent to faces first');
  const hourAgo = new Date(deps.now().getTime() - 3_600_000);
  if ((await em.count(FaceEnrolment, { personId, createdAt: { $gt: hourAgo } })) >= mostPerHour) throw new DomainError('too_many_attempts', 'too many enrolments within an hour');
}

/**
 * Keeps both pictures or neither. A former active enrolment stays active: the worker replaces it when the new one is.
 * Throws consent_missing, too_many_attempts, picture_invalid, picture_too_large, bad_request for another number of pictures.
 */
export async function enrolFace(deps: Deps, personId: string, upload: PicturesUpload): Promise<{ enrolmentId: string; status: 'verifying' }> {
  await requireMayEnrol(deps, personId);
  const pictures = await upload.read(pictureCount);
  const types = await Promise.all(pictures.map(readablePictureType));
  const actor = actorFor(personId, null);
  const now = deps.now();
  const enrolmentId = newId(now.getTime());
  const kept: KeptPicture[] = [];
  await keepOrRemove(deps, kept, async () => {
    for (const [index, bytes] of pictures.entries()) kept.push(await storeSealed(deps, actor, personId, bytes, types[index]!));
    await unitOfWork(deps.orm, actor, async (em) => {
      for (const picture of kept) await addPictureRow(em, actor, picture, now, null);
      await em.insert(FaceEnrolment, {
        id: enrolmentId, personId, status: 'verifying', rejectReason: null, pictureIds: kept.map(({ id }) => id), modelId: null,
        sealedVectors: null, createdAt: now, settledAt: null,
      });
      await appendEvent(em, actor, `person:${personId}`, 'face:submitted', now, { personId, enrolmentId, pictureIds: kept.map(({ id }) => id) });
    });
  });
  await addJob(deps, 'face-enrol', enrolmentId, { enrolmentId });
  return { enrolmentId, status: 'verifying' };
}
