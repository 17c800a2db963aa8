// A subsidy file opened without the code that made it: entries by the archive's own table, tables by another library.
import { createHash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import ExcelJS from 'exceljs';
import type { ManifestFile } from '#domain/paper/subsidy.ts';

export function unpacked(zip: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  let at = zip.readUInt32LE(zip.length - 6);
  for (let left = zip.readUInt16LE(zip.length - 12); left > 0; left--) {
    const [packed, name, extra, comment, from] = [zip.readUInt32LE(at + 20), zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30), zip.readUInt16LE(at + 32), zip.readUInt32LE(at + 42)];
    const begin = from + 30 + zip.readUInt16LE(from + 26) + zip.readUInt16LE(from + 28);
    files.set(zip.toString('utf8', at + 46, at + 46 + name), inflateRawSync(zip.subarray(begin, begin + packed)));
    at += 46 + name + extra + comment;
  }
  return files;
}
export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
export const foundIn = (files: ReadonlyMap<string, Buffer>): ManifestFile[] => [...files].map(([name, bytes]) => ({ name, bytes: bytes.length, sha256: sha256(bytes) }));
/** Its first sheet, row by row, as texts. */
export async function sheetOf(bytes: Buffer): Promise<string[][]> {
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer);
  const rows: string[][] = [];
  book.worksheets[0]!.eachRow((row) => rows.push(Array.from({ length: row.cellCount }, (_one, at) => row.getCell(at + 1).text)));
  return rows;
}
