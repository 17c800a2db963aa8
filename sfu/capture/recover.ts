// At start and every 30 s: seals what earlier boots of this node left open, and what could not be sealed in time. A kill tears at most the
// last frame; everything before it stays.
import { open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { timelineFile } from '#contracts/places.ts';
import { decodeFrames } from '#runtime/capture-log.ts';
import type { Logger } from '#runtime/log.ts';
import { syncDirectory } from './log-file.ts';

const bootIdLength = 36;

async function cut(path: string, length: number): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.truncate(length);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Cuts one `.part` to its last whole frame and gives it its final name; one without any frame is removed. */
export async function sealPart(path: string): Promise<'sealed' | 'removed'> {
  const { endOfLastFrame } = decodeFrames(await readFile(path));
  const finalPath = path.replace(/\.part$/, '');
  const taken = await stat(finalPath).then(() => true, () => false);
  if (taken) throw new Error(`${finalPath} is there already`);
  if (endOfLastFrame === 0) {
    await unlink(path);
    return 'removed';
  }
  await cut(path, endOfLastFrame);
  await rename(path, finalPath);
  await syncDirectory(dirname(path));
  return 'sealed';
}

async function cutTimeline(path: string): Promise<'cut'> {
  const text = await readFile(path);
  const end = text.lastIndexOf(0x0a) + 1;
  if (end < text.length) await cut(path, end);
  return 'cut';
}

/** Nothing of it ever reached the disk. */
function neverWritten(error: NodeJS.ErrnoException): 'removed' {
  if (error.code === 'ENOENT') return 'removed';
  throw error;
}

export interface RecoveryOptions {
  dataDirectory: string; nodeId: string; log: Logger;
  /** The living boot: its files are never touched, except those handed over with `abandon`. */
  bootId: string;
  everyMs: number;
}
/** Whole folders that had nothing left to do are passed over for this long. */
const trustMs = 10 * 60_000;

export class CaptureRecovery {
  readonly #options: RecoveryOptions;
  readonly #timer: NodeJS.Timeout;
  /** Folders of boots in which all is sealed. */
  readonly #done = new Set<string>();
  readonly #abandoned = new Set<string>();
  /** What failed before: told once. */
  readonly #told = new Set<string>();
  #trustedSinceMs = performance.now();
  #running: Promise<number> = Promise.resolve(0);
  #closed = false;

  private constructor(options: RecoveryOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.run(), options.everyMs);
    this.#timer.unref();
  }

  /** The first round is over when it answers. */
  static async create(options: RecoveryOptions): Promise<CaptureRecovery> {
    const recovery = new CaptureRecovery(options);
    await recovery.run();
    return recovery;
  }

  /** A file of this boot that nobody writes any more and that is not sealed. */
  abandon(path: string): void { this.#abandoned.add(path); }

  /** One round, after the one that runs; answers how many files were sealed. What cannot be sealed is logged and tried again. */
  run(): Promise<number> {
    this.#running = this.#running.then(() => this.#round());
    return this.#running;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  async #round(): Promise<number> {
    if (performance.now() - this.#trustedSinceMs > trustMs) {
      this.#trustedSinceMs = performance.now();
      this.#done.clear();
    }
    let sealed = 0;
    for (const path of this.#abandoned) {
      const outcome = await this.#attempt(path, () => sealPart(path).catch(neverWritten));
      if (outcome !== 'failed') this.#abandoned.delete(path);
      if (outcome === 'sealed') sealed++;
    }
    for (const boot of await this.#earlierBoots()) {
      if (this.#closed) break;
      if (!this.#done.has(boot)) sealed += await this.#sealBoot(boot);
    }
    if (sealed > 0) this.#options.log.info({ sealed }, 'capture files sealed that were left open');
    return sealed;
  }

  async #sealBoot(boot: string): Promise<number> {
    let sealed = 0;
    let whole = true;
    const files = await readdir(boot, { recursive: true }).catch((error: unknown) => this.#failed(boot, error));
    for (const file of files === 'failed' ? [] : files.filter((name) => name.endsWith('.rtplog.part') || name === timelineFile)) {
      const path = join(boot, file);
      const outcome = await this.#attempt<'cut' | 'sealed' | 'removed'>(path, () => (file === timelineFile ? cutTimeline(path) : sealPart(path)));
      if (outcome === 'sealed') sealed++;
      if (outcome === 'failed') whole = false;
    }
    if (whole && files !== 'failed') this.#done.add(boot);
    return sealed;
  }

  async #attempt<T>(path: string, work: () => Promise<T>): Promise<T | 'failed'> {
    return work().catch((error: unknown) => this.#failed(path, error));
  }

  #failed(path: string, error: unknown): 'failed' {
    if (!this.#told.has(path)) this.#options.log.error({ err: error, file: path }, 'capture file not sealed: tried again');
    this.#told.add(path);
    return 'failed';
  }

  /** capture/<lesson>/<session>/<room>/<node>-<boot> of this node's earlier boots. */
  async #earlierBoots(): Promise<string[]> {
    const { dataDirectory, nodeId, bootId } = this.#options;
    const own = (name: string): boolean => name.slice(0, -bootIdLength - 1) === nodeId && name.slice(-bootIdLength) !== bootId;
    let level = [join(dataDirectory, 'capture')];
    for (let depth = 0; depth < 4; depth++) {
      const next: string[] = [];
      for (const path of level) {
        const entries = await readdir(path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
          if (error.code !== 'ENOENT') this.#failed(path, error);
          return [];
        });
        next.push(...entries.filter((entry) => entry.isDirectory() && (depth < 3 || own(entry.name))).map((entry) => join(path, entry.name)));
      }
      level = next;
    }
    return level;
  }
}
