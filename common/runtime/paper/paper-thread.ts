// The thread that writes a paper: told what and in which form, it posts the file.
import { parentPort, workerData } from 'node:worker_threads';
import type { Paper, PaperFormat } from '#domain/paper/paper.ts';
import { paperDocument } from './paper-document.ts';
import { paperPdf } from './paper-pdf.ts';
import { paperWorkbook } from './paper-workbook.ts';

export interface PaperTask { paper: Paper; format: PaperFormat; origin: string }
const { paper, format, origin } = workerData as PaperTask;
const writers = { pdf: paperPdf, xlsx: paperWorkbook, docx: paperDocument } as const;
parentPort!.postMessage(new Uint8Array(await writers[format](paper, origin)));
