// What a zip file says of itself is enough to refuse it, before anything is unpacked.
import { describe, expect, it } from 'vitest';
import type { DomainError } from '#domain/errors.ts';
import { zipFile, type ZipPart } from '#testing/zip-file.ts';
import { workbookEntries, workbookLimits } from './workbook-parts.ts';

const part = (name: string, size = 10): ZipPart => ({ name, content: Buffer.alloc(size, 'a') });
const workbook = [part('[Content_Types].xml'), part('xl/workbook.xml')];
const codeOf = (bytes: Buffer, limits?: { entries: number; unpackedBytes: number }): string => {
  try {
    return `${workbookEntries(bytes, limits).length} entries`;
  } catch (error) {
    return (error as DomainError).code;
  }
};

describe('a zip file', () => {
  it('of a workbook says what is in it', () => {
    expect(workbookEntries(zipFile(workbook))).toMatchObject([{ name: '[Content_Types].xml', unpackedBytes: 10, stored: false, headerAt: 0 }, { name: 'xl/workbook.xml', unpackedBytes: 10 }]);
    // Some programs write a comment behind.
    const commented = zipFile(workbook);
    commented.writeUInt16LE(5, commented.length - 2);
    expect(codeOf(Buffer.concat([commented, Buffer.from('hello')]))).toBe('2 entries');
  });
  it('with too many parts or too much in them is refused', () => {
    expect(codeOf(zipFile([...workbook, part('c')]), { entries: 2, unpackedBytes: 1000 })).toBe('sheet_too_large');
    expect(codeOf(zipFile(workbook, 65_535))).toBe('sheet_too_large');
    expect(codeOf(zipFile([...workbook, part('c', 981)]), { entries: 9, unpackedBytes: 1000 })).toBe('sheet_too_large');
    expect(codeOf(zipFile([...workbook, part('c', 980)]), { entries: 9, unpackedBytes: 1000 })).toBe('3 entries');
    expect(codeOf(zipFile([...workbook, { ...part('c'), saidBytes: workbookLimits.unpackedBytes }]))).toBe('sheet_too_large');
    expect(codeOf(zipFile([...workbook, { ...part('c'), saidBytes: 0xffffffff }]))).toBe('sheet_too_large');
  });
  it('that is none, or no workbook, is refused', () => {
    const locked = zipFile(workbook);
    const second = locked.indexOf('PK\x01\x02', 0, 'latin1');
    locked[second + 8] = 1;
    const broken = zipFile(workbook);
    broken.writeUInt32LE(broken.length - 30, broken.length - 6);
    for (const bytes of [Buffer.alloc(0), Buffer.from('题型,题干\n'), Buffer.alloc(5000), Buffer.from('PK\x03\x04'), zipFile([part('a.txt')]), zipFile([...workbook, part('xl/workbook.xml')]), zipFile(workbook, 3), locked, broken, zipFile(workbook).subarray(0, -10)]) {
      expect(codeOf(bytes)).toBe('sheet_invalid');
    }
  });
});
