// A file that only grows. Appends wait at most `flushMs`, then go out in one writev; what fails is tried again and nothing blocks.
import { mkdir, open, rename, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { diskTrouble, shortWrite, type DiskTrouble } from './disk-trouble.ts';
import type { CaptureMemory } from './memory.ts';
import type { SyncTurns } from './sync-turns.ts';

export interface DiskRules {
  memory: CaptureMemory; turns: SyncTurns;
  flushMs: number; flushBytes: number; syncMs: number; retryMs: number;
}
/** Called with the trouble and its cause when a write fails, with null when one works again. */
export type OnDisk = (trouble: DiskTrouble | null, cause?: string) => void;

const batchLimit = 512;

export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Opened at the first write; `start` is where to go on in a file that is there already. */
export class LogFile {
  readonly path: string;
  readonly #rules: DiskRules;
  readonly #onDisk: OnDisk;
  #handle: FileHandle | null = null;
  #queue: Buffer[] = [];
  #arrivals: number[] = [];
  #queuedBytes = 0;
  #position: number;
  #appended: number;
  #pump: Promise<void> | null = null;
  #flushTimer: NodeJS.Timeout | null = null;
  #syncTimer: NodeJS.Timeout | null = null;
  #syncing: Promise<void> | null = null;
  #wake: (() => void) | null = null;
  #failing = false;
  #givenUp = false;
  #synced = false;
  #renamed = false;

  constructor(path: string, start: number, rules: DiskRules, onDisk: OnDisk) {
    this.path = path;
    this.#position = start;
    this.#appended = start;
    this.#rules = rules;
    this.#onDisk = onDisk;
  }

  /** Size of the file once everything appended is written. */
  get size(): number { return this.#appended; }

  /** When the oldest bytes that are not on file yet arrived; Infinity when all is. */
  get oldest(): number { return this.#arrivals[0] ?? Infinity; }

  /** True from a failed write until one works again. */
  get failing(): boolean { return this.#failing; }

  /** False when the node's memory for captures is spent: the bytes are not taken. `arrival` is on the caller's clock and never goes back. */
  append(bytes: Buffer, arrival: number): boolean {
    if (this.#givenUp || !this.#rules.memory.take(bytes.length)) return false;
    this.#queue.push(bytes);
    this.#arrivals.push(arrival);
    this.#queuedBytes += bytes.length;
    this.#appended += bytes.length;
    if (this.#queuedBytes >= this.#rules.flushBytes) this.#startPump();
    else if (!this.#pump) this.#flushTimer ??= setTimeout(() => this.#startPump(), this.#rules.flushMs);
    return true;
  }

  /** Writes everything appended so far; false when given up meanwhile. */
  async flush(): Promise<boolean> {
    while (this.#queue.length > 0 && !this.#givenUp) {
      this.#startPump();
      await this.#pump;
    }
    return !this.#givenUp;
  }

  /** Flushes, syncs, closes and, given a final path, renames durably. Failing steps are repeated until `giveUp`; then it answers false. */
  async close(finalPath?: string): Promise<boolean> {
    await this.flush();
    while (!this.#givenUp) {
      try {
        await this.#finish(finalPath);
        return true;
      } catch (error) {
        await this.#failed(error);
      }
    }
    await this.#release();
    return false;
  }

  /** Stops trying: what is queued is lost, what is written stays for the next start to seal. */
  giveUp(): void {
    this.#givenUp = true;
    this.#wake?.();
  }

  async #finish(finalPath: string | undefined): Promise<void> {
    if (!this.#synced) {
      const handle = this.#handle ??= await open(this.path, 'r+');
      await this.#rules.turns.run(() => handle.sync());
      this.#synced = true;
    }
    await this.#release();
    if (finalPath && !this.#renamed) await rename(this.path, finalPath);
    this.#renamed = true;
    await syncDirectory(dirname(this.path));
    this.#recovered();
  }

  async #release(): Promise<void> {
    this.#clearTimers();
    this.#rules.memory.giveBack(this.#queuedBytes);
    this.#queue = [];
    this.#arrivals = [];
    this.#queuedBytes = 0;
    await this.#syncing;
    const handle = this.#handle;
    this.#handle = null;
    await handle?.close().catch(() => undefined);
  }

  #clearTimers(): void {
    if (this.#flushTimer) clearTimeout(this.#flushTimer);
    if (this.#syncTimer) clearTimeout(this.#syncTimer);
    this.#flushTimer = null;
    this.#syncTimer = null;
  }

  #startPump(): void {
    if (this.#flushTimer) clearTimeout(this.#flushTimer);
    this.#flushTimer = null;
    this.#pump ??= this.#writeAll().finally(() => {
      this.#pump = null;
      if (this.#queue.length > 0 && !this.#givenUp) this.#flushTimer ??= setTimeout(() => this.#startPump(), this.#rules.flushMs);
    });
  }

  async #writeAll(): Promise<void> {
    while (this.#queue.length > 0 && !this.#givenUp) {
      try {
        this.#handle ??= await this.#openFile();
        await this.#writeBatch(this.#handle);
        this.#recovered();
      } catch (error) {
        await this.#failed(error);
      }
    }
  }

  async #openFile(): Promise<FileHandle> {
    if (this.#position > 0) return open(this.path, 'r+');
    await mkdir(dirname(this.path), { recursive: true });
    return open(this.path, 'wx');
  }

  /** The queue is cut only after the whole batch is on file, so a torn write is simply written again at its place. */
  async #writeBatch(handle: FileHandle): Promise<void> {
    const batch = this.#queue.slice(0, batchLimit);
    const length = batch.reduce((sum, bytes) => sum + bytes.length, 0);
    const { bytesWritten } = await handle.writev(batch, this.#position);
    if (bytesWritten < length) throw shortWrite(bytesWritten, length);
    this.#position += length;
    this.#queue.splice(0, batch.length);
    this.#arrivals.splice(0, batch.length);
    this.#queuedBytes -= length;
    this.#rules.memory.giveBack(length);
    this.#syncTimer ??= setTimeout(() => this.#sync(), this.#rules.syncMs);
  }

  #sync(): void {
    this.#syncTimer = null;
    const handle = this.#handle;
    if (!handle) return;
    if (this.#syncing) {
      this.#syncTimer = setTimeout(() => this.#sync(), this.#rules.syncMs);
      return;
    }
    this.#syncing = this.#rules.turns.run(() => handle.datasync())
      .catch((error: unknown) => { this.#report(error); })
      .finally(() => { this.#syncing = null; });
  }

  async #failed(error: unknown): Promise<void> {
    this.#report(error);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#rules.retryMs);
      this.#wake = () => { clearTimeout(timer); resolve(); };
      if (this.#givenUp) this.#wake();
    });
    this.#wake = null;
  }

  #report(error: unknown): void {
    this.#failing = true;
    const { trouble, cause } = diskTrouble(error);
    this.#onDisk(trouble, cause);
  }

  #recovered(): void {
    if (!this.#failing) return;
    this.#failing = false;
    this.#onDisk(null);
  }
}
