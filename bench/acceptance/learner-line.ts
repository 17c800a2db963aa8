// A learner's socket as the page keeps it: enters after every connection, comes back in the page's rhythm, repeats an answer until it is acknowledged.
import { io, type Socket } from 'socket.io-client';
import type { LessonSnapshot } from '#contracts/lesson.ts';
import type { Reply, RequestData, RequestReply } from '#contracts/request-table.ts';
import type { SocketRequests } from '#contracts/socket.ts';
import { newId } from '#domain/id.ts';
import { returnMs, spreadOfClass } from '../../web/classroom/backoff.ts';

type Name = keyof SocketRequests;
const enterPatienceMs = 900_000;
const requestPatienceMs = 8000;
const mediaPatienceMs = 5000;

/** A refusal by its code, or `unreachable` where no answer came. */
export class LineError extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

export interface LineCallbacks {
  entered(snapshot: LessonSnapshot): void;
  event(name: string, data: unknown): void;
}
export interface LineFigures { connects: number; enteredMs: number[]; refusals: Record<string, number> }

export class LearnerLine {
  readonly figures: LineFigures = { connects: 0, enteredMs: [], refusals: {} };
  readonly #socket: Socket;
  readonly #lessonId: string;
  readonly #deviceId = `device-${newId()}`;
  readonly #callbacks: LineCallbacks;
  #entered = false;
  #askedMs = 0;
  #failures = 0;
  #spreadMs = 0;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(url: string, cookie: string, lessonId: string, callbacks: LineCallbacks) {
    this.#lessonId = lessonId;
    this.#callbacks = callbacks;
    this.#socket = io(url, { transports: ['websocket'], forceNew: true, reconnection: false, autoConnect: false, rejectUnauthorized: false, timeout: 8000, extraHeaders: { cookie } });
    this.#socket.on('connect', () => void this.#enter());
    this.#socket.on('disconnect', () => this.#later());
    this.#socket.on('connect_error', (error: Error & { data?: { code?: string } }) => {
      this.#refused(error.data?.code ?? 'unreachable');
      this.#later();
    });
    this.#socket.onAny((name: string, data: unknown) => this.#told(name, data));
  }

  /** The click that enters the lesson. */
  start(): void {
    this.#askedMs = performance.now();
    this.#socket.connect();
  }

  get entered(): boolean { return this.#entered; }

  /** Throws LineError. */
  async ask<K extends Name>(name: K, data: RequestData<SocketRequests, K>): Promise<RequestReply<SocketRequests, K>> {
    if (!this.#entered) throw new LineError('unreachable');
    return this.#request(name, data, name.startsWith('media:') ? mediaPatienceMs : requestPatienceMs);
  }

  close(): void {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#socket.disconnect();
  }

  async #request<K extends Name>(name: K, data: RequestData<SocketRequests, K>, patienceMs: number): Promise<RequestReply<SocketRequests, K>> {
    let reply: Reply<RequestReply<SocketRequests, K>>;
    try {
      reply = await this.#socket.timeout(patienceMs).emitWithAck(name, data) as Reply<RequestReply<SocketRequests, K>>;
    } catch {
      throw new LineError('unreachable');
    }
    if (!reply.ok) throw new LineError(reply.error.code);
    return reply.data;
  }

  async #enter(): Promise<void> {
    this.figures.connects++;
    try {
      const snapshot = await this.#request('lesson:enter', { lessonId: this.#lessonId, deviceId: this.#deviceId }, enterPatienceMs);
      this.#entered = true;
      this.#failures = 0;
      this.#spreadMs = spreadOfClass(snapshot.presentCount);
      if (this.figures.enteredMs.length < 50) this.figures.enteredMs.push(Math.round(performance.now() - this.#askedMs));
      this.#callbacks.entered(snapshot);
    } catch (error) {
      this.#refused(error instanceof LineError ? error.code : 'unreachable');
      // As the page: from the beginning, over a fresh line.
      if (this.#socket.connected) this.#socket.disconnect();
      this.#later();
    }
  }

  #told(name: string, data: unknown): void {
    if (name === 'server:leaving') this.#spreadMs = (data as { spreadMs: number }).spreadMs;
    if (name === 'presence:counted') this.#spreadMs = spreadOfClass((data as { presentCount: number }).presentCount);
    this.#callbacks.event(name, data);
  }

  #later(): void {
    this.#entered = false;
    if (this.#closed || this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.start();
    }, returnMs(this.#failures++, this.#spreadMs, Math.random()));
  }

  #refused(code: string): void {
    this.figures.refusals[code] = (this.figures.refusals[code] ?? 0) + 1;
  }
}
