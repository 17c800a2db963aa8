// A person in a classroom, driven by a program: typed requests, refusals by code, events in the order they came.
import { io, type Socket } from 'socket.io-client';
import type { Static } from 'typebox';
import type { Reply, RequestData, RequestReply } from '#contracts/request-table.ts';
import type { LessonSnapshot } from '#contracts/lesson.ts';
import { socketEvents, type SocketEvents, type SocketRequests } from '#contracts/socket.ts';
import type { ErrorCode } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { connectLine, granted, refusalIn, sendOn } from './socket-line.ts';

type Name = keyof SocketRequests;
type EventName = keyof SocketEvents;
export type EventData<K extends EventName> = Static<SocketEvents[K]>;

export interface DriverOptions {
  /** http(s)://host:port */
  url: string;
  /** `name=value` of the login session; none: a stranger. */
  cookie?: string;
  origin?: string;
  deviceId?: string;
  /** How long an event or an answer is waited for. */
  patienceMs?: number;
}

interface Waiting { event: string; take: (data: unknown) => boolean }

export class ClassroomDriver {
  readonly deviceId: string;
  /** Set by the last `enter`. */
  snapshot: LessonSnapshot | null = null;
  readonly #socket: Socket;
  readonly #patienceMs: number;
  readonly #heard: { event: string; data: unknown }[] = [];
  #waiting: Waiting[] = [];

  private constructor(socket: Socket, options: DriverOptions) {
    this.#socket = socket;
    this.deviceId = options.deviceId ?? `device-${newId()}`;
    this.#patienceMs = options.patienceMs ?? 10_000;
    for (const event of [...Object.keys(socketEvents), 'disconnect']) socket.on(event, (data: unknown) => this.#hear(event, data));
  }

  /** Connects, or throws Refused with the code of `connect_error`. */
  static async connect(options: DriverOptions): Promise<ClassroomDriver> {
    const { url, cookie, origin } = options;
    const socket = io(url, {
      transports: ['websocket'], forceNew: true, reconnection: false, autoConnect: false, rejectUnauthorized: false,
      extraHeaders: { ...(cookie && { cookie }), ...(origin && { origin }) },
    });
    const driver = new ClassroomDriver(socket, options);
    await connectLine(socket);
    return driver;
  }

  /** The raw answer, whatever it is; `data` unchecked, for sending what is wrong. */
  send(name: string, ...data: unknown[]): Promise<Reply<unknown>> { return sendOn(this.#socket, this.#patienceMs, name, data); }

  async ask<K extends Name>(name: K, data: RequestData<SocketRequests, K>): Promise<RequestReply<SocketRequests, K>> {
    return granted(name, (await this.send(name, data)) as Reply<RequestReply<SocketRequests, K>>);
  }

  /** The code of the refusal; throws where the request was granted. */
  async refusal(name: string, ...data: unknown[]): Promise<ErrorCode> { return refusalIn(name, await this.send(name, ...data)); }

  async enter(lessonId: string): Promise<LessonSnapshot> {
    this.snapshot = await this.ask('lesson:enter', { lessonId, deviceId: this.deviceId });
    return this.snapshot;
  }

  /** The first event of this name (that matches) not taken yet, heard already or still to come. */
  next<K extends EventName>(event: K, matches: (data: EventData<K>) => boolean = () => true): Promise<EventData<K>> {
    return this.#take(event, (data) => matches(data as EventData<K>)) as Promise<EventData<K>>;
  }

  /** Events of this name heard and not taken. */
  heard<K extends EventName>(event: K): EventData<K>[] {
    return this.#heard.filter((one) => one.event === event).map((one) => one.data as EventData<K>);
  }

  /** Hears every event of this name from now on, the moment it comes; `next` and `heard` know them too. */
  watch<K extends EventName>(event: K, hear: (data: EventData<K>) => void): void {
    this.#socket.on(event as string, (data: unknown) => hear(data as EventData<K>));
  }

  async disconnected(): Promise<void> {
    if (this.#socket.disconnected) return;
    await this.#take('disconnect', () => true);
  }

  /** Resolves when the line is gone, however long that takes. */
  gone(): Promise<void> {
    return new Promise((resolve) => { if (this.#socket.disconnected) resolve(); else this.#socket.once('disconnect', () => resolve()); });
  }

  /** Cuts the line without a word. */
  cut(): void {
    this.#socket.io.engine.close();
  }

  close(): void {
    this.#socket.disconnect();
  }

  #hear(event: string, data: unknown): void {
    const index = this.#waiting.findIndex((one) => one.event === event && one.take(data));
    if (index < 0) this.#heard.push({ event, data });
    else this.#waiting.splice(index, 1);
  }

  #take(event: string, matches: (data: unknown) => boolean): Promise<unknown> {
    const index = this.#heard.findIndex((one) => one.event === event && matches(one.data));
    if (index >= 0) return Promise.resolve(this.#heard.splice(index, 1)[0]?.data);
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        event,
        take: (data) => {
          if (!matches(data)) return false;
          clearTimeout(timer);
          resolve(data);
          return true;
        },
      };
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((one) => one !== waiting);
        reject(new Error(`no ${event} within ${this.#patienceMs} ms`));
      }, this.#patienceMs);
      this.#waiting.push(waiting);
    });
  }
}
