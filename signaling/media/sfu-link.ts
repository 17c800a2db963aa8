// The line to the sfu node: requests with answers, events, and knowing when the node is away or is another one than before.
import { io, type Socket } from 'socket.io-client';
import type { Static } from 'typebox';
import type { Reply } from '#contracts/request-table.ts';
import { sfuEvents, sfuRequests, type SfuEvents, type SfuRequests } from '#contracts/sfu-control.ts';
import { DomainError } from '#domain/errors.ts';
import { checker } from '#runtime/answer.ts';
import type { Logger } from '#runtime/log.ts';
import type { MediaControl } from '../classroom/context.ts';

const answerMs = 5_000;
type EventName = keyof SfuEvents;
type Told = Exclude<EventName, 'node:ready'>;
type EventData<K extends EventName> = Static<SfuEvents[K]>;
/** What the owner of the link wants to hear. */
export interface SfuListener {
  on: { [K in Told]: (data: EventData<K>) => void };
  /** The node is there. `newBoot`: it is not the run that was known before, so nothing that was in its rooms is left. */
  ready(data: EventData<'node:ready'>, newBoot: boolean): void;
}
export interface SfuLinkOptions { port: number; secret: string; log: Logger; now: () => Date }

export class SfuLink implements MediaControl {
  readonly #socket: Socket;
  readonly #log: Logger;
  #bootId: string | null = null;
  #awaySince: Date | null;
  #waiting: { available: boolean; resolve: () => void }[] = [];

  private constructor(options: SfuLinkOptions, listener: SfuListener) {
    this.#log = options.log;
    this.#awaySince = options.now();
    this.#socket = io(`http://127.0.0.1:${options.port}`, {
      auth: { secret: options.secret }, transports: ['websocket'], forceNew: true,
      reconnectionDelay: 100, reconnectionDelayMax: 1_000, timeout: 3_000,
    });
    this.#socket.on('disconnect', (reason) => {
      this.#awaySince ??= options.now();
      this.#log.warn({ reason }, 'sfu is away');
      this.#settle();
    });
    this.#socket.on('connect_error', (error) => {
      // A refused secret does not mend itself; an absent node does.
      this.#log[error.message === 'unauthenticated' ? 'error' : 'debug']({ reason: error.message }, 'sfu cannot be reached');
    });
    this.#hear('node:ready', (data) => this.#ready(data, listener));
    for (const name of Object.keys(listener.on) as Told[]) this.#pass(name, listener);
  }

  /** Answers at once; whether the node is there shows in `available`. */
  static async create(options: SfuLinkOptions, listener: SfuListener): Promise<SfuLink> {
    return new SfuLink(options, listener);
  }

  /** True between the node's `node:ready` and the loss of the line. */
  get available(): boolean {
    return this.#awaySince === null;
  }

  /** Resolves when `available` is so. */
  becomes(available: boolean): Promise<void> {
    if (this.available === available) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ available, resolve }));
  }

  /** Since when the node is away; null while it is there. */
  get awaySince(): Date | null {
    return this.#awaySince;
  }

  async request<K extends keyof SfuRequests>(name: K, data: Static<SfuRequests[K]['data']>, timeoutMs = answerMs): Promise<Static<SfuRequests[K]['reply']>> {
    if (!this.available) throw new DomainError('media_unavailable', 'the media node is away');
    const reply: Reply<unknown> = await this.#socket.timeout(timeoutMs).emitWithAck(name, data).catch(() => {
      throw new DomainError('media_unavailable', `no answer to ${name}`);
    });
    if (!reply.ok) throw new DomainError(reply.error.code, reply.error.message);
    return checker<SfuRequests[K]['reply']>(sfuRequests[name].reply)(reply.data);
  }

  async close(): Promise<void> {
    this.#awaySince ??= new Date(0);
    this.#socket.close();
  }

  #pass<K extends Told>(name: K, listener: SfuListener): void {
    this.#hear(name, listener.on[name]);
  }

  #hear<K extends EventName>(name: K, take: (data: EventData<K>) => void): void {
    const check = checker<SfuEvents[K]>(sfuEvents[name]);
    this.#socket.on<string>(name, (raw: unknown) => {
      try {
        take(check(raw));
      } catch (error) {
        this.#log.error({ err: error, event: name }, 'event of the sfu was not understood');
      }
    });
  }

  #ready(data: EventData<'node:ready'>, listener: SfuListener): void {
    const newBoot = this.#bootId !== null && this.#bootId !== data.bootId;
    this.#bootId = data.bootId;
    this.#awaySince = null;
    this.#log.info({ nodeId: data.nodeId, bootId: data.bootId, newBoot, rooms: data.rooms.length }, 'sfu is there');
    this.#settle();
    listener.ready(data, newBoot);
  }

  #settle(): void {
    const met = this.#waiting.filter((one) => one.available === this.available);
    this.#waiting = this.#waiting.filter((one) => one.available !== this.available);
    for (const { resolve } of met) resolve();
  }
}
