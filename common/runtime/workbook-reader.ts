// Reads an uploaded workbook in a thread, one after the other: which thread, and so what its rows mean, says whoever opens the reader.
import { Worker } from 'node:worker_threads';
import { DomainError, type ErrorCode } from '#domain/errors.ts';
import type { Logger } from './log.ts';
import { workbookEntries } from './workbook-parts.ts';
import type { ZipEntry, ZipLimits } from './zip-directory.ts';

/** `about`: what else the thread has to know, as plain data. */
export interface WorkbookTask<A> { bytes: Uint8Array<ArrayBuffer>; entries: ZipEntry[]; mostRows: number; mostColumns: number; about: A }
export type WorkbookTold<T> = { read: T } | { refused: Extract<ErrorCode, 'sheet_invalid' | 'sheet_too_large'> };
/** `thread`: the file that runs there and posts one WorkbookTold. `mostRows`: below the heading. */
export interface WorkbookKind { thread: string; mostRows: number; limits?: ZipLimits }

const mostColumns = 40;
const patienceMs = 30_000;
const threadMemoryMb = 512;

/** What the first sheet says. Throws sheet_invalid, sheet_too_large. */
export type WorkbookReader<T, A = null> = (bytes: Buffer, about: A) => Promise<T>;

function readInThread<T, A>(thread: string, task: WorkbookTask<A>, log: Logger): Promise<WorkbookTold<T>> {
  const worker = new Worker(thread, { workerData: task, resourceLimits: { maxOldGenerationSizeMb: threadMemoryMb } });
  return new Promise<WorkbookTold<T>>((resolve) => {
    const refuse = (why: unknown): void => {
      log.warn({ err: why, bytes: task.bytes.length }, 'a workbook could not be read in its limits');
      resolve({ refused: 'sheet_too_large' });
    };
    const timer = setTimeout(refuse, patienceMs, new Error(`longer than ${patienceMs} ms`));
    worker.once('message', resolve);
    worker.once('error', refuse);
    worker.once('exit', () => { clearTimeout(timer); resolve({ refused: 'sheet_invalid' }); });
  }).finally(() => worker.terminate());
}

export function workbookReader<T, A = null>(log: Logger, { thread, mostRows, limits }: WorkbookKind): WorkbookReader<T, A> {
  let last: Promise<unknown> = Promise.resolve();
  return async (file, about) => {
    const entries = workbookEntries(file, limits);
    const task = { bytes: new Uint8Array(file), entries, mostRows, mostColumns, about };
    const mine = last.then(() => readInThread<T, A>(thread, task, log));
    last = mine;
    const told = await mine;
    if ('refused' in told) throw new DomainError(told.refused, 'the workbook cannot be taken');
    return told.read;
  };
}
