// A check's picture: for the learner it shows, and for staff of that lesson, whose look is a fact of its own.
import { FaceCheck, FacePicture } from '#db/entities/check.ts';
import { appendEvent, unitOfWork } from '#db/orm.ts';
import { actorFor, roleInLesson } from '#db/queries/lesson-access.ts';
import { DomainError } from '#domain/errors.ts';
import { isStaff } from '#domain/roles.ts';
import type { Deps } from '../deps.ts';
import type { FileAnswer } from '../http/file-answer.ts';

/** Throws not_found (no such check for this person, no picture, or no longer kept), forbidden. */
export async function viewPicture(deps: Deps, viewerId: string, checkId: string): Promise<FileAnswer> {
  const em = deps.orm.em.fork();
  const check = await em.findOne(FaceCheck, { id: checkId });
  const own = check?.personId === viewerId;
  const role = check && (await roleInLesson(em, viewerId, check.lessonId));
  if (!check || !(own || role)) throw new DomainError('not_found', 'no such check');
  if (!own && !(role && isStaff(role))) throw new DomainError('forbidden', "for the learner and the lesson's staff");
  const picture = check.pictureId && (await em.findOne(FacePicture, { id: check.pictureId }));
  if (!picture) throw new DomainError('not_found', 'there is no picture');
  const actor = actorFor(viewerId, check.institutionId);
  const sealed = await deps.storage.read(picture.storageKey);
  const bytes = await deps.vault.open(em, check.personId, sealed);
  if (!own) {
    await unitOfWork(deps.orm, actor, (write) =>
      appendEvent(write, actor, `lesson:${check.lessonId}`, 'picture:viewed', deps.now(), { checkId, pictureId: picture.id, personId: check.personId }));
  }
  return { type: picture.contentType, sizeBytes: bytes.length, open: () => bytes };
}
