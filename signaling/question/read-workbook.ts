// Reads an uploaded workbook in a thread, one after the other.
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DomainError, type ErrorCode } from '#domain/errors.ts';
import type { ReadSheet, SheetColumn } from '#domain/question-sheet.ts';
import type { Logger } from '#runtime/log.ts';
import type { ZipEntry, ZipLimits } from '#runtime/zip-directory.ts';
import { workbookEntries } from './workbook-parts.ts';

export interface SheetTask { bytes: Uint8Array<ArrayBuffer>; entries: ZipEntry[]; mostRows: number; mostColumns: number }
/** `columns`: where each stands, from 0. */
export interface ReadWorkbook extends ReadSheet { columns: [SheetColumn, number][] }
export type SheetTold = ReadWorkbook | { refused: Extract<ErrorCode, 'sheet_invalid' | 'sheet_too_large'> };

/** Questions in one import. */
export const mostImportRows = 10_000;
const mostColumns = 40;
const patienceMs = 30_000;
const threadMemoryMb = 512;

/** What the first sheet says. Throws sheet_invalid (also where the headings are not there), sheet_too_large. */
export type WorkbookReader = (bytes: Buffer) => Promise<ReadWorkbook>;

function readInThread(task: SheetTask, log: Logger): Promise<SheetTold> {
  const thread = new Worker(join(import.meta.dirname, 'sheet-thread.ts'), { workerData: task, resourceLimits: { maxOldGenerationSizeMb: threadMemoryMb } });
  return new Promise<SheetTold>((resolve) => {
    const refuse = (why: unknown): void => {
      log.warn({ err: why, bytes: task.bytes.length }, 'a workbook could not be read in its limits');
      resolve({ refused: 'sheet_too_large' });
    };
    const timer = setTimeout(refuse, patienceMs, new Error(`longer than ${patienceMs} ms`));
    thread.once('message', resolve);
    thread.once('error', refuse);
    thread.once('exit', () => { clearTimeout(timer); resolve({ refused: 'sheet_invalid' }); });
  }).finally(() => thread.terminate());
}

export function workbookReader(log: Logger, limits?: ZipLimits): WorkbookReader {
  let last: Promise<unknown> = Promise.resolve();
  return async (file) => {
    const entries = workbookEntries(file, limits);
    const task = { bytes: new Uint8Array(file), entries, mostRows: mostImportRows, mostColumns };
    const mine = last.then(() => readInThread(task, log));
    last = mine;
    const told = await mine;
    if ('refused' in told) throw new DomainError(told.refused, 'the workbook cannot be taken');
    return told;
  };
}
