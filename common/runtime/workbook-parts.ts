// The parts of an uploaded workbook, known before anything of it is unpacked.
import { DomainError } from '#domain/errors.ts';
import { zipEntries, type ZipEntry, type ZipLimits } from './zip-directory.ts';

/** A table of 10,000 long questions unpacks to some 40 MB in a dozen parts; styles and pictures of a template come on top. */
export const workbookLimits = { entries: 300, unpackedBytes: 120 * 1024 * 1024 } as const satisfies ZipLimits;

/** What is in a workbook, by its own table. Throws sheet_invalid for what is no XLSX file, sheet_too_large for too many parts or bytes. */
export function workbookEntries(bytes: Buffer, limits: ZipLimits = workbookLimits): ZipEntry[] {
  const entries = zipEntries(bytes, limits);
  if ('fault' in entries) throw new DomainError(entries.fault === 'broken' ? 'sheet_invalid' : 'sheet_too_large', entries.why);
  const names = new Set(entries.map(({ name }) => name));
  if (names.size !== entries.length || !names.has('[Content_Types].xml') || !names.has('xl/workbook.xml')) throw new DomainError('sheet_invalid', 'no workbook');
  return entries;
}
