// The line to one sfu node: requests with answers, events, and knowing when the node is away, silent, or another run than before.
import { io, type Socket } from 'socket.io-client';
import type { Static } from 'typebox';
import type { Reply } from '#contracts/request-table.ts';
import { sfuEvents, sfuRequests, type SfuEvents, type SfuRequests } from '#contracts/sfu-control.ts';
import { DomainError } from '#domain/errors.ts';
import { checker } from '#runtime/answer.ts';
import type { Logger } from '#runtime/log.ts';

const answerMs = 5_000;
/** A node that let a request wait too long gets nothing new for this long. */
const lateKeptMs = 10_000;
type EventName = keyof SfuEvents;
type Told = Exclude<EventName, 'node:ready'>;
type EventData<K extends EventName> = Static<SfuEvents[K]>;
/** What the owner of the link wants to hear. */
export interface SfuListener {
  on: { [K in Told]: (data: EventData<K>) => void };
  /** The node is there, perhaps as another run than before: then nothing that was in its rooms is left. */
  ready(data: EventData<'node:ready'>): void;
  lost(): void;
}
export interface SfuLinkOptions { nodeId: string; url: string; secret: string; log: Logger; now: () => Date }

export class SfuLink {
  readonly url: string;
  readonly #socket: Socket;
  readonly #log: Logger;
  readonly #nodeId: string;
  #bootId: string | null = null;
  #awaySince: Date | null;
  #lostAt: Date | null = null;
  #awayFromMs = performance.now();
  #heardMs = performance.now();
  #lateMs = -Infinity;

  private constructor(options: SfuLinkOptions, listener: SfuListener) {
    this.url = options.url;
    this.#nodeId = options.nodeId;
    this.#log = options.log;
    this.#awaySince = options.now();
    this.#socket = io(options.url, {
      auth: { secret: options.secret }, transports: ['websocket'], forceNew: true,
      reconnectionDelay: 100, reconnectionDelayMax: 1_000, timeout: 3_000,
    });
    this.#socket.io.on('open', () => this.#socket.io.engine.on('packet', () => { this.#heardMs = performance.now(); }));
    this.#socket.on('disconnect', (reason) => this.#lost(reason, options.now(), listener));
    this.#socket.on('connect_error', (error) => {
      // A refused secret does not mend itself; an absent node does.
      this.#log[error.message === 'unauthenticated' ? 'error' : 'debug']({ nodeId: options.nodeId, reason: error.message }, 'sfu cannot be reached');
    });
    this.#hear('node:ready', (data) => this.#ready(data, listener));
    for (const name of Object.keys(listener.on) as Told[]) this.#pass(name, listener);
  }

  /** Answers at once; whether the node is there shows in `available`. */
  static async create(options: SfuLinkOptions, listener: SfuListener): Promise<SfuLink> {
    return new SfuLink(options, listener);
  }

  /** True between the node's `node:ready` and the loss of the line. */
  get available(): boolean { return this.#awaySince === null; }
  /** The run at the other end, as it says itself; the last one known while it is away. */
  get bootId(): string | null { return this.#bootId; }
  /** Since when the node is away; null while it is there. */
  get awaySince(): Date | null { return this.#awaySince; }
  /** When the line was last lost. */
  get lostAt(): Date | null { return this.#lostAt; }
  /** For how long, by a clock nobody sets; 0 while it is there. */
  get awayMs(): number { return this.available ? 0 : performance.now() - this.#awayFromMs; }
  /** It let a request wait too long a moment ago. */
  get late(): boolean { return performance.now() - this.#lateMs < lateKeptMs; }

  /** Throws what the node refuses, or media_unavailable. */
  async request<K extends keyof SfuRequests>(name: K, data: Static<SfuRequests[K]['data']>, timeoutMs = answerMs): Promise<Static<SfuRequests[K]['reply']>> {
    if (!this.available) throw new DomainError('media_unavailable', `media node ${this.#nodeId} is away`);
    const askedMs = performance.now();
    const reply: Reply<unknown> = await this.#socket.timeout(timeoutMs).emitWithAck(name, data).catch(() => {
      if (performance.now() - askedMs >= timeoutMs - 50) this.#answeredLate(name, askedMs);
      throw new DomainError('media_unavailable', `no answer to ${name} from media node ${this.#nodeId}`);
    });
    if (!reply.ok) throw new DomainError(reply.error.code, reply.error.message);
    return checker<SfuRequests[K]['reply']>(sfuRequests[name].reply)(reply.data);
  }

  async close(): Promise<void> {
    this.#awaySince ??= new Date(0);
    this.#socket.removeAllListeners();
    this.#socket.close();
  }

  #lost(reason: string, at: Date, listener: SfuListener): void {
    if (!this.available) return;
    this.#awaySince = at;
    this.#lostAt = at;
    this.#awayFromMs = performance.now();
    this.#log.warn({ nodeId: this.#nodeId, reason }, 'sfu is away');
    listener.lost();
  }

  /** Late, but heard of meanwhile: busy. Not heard of at all: perhaps a host without power, whose line would stay open for long. */
  #answeredLate(request: string, askedMs: number): void {
    this.#lateMs = performance.now();
    const silent = this.#heardMs < askedMs;
    this.#log.warn({ nodeId: this.#nodeId, request, silent }, 'sfu answers late');
    if (silent && this.available) this.#socket.io.engine.close();
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
        this.#log.error({ err: error, nodeId: this.#nodeId, event: name }, 'event of the sfu was not understood');
      }
    });
  }

  #ready(data: EventData<'node:ready'>, listener: SfuListener): void {
    if (data.nodeId !== this.#nodeId) {
      this.#log.error({ nodeId: this.#nodeId, saysNodeId: data.nodeId, url: this.url }, 'another media node answers at this address');
      return;
    }
    const newBoot = this.#bootId !== null && this.#bootId !== data.bootId;
    this.#bootId = data.bootId;
    this.#awaySince = null;
    this.#log.info({ nodeId: data.nodeId, bootId: data.bootId, newBoot, rooms: data.rooms.length }, 'sfu is there');
    listener.ready(data);
  }
}
