// Finished captures played into a data folder as an sfu writes them: every frame is appended when it arrived, files are sealed by renaming.
import { appendFile, mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { timelineFile } from '#contracts/places.ts';
import { decodeFrames } from '#runtime/capture-log.ts';
import { headerIn } from '../recording/segments.ts';

interface Due { atMs: number; name: string; bytes: Buffer }

async function framesOf(folder: string): Promise<Due[]> {
  const due: Due[] = [];
  for (const name of (await readdir(folder)).sort()) {
    const bytes = await readFile(join(folder, name));
    const { frames } = decodeFrames(bytes);
    const startMs = headerIn(frames)!.startWallMs;
    for (const { atUs, offset, payload } of frames) {
      due.push({ atMs: startMs + atUs / 1000, name: name.replace('.part', ''), bytes: bytes.subarray(offset, offset + 17 + payload.length) });
    }
  }
  return due;
}

/** One room on one boot of a node: what lies in `from` (a folder of captures) appears in `to`. */
export class GrowingBoot {
  readonly #to: string;
  readonly #captures: { folder: string; due: Due[]; open: string | null }[];
  #flushedMs = -Infinity;

  private constructor(to: string, captures: { folder: string; due: Due[] }[]) {
    this.#to = to;
    this.#captures = captures.map((capture) => ({ ...capture, open: null }));
  }

  static async create(from: string, to: string): Promise<GrowingBoot> {
    const captures = [];
    for (const producerId of await readdir(from)) captures.push({ folder: join(to, producerId), due: await framesOf(join(from, producerId)) });
    await mkdir(to, { recursive: true });
    return new GrowingBoot(to, captures);
  }

  /** Everything that arrived until `nowMs` is on file, and every two seconds it is said. */
  async reach(nowMs: number): Promise<void> {
    for (const capture of this.#captures) {
      const arrived = capture.due.filter(({ atMs }) => atMs <= nowMs);
      capture.due = capture.due.slice(arrived.length);
      for (const [name, frames] of Map.groupBy(arrived, (frame) => frame.name)) await this.#append(capture, name, Buffer.concat(frames.map(({ bytes }) => bytes)));
    }
    if (nowMs - this.#flushedMs < 2000) return;
    if (this.#flushedMs === -Infinity) await this.#note(nowMs, 'node:booted', { boot: basename(this.#to) });
    this.#flushedMs = nowMs;
    await this.#note(nowMs, 'capture:flushed', { untilMs: nowMs });
  }

  async #append(capture: { folder: string; open: string | null }, name: string, bytes: Buffer): Promise<void> {
    await mkdir(capture.folder, { recursive: true });
    if (capture.open && capture.open !== name) await rename(join(capture.folder, `${capture.open}.part`), join(capture.folder, capture.open));
    capture.open = name;
    await appendFile(join(capture.folder, `${name}.part`), bytes);
  }

  readonly #note = (atMs: number, type: string, data: Record<string, unknown>): Promise<void> => appendFile(join(this.#to, timelineFile), `${JSON.stringify({ atMs, type, data })}\n`);
}
