// A paper as a file, written in a thread.
import { join } from 'node:path';
import type { PaperFormat } from '#domain/paper/paper.ts';
import { drawInTurn } from '../pdf/drawing-thread.ts';
import type { PaperTask } from './paper-thread.ts';

export const paperTypes: Record<PaperFormat, string> = {
  pdf: 'application/pdf', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
};
/** `origin`: of the platform, such as `https://keshi.example.cn`. Throws where it cannot be written in time. */
export const writePaper = (task: PaperTask): Promise<Buffer> => drawInTurn(join(import.meta.dirname, 'paper-thread.ts'), task);
