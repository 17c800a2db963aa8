// A thread that reads and judges one workbook of questions.
import { parentPort, workerData } from 'node:worker_threads';
import { columnsOf, readSheet, type ReadSheet, type SheetColumn } from '#domain/question-sheet.ts';
import type { WorkbookTask, WorkbookTold } from '#runtime/workbook-reader.ts';
import { readRows } from '#runtime/workbook-rows.ts';

/** `columns`: where each stands, from 0. */
export interface ReadQuestions extends ReadSheet { columns: [SheetColumn, number][] }

async function read(): Promise<WorkbookTold<ReadQuestions>> {
  const found = await readRows(workerData as WorkbookTask<null>);
  if (!found) return { refused: 'sheet_invalid' };
  if (found.more) return { refused: 'sheet_too_large' };
  const [heading, ...below] = found.rows;
  const columns = heading && columnsOf(heading.cells);
  return columns ? { read: { columns: [...columns], ...readSheet(columns, below) } } : { refused: 'sheet_invalid' };
}

parentPort!.postMessage(await read().catch((): WorkbookTold<ReadQuestions> => ({ refused: 'sheet_invalid' })));
