// The pieces of an upload in the storage, which follow from its row.
import { coursewarePieceKey } from '#contracts/places.ts';
import { uploadPieceBytes } from '#domain/courseware.ts';
import type { Storage } from '#runtime/storage.ts';

/** Removes those that are there, and one that may have come without its row. */
export async function removePieces(storage: Storage, { id, receivedBytes }: { id: string; receivedBytes: number }): Promise<void> {
  const last = Math.ceil(receivedBytes / uploadPieceBytes);
  for (let index = 0; index <= last; index++) await storage.remove(coursewarePieceKey(id, index));
}
