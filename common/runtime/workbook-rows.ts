// Inside the thread that reads a workbook: little memory of its own and a time to be done by, so that no file can hold up the lessons of the process.
import { inflateRawSync } from 'node:zlib';
import { streamXlsxRows } from 'hucre/xlsx';
import { columnLetter, type SheetCell, type SheetRow } from '#domain/sheet-cell.ts';
import type { WorkbookTask } from './workbook-reader.ts';
import type { ZipEntry } from './zip-directory.ts';

/** `rows`: of the first sheet, without empty ones, the heading first. `more`: there were more than `mostRows` below the heading. `merged`: cells of the heading, or above it, are joined. */
export interface ReadRows { rows: SheetRow[]; more: boolean; merged: boolean }

const localHeaderBytes = 30;

/** Unpacks one part; null where it is not what the directory says. */
function partOf(file: Buffer, { headerAt, packedBytes, unpackedBytes, stored }: ZipEntry): Buffer | null {
  const from = headerAt + localHeaderBytes + file.readUInt16LE(headerAt + 26) + file.readUInt16LE(headerAt + 28);
  const packed = file.subarray(from, from + packedBytes);
  if (packed.length !== packedBytes) return null;
  const bytes = stored ? packed : inflateRawSync(packed, { maxOutputLength: Math.max(1, unpackedBytes) });
  return bytes.length === unpackedBytes ? bytes : null;
}

const cellOf = (value: unknown): SheetCell => (value instanceof Date ? { date: true } : typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null);

/** The first sheet as it is written; empty where it is not found by the usual names. */
function firstSheet(file: Buffer, entries: readonly ZipEntry[]): string {
  const text = (name: string): string => {
    const entry = entries.find((one) => one.name === name);
    return entry ? (partOf(file, entry)?.toString('utf8') ?? '') : '';
  };
  const id = /<(?:\w+:)?sheet\s[^>]*?\br:id="([^"]+)"/.exec(text('xl/workbook.xml'))?.[1];
  const relation = text('xl/_rels/workbook.xml.rels').match(/<Relationship\s[^>]*>/g)?.find((one) => one.includes(`Id="${id ?? ''}"`));
  const target = /Target="([^"]+)"/.exec(relation ?? '')?.[1];
  return target ? text(target.startsWith('/') ? target.slice(1) : `xl/${target}`) : '';
}

/** Cells whose value a formula made, by their address. */
const formulasOf = (sheet: string): Set<string> => new Set([...sheet.matchAll(/<(?:\w+:)?c\b[^>]*?\br="([A-Z]+\d+)"[^>]*>\s*<(?:\w+:)?f[\s/>]/g)].map((match) => match[1]!));
const mergedRows = (sheet: string): number[] => [...sheet.matchAll(/<(?:\w+:)?mergeCell\b[^>]*?\bref="[A-Z]+(\d+):/g)].map((match) => Number(match[1]));

/**
 * Null where the file is not what its own directory says; throws what the reader throws for one that cannot be read. `strict`: formulas are told instead of what they
 * came to when the file was saved, and joined headings are looked for.
 */
export async function readRows({ bytes, entries, mostRows, mostColumns }: WorkbookTask<unknown>, strict = false): Promise<ReadRows | null> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Unpacks each part once and forgets it: whoever says less than there is, is found out here.
  if (!entries.every((entry) => partOf(file, entry) !== null)) return null;
  const sheet = strict ? firstSheet(file, entries) : '';
  const formulas = formulasOf(sheet);
  const rows: SheetRow[] = [];
  let more = false;
  for await (const { index, values } of streamXlsxRows(bytes, { sheet: 0 })) {
    const cells = values.slice(0, mostColumns).map((value, at): SheetCell => (formulas.size > 0 && formulas.has(`${columnLetter(at)}${index + 1}`) ? { formula: true } : cellOf(value)));
    if (cells.every((cell) => cell === null || cell === '')) continue;
    // The heading does not count.
    more = rows.length > mostRows;
    if (more) break;
    rows.push({ row: index + 1, cells });
  }
  const headingRow = rows[0]?.row ?? 0;
  return { rows, more, merged: mergedRows(sheet).some((row) => row <= headingRow) };
}
