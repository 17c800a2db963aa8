// Files are drawn beside the event loop, one after the other: a batch takes seconds of a core, and lessons must not wait for it.
import { Worker } from 'node:worker_threads';

const patienceMs = 120_000;
const threadMemoryMb = 512;
let last: Promise<unknown> = Promise.resolve();

function inThread(file: string, task: unknown): Promise<Buffer> {
  const worker = new Worker(file, { workerData: task, resourceLimits: { maxOldGenerationSizeMb: threadMemoryMb } });
  return new Promise<Buffer>((resolve, reject) => {
    const timer = setTimeout(reject, patienceMs, new Error(`a file was not drawn within ${patienceMs} ms`));
    worker.once('message', (bytes: Uint8Array<ArrayBuffer>) => resolve(Buffer.from(bytes.buffer)));
    worker.once('error', reject);
    worker.once('exit', (code) => { clearTimeout(timer); reject(new Error(`the drawing thread ended with ${code}`)); });
  }).finally(() => worker.terminate());
}

/** `file` is run as a thread with `task` as its data and posts the bytes. Throws where it is not done in time. */
export function drawInTurn(file: string, task: unknown): Promise<Buffer> {
  const mine = last.then(() => inThread(file, task));
  last = mine.catch(() => undefined);
  return mine;
}
