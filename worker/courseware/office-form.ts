// Looks into an Office file before anybody opens it: which kind is it, does it carry macros, does it blow up.
import { zipEntries, type ZipLimits } from '#runtime/zip-directory.ts';
import { RefusedFile } from './refused.ts';

export type OfficeForm = 'pptx' | 'docx' | 'xlsx';
/** Text packs to a twentieth; what packs to less than a two-hundredth is made to blow up. */
const limits = { entries: 10_000, unpackedBytes: 2 ** 30, ratio: { most: 200, fromBytes: 1e6 } } as const satisfies ZipLimits;
const forms: readonly [string, OfficeForm][] = [['ppt/', 'pptx'], ['word/', 'docx'], ['xl/', 'xlsx']];

/** Which kind of document it is. Throws damaged, zip_bomb, macros, not_office. */
export function officeFormOf(zip: Buffer): OfficeForm {
  const entries = zipEntries(zip, limits);
  if ('fault' in entries) throw new RefusedFile(entries.fault === 'broken' ? 'damaged' : 'zip_bomb', entries.why);
  const names = entries.map(({ name }) => name.toLowerCase());
  if (names.some((name) => name.endsWith('vbaproject.bin'))) throw new RefusedFile('macros', 'it carries macros');
  const form = names.includes('[content_types].xml') && forms.find(([folder]) => names.some((name) => name.startsWith(folder)));
  if (!form) throw new RefusedFile('not_office', 'an archive that is no document');
  return form[1];
}

/** The older compound files: only whether they carry macros. Throws macros. */
export function requireNoOldMacros(file: Buffer): void {
  if (file.includes(Buffer.from('_VBA_PROJECT', 'utf16le'))) throw new RefusedFile('macros', 'it carries macros');
}
