// Pieces for many readers: one read for those of a moment, room given back, streams beyond it, failures for those who asked.
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import type { Storage } from '#runtime/storage.ts';
import { sharedBytes } from './shared-bytes.ts';

function storageOf(bytes: Buffer): { storage: Storage; reads: string[] } {
  const reads: string[] = [];
  const stream: Storage['stream'] = (key, range) => {
    reads.push(`${key} ${range?.start}-${range?.end}`);
    return Readable.from([bytes.subarray(range?.start ?? 0, (range?.end ?? bytes.length) + 1)], { objectMode: false });
  };
  return { reads, storage: { stream } as unknown as Storage };
}
const bytes = Buffer.from('0123456789abcdef');

it('reads once for all of a moment, and anew for those who come later', async () => {
  const { storage, reads } = storageOf(bytes);
  const pieces = sharedBytes(storage);
  const ask = async (start: number, end: number) => String(await pieces.open({ key: 'a', start, end }));
  expect(await Promise.all([ask(0, 3), ask(0, 3), ask(4, 5)])).toEqual(['0123', '0123', '45']);
  expect(reads).toEqual(['a 0-3', 'a 4-5']);
  expect(await ask(0, 3)).toBe('0123');
  expect(reads).toHaveLength(3);
});

it('streams what is large, and everything while too much is on its way', async () => {
  const { storage } = storageOf(bytes);
  const pieces = sharedBytes(storage, { mostPieceBytes: 8, mostBytes: 10 });
  const large = pieces.open({ key: 'a', start: 0, end: 8 });
  expect([large instanceof Readable, String(await buffer(large as Readable))]).toEqual([true, '012345678']);
  expect(pieces.open({ key: 'a', start: 0, end: 7 })).toBeInstanceOf(Promise);
  expect(pieces.open({ key: 'a', start: 0, end: 2 })).toBeInstanceOf(Readable);
  pieces.sent(8);
  expect(pieces.open({ key: 'a', start: 0, end: 2 })).toBeInstanceOf(Promise);
});

it('a file that became shorter is a failure, and its room is given back', async () => {
  const { storage } = storageOf(bytes);
  const pieces = sharedBytes(storage, { mostPieceBytes: 8, mostBytes: 8 });
  await expect(pieces.open({ key: 'a', start: 12, end: 19 })).rejects.toThrow('4 bytes of a instead of 8');
  expect(pieces.open({ key: 'a', start: 0, end: 7 })).toBeInstanceOf(Promise);
});
