// One learner's line as cheap as it gets: a raw socket that speaks WebSocket and Socket.IO, keeps nothing, answers pings.
import { connect, type Socket } from 'node:net';

export interface LineOptions { port: number; from: string; cookie: string }
export interface LineEvents {
  /** An event as it came over the wire: `["name",{…}]`. */
  event(text: string): void;
  closed(): void;
}

const shortest = 126;
const handshakePatienceMs = 60_000;

/** A text frame of a client. Its mask must be there and may be nothing but zeros. */
function frame(text: string): Buffer {
  const payload = Buffer.from(text);
  const { length } = payload;
  const head = length < shortest ? Buffer.from([0x81, 0x80 | length, 0, 0, 0, 0]) : Buffer.from([0x81, 0x80 | shortest, length >> 8, length & 255, 0, 0, 0, 0]);
  return Buffer.concat([head, payload]);
}
const pong = frame('3');

export class LearnerLine {
  readonly #socket: Socket;
  readonly #events: LineEvents;
  readonly #answers = new Map<number, (reply: string) => void>();
  #left: Buffer | null = null;
  #upgraded = false;
  #nextId = 0;
  #opened: { resolve: () => void; reject: (error: Error) => void } | null = null;

  private constructor(socket: Socket, events: LineEvents) {
    this.#socket = socket;
    this.#events = events;
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('close', () => {
      this.#opened?.reject(new Error('closed before it was open'));
      this.#events.closed();
    });
    socket.on('error', () => undefined);
  }

  /** Answers when Socket.IO is connected. */
  static open({ port, from, cookie }: LineOptions, events: LineEvents): Promise<LearnerLine> {
    const socket = connect({ host: '127.0.0.1', port, localAddress: from, noDelay: true });
    const line = new LearnerLine(socket, events);
    socket.once('connect', () => socket.write(
      `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nCookie: ${cookie}\r\n\r\n`));
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => line.#opened?.reject(new Error('not open in time')), handshakePatienceMs);
      const over = (): void => { clearTimeout(late); line.#opened = null; };
      line.#opened = { resolve: () => { over(); resolve(line); }, reject: (error) => { over(); socket.destroy(); reject(error); } };
    });
  }

  /** The answer as it came: `[{"ok":true,…}]`. */
  ask(name: string, data: unknown): Promise<string> {
    const id = this.#nextId++;
    this.#socket.write(frame(`42${id}${JSON.stringify([name, data])}`));
    return new Promise((resolve) => { this.#answers.set(id, resolve); });
  }

  close(): void { this.#socket.destroy(); }

  #read(chunk: Buffer): void {
    let data = this.#left ? Buffer.concat([this.#left, chunk]) : chunk;
    this.#left = null;
    if (!this.#upgraded) {
      const end = data.indexOf('\r\n\r\n');
      if (end < 0) { this.#left = data; return; }
      if (!data.subarray(0, 12).equals(Buffer.from('HTTP/1.1 101'))) return this.#opened?.reject(new Error(data.subarray(0, end).toString().split('\r\n')[0]));
      this.#upgraded = true;
      data = data.subarray(end + 4);
    }
    while (data.length >= 2) {
      const short = data[1]! & 127;
      const head = short < shortest ? 2 : short === shortest ? 4 : 10;
      if (data.length < head) break;
      const length = short < shortest ? short : short === shortest ? data.readUInt16BE(2) : Number(data.readBigUInt64BE(2));
      if (data.length < head + length) break;
      if ((data[0]! & 15) === 1) this.#packet(data.toString('utf8', head, head + length));
      data = data.subarray(head + length);
    }
    // Copied, so that what is left does not hold the whole chunk.
    if (data.length > 0) this.#left = Buffer.from(data);
  }

  #packet(text: string): void {
    if (text === '2') return void this.#socket.write(pong);
    if (text.startsWith('0')) return void this.#socket.write(frame('40'));
    if (text.startsWith('40')) return this.#opened?.resolve();
    if (text.startsWith('44')) return this.#opened?.reject(new Error(text.slice(2)));
    if (text.startsWith('42')) return this.#events.event(text.slice(2));
    if (!text.startsWith('43')) return;
    const from = text.indexOf('[');
    const id = Number(text.slice(2, from));
    const answer = this.#answers.get(id);
    this.#answers.delete(id);
    answer?.(text.slice(from));
  }
}
