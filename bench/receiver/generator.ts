// Starts a process of light receivers (generator-main.ts), pinned to processors where that is wanted, and asks it for work.
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { types as ms } from 'mediasoup';
import type { TransportInfo } from '#contracts/media.ts';
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
export interface GeneratorRequest<K extends keyof GeneratorWork> { id: number; name: K; data: GeneratorWork[K]['data'] }
export type GeneratorReply = { id: number; ok: true; data: unknown } | { id: number; ok: false; reason: string };

/** Prefix of a command that keeps it on these processors; nothing where they are not told apart. */
export const pinned = (cores: string | null, command: string, args: readonly string[]): [string, string[]] =>
  cores === null ? [command, [...args]] : ['taskset', ['-c', cores, command, ...args]];

export class Generator {
  readonly dtlsParameters: ms.DtlsParameters;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #next = 1;

  private constructor(child: ChildProcess, dtlsParameters: ms.DtlsParameters) {
    this.#child = child;
    this.dtlsParameters = dtlsParameters;
    child.on('message', (reply) => this.#take(reply as GeneratorReply));
    child.once('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the generator ended'));
      this.#waiting.clear();
    });
  }

  static async start(cores: string | null = null): Promise<Generator> {
    const [command, args] = pinned(cores, process.execPath, [join(import.meta.dirname, 'generator-main.ts')]);
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const first = await new Promise<{ ready: ms.DtlsParameters }>((resolve, reject) => {
      child.once('message', (message) => resolve(message as { ready: ms.DtlsParameters }));
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`a generator ended with ${code}`)));
    });
    return new Generator(child, first.ready);
  }

  get pid(): number { return this.#child.pid!; }

  /** Throws what the process says went wrong. */
  ask<K extends keyof GeneratorWork>(name: K, data: GeneratorWork[K]['data']): Promise<GeneratorWork[K]['reply']> {
    const id = this.#next++;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#child.send({ id, name, data } satisfies GeneratorRequest<K>);
    return waiting.promise as Promise<GeneratorWork[K]['reply']>;
  }

  close(): void {
    this.#child.kill('SIGKILL');
  }

  #take(reply: GeneratorReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.ok) waiting?.resolve(reply.data);
    else waiting?.reject(new Error(reply.reason));
  }
}
