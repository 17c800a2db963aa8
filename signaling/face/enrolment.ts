// Enrolling a face: with consent, two pictures, sealed; the worker decides whether they can be compared with.
import { FaceEnrolment } from '#db/entities/check.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { checkWayOf } from '#db/queries/check-way.ts';
import { activeEnrolment, lockFace } from '#db/queries/face-enrolments.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { DomainError } from '#domain/errors.ts';
import { enrolmentsPerHour, type ReplaceReason } from '#domain/face-enrolment.ts';
import { newId } from '#domain/id.ts';
import type { Deps } from '../deps.ts';
import type { PicturesUpload } from '../http/uploads.ts';
import { readablePictureType } from '../http/readable-picture.ts';
import { addPictureRow, keepOrRemove, storeSealed, type KeptPicture } from './picture.ts';
import { addJob } from './queue.ts';

const pictureCount = 2;
const hourMs = 3_600_000;

/** True where a face is enrolled already, so that this would replace it. Throws consent_missing, too_many_attempts. */
async function requireMayEnrol(deps: Pick<Deps, 'now'>, em: EntityManager, personId: string): Promise<boolean> {
  if ((await checkWayOf(em, personId)).faceConsent !== 'given') throw new DomainError('consent_missing', 'consent to faces first');
  const active = await activeEnrolment(em, personId);
  // Tries before the active one were for that one.
  const since = new Date(Math.max(deps.now().getTime() - hourMs, active?.createdAt.getTime() ?? 0));
  const most = active ? enrolmentsPerHour.replacement : enrolmentsPerHour.first;
  if ((await em.count(FaceEnrolment, { personId, createdAt: { $gt: since } })) >= most) throw new DomainError('too_many_attempts', 'too many enrolments within an hour');
  return active !== null;
}

/**
 * Keeps both pictures or neither. A former active enrolment stays active until staff approve the new one; `why` says what it is for.
 * Throws consent_missing, too_many_attempts, picture_invalid, picture_too_large, bad_request for another number of pictures.
 */
export async function enrolFace(deps: Deps, personId: string, why: ReplaceReason | null, upload: PicturesUpload): Promise<{ enrolmentId: string; status: 'verifying' }> {
  const replaces = await requireMayEnrol(deps, deps.orm.em.fork(), personId);
  const pictures = await upload.read(pictureCount);
  const types = await Promise.all(pictures.map(readablePictureType));
  const actor = actorFor(personId, null);
  const now = deps.now();
  const enrolmentId = newId(now.getTime());
  const kept: KeptPicture[] = [];
  await keepOrRemove(deps, kept, async () => {
    for (const [index, bytes] of pictures.entries()) kept.push(await storeSealed(deps, actor, personId, bytes, types[index]!));
    await unitOfWork(deps.orm, actor, async (em) => {
      // Withdrawn while the pictures came, or one file too many at the same moment: what was asked before is asked again where it counts.
      await lockFace(em, personId);
      await requireMayEnrol(deps, em, personId);
      for (const picture of kept) await addPictureRow(em, actor, picture, now, null);
      await em.insert(FaceEnrolment, {
        id: enrolmentId, personId, status: 'verifying', rejectReason: null, pictureIds: kept.map(({ id }) => id), modelId: null,
        sealedVectors: null, createdAt: now, settledAt: null, requestReason: replaces ? why : null,
      });
      await appendEvent(em, actor, `person:${personId}`, 'face:submitted', now, { personId, enrolmentId, pictureIds: kept.map(({ id }) => id), why: replaces ? why : null });
    });
  });
  await addJob(deps, 'face-enrol', enrolmentId, { enrolmentId });
  return { enrolmentId, status: 'verifying' };
}
