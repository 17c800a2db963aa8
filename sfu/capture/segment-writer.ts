// Writes the frames of one capture into numbered segment files. Synchronous to the caller: appending never waits for the disk.
import { join } from 'node:path';
import { encodeJsonFrame, frameTypes, type CaptureHeader } from '#runtime/capture-log.ts';
import { segmentFile } from '#contracts/places.ts';
import type { OnTrouble } from './capture-health.ts';
import { LogFile, type DiskRules } from './log-file.ts';

export interface SegmentRules extends DiskRules {
  segmentMs: number; segmentBytes: number; closeMs: number;
  /** Is told of a file that could not be sealed in time: nobody writes it any more. */
  abandon: (path: string) => void;
}

export interface SegmentWriterOptions {
  directory: string;
  rules: SegmentRules;
  /** First frame of every segment: with what is known at that time. */
  header: (segment: number) => CaptureHeader;
  /** Microseconds since the capture's start. */
  nowUs: () => number;
  onTrouble: OnTrouble;
}

export class SegmentWriter {
  readonly #options: SegmentWriterOptions;
  #file: LogFile | null = null;
  #segment = 0;
  #startedUs = 0;
  #dropped = { frames: 0, bytes: 0, fromUs: 0 };
  #open = new Set<LogFile>();
  #sealing = new Set<Promise<void>>();
  #lost = false;
  #timer: NodeJS.Timeout;
  #closing: Promise<boolean> | null = null;

  constructor(options: SegmentWriterOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#sealWhenDue(), Math.min(1000, options.rules.segmentMs));
    this.#timer.unref();
  }

  get segments(): number { return this.#segment; }

  /** Microseconds since the capture's start up to which every frame is on file, or noted there as dropped; Infinity when all is. */
  get oldestUs(): number {
    return Math.min(this.#dropped.frames > 0 ? this.#dropped.fromUs : Infinity, ...[...this.#open].map((file) => file.oldest));
  }

  /** True while a write of any file is refused. */
  get failing(): boolean { return [...this.#open].some((file) => file.failing); }

  /** Queues one frame that arrived at `atUs`. When the node's memory is spent it is dropped, and a `dropped` event says how much was. */
  append(frame: Buffer, atUs: number): void {
    if (this.#closing) return;
    this.#sealWhenDue();
    const file = this.#file ?? this.#begin(atUs);
    if (!file?.append(this.#withNote(frame, atUs), atUs)) return this.#drop(frame.length, atUs);
    if (this.#dropped.frames === 0) return;
    this.#dropped = { frames: 0, bytes: 0, fromUs: 0 };
    this.#options.onTrouble(this.#memoryPart, null);
  }

  /** Flushes and seals everything; idempotent. Gives up after `closeMs` and answers false: what is unwritten then is lost. */
  close(): Promise<boolean> {
    this.#closing ??= this.#finish();
    return this.#closing;
  }

  async #finish(): Promise<boolean> {
    clearInterval(this.#timer);
    this.#seal();
    const deadline = setTimeout(() => this.#open.forEach((file) => file.giveUp()), this.#options.rules.closeMs);
    await Promise.all(this.#sealing);
    clearTimeout(deadline);
    this.#options.onTrouble(this.#memoryPart, null);
    return !this.#lost && this.#dropped.frames === 0;
  }

  #sealWhenDue(): void {
    if (!this.#file) return;
    const { segmentBytes, segmentMs } = this.#options.rules;
    if (this.#file.size >= segmentBytes || this.#options.nowUs() - this.#startedUs >= segmentMs * 1000) this.#seal();
  }

  /** The next segment takes new frames at once while this one is finished behind it. */
  #seal(): void {
    const file = this.#file;
    if (!file) return;
    this.#file = null;
    const sealed = file.close(file.path.replace(/\.part$/, '')).then((onDisk) => {
      if (!onDisk) {
        this.#lost = true;
        this.#options.rules.abandon(file.path);
      }
      this.#open.delete(file);
      this.#options.onTrouble(file.path, null);
      this.#sealing.delete(sealed);
    });
    this.#sealing.add(sealed);
  }

  #begin(nowUs: number): LogFile | null {
    const segment = this.#segment + 1;
    const path = join(this.#options.directory, `${segmentFile(segment)}.part`);
    const file = new LogFile(path, 0, this.#options.rules, (trouble, cause) => this.#options.onTrouble(path, trouble, cause));
    if (!file.append(encodeJsonFrame(frameTypes.header, nowUs, this.#options.header(segment)), nowUs)) return null;
    this.#segment = segment;
    this.#startedUs = nowUs;
    this.#file = file;
    this.#open.add(file);
    return file;
  }

  get #memoryPart(): string { return `memory:${this.#options.directory}`; }

  #drop(bytes: number, atUs: number): void {
    if (this.#dropped.frames === 0) {
      this.#dropped.fromUs = atUs;
      this.#options.onTrouble(this.#memoryPart, 'memory_full');
    }
    this.#dropped.frames++;
    this.#dropped.bytes += bytes;
  }

  /** What was dropped stands before the first frame that fits again, and only with it. */
  #withNote(frame: Buffer, atUs: number): Buffer {
    if (this.#dropped.frames === 0) return frame;
    const note = encodeJsonFrame(frameTypes.event, atUs, { type: 'dropped', data: { ...this.#dropped } });
    return Buffer.concat([note, frame]);
  }
}
