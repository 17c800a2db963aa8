// The classroom's line to the server: enters by itself after every connection, keeps trying, repeats what may be repeated.
import { io, type Socket } from 'socket.io-client';
import type { Static } from 'typebox';
import type { LessonSnapshot } from '#contracts/lesson.ts';
import type { Reply, RequestData, RequestReply } from '#contracts/request-table.ts';
import type { SocketEvents, SocketRequests } from '#contracts/socket.ts';
import { serverClock } from '../clock.ts';
import { backoffMs } from './backoff.ts';
import { endsEntering, isPassing, repeatForMs, timeoutOf } from './connection-rules.ts';
import { RequestError, type RequestErrorCode } from './request-error.ts';

export type RequestName = keyof SocketRequests;
export type ServerEvent = { [K in keyof SocketEvents]: { name: K; data: Static<SocketEvents[K]> } }[keyof SocketEvents];
/** `taken`: the seat lives on another device; `refused`: entering is pointless, see the code; both wait for `enterAgain`. */
export type LinkPhase = 'connecting' | 'entered' | 'reconnecting' | 'taken' | 'refused' | 'closed';

export interface ConnectionCallbacks {
  phase(phase: LinkPhase, code: RequestErrorCode | null): void;
  /** All state comes from here; events are applied on top. */
  entered(snapshot: LessonSnapshot): void;
  event(event: ServerEvent): void;
}

const pause = (ms: number): Promise<void> => new Promise((done) => { setTimeout(done, ms); });

export class ClassroomConnection {
  readonly #socket: Socket;
  readonly #lessonId: string;
  readonly #deviceId: string;
  readonly #callbacks: ConnectionCallbacks;
  readonly #waiting = new Set<() => void>();
  #phase: LinkPhase = 'connecting';
  #turn = 0;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  /** Facts told after the seat was taken and before its snapshot came; null once it is there. */
  #early: ServerEvent[] | null = [];

  private constructor(lessonId: string, deviceId: string, callbacks: ConnectionCallbacks) {
    this.#lessonId = lessonId;
    this.#deviceId = deviceId;
    this.#callbacks = callbacks;
    this.#socket = io({
      path: '/socket.io', transports: ['websocket'], autoConnect: false,
      reconnectionDelay: 400, reconnectionDelayMax: 3000, randomizationFactor: 0.5, timeout: 8000,
    });
    this.#listen();
  }

  static async create(lessonId: string, deviceId: Promise<string>, callbacks: ConnectionCallbacks): Promise<ClassroomConnection> {
    const connection = new ClassroomConnection(lessonId, await deviceId, callbacks);
    connection.#socket.connect();
    return connection;
  }

  get phase(): LinkPhase { return this.#phase; }

  #listen(): void {
    this.#socket.on('connect', () => { void this.#enter(); });
    this.#socket.on('disconnect', () => {
      this.#turn++;
      if (this.#over()) return;
      this.#to('reconnecting');
      // Socket.IO comes back by itself after a cut, but not after the server has closed the connection.
      if (!this.#socket.active) this.#connectLater();
    });
    this.#socket.on('connect_error', (error: Error & { data?: { code?: RequestErrorCode } }) => {
      if (this.#over() || this.#socket.active) return;
      const code = error.data?.code;
      if (code && endsEntering(code)) this.#refuse(code);
      else this.#connectLater();
    });
    this.#socket.onAny((name: string, data: unknown) => {
      const event = { name, data } as ServerEvent;
      if (event.name === 'seat:taken') this.#take();
      else if (this.#early) this.#early.push(event);
      else this.#callbacks.event(event);
    });
  }

  async #enter(): Promise<void> {
    const turn = ++this.#turn;
    this.#early = [];
    const sentAtMs = Date.now();
    try {
      const snapshot = await this.#send('lesson:enter', { lessonId: this.#lessonId, deviceId: this.#deviceId });
      if (turn !== this.#turn || this.#over()) return;
      serverClock.sample(snapshot.serverNowMs, sentAtMs, Date.now());
      this.#failures = 0;
      this.#callbacks.entered(snapshot);
      const early = this.#early ?? [];
      this.#early = null;
      for (const event of early) this.#callbacks.event(event);
      this.#to('entered');
      for (const go of [...this.#waiting]) go();
    } catch (error) {
      if (turn !== this.#turn || this.#over()) return;
      if (!(error instanceof RequestError)) throw error;
      if (endsEntering(error.code)) return this.#refuse(error.code);
      this.#socket.disconnect();
      this.#connectLater();
    }
  }

  #connectLater(): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => { if (!this.#over()) this.#socket.connect(); }, backoffMs(this.#failures++, 400, 4000, Math.random()));
  }

  async #send<K extends RequestName>(name: K, data: RequestData<SocketRequests, K>): Promise<RequestReply<SocketRequests, K>> {
    let reply: Reply<RequestReply<SocketRequests, K>>;
    try {
      reply = await this.#socket.timeout(timeoutOf(name)).emitWithAck(name, data);
    } catch (cause) {
      throw new RequestError('unreachable', `${name}: ${String(cause)}`);
    }
    if (reply.ok) return reply.data;
    throw new RequestError(reply.error.code, reply.error.message, reply.error.requestId);
  }

  /**
   * Asks the server. What may be asked twice waits for the line and is asked again after a cut; everything else fails with `unreachable`.
   * Throws RequestError.
   */
  async request<K extends RequestName>(name: K, data: RequestData<SocketRequests, K>): Promise<RequestReply<SocketRequests, K>> {
    const untilMs = Date.now() + repeatForMs(name);
    for (let attempt = 0; ; attempt++) {
      // Asked at once where the line is there: the page may be drawn while the answer is on its way.
      if (this.#phase !== 'entered') await this.#whenEntered(untilMs - Date.now());
      try {
        return await this.#send(name, data);
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        this.#judge(error.code);
        if (!isPassing(error.code) || Date.now() >= untilMs || this.#over()) throw error;
        await pause(backoffMs(attempt, 300, 3000, Math.random()));
      }
    }
  }

  /** A refusal that is about the seat, not about what was asked. */
  #judge(code: RequestErrorCode): void {
    if (code === 'seat_taken_over') this.#take();
    if (code === 'not_entered' && this.#phase === 'entered') {
      this.#to('reconnecting');
      void this.#enter();
    }
  }

  #whenEntered(limitMs: number): Promise<void> {
    const gone = new RequestError('unreachable', 'not connected');
    if (this.#over() || limitMs <= 0) return Promise.reject(gone);
    return new Promise((done, fail) => {
      const settle = () => {
        clearTimeout(timer);
        this.#waiting.delete(settle);
        if (this.#phase === 'entered') done();
        else fail(gone);
      };
      const timer = setTimeout(settle, limitMs);
      this.#waiting.add(settle);
    });
  }

  #over(): boolean { return this.#phase === 'taken' || this.#phase === 'refused' || this.#phase === 'closed'; }

  #to(phase: LinkPhase, code: RequestErrorCode | null = null): void {
    if (this.#phase === phase || this.#phase === 'closed') return;
    this.#phase = phase;
    if (phase !== 'entered') this.#early = [];
    if (this.#over()) {
      clearTimeout(this.#retry);
      for (const go of [...this.#waiting]) go();
    }
    this.#callbacks.phase(phase, code);
  }

  #take(): void {
    this.#to('taken');
    this.#socket.disconnect();
  }

  #refuse(code: RequestErrorCode): void {
    this.#to('refused', code);
    this.#socket.disconnect();
  }

  /** After `taken` or `refused`, at the person's wish. */
  enterAgain(): void {
    if (this.#phase !== 'taken' && this.#phase !== 'refused') return;
    this.#failures = 0;
    this.#to('connecting');
    this.#socket.connect();
  }

  close(): void {
    this.#to('closed');
    this.#socket.disconnect();
  }
}
