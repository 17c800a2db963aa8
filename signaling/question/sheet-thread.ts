// A thread that unpacks, reads and judges one workbook: little memory of its own and a time to be done by, so that no file can hold up the lessons of this process.
import { parentPort, workerData } from 'node:worker_threads';
import { inflateRawSync } from 'node:zlib';
import { streamXlsxRows } from 'hucre/xlsx';
import { columnsOf, readSheet, type SheetCell, type SheetRow } from '#domain/question-sheet.ts';
import type { SheetTask, SheetTold } from './read-workbook.ts';

const { bytes, entries, mostRows, mostColumns } = workerData as SheetTask;
const localHeaderBytes = 30;

/** Unpacks each part once and forgets it: whoever says less than there is, is found out here. */
function sizesAreTrue(): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return entries.every(({ headerAt, packedBytes, unpackedBytes, stored }) => {
    const from = headerAt + localHeaderBytes + file.readUInt16LE(headerAt + 26) + file.readUInt16LE(headerAt + 28);
    const packed = file.subarray(from, from + packedBytes);
    return packed.length === packedBytes && (stored ? packedBytes === unpackedBytes : inflateRawSync(packed, { maxOutputLength: Math.max(1, unpackedBytes) }).length === unpackedBytes);
  });
}

const cellOf = (value: unknown): SheetCell => (value instanceof Date ? { date: true } : typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null);

async function read(): Promise<SheetTold> {
  if (!sizesAreTrue()) return { refused: 'sheet_invalid' };
  const rows: SheetRow[] = [];
  for await (const { index, values } of streamXlsxRows(bytes, { sheet: 0 })) {
    const cells = values.slice(0, mostColumns).map(cellOf);
    if (cells.every((cell) => cell === null || cell === '')) continue;
    // The heading does not count.
    if (rows.length > mostRows) return { refused: 'sheet_too_large' };
    rows.push({ row: index + 1, cells });
  }
  const [heading, ...below] = rows;
  const columns = heading && columnsOf(heading.cells);
  return columns ? { columns: [...columns], ...readSheet(columns, below) } : { refused: 'sheet_invalid' };
}

parentPort!.postMessage(await read().catch((): SheetTold => ({ refused: 'sheet_invalid' })));
