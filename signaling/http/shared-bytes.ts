// Small pieces of files for many readers: who asks while the same piece is on its way to others is lent theirs. Nothing is kept beyond the answers that carry it.
import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { sharedLoads } from '#runtime/batches.ts';
import type { Storage } from '#runtime/storage.ts';

/** Of a file, as far as its place tells: what was stored anew has another one. */
export const versionOf = ({ sizeBytes, changedAt }: { sizeBytes: number; changedAt: Date }): string => `${sizeBytes.toString(16)}-${changedAt.getTime().toString(16)}`;

/** Both ends included, of the file as `stat` told it: other versions are other pieces. */
export interface Piece { key: string; version: string; start: number; end: number }
/** Bytes for one answer. `done` is called once, when they are sent or need not be any more. */
export interface Lent { bytes: Buffer; done(): void }
export interface SharedBytes {
  stat: Storage['stat'];
  /** In memory where it is small and there is room. */
  open(piece: Piece): Readable | Promise<Lent>;
}
export interface SharedBytesLimits { mostPieceBytes: number; mostBytes: number }
const usual: SharedBytesLimits = { mostPieceBytes: 2 ** 20, mostBytes: 64 * 2 ** 20 };
const statsAtOnce = 8;

interface Held { loaded: Promise<Buffer>; readers: number }

/** Slow readers of many different pieces could fill the memory: beyond `mostBytes` of them pieces are streamed, each for itself. */
export function sharedBytes(storage: Storage, { mostPieceBytes, mostBytes }: SharedBytesLimits = usual): SharedBytes {
  const held = new Map<string, Held>();
  let heldBytes = 0;

  const load = async ({ key, start, end }: Piece): Promise<Buffer> => {
    const bytes = await buffer(storage.stream(key, { start, end }));
    if (bytes.length !== end - start + 1) throw new Error(`${bytes.length} bytes of ${key} instead of ${end - start + 1}`);
    return bytes;
  };
  /** What could not be read is nobody's any more, though its readers have still to hear of it. */
  const forget = (name: string, one: Held, size: number): void => {
    if (held.get(name) !== one) return;
    held.delete(name);
    heldBytes -= size;
  };
  const hold = (name: string, piece: Piece, size: number): Held => {
    const one: Held = { loaded: load(piece), readers: 0 };
    held.set(name, one);
    heldBytes += size;
    one.loaded.catch(() => forget(name, one, size));
    return one;
  };
  return {
    stat: sharedLoads((key) => storage.stat(key), { atOnce: statsAtOnce }),
    open: (piece) => {
      const { key, version, start, end } = piece;
      const size = end - start + 1;
      const name = `${key} ${version} ${start}-${end}`;
      const known = held.get(name);
      if (!known && (size > mostPieceBytes || heldBytes + size > mostBytes)) return storage.stream(key, { start, end });
      const one = known ?? hold(name, piece, size);
      one.readers++;
      const done = (): void => { if (--one.readers === 0) forget(name, one, size); };
      return one.loaded.then((bytes) => ({ bytes, done }));
    },
  };
}
