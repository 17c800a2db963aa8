// Watches the free space where captures are written, so that people are warned while there is still time.
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '#runtime/log.ts';

const lookEveryMs = 10_000;
/** Once low, this much more than the limit must be free again: a disk at the limit is told once, not every ten seconds. */
const wellAgain = 1.1;

export class DiskSpace {
  readonly #dataDirectory: string;
  readonly #lowBytes: number;
  readonly #log: Logger;
  readonly #listeners = new Set<(low: boolean) => void>();
  readonly #timer: NodeJS.Timeout;
  #low = false;
  #looking: Promise<void> | null = null;

  private constructor(dataDirectory: string, lowBytes: number, log: Logger) {
    this.#dataDirectory = dataDirectory;
    this.#lowBytes = lowBytes;
    this.#log = log;
    this.#timer = setInterval(() => void this.look(), lookEveryMs);
    this.#timer.unref();
  }

  /** `lowBytes`: less free space than this is low. Looks once before it answers. */
  static async create(dataDirectory: string, lowBytes: number, log: Logger): Promise<DiskSpace> {
    const space = new DiskSpace(dataDirectory, lowBytes, log);
    await space.look();
    return space;
  }

  /** Calls with the present state, then with every change, until the returned function is called. */
  watch(listener: (low: boolean) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#low);
    return () => { this.#listeners.delete(listener); };
  }

  /** Looks now; a disk that does not even answer this keeps its last state: writing to it will tell. */
  look(): Promise<void> {
    // One at a time: a disk that hangs must not take every file thread of the process.
    this.#looking ??= this.#look().finally(() => { this.#looking = null; });
    return this.#looking;
  }

  async #look(): Promise<void> {
    const space = await statfs(join(this.#dataDirectory, 'capture')).catch(() => statfs(this.#dataDirectory)).catch((error: unknown) => {
      this.#log.warn({ err: error }, 'free space is not known');
      return null;
    });
    if (!space) return;
    const low = space.bavail * space.bsize < this.#lowBytes * (this.#low ? wellAgain : 1);
    if (low === this.#low) return;
    this.#low = low;
    for (const listener of this.#listeners) listener(low);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#listeners.clear();
  }
}
