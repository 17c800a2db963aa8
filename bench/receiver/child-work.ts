// A child process that is asked for work over its channel: one answer per question, refusals as errors.
import { spawn, type ChildProcess } from 'node:child_process';

export type WorkTable<T> = { [K in keyof T]: { data: unknown; reply: unknown } };
export interface WorkRequest<T extends WorkTable<T>, K extends keyof T> { id: number; name: K; data: T[K]['data'] }
export type WorkReply = { id: number; ok: true; data: unknown } | { id: number; ok: false; reason: string };

/** Prefix of a command that keeps it on these processors; nothing where they are not told apart. */
export const pinned = (cores: string | null, command: string, args: readonly string[]): [string, string[]] =>
  cores === null ? [command, [...args]] : ['taskset', ['-c', cores, command, ...args]];

export class ChildWork<T extends WorkTable<T>> {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #next = 1;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (reply) => this.#take(reply as WorkReply));
    child.once('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the process ended'));
      this.#waiting.clear();
    });
  }

  /** Answers with the child's first message, by which it says that it is ready. */
  static async start<T extends WorkTable<T>>(script: string, cores: string | null = null, nodeFlags: readonly string[] = []): Promise<{ child: ChildWork<T>; first: unknown }> {
    const [command, args] = pinned(cores, process.execPath, [...nodeFlags, script]);
    const process_ = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const first = await new Promise<unknown>((resolve, reject) => {
      process_.once('message', resolve);
      process_.once('error', reject);
      process_.once('exit', (code) => reject(new Error(`${script} ended with ${code}`)));
    });
    return { child: new ChildWork<T>(process_), first };
  }

  get pid(): number { return this.#child.pid!; }

  /** Throws what the process says went wrong. */
  ask<K extends keyof T & string>(name: K, data: T[K]['data']): Promise<T[K]['reply']> {
    const id = this.#next++;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#child.send({ id, name, data });
    return waiting.promise as Promise<T[K]['reply']>;
  }

  close(): void { this.#child.kill('SIGKILL'); }

  #take(reply: WorkReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.ok) waiting?.resolve(reply.data);
    else waiting?.reject(new Error(reply.reason));
  }
}
