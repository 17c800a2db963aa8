// A kept picture in clear, for whoever was found to be allowed to see it: the look is written down before it leaves.
import { FacePicture } from '#db/entities/check.ts';
import { appendEvent, unitOfWork, type Actor, type Stream } from '#db/orm.ts';
import { DomainError } from '#domain/errors.ts';
import type { Deps } from '../deps.ts';
import type { FileAnswer } from './file-answer.ts';

/** Where a look is written down, and what of it besides the picture and whom it shows. */
export interface Look { stream: Stream; payload: Record<string, string> }

/** The picture in clear, not to be kept; with `look` it leaves only after the look was written down. Throws not_found when it is gone, or its key. */
export async function showPicture(deps: Deps, actor: Actor, pictureId: string | null | undefined, look: Look | null): Promise<FileAnswer> {
  const em = deps.orm.em.fork();
  const picture = pictureId ? await em.findOne(FacePicture, { id: pictureId }) : null;
  if (!picture) throw new DomainError('not_found', 'there is no picture');
  const sealed = await deps.storage.read(picture.storageKey);
  const bytes = await deps.vault.open(em, picture.personId, sealed);
  if (look) {
    await unitOfWork(deps.orm, actor, (write) =>
      appendEvent(write, actor, look.stream, 'picture:viewed', deps.now(), { ...look.payload, pictureId: picture.id, personId: picture.personId }));
  }
  return { type: picture.contentType, sizeBytes: bytes.length, open: () => bytes };
}
