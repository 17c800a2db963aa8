// The phone's line to the server: one handshake that says who it is, coming back by itself, requests with answers.
import { io, type Socket } from 'socket.io-client';
import type { Static } from 'typebox';
import type { PhoneEvents, PhoneReply, PhoneRequests, PhoneView } from '#contracts/companion.ts';
import { companionNamespace } from '#domain/companion.ts';
import { returnMs } from '../classroom/backoff.ts';
import { RequestError, type RequestErrorCode } from '../classroom/request-error.ts';
import type { PhonePass } from './companion-link.ts';

type EndReason = Static<PhoneEvents['companion:ended']>['reason'];
/** `refused` with a code and `ended` with a reason are final. */
export type PhoneLink =
  | { phase: 'connecting' | 'connected' | 'reconnecting'; code: null; reason: null } | { phase: 'refused'; code: RequestErrorCode; reason: null } | { phase: 'ended'; code: null; reason: EndReason };
export interface PhoneCallbacks {
  link(link: PhoneLink): void;
  /** The line is there, at first and again. */
  here(view: PhoneView): void;
  wanted(producerId: string, maxSpatialLayer: number): void;
  reset(): void;
}

const answerMs = 6_000;
/** Trying again by itself cannot help. */
const final: readonly RequestErrorCode[] = ['companion_unknown', 'companion_expired', 'companion_used', 'companion_ended', 'wrong_lesson', 'lesson_not_live', 'bad_request', 'forbidden'];

export class PhoneConnection {
  readonly #socket: Socket;
  readonly #callbacks: PhoneCallbacks;
  #link: PhoneLink = { phase: 'connecting', code: null, reason: null };
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  private constructor(pass: PhonePass, callbacks: PhoneCallbacks) {
    this.#callbacks = callbacks;
    this.#socket = io(companionNamespace, { path: '/socket.io', transports: ['websocket'], autoConnect: false, reconnection: false, timeout: 8000, auth: { ...pass } });
    this.#listen();
  }

  static create(pass: PhonePass, callbacks: PhoneCallbacks): PhoneConnection {
    const connection = new PhoneConnection(pass, callbacks);
    connection.#socket.connect();
    return connection;
  }

  /** The network changed under the phone: nobody waits for the line to fall silent. */
  readonly #offline = (): void => { if (!this.#over()) this.#socket.io.engine?.close(); };
  readonly #online = (): void => {
    if (this.#over() || this.#socket.connected) return;
    this.#failures = 0;
    clearTimeout(this.#retry);
    this.#socket.connect();
  };

  #listen(): void {
    window.addEventListener('offline', this.#offline);
    window.addEventListener('online', this.#online);
    this.#socket.on('connect', () => void this.#look());
    this.#socket.on('disconnect', () => this.#lost());
    this.#socket.on('connect_error', (error: Error & { data?: { code?: RequestErrorCode } }) => {
      const code = error.data?.code;
      if (code && final.includes(code)) this.#to({ phase: 'refused', code, reason: null });
      else this.#connectLater();
    });
    const hear = <K extends keyof PhoneEvents>(name: K, take: (data: Static<PhoneEvents[K]>) => void): void => { this.#socket.on<string>(name, take); };
    hear('companion:ended', ({ reason }) => this.#to({ phase: 'ended', code: null, reason }));
    hear('media:wanted', ({ producerId, maxSpatialLayer }) => this.#callbacks.wanted(producerId, maxSpatialLayer));
    hear('media:reset', () => this.#callbacks.reset());
  }

  async #look(): Promise<void> {
    try {
      const view = await this.request('companion:look', {});
      this.#failures = 0;
      this.#to({ phase: 'connected', code: null, reason: null });
      this.#callbacks.here(view);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (final.includes(error.code)) return this.#to({ phase: 'refused', code: error.code, reason: null });
      this.#socket.disconnect();
      this.#lost();
    }
  }

  #over(): boolean { return this.#closed || this.#link.phase === 'refused' || this.#link.phase === 'ended'; }

  #lost(): void {
    if (this.#over()) return;
    if (this.#link.phase === 'connected') this.#to({ phase: 'reconnecting', code: null, reason: null });
    this.#connectLater();
  }

  #connectLater(): void {
    if (this.#over()) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => { if (!this.#over() && !this.#socket.connected) this.#socket.connect(); }, returnMs(this.#failures++, 0, Math.random()));
  }

  #to(link: PhoneLink): void {
    if (this.#over()) return;
    this.#link = link;
    if (this.#over()) this.#stop();
    this.#callbacks.link(link);
  }

  /** Throws RequestError. */
  async request<K extends keyof PhoneRequests>(name: K, data: Static<PhoneRequests[K]['data']>): Promise<Static<PhoneRequests[K]['reply']>> {
    if (!this.#socket.connected) throw new RequestError('unreachable', `${name}: not connected`);
    let reply: PhoneReply<K>;
    try {
      reply = await this.#socket.timeout(answerMs).emitWithAck(name, data) as PhoneReply<K>;
    } catch (cause) {
      throw new RequestError('unreachable', `${name}: ${String(cause)}`);
    }
    if (reply.ok) return reply.data;
    throw new RequestError(reply.error.code, reply.error.message, reply.error.requestId);
  }

  #stop(): void {
    window.removeEventListener('offline', this.#offline);
    window.removeEventListener('online', this.#online);
    clearTimeout(this.#retry);
    this.#socket.disconnect();
  }

  close(): void {
    this.#closed = true;
    this.#stop();
  }
}
