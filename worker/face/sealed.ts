// What lies sealed: a learner's pictures in the storage, the vectors of an enrolment in its row.
import { DomainError } from '#domain/errors.ts';
import { FaceEnrolment, FacePicture } from '#db/entities/check.ts';
import type { EntityManager } from '#db/orm.ts';
import type { FaceDeps } from './deps.ts';

/** The picture as uploaded; null when picture, file or the learner's key was deleted meanwhile. */
export async function openPicture(deps: FaceDeps, em: EntityManager, pictureId: string | null | undefined): Promise<Buffer | null> {
  const picture = pictureId ? await em.findOne(FacePicture, { id: pictureId }) : null;
  if (!picture) return null;
  try {
    return await deps.vault.open(em, picture.personId, await deps.storage.read(picture.storageKey));
  } catch (error) {
    if (error instanceof DomainError && error.code === 'not_found') return null;
    throw error;
  }
}

/** Little-endian floats, one vector after the other, as every vector of one model has the same length. */
export function packVectors(vectors: readonly Float32Array[]): Buffer {
  const bytes = Buffer.alloc(vectors.reduce((sum, vector) => sum + vector.length * 4, 0));
  let offset = 0;
  for (const vector of vectors) for (const value of vector) offset = bytes.writeFloatLE(value, offset);
  return bytes;
}

export function unpackVectors(bytes: Buffer, count: number): Float32Array[] {
  const length = bytes.length / 4 / count;
  if (!Number.isInteger(length)) throw new DomainError('internal', 'stored vectors have an impossible length');
  // Read as they lie: every machine this runs on is little-endian too, and 20,000 faces are opened at a time. A copy, because floats must lie even.
  const { buffer } = new Uint8Array(bytes);
  return Array.from({ length: count }, (_, vector) => new Float32Array(buffer, vector * length * 4, length));
}

/** Vectors of the learner's active enrolment; null without one, or when another model made them. */
export async function enrolledVectors(deps: FaceDeps, em: EntityManager, personId: string, modelId: string): Promise<Float32Array[] | null> {
  const enrolment = await em.findOne(FaceEnrolment, { personId, status: 'active', modelId }, { orderBy: { createdAt: 'desc' } });
  if (!enrolment?.sealedVectors) return null;
  return unpackVectors(await deps.vault.open(em, personId, enrolment.sealedVectors), enrolment.pictureIds.length);
}
