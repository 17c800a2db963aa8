// Pictures in stems: taken by content, made small and freed of what a camera wrote into them, stored before their row is.
import sharp from 'sharp';
import { questionPictureKey } from '#contracts/places.ts';
import { QuestionPicture } from '#db/entities/question.ts';
import { unitOfWork } from '#db/orm.ts';
import { requireCourse } from '#db/queries/course-access.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import type { PictureType } from '#domain/picture.ts';
import type { Deps } from '../deps.ts';
import type { FileAnswer } from '../http/file-answer.ts';
import { mostPixels, readablePictureType } from '../http/readable-picture.ts';
import type { PictureUpload } from '../http/uploads.ts';

/** Enough for any phone; more would only cost learners on bad networks. */
const longestSide = 1600;
const keepSeconds = 86_400;

/** Upright, without place and device, of the same type. Throws picture_invalid. */
async function asKept(bytes: Buffer, type: PictureType): Promise<Buffer> {
  const made = sharp(bytes, { limitInputPixels: mostPixels, failOn: 'error' }).autoOrient().resize({ width: longestSide, height: longestSide, fit: 'inside', withoutEnlargement: true });
  const format = type === 'image/jpeg' ? made.jpeg({ quality: 82 }) : type === 'image/png' ? made.png() : made.webp({ quality: 82 });
  return format.toBuffer().catch(() => { throw new DomainError('picture_invalid', 'the picture cannot be read'); });
}

/** Throws not_found, picture_invalid, picture_too_large. */
export async function keepPicture(deps: Deps, personId: string, courseId: string, upload: PictureUpload): Promise<{ pictureId: string }> {
  const { institutionId } = await requireCourse(deps.orm.em.fork(), personId, courseId);
  const given = await upload.read();
  const contentType = await readablePictureType(given);
  const bytes = await asKept(given, contentType);
  const createdAt = deps.now();
  const id = newId(createdAt.getTime());
  const storageKey = questionPictureKey(courseId, id);
  await deps.storage.putBytes(storageKey, bytes);
  await unitOfWork(deps.orm, actorFor(personId, institutionId), (em) =>
    em.insert(QuestionPicture, { id, institutionId, courseId, storageKey, contentType, sizeBytes: bytes.length, createdBy: personId, createdAt }))
    .catch(async (error: unknown) => {
      await deps.storage.remove(storageKey).catch((cause: unknown) => deps.log.error({ err: cause, key: storageKey }, 'a picture without a row stays'));
      throw error;
    });
  return { pictureId: id };
}

/** For whoever keeps the bank of its course. A picture is never changed under its id, so it may be kept. */
export async function readPicture(deps: Deps, personId: string, pictureId: string): Promise<FileAnswer> {
  const em = deps.orm.em.fork();
  const picture = await em.findOne(QuestionPicture, { id: pictureId });
  if (!picture) throw new DomainError('not_found', 'no such picture');
  await requireCourse(em, personId, picture.courseId);
  const bytes = await deps.storage.read(picture.storageKey);
  return { type: picture.contentType, sizeBytes: bytes.length, etag: `"${picture.id}"`, keepSeconds, open: (range) => (range ? bytes.subarray(range.start, range.end + 1) : bytes) };
}
