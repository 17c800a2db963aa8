// timeline.jsonl of a recorded room: one line per event, durable like the captures beside it.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { timelineFile } from '#contracts/places.ts';
import type { CaptureClock } from './clock.ts';
import { LogFile, type DiskRules, type OnDisk } from './log-file.ts';
import { createCaptureMemory } from './memory.ts';

/** A timeline's own memory: it is small, and media that fills the node's must not push it out. */
const timelineBytes = 4 * 1024 * 1024;

export class Timeline {
  readonly #file: LogFile;
  readonly #clock: CaptureClock;

  /** `start`: where to go on, when the room was recorded before in this boot. */
  constructor(directory: string, start: number, clock: CaptureClock, rules: DiskRules, onDisk: OnDisk) {
    this.#file = new LogFile(join(directory, timelineFile), start, { ...rules, memory: createCaptureMemory(timelineBytes) }, onDisk);
    this.#clock = clock;
  }

  static sizeIn(directory: string): Promise<number> {
    return stat(join(directory, timelineFile)).then((found) => found.size, () => 0);
  }

  /** `data` has ids and figures only. */
  note(type: string, data: Record<string, unknown>): void {
    const atMs = Math.round(this.#clock.nowMs() * 1000) / 1000;
    this.#file.append(Buffer.from(`${JSON.stringify({ atMs, type, data })}\n`), atMs);
  }

  /** When the oldest line that is not on file yet was noted; Infinity when all are. */
  get oldestMs(): number { return this.#file.oldest; }
  get failing(): boolean { return this.#file.failing; }

  /** Resolves when every line is on disk, at the latest after `withinMs`. */
  async close(withinMs: number): Promise<void> {
    const deadline = setTimeout(() => this.#file.giveUp(), withinMs);
    await this.#file.close();
    clearTimeout(deadline);
  }
}
