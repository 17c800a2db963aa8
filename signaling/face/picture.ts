// Keeping a picture: sealed under the learner's key, stored before its row is. Nothing a camera wrote into it is believed.
import { createHash } from 'node:crypto';
import { pictureKey } from '#contracts/places.ts';
import { FacePicture } from '#db/entities/check.ts';
import { unitOfWork, type Actor, type EntityManager } from '#db/orm.ts';
import { newId } from '#domain/id.ts';
import type { PictureType } from '#domain/picture.ts';
import type { Deps } from '../deps.ts';

export interface KeptPicture { id: string; personId: string; key: string; type: PictureType; sizeBytes: number; sha256: string }

/** Seals and stores; there is no row yet. */
export async function storeSealed(deps: Deps, actor: Actor, personId: string, bytes: Buffer, type: PictureType): Promise<KeptPicture> {
  const id = newId();
  const key = pictureKey(personId, id);
  const sealed = await unitOfWork(deps.orm, actor, (em) => deps.vault.seal(em, personId, bytes));
  await deps.storage.putBytes(key, sealed);
  return { id, personId, key, type, sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** The row of a stored picture. `deleteAfter` null: kept while its enrolment stands. */
export async function addPictureRow(em: EntityManager, actor: Actor, picture: KeptPicture, takenAt: Date, deleteAfter: Date | null): Promise<void> {
  await em.insert(FacePicture, {
    id: picture.id, institutionId: actor.institutionId, personId: picture.personId, storageKey: picture.key, contentType: picture.type,
    sizeBytes: picture.sizeBytes, sha256: picture.sha256, takenAt, deleteAfter,
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
