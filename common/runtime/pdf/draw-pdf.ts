// Files to print are drawn beside the event loop and handed on piece by piece: a batch takes seconds of a core and many pages, and lessons must not wait for it nor memory grow with it.
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { DrawingKind, Drawings } from './drawing-thread.ts';

/** For one piece, and for whoever takes what was drawn. */
const [patienceMs, idleMs] = [120_000, 60_000];
const threadMemoryMb = 512;

/** At most so many at once; the others wait their turn. */
function turns(most: number): () => Promise<() => void> {
  let free = most;
  const waiting: (() => void)[] = [];
  return async () => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => { waiting.push(resolve); });
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const next = waiting.shift();
      if (next) next();
      else free++;
    };
  };
}
/** A single sheet is drawn whole and at once, and never waits for the reader of a batch. */
const lanes = { sheet: turns(1), batch: turns(2) };

class DrawingThread {
  readonly #worker: Worker;
  #failure: Error | null = null;

  constructor(kind: DrawingKind, head: unknown) {
    this.#worker = new Worker(join(import.meta.dirname, 'drawing-thread.ts'), { workerData: { kind, head }, resourceLimits: { maxOldGenerationSizeMb: threadMemoryMb } });
    this.#worker.on('error', (error: Error) => { this.#failure = error; });
  }

  async ask(piece: unknown): Promise<Buffer> {
    if (this.#failure) throw this.#failure;
    const told = once(this.#worker, 'message', { signal: AbortSignal.timeout(patienceMs) }) as Promise<[Uint8Array<ArrayBuffer>]>;
    this.#worker.postMessage(piece);
    return Buffer.from((await told)[0].buffer);
  }

  async close(): Promise<void> {
    this.#failure ??= new Error('nobody waits for this drawing any more');
    await this.#worker.terminate();
  }
}

/** Bytes of one file. `pieces` are asked for as the file is taken. Throws where a piece cannot be drawn in time, or where nobody took the last one for a minute. */
export async function* drawPdf<K extends DrawingKind>(kind: K, head: Drawings[K]['head'], pieces: AsyncIterable<Drawings[K]['piece']> | Iterable<Drawings[K]['piece']>, lane: keyof typeof lanes = 'batch'): AsyncGenerator<Buffer> {
  const leave = await lanes[lane]();
  const thread = new DrawingThread(kind, head);
  const forgotten = (): void => { void thread.close(); leave(); };
  try {
    for await (const piece of pieces) {
      const bytes = await thread.ask(piece);
      const idle = setTimeout(forgotten, idleMs);
      try {
        if (bytes.length > 0) yield bytes;
      } finally {
        clearTimeout(idle);
      }
    }
    yield await thread.ask(null);
  } finally {
    await thread.close();
    leave();
  }
}

/** One file of few pages, whole. The same bytes for the same pieces. */
export async function drawnPdf<K extends DrawingKind>(kind: K, head: Drawings[K]['head'], pieces: Iterable<Drawings[K]['piece']>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of drawPdf(kind, head, pieces, 'sheet')) parts.push(part);
  return Buffer.concat(parts);
}
