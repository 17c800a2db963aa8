// Looks at the directory of a ZIP before anybody unpacks it: is it an Office file, does it carry macros, does it blow up.
import { RefusedFile } from './refused.ts';

export type OfficeForm = 'pptx' | 'docx' | 'xlsx';
const [endSignature, entrySignature] = [0x06054b50, 0x02014b50];
/** The end record is 22 bytes and a comment of at most 64 KB. */
const endReach = 22 + 65_535;
const mostEntries = 10_000;
const mostBytes = 2 ** 30;
/** Text packs to a twentieth; what packs to less than a two-hundredth is made to blow up. */
const mostRatio = 200;
const forms: readonly [string, OfficeForm][] = [['ppt/', 'pptx'], ['word/', 'docx'], ['xl/', 'xlsx']];

function endOf(zip: Buffer): number {
  for (let at = zip.length - 22; at >= Math.max(0, zip.length - endReach); at--) {
    if (zip.readUInt32LE(at) === endSignature) return at;
  }
  throw new RefusedFile('damaged', 'no directory in this archive');
}

interface Entry { name: string; packed: number; whole: number }
function entriesOf(zip: Buffer): Entry[] {
  const end = endOf(zip);
  const count = zip.readUInt16LE(end + 10);
  if (count > mostEntries) throw new RefusedFile('zip_bomb', `${count} entries`);
  const entries: Entry[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let index = 0; index < count; index++) {
    if (at + 46 > end || zip.readUInt32LE(at) !== entrySignature) throw new RefusedFile('damaged', 'a broken directory');
    const [nameLength, extra, comment] = [zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30), zip.readUInt16LE(at + 32)];
    entries.push({ name: zip.toString('utf8', at + 46, at + 46 + nameLength), packed: zip.readUInt32LE(at + 20), whole: zip.readUInt32LE(at + 24) });
    at += 46 + nameLength + extra + comment;
  }
  return entries;
}

/** Which kind of document it is. Throws damaged, zip_bomb, macros, not_office. */
export function officeFormOf(zip: Buffer): OfficeForm {
  const entries = entriesOf(zip);
  const whole = entries.reduce((sum, entry) => sum + entry.whole, 0);
  if (whole > mostBytes || entries.some((entry) => entry.whole > 1e6 && entry.whole > mostRatio * entry.packed)) throw new RefusedFile('zip_bomb', `${whole} bytes unpacked`);
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
