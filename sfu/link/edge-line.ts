// The line of an edge to its origin's control socket: asks with an answer in time, hears events, and comes back by itself with growing pauses.
import { io, type Socket } from 'socket.io-client';
import type { Static } from 'typebox';
import type { Reply } from '#contracts/request-table.ts';
import { linkEvents, linkRequests, type LinkEvents, type LinkRequests } from '#contracts/sfu-link.ts';
import { DomainError } from '#domain/errors.ts';
import { checker } from '#runtime/answer.ts';
import type { Logger } from '#runtime/log.ts';

const answerMs = 4000;
const firstRetryMs = 200;
const longestRetryMs = 3000;

export interface EdgeLineOptions { controlUrl: string; secret: string; log: Logger; about: Record<string, string | number> }
export interface LineCallbacks {
  /** Connected, for the first time or again. */
  onUp: () => void;
  /** Lost, or not to be had; told for every attempt. */
  onDown: () => void;
  on: { [K in keyof LinkEvents]: (data: Static<LinkEvents[K]>) => void };
}

export class EdgeLine {
  readonly #socket: Socket;
  readonly #options: EdgeLineOptions;

  constructor(options: EdgeLineOptions, callbacks: LineCallbacks) {
    this.#options = options;
    const { controlUrl, secret, log, about } = options;
    this.#socket = io(controlUrl, {
      auth: { secret, as: 'node' }, transports: ['websocket'], forceNew: true,
      reconnectionDelay: firstRetryMs, reconnectionDelayMax: longestRetryMs, timeout: 3000,
    });
    this.#socket.on('connect', callbacks.onUp);
    this.#socket.on('disconnect', callbacks.onDown);
    this.#socket.on('connect_error', (error) => {
      // A refused secret does not mend itself; an absent node does.
      log[error.message === 'unauthenticated' ? 'error' : 'debug']({ ...about, reason: error.message }, 'origin cannot be reached');
      callbacks.onDown();
    });
    for (const name of Object.keys(linkEvents) as (keyof LinkEvents)[]) this.#hear(name, callbacks);
  }

  get up(): boolean { return this.#socket.connected; }

  /** Throws the origin's code, or media_unavailable when no answer comes. */
  async ask<K extends keyof LinkRequests>(name: K, data: Static<LinkRequests[K]['data']>): Promise<Static<LinkRequests[K]['reply']>> {
    if (!this.#socket.connected) throw new DomainError('media_unavailable', 'the origin is away');
    const reply: Reply<unknown> = await this.#socket.timeout(answerMs).emitWithAck(name, data).catch(() => {
      throw new DomainError('media_unavailable', `no answer to ${name}`);
    });
    if (!reply.ok) throw new DomainError(reply.error.code, reply.error.message);
    return checker<LinkRequests[K]['reply']>(linkRequests[name].reply)(reply.data);
  }

  close(): void { this.#socket.disconnect(); }

  #hear<K extends keyof LinkEvents>(name: K, callbacks: LineCallbacks): void {
    const check = checker<LinkEvents[K]>(linkEvents[name]);
    this.#socket.on<string>(name, (raw: unknown) => {
      try {
        callbacks.on[name](check(raw));
      } catch (error) {
        this.#options.log.error({ err: error, event: name, ...this.#options.about }, 'event of the origin was not understood');
      }
    });
  }
}
