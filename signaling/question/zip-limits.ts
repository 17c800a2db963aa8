// A zip file looked at before anything of it is unpacked: what its own table says is in it. Whether that table is true is seen while unpacking.
import { DomainError } from '#domain/errors.ts';

/** A table of 10,000 long questions unpacks to some 40 MB in a dozen parts; styles and pictures of a template come on top. */
export const zipLimits = { entries: 300, unpackedBytes: 120 * 1024 * 1024 } as const;

export interface ZipEntry { name: string; packedBytes: number; unpackedBytes: number; stored: boolean; headerAt: number }

const endMark = 0x06054b50;
const entryMark = 0x02014b50;
const endBytes = 22;
const entryBytes = 46;
const longestComment = 65_535;
const invalid = (why: string): DomainError => new DomainError('sheet_invalid', why);

function endOf(bytes: Buffer): number {
  for (let at = bytes.length - endBytes; at >= Math.max(0, bytes.length - endBytes - longestComment); at--) if (bytes.readUInt32LE(at) === endMark) return at;
  throw invalid('no zip file');
}

function entryAt(bytes: Buffer, at: number): ZipEntry & { nextAt: number } {
  if (at + entryBytes > bytes.length || bytes.readUInt32LE(at) !== entryMark) throw invalid('the table of the zip file is broken');
  const method = bytes.readUInt16LE(at + 10);
  if ((bytes.readUInt16LE(at + 8) & 1) !== 0 || (method !== 0 && method !== 8)) throw invalid('the zip file is locked or packed in another way');
  const nameEnd = at + entryBytes + bytes.readUInt16LE(at + 28);
  return {
    name: bytes.toString('utf8', at + entryBytes, nameEnd), packedBytes: bytes.readUInt32LE(at + 20), unpackedBytes: bytes.readUInt32LE(at + 24), stored: method === 0, headerAt: bytes.readUInt32LE(at + 42),
    nextAt: nameEnd + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32),
  };
}

/** What is in a workbook, by its own table. Throws sheet_invalid for what is no XLSX file, sheet_too_large for too many parts or bytes. */
export function workbookEntries(bytes: Buffer, limits: { entries: number; unpackedBytes: number } = zipLimits): ZipEntry[] {
  if (bytes.length < endBytes || bytes.readUInt32LE(0) !== 0x04034b50) throw invalid('no zip file');
  const end = endOf(bytes);
  const count = bytes.readUInt16LE(end + 10);
  if (count > limits.entries) throw new DomainError('sheet_too_large', `${count} parts in the file`);
  const entries: ZipEntry[] = [];
  let total = 0;
  for (let at = bytes.readUInt32LE(end + 16); entries.length < count;) {
    const { nextAt, ...entry } = entryAt(bytes, at);
    // 0xffffffff stands for a size beyond 4 GB: too much as well.
    total += entry.unpackedBytes;
    if (total > limits.unpackedBytes) throw new DomainError('sheet_too_large', 'the file unpacks to too much');
    entries.push(entry);
    at = nextAt;
  }
  const names = new Set(entries.map(({ name }) => name));
  if (names.size !== entries.length || !names.has('[Content_Types].xml') || !names.has('xl/workbook.xml')) throw invalid('no workbook');
  return entries;
}
