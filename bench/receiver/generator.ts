// Starts a process of light receivers (generator-main.ts), pinned to processors where that is wanted, and asks it for work.
import { join } from 'node:path';
import type { types as ms } from 'mediasoup';
import type { TransportInfo } from '#contracts/media.ts';
import { ChildWork, type WorkReply, type WorkRequest } from './child-work.ts';
import type { ClipLayer } from './clip.ts';
import type { ReceivedCount } from './receiver.ts';

type None = Record<never, never>;
export interface Counted extends ReceivedCount { key: string; ended: boolean }
export interface ClipWish { layers: readonly ClipLayer[]; ffmpeg: string; folder: string; seconds: number }
/** What the process can be asked. */
export interface GeneratorWork {
  /** Answers when connected. */
  receive: { data: { key: string; transport: TransportInfo; patienceMs?: number }; reply: None };
  expect: { data: { key: string; kind: ms.MediaKind; rtpParameters: ms.RtpParameters }; reply: None };
  /** Times of counts are on the process's own clock: `originMs` brings them to the machine's. */
  counts: { data: None; reply: { atMs: number; originMs: number; cpuMs: number; counts: Counted[] } };
  forget: { data: { keys: string[] }; reply: None };
  prepare: { data: ClipWish; reply: { bitsPerSecond: number[] } };
  teach: { data: ClipWish & { transport: TransportInfo; firstSsrc: number }; reply: None };
}
export type GeneratorRequest<K extends keyof GeneratorWork> = WorkRequest<GeneratorWork, K>;
export type GeneratorReply = WorkReply;

/** Young objects are collected seldom: while a process collects, packets wait and look late. */
const nodeFlags = ['--max-semi-space-size=64'];

export class Generator {
  readonly dtlsParameters: ms.DtlsParameters;
  readonly #child: ChildWork<GeneratorWork>;

  private constructor(child: ChildWork<GeneratorWork>, dtlsParameters: ms.DtlsParameters) {
    this.#child = child;
    this.dtlsParameters = dtlsParameters;
  }

  static async start(cores: string | null = null): Promise<Generator> {
    const { child, first } = await ChildWork.start<GeneratorWork>(join(import.meta.dirname, 'generator-main.ts'), cores, nodeFlags);
    return new Generator(child, (first as { ready: ms.DtlsParameters }).ready);
  }

  get pid(): number { return this.#child.pid; }

  /** Throws what the process says went wrong. */
  ask<K extends keyof GeneratorWork>(name: K, data: GeneratorWork[K]['data']): Promise<GeneratorWork[K]['reply']> { return this.#child.ask(name, data); }

  close(): void { this.#child.close(); }
}
