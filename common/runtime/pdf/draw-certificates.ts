// Certificates are drawn beside the event loop, one file after the other: a batch takes seconds of a core, and lessons must not wait for it.
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { DrawingTask } from './certificate-thread.ts';

const patienceMs = 120_000;
const threadMemoryMb = 512;
let last: Promise<unknown> = Promise.resolve();

function drawInThread(task: DrawingTask): Promise<Buffer> {
  const worker = new Worker(join(import.meta.dirname, 'certificate-thread.ts'), { workerData: task, resourceLimits: { maxOldGenerationSizeMb: threadMemoryMb } });
  return new Promise<Buffer>((resolve, reject) => {
    const timer = setTimeout(reject, patienceMs, new Error(`certificates were not drawn within ${patienceMs} ms`));
    worker.once('message', (bytes: Uint8Array<ArrayBuffer>) => resolve(Buffer.from(bytes.buffer)));
    worker.once('error', reject);
    worker.once('exit', (code) => { clearTimeout(timer); reject(new Error(`the drawing thread ended with ${code}`)); });
  }).finally(() => worker.terminate());
}

/** The same bytes for the same task. Throws where it cannot be drawn in time. */
export function drawCertificates(task: DrawingTask): Promise<Buffer> {
  const mine = last.then(() => drawInThread(task));
  last = mine.catch(() => undefined);
  return mine;
}
