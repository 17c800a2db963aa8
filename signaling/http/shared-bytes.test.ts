// Pieces for many readers: one read while they are on their way, room given back, streams beyond it, failures for those who asked.
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import type { Storage } from '#runtime/storage.ts';
import { sharedBytes, type Lent } from './shared-bytes.ts';

function storageOf(bytes: Buffer): { storage: Storage; reads: string[] } {
  const reads: string[] = [];
  const stream: Storage['stream'] = (key, range) => {
    reads.push(`${key} ${range?.start}-${range?.end}`);
    return Readable.from([bytes.subarray(range?.start ?? 0, (range?.end ?? bytes.length) + 1)], { objectMode: false });
  };
  return { reads, storage: { stream } as unknown as Storage };
}
const bytes = Buffer.from('0123456789abcdef');

const lent = async (opened: Readable | Promise<Lent>): Promise<Lent> => (opened instanceof Readable ? Promise.reject(new Error('a stream')) : opened);
const piece = (start: number, end: number, version = '1') => ({ key: 'a', version, start, end });

it('reads once for all who ask until the last answer is through, and anew after it', async () => {
  const { storage, reads } = storageOf(bytes);
  const pieces = sharedBytes(storage);
  const [one, same, other] = await Promise.all([[0, 3], [0, 3], [4, 5]].map(([start, end]) => lent(pieces.open(piece(start!, end!)))));
  expect([one, same, other].map((given) => String(given?.bytes))).toEqual(['0123', '0123', '45']);
  expect(reads).toEqual(['a 0-3', 'a 4-5']);
  one?.done();
  const later = await lent(pieces.open(piece(0, 3)));
  expect([later.bytes === same?.bytes, reads.length]).toEqual([true, 2]);
  same?.done();
  later.done();
  expect(String((await lent(pieces.open(piece(0, 3)))).bytes)).toBe('0123');
  expect(reads).toHaveLength(3);
});

it('gives nobody the bytes of another version', async () => {
  const { storage, reads } = storageOf(bytes);
  const pieces = sharedBytes(storage);
  await Promise.all([lent(pieces.open(piece(0, 3, '1'))), lent(pieces.open(piece(0, 3, '2')))]);
  expect(reads).toHaveLength(2);
});

it('streams what is large, and everything new while too many different bytes are on their way', async () => {
  const { storage } = storageOf(bytes);
  const pieces = sharedBytes(storage, { mostPieceBytes: 8, mostBytes: 10 });
  const large = pieces.open(piece(0, 8));
  expect([large instanceof Readable, String(await buffer(large as Readable))]).toEqual([true, '012345678']);
  const first = await lent(pieces.open(piece(0, 7)));
  // However many share it, it is in the memory once.
  const readers = await Promise.all([1, 2, 3].map(() => lent(pieces.open(piece(0, 7)))));
  expect(pieces.open(piece(0, 2))).toBeInstanceOf(Readable);
  for (const { done } of readers) done();
  expect(pieces.open(piece(0, 2))).toBeInstanceOf(Readable);
  first.done();
  expect(pieces.open(piece(0, 2))).toBeInstanceOf(Promise);
});

it('a file that became shorter is a failure for all who asked, and its room is given back', async () => {
  const { storage, reads } = storageOf(bytes);
  const pieces = sharedBytes(storage, { mostPieceBytes: 8, mostBytes: 8 });
  const asked = [pieces.open(piece(12, 19)), pieces.open(piece(12, 19))];
  for (const one of asked) await expect(one).rejects.toThrow('4 bytes of a instead of 8');
  await expect(pieces.open(piece(12, 19))).rejects.toThrow('4 bytes of a instead of 8');
  expect(reads).toHaveLength(2);
  expect(pieces.open(piece(0, 7))).toBeInstanceOf(Promise);
});
