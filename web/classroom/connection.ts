// The classroom's line to the server: enters by itself after every connection, keeps trying, repeats what may be repeated.
import { io, type Socket } from 'socket.io-client';
import type { LessonSnapshot } from '#contracts/lesson.ts';
import type { Reply, RequestData, RequestReply } from '#contracts/request-table.ts';
import type { SocketRequests } from '#contracts/socket.ts';
import { keepableOnly } from '#domain/text.ts';
import { serverClock } from '../clock.ts';
import { noteRefusal } from '../help/last-refusals.ts';
import { backoffMs, returnMs, spreadOfClass } from './backoff.ts';
import { endsEntering, isPassing, repeatForMs, silenceMs, timeoutOf, triesBeforeAsking } from './connection-rules.ts';
import type { ConnectionCallbacks, LinkPhase, RequestName, ServerAnswers, ServerEvent } from './link.ts';
import { RequestError, type RequestErrorCode } from './request-error.ts';

const longestWayMs = 400;
const pause = (ms: number): Promise<void> => new Promise((done) => { setTimeout(done, ms); });

export class ClassroomConnection {
  readonly #socket: Socket;
  readonly #lessonId: string;
  readonly #deviceId: string;
  readonly #callbacks: ConnectionCallbacks;
  readonly #serverAnswers: ServerAnswers;
  readonly #waiting = new Set<() => void>();
  #phase: LinkPhase = 'connecting';
  /** When anything of the server came last, by this device's clock. */
  heardAtMs = Date.now();
  #turn = 0;
  #failures = 0;
  /** Tries without ever a line; a line once is proof that WebSocket gets through. */
  #neverOpened: number | null = 0;
  #spreadMs = 0;
  /** Was taken out, and asks to be let in again; until that is done. */
  #knocks = false;
  /** Raised by whatever the server says while one waits to enter. */
  #heard: () => void = () => undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #resync: ReturnType<typeof setTimeout> | undefined;
  /** Facts told after the seat was taken and before its snapshot came; null once it is there. */
  #early: ServerEvent[] | null = [];

  private constructor(lessonId: string, deviceId: string, callbacks: ConnectionCallbacks, serverAnswers: ServerAnswers) {
    this.#serverAnswers = serverAnswers;
    this.#lessonId = lessonId;
    this.#deviceId = deviceId;
    this.#callbacks = callbacks;
    this.#socket = io({
      // Coming back is our own: how long one waits depends on how many come back at once.
      path: '/socket.io', transports: ['websocket'], autoConnect: false, reconnection: false, timeout: 8000,
    });
    this.#listen();
  }

  static async create(
    lessonId: string, deviceId: Promise<string>, callbacks: ConnectionCallbacks, serverAnswers: ServerAnswers,
  ): Promise<ClassroomConnection> {
    const connection = new ClassroomConnection(lessonId, await deviceId, callbacks, serverAnswers);
    connection.#socket.connect();
    return connection;
  }

  get phase(): LinkPhase { return this.#phase; }

  #listen(): void {
    this.#socket.on('connect', () => {
      this.#neverOpened = null;
      this.heardAtMs = Date.now();
      // Whoever was told that the network blocks the line now sees the place in the line of those who enter.
      if (this.#phase === 'connecting') this.#callbacks.phase('connecting', null);
      void this.#enter();
    });
    this.#socket.on('disconnect', () => {
      this.#turn++;
      if (this.#over()) return;
      this.#to('reconnecting');
      this.#connectLater();
    });
    this.#socket.on('connect_error', (error: Error & { data?: { code?: RequestErrorCode } }) => {
      if (this.#over()) return;
      const code = error.data?.code;
      // A refusal with a code came over an open line.
      if (code) this.#neverOpened = null;
      if (code && endsEntering(code)) return this.#refuse(code);
      this.#connectLater();
      void this.#askWhetherBlocked();
    });
    this.#socket.onAny((name: string, data: unknown) => this.#told({ name, data } as ServerEvent));
    this.#socket.io.on('ping', () => { this.heardAtMs = Date.now(); });
  }

  #told(event: ServerEvent): void {
    this.heardAtMs = Date.now();
    switch (event.name) {
      case 'seat:taken': return this.#take();
      case 'seat:idle': return this.#stop('idle');
      case 'seat:removed':
        this.#callbacks.event(event);
        return this.#refuse('removed_from_lesson');
      case 'door:answered':
        if (this.#phase === 'waiting') void this.#enter();
        return;
      case 'server:leaving':
        this.#spreadMs = event.data.spreadMs;
        return;
      case 'lesson:resync':
        this.#resyncLater(event.data.spreadMs);
        return;
      case 'lesson:queued':
        this.#heard();
        this.#callbacks.queued({ position: event.data.position, untilMs: serverClock.now() + event.data.waitMs });
        return;
      case 'presence:counted':
        this.#spreadMs = spreadOfClass(event.data.presentCount);
    }
    if (this.#early) this.#early.push(event);
    else this.#callbacks.event(event);
  }

  /** Says so where ordinary requests are answered and the line never opens; goes on trying all the same. */
  async #askWhetherBlocked(): Promise<void> {
    if (this.#neverOpened === null || ++this.#neverOpened < triesBeforeAsking) return;
    const answers = await this.#serverAnswers();
    if (this.#neverOpened !== null && !this.#over()) this.#callbacks.phase(this.#phase, answers ? 'websocket_required' : null);
  }

  async #enter(): Promise<void> {
    const turn = ++this.#turn;
    this.#early = [];
    const sentAtMs = Date.now();
    try {
      const snapshot = await this.#untilSilent(this.#send('lesson:enter', { lessonId: this.#lessonId, deviceId: this.#deviceId, knock: this.#knocks }));
      if (turn !== this.#turn || this.#over()) return;
      // An answer that waited its turn says little about the way it took.
      const receivedAtMs = Date.now();
      serverClock.sample(snapshot.serverNowMs, Math.max(sentAtMs, receivedAtMs - longestWayMs), receivedAtMs);
      this.#failures = 0;
      this.#knocks = false;
      this.#show(snapshot);
      this.#to('entered');
      for (const go of [...this.#waiting]) go();
    } catch (error) {
      if (turn !== this.#turn || this.#over()) return;
      if (!(error instanceof RequestError)) throw error;
      if (error.code === 'seat_taken_over') return this.#take();
      // The line stays: `door:answered` comes over it.
      if (error.code === 'door_waiting') return this.#to('waiting');
      if (endsEntering(error.code)) return this.#refuse(error.code);
      // A line that is still open is closed, and its end plans the next try.
      if (this.#socket.connected) this.#socket.disconnect();
      else this.#connectLater();
    }
  }

  /** Everything from the snapshot, then what was told since it was asked for. */
  #show(snapshot: LessonSnapshot): void {
    this.#spreadMs = spreadOfClass(snapshot.presentCount);
    this.#callbacks.entered(snapshot);
    const early = this.#early ?? [];
    this.#early = null;
    for (const event of early) this.#callbacks.event(event);
  }

  /** An answer that may take its time as long as the server says something. */
  #untilSilent<T>(answer: Promise<T>): Promise<T> {
    return new Promise((done, fail) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      this.#heard = () => {
        clearTimeout(timer);
        timer = setTimeout(() => fail(new RequestError('unreachable', 'lesson:enter: the server is silent')), silenceMs);
      };
      this.#heard();
      answer.then(done, fail).finally(() => clearTimeout(timer));
    });
  }

  /** Something may have been missed: the picture is asked for again, once, however often one is told. */
  #resyncLater(spreadMs: number): void {
    clearTimeout(this.#resync);
    this.#resync = setTimeout(() => { void this.#resyncNow(); }, Math.random() * spreadMs);
  }

  async #resyncNow(): Promise<void> {
    if (this.#phase !== 'entered') return;
    const turn = this.#turn;
    this.#early ??= [];
    try {
      const snapshot = await this.#send('lesson:snapshot', {});
      if (turn === this.#turn && this.#phase === 'entered') this.#show(snapshot);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (turn !== this.#turn || this.#over()) return;
      if (error.code === 'seat_taken_over') return this.#take();
      this.#to('reconnecting');
      void this.#enter();
    }
  }

  #connectLater(): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => { if (!this.#over()) this.#socket.connect(); }, returnMs(this.#failures++, this.#spreadMs, Math.random()));
  }

  async #send<K extends RequestName>(name: K, data: RequestData<SocketRequests, K>): Promise<RequestReply<SocketRequests, K>> {
    let reply: Reply<RequestReply<SocketRequests, K>>;
    try {
      reply = await this.#socket.timeout(timeoutOf(name)).emitWithAck(name, keepableOnly(data));
    } catch (cause) {
      throw new RequestError('unreachable', `${name}: ${String(cause)}`);
    }
    this.heardAtMs = Date.now();
    if (reply.ok) return reply.data;
    noteRefusal(reply.error.code, reply.error.requestId);
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
    // Both are answered at the door: whoever was taken out hears why there, also where this refusal came before `seat:removed`.
    if ((code === 'removed_from_lesson' || code === 'not_entered') && this.#phase === 'entered') {
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

  #over(): boolean { return this.#phase === 'taken' || this.#phase === 'idle' || this.#phase === 'refused' || this.#phase === 'closed'; }

  #to(phase: LinkPhase, code: RequestErrorCode | null = null): void {
    this.#callbacks.queued(null);
    if (this.#phase === phase || this.#phase === 'closed') return;
    this.#phase = phase;
    if (phase !== 'entered') this.#early = [];
    if (this.#over()) {
      clearTimeout(this.#retry);
      clearTimeout(this.#resync);
      for (const go of [...this.#waiting]) go();
    }
    this.#callbacks.phase(phase, code);
  }

  #take(): void { this.#stop('taken'); }

  #refuse(code: RequestErrorCode): void { this.#stop('refused', code); }

  #stop(phase: 'taken' | 'idle' | 'refused', code: RequestErrorCode | null = null): void {
    this.#to(phase, code);
    this.#socket.disconnect();
  }

  /** After it stopped, at the person's wish; `knock`: whoever was taken out asks to be let in. */
  enterAgain(knock = false): void {
    if (!this.#over() || this.#phase === 'closed') return;
    this.#failures = 0;
    this.#knocks = knock;
    this.#to('connecting');
    this.#socket.connect();
  }

  close(): void {
    this.#to('closed');
    this.#socket.disconnect();
  }
}
