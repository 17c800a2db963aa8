// A paper as a file, written in a thread, one after the other: a long roster takes a second of a core, and lessons must not wait for it.
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { PaperFormat } from '#domain/paper/paper.ts';
import type { PaperTask } from './paper-thread.ts';

export const paperTypes: Record<PaperFormat, string> = {
  pdf: 'application/pdf', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
};
const patienceMs = 120_000;
const threadMemoryMb = 512;
let last: Promise<unknown> = Promise.resolve();

async function inThread(task: PaperTask): Promise<Buffer> {
  const worker = new Worker(join(import.meta.dirname, 'paper-thread.ts'), { workerData: task, resourceLimits: { maxOldGenerationSizeMb: threadMemoryMb } });
  try {
    const [bytes] = (await once(worker, 'message', { signal: AbortSignal.timeout(patienceMs) })) as [Uint8Array<ArrayBuffer>];
    return Buffer.from(bytes.buffer);
  } finally {
    await worker.terminate();
  }
}

/** `origin`: of the platform, such as `https://keshi.example.cn`. Throws where it cannot be written in time. */
export function writePaper(task: PaperTask): Promise<Buffer> {
  const mine = last.then(() => inThread(task));
  last = mine.catch(() => undefined);
  return mine;
}
