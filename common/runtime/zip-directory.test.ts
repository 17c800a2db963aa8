// The directory of a ZIP file: read as it is, refused where it is none, lies, or leads to too much.
import { describe, expect, it } from 'vitest';
import { zipFile, type ZipPart } from '#testing/zip-file.ts';
import { zipEntries, type ZipLimits } from './zip-directory.ts';

const limits: ZipLimits = { entries: 10, unpackedBytes: 10_000 };
const part = (name: string, size = 10): ZipPart => ({ name, content: Buffer.alloc(size, 'a') });
const two = zipFile([part('a.xml'), part('b/c.xml', 300)]);
const told = (bytes: Buffer, given: ZipLimits = limits): string => {
  const entries = zipEntries(bytes, given);
  return 'fault' in entries ? entries.fault : `${entries.length} entries`;
};
/** The same file with one number of its first entry changed. */
function changed(bytes: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt16LE(value, copy.indexOf('PK\x01\x02', 0, 'latin1') + at);
  return copy;
}

describe('the directory of a ZIP file', () => {
  it('says what is in it, also with a comment behind', () => {
    expect(zipEntries(two, limits)).toMatchObject([{ name: 'a.xml', unpackedBytes: 10, stored: false, headerAt: 0 }, { name: 'b/c.xml', unpackedBytes: 300 }]);
    const commented = Buffer.concat([two, Buffer.from('hello')]);
    commented.writeUInt16LE(5, two.length - 2);
    expect(told(commented)).toBe('2 entries');
    expect(told(zipFile([part('a.xml'), part('a.xml')]))).toBe('2 entries');
  });
  it('is refused for too many entries, too many bytes, and bytes that only blow up', () => {
    expect(told(two, { ...limits, entries: 1 })).toBe('too_much');
    expect(told(zipFile([part('a')], 65_535), { ...limits, entries: 10_000 })).toBe('too_much');
    expect([told(two, { ...limits, unpackedBytes: 310 }), told(two, { ...limits, unpackedBytes: 309 })]).toEqual(['2 entries', 'too_much']);
    expect(told(zipFile([{ ...part('a'), saidBytes: 0xffffffff }]), { ...limits, unpackedBytes: 2 ** 30 })).toBe('too_much');
    const blown = zipFile([part('a', 9_000)]);
    expect([told(blown), told(blown, { ...limits, ratio: { most: 50, fromBytes: 9_000 } }), told(blown, { ...limits, ratio: { most: 50, fromBytes: 8_999 } })]).toEqual(['1 entries', '1 entries', 'too_much']);
  });
  it('is broken where it is none, cut off, counted wrong, locked or packed in another way', () => {
    const lost = Buffer.from(two);
    lost.writeUInt32LE(lost.length - 30, lost.length - 6);
    for (const bytes of [Buffer.alloc(0), Buffer.alloc(5_000), Buffer.from('PK\x03\x04'), two.subarray(0, -1), two.subarray(4), zipFile([part('a')], 3), lost, changed(two, 8, 1), changed(two, 10, 12), changed(two, 28, 60_000)]) {
      expect(told(bytes)).toBe('broken');
    }
    // Fewer told than there are: the others are not there for anybody.
    expect(told(zipFile([part('a'), part('b')], 1))).toBe('1 entries');
  });
});
