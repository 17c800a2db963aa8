// The WAL of one timeline as files of a segment each, named as PostgreSQL names them; the one being written ends in `.partial`. What is whole stands with
// its SHA-256 in SHA256SUMS.
import { appendFile, mkdir, open, readdir, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { BackupRefused, sha256Of, syncPath } from './places.ts';

export const segmentBytes = 16n * 1024n * 1024n;
const sumsFile = 'SHA256SUMS';
const hex8 = (value: bigint): string => value.toString(16).toUpperCase().padStart(8, '0');
const perLog = 0x1_0000_0000n / segmentBytes;

export const segmentName = (timeline: number, segment: bigint): string => `${hex8(BigInt(timeline))}${hex8(segment / perLog)}${hex8(segment % perLog)}`;
export const segmentOf = (lsn: bigint): bigint => lsn / segmentBytes;
const numberOf = (name: string): bigint => BigInt(`0x${name.slice(8, 16)}`) * perLog + BigInt(`0x${name.slice(16, 24)}`);

export interface WalFiles {
  /** Numbers of whole segments, ascending. */
  whole: bigint[];
  /** Being written; null where none is. */
  partial: bigint | null;
}

export async function walFiles(folder: string): Promise<WalFiles> {
  const names = await readdir(folder).catch((): string[] => []);
  const whole = names.filter((name) => /^[0-9A-F]{24}$/.test(name)).map(numberOf).sort((one, other) => (one < other ? -1 : 1));
  const partials = names.filter((name) => /^[0-9A-F]{24}\.partial$/.test(name)).map(numberOf).filter((number) => !whole.includes(number));
  return { whole, partial: partials.sort((one, other) => (one < other ? 1 : -1))[0] ?? null };
}

/** Last segment that can be reached from `from` without a gap, the one being written among them; null where `from` itself is missing. */
export function reachFrom({ whole, partial }: WalFiles, from: bigint): bigint | null {
  const there = new Set([...whole, ...(partial === null ? [] : [partial])]);
  let last: bigint | null = null;
  for (let segment = from; there.has(segment); segment++) last = segment;
  return last;
}

async function sumsOf(folder: string): Promise<Map<string, string>> {
  const text = await readFile(join(folder, sumsFile), 'utf8').catch(() => '');
  return new Map(text.split('\n').filter(Boolean).map((line) => [line.slice(66), line.slice(0, 64)]));
}

/** Throws BackupRefused for a segment that is not as it was written. */
export async function verifyWal(folder: string, segments: readonly string[]): Promise<void> {
  const sums = await sumsOf(folder);
  for (const name of segments) {
    const expected = sums.get(name);
    if (!expected) throw new BackupRefused('damaged', `the hash of WAL segment ${name} is missing.`);
    if (await sha256Of(join(folder, name)) !== expected) throw new BackupRefused('damaged', `WAL segment ${name} is not as it was written.`);
  }
}

/** Removes whole segments before `from`. */
export async function pruneWal(folder: string, from: bigint): Promise<number> {
  const old = (await walFiles(folder)).whole.filter((segment) => segment < from);
  const names = await readdir(folder).catch((): string[] => []);
  for (const name of names.filter((one) => /^[0-9A-F]{24}$/.test(one) && old.includes(numberOf(one)))) await rm(join(folder, name));
  return old.length;
}

/** Takes WAL in its order and puts it on disk when asked to. */
export class WalWriter {
  readonly #folder: string;
  readonly #timeline: number;
  #file: { handle: FileHandle; segment: bigint } | null = null;
  #next: bigint;
  #line: Promise<void> = Promise.resolve();
  failed: Error | null = null;

  /** `from` is the beginning of a segment. */
  constructor(folder: string, timeline: number, from: bigint) {
    this.#folder = folder;
    this.#timeline = timeline;
    this.#next = from;
  }

  write(at: bigint, bytes: Buffer): void {
    this.#line = this.#line.then(() => this.#write(at, bytes)).catch((error: Error) => { this.failed ??= error; });
  }

  async #write(at: bigint, bytes: Buffer): Promise<void> {
    if (this.failed) return;
    if (at !== this.#next) throw new Error(`WAL came from ${at} where ${this.#next} was next`);
    for (let done = 0; done < bytes.length;) {
      const position = this.#next;
      const file = await this.#open(segmentOf(position));
      const offset = Number(position % segmentBytes);
      const part = bytes.subarray(done, done + Math.min(bytes.length - done, Number(segmentBytes) - offset));
      await file.handle.write(part, 0, part.length, offset);
      done += part.length;
      this.#next = position + BigInt(part.length);
      if (this.#next % segmentBytes === 0n) await this.#finish();
    }
  }

  async #open(segment: bigint): Promise<{ handle: FileHandle; segment: bigint }> {
    if (this.#file?.segment === segment) return this.#file;
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const path = join(this.#folder, `${segmentName(this.#timeline, segment)}.partial`);
    // What an earlier run wrote of it is written again, byte for byte: never shorter than it was.
    const handle = await open(path, 'r+').catch(() => open(path, 'wx+', 0o600));
    await handle.truncate(Number(segmentBytes));
    this.#file = { handle, segment };
    return this.#file;
  }

  async #finish(): Promise<void> {
    const { handle, segment } = this.#file!;
    await handle.sync();
    await handle.close();
    this.#file = null;
    const name = segmentName(this.#timeline, segment);
    const path = join(this.#folder, name);
    await appendFile(join(this.#folder, sumsFile), `${await sha256Of(`${path}.partial`)}  ${name}\n`, { mode: 0o600, flush: true });
    await rename(`${path}.partial`, path);
    await syncPath(this.#folder);
  }

  /** Puts what came so far on disk and answers up to where. Throws what went wrong. */
  async flush(): Promise<bigint> {
    let upTo = 0n;
    this.#line = this.#line.then(async () => {
      await this.#file?.handle.sync();
      upTo = this.#next;
    }).catch((error: Error) => { this.failed ??= error; });
    await this.#line;
    if (this.failed) throw this.failed;
    return upTo;
  }

  async close(): Promise<void> {
    await this.flush().catch(() => undefined);
    await this.#file?.handle.close();
    this.#file = null;
  }
}
