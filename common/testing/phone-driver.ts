// A teacher's phone as second camera, driven by a program: its handshake, its few requests, what it is told.
import { randomBytes } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import type { Static } from 'typebox';
import { phoneEvents, type PhoneEvents, type PhoneHandshake, type PhoneReply, type PhoneRequests } from '#contracts/companion.ts';
import type { Reply } from '#contracts/request-table.ts';
import { companionNamespace } from '#domain/companion.ts';
import type { ErrorCode } from '#domain/errors.ts';
import { connectLine, granted, refusalIn, sendOn } from './socket-line.ts';

const patienceMs = 10_000;
export const drawKey = (): string => randomBytes(32).toString('base64url');

export class PhoneDriver {
  readonly #socket: Socket;
  /** Everything told, by any name. */
  readonly heard: { name: string; data: unknown }[] = [];
  readonly #looking = new Set<() => void>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.onAny((name: string, data: unknown) => this.#hear(name, data));
    socket.on('disconnect', () => this.#hear('disconnect', null));
  }

  /** Connects, or throws Refused with the code of the handshake. */
  static async connect(url: string, pass: PhoneHandshake | Record<string, unknown>, headers: Record<string, string> = {}): Promise<PhoneDriver> {
    const socket = io(`${url}${companionNamespace}`, { transports: ['websocket'], forceNew: true, reconnection: false, autoConnect: false, auth: { ...pass }, extraHeaders: headers });
    const driver = new PhoneDriver(socket);
    await connectLine(socket);
    return driver;
  }

  send(name: string, ...data: unknown[]): Promise<Reply<unknown>> { return sendOn(this.#socket, patienceMs, name, data); }

  async ask<K extends keyof PhoneRequests>(name: K, data: Static<PhoneRequests[K]['data']>): Promise<Static<PhoneRequests[K]['reply']>> {
    return granted(name, (await this.send(name, data)) as PhoneReply<K>);
  }

  /** The code of the refusal; throws where the request was granted. */
  async refusal(name: string, ...data: unknown[]): Promise<ErrorCode> { return refusalIn(name, await this.send(name, ...data)); }

  /** The first of this name that was told, or will be. */
  next<K extends keyof PhoneEvents>(name: K): Promise<Static<PhoneEvents[K]>> { return this.#first(name) as Promise<Static<PhoneEvents[K]>>; }
  async gone(): Promise<void> { if (this.#socket.connected) await this.#first('disconnect'); }

  /** What it was told that is not in its own table. */
  get strange(): string[] { return this.heard.map(({ name }) => name).filter((name) => name !== 'disconnect' && !(name in phoneEvents)); }

  /** Cuts the line without a word. */
  cut(): void { this.#socket.io.engine.close(); }
  close(): void { this.#socket.disconnect(); }

  #hear(name: string, data: unknown): void {
    this.heard.push({ name, data });
    for (const look of this.#looking) look();
  }

  #first(name: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => { this.#looking.delete(look); reject(new Error(`the phone was not told ${name} within ${patienceMs} ms`)); }, patienceMs);
      const look = (): void => {
        const found = this.heard.find((one) => one.name === name);
        if (!found) return;
        clearTimeout(timer);
        this.#looking.delete(look);
        resolve(found.data);
      };
      this.#looking.add(look);
      look();
    });
  }
}
