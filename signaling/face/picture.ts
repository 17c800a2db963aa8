// Is it a picture, and keeping one: sealed under the learner's key, stored before its row is. Nothing a camera wrote into it is believed.
import sharp from 'sharp';
import { pictureKey } from '#contracts/places.ts';
import { FacePicture } from '#db/entities/check.ts';
import { unitOfWork, type Actor, type EntityManager } from '#db/orm.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { pictureTypeOf, type PictureType } from '#domain/picture.ts';
import type { Deps } from '../deps.ts';

const mostPixels = 40_000_000;
const leastSide = 64;
/** The type of a picture that can be read. Throws picture_invalid. */
export async function readablePictureType(bytes: Buffer): Promise<PictureType> {
  const type = pictureTypeOf(bytes);
  const invalid = (why: string): DomainError => new DomainError('picture_invalid', why);
  if (!type) throw invalid('not a JPEG, PNG or WebP picture');
  const header = await sharp(bytes, { limitInputPixels: mostPixels, failOn: 'error' }).metadata().catch(() => null);
  if (!header || type !== `image/${header.format}`) throw invalid('the picture cannot be read');
  if (header.width < leastSide || header.height < leastSide || header.width * header.height > mostPixels) throw invalid('the picture is too small or too wide');
  if ((header.pages ?? 1) > 1) throw invalid('a picture does not move');
  return type;
}

export interface KeptPicture { id: string; personId: string; key: string; type: PictureType; sizeBytes: number }

/** Seals and stores; there is no row yet. */
export async function storeSealed(deps: Deps, actor: Actor, personId: string, bytes: Buffer, type: PictureType): Promise<KeptPicture> {
  const id = newId();
  const key = pictureKey(personId, id);
  const sealed = await unitOfWork(deps.orm, actor, (em) => deps.vault.seal(em, personId, bytes));
  await deps.storage.putBytes(key, sealed);
  return { id, personId, key, type, sizeBytes: bytes.length };
}

/** The row of a stored picture. `deleteAfter` null: kept while its enrolment stands. */
export async function addPictureRow(em: EntityManager, actor: Actor, picture: KeptPicture, takenAt: Date, deleteAfter: Date | null): Promise<void> {
  await em.insert(FacePicture, {
    id: picture.id, institutionId: actor.institutionId, personId: picture.personId, storageKey: picture.key, contentType: picture.type,
    sizeBytes: picture.sizeBytes, takenAt, deleteAfter,
  });
}

/** Runs the transaction that makes stored pictures count; without it the files do not stay. */
export async function keepOrRemove<T>(deps: Deps, pictures: readonly KeptPicture[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    for (const { key } of pictures) {
      await deps.storage.remove(key).catch((cause: unknown) => deps.log.error({ err: cause, key }, 'a picture without a row stays'));
    }
    throw error;
  }
}
