// Small pieces of files for many readers: those who ask for the same at the same moment share one read. Nothing is kept beyond the answers that carry it.
import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { sharedLoads } from '#runtime/batches.ts';
import type { Storage } from '#runtime/storage.ts';

/** Both ends included. */
export interface Piece { key: string; start: number; end: number }
export interface SharedBytes {
  stat: Storage['stat'];
  /** In memory where it is small and there is room; `sent` gives the room back when the answer is through. */
  open(piece: Piece): Readable | Promise<Buffer>;
  sent(sizeBytes: number): void;
}
export interface SharedBytesLimits { mostPieceBytes: number; mostBytes: number }
const usual: SharedBytesLimits = { mostPieceBytes: 256 * 1024, mostBytes: 64 * 2 ** 20 };
const readsAtOnce = 8;

/** Slow readers of many different pieces could fill the memory: beyond `mostBytes` on their way pieces are streamed, each for itself. */
export function sharedBytes(storage: Storage, { mostPieceBytes, mostBytes }: SharedBytesLimits = usual): SharedBytes {
  let onTheirWay = 0;
  const read = sharedLoads(async (asked) => {
    const { key, start, end } = JSON.parse(asked) as Piece;
    return buffer(storage.stream(key, { start, end }));
  }, { atOnce: readsAtOnce });
  const sent = (sizeBytes: number): void => { onTheirWay -= sizeBytes; };
  return {
    stat: sharedLoads((key) => storage.stat(key), { atOnce: readsAtOnce }), sent,
    open: ({ key, start, end }) => {
      const size = end - start + 1;
      if (size > mostPieceBytes || onTheirWay + size > mostBytes) return storage.stream(key, { start, end });
      onTheirWay += size;
      return read(JSON.stringify({ key, start, end })).then((bytes) => {
        if (bytes.length !== size) throw new Error(`${bytes.length} bytes of ${key} instead of ${size}`);
        return bytes;
      }).catch((error: unknown) => {
        sent(size);
        throw error;
      });
    },
  };
}
