// One connection of a browser as cheap as it gets: a raw socket kept alive, one request at a time, times of the first and the last byte of the body.
import { connect, type Socket } from 'node:net';

export interface Asked { path: string; headers?: Record<string, string> }
export interface Answered {
  status: number; bytes: number; location: string | null; etag: string | null;
  /** On performance.now(); the first byte of the body, or of the answer where it has none. */
  firstByteMs: number; doneMs: number;
}
interface Waiting { resolve: (answer: Answered) => void; reject: (error: Error) => void }

const headOf = (head: string, name: string): string | null => {
  const at = head.toLowerCase().indexOf(`\r\n${name}: `);
  return at < 0 ? null : head.slice(at + name.length + 4, head.indexOf('\r\n', at + 2) < 0 ? undefined : head.indexOf('\r\n', at + 2));
};
const patienceMs = 30_000;

export class HttpLine {
  readonly #port: number;
  readonly #from: string;
  readonly #common: string;
  #socket: Socket | null = null;
  #waiting: Waiting | null = null;
  #head: Buffer = Buffer.alloc(0);
  #answer: Answered | null = null;
  #left = 0;

  /** `from`: one of this machine's addresses, each of which has its own 28,000 ports. */
  constructor(port: number, from: string, headers: Record<string, string>) {
    this.#port = port;
    this.#from = from;
    this.#common = Object.entries({ host: `localhost:${port}`, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`).join('');
  }

  /** Answers when the connection stands; it is opened again by itself when the server has closed it. */
  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port: this.#port, localAddress: this.#from, noDelay: true });
      socket.once('connect', () => { this.#socket = socket; resolve(); });
      socket.on('data', (bytes) => this.#take(bytes));
      socket.on('error', (error) => { reject(error); this.#fail(error); });
      socket.on('close', () => this.#fail(new Error('the connection was closed')));
      socket.setTimeout(patienceMs, () => { if (this.#waiting) socket.destroy(new Error('no answer')); });
    });
  }

  async ask({ path, headers = {} }: Asked): Promise<Answered> {
    if (!this.#socket) await this.open();
    const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('');
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket?.write(`GET ${path} HTTP/1.1\r\n${this.#common}${more}\r\n`);
    });
  }

  close(): void {
    this.#waiting = null;
    this.#socket?.destroy();
  }

  #fail(error: Error): void {
    this.#socket = null;
    const waiting = this.#waiting;
    this.#waiting = null;
    this.#answer = null;
    this.#head = Buffer.alloc(0);
    waiting?.reject(error);
  }

  #take(bytes: Buffer): void {
    if (this.#answer) return this.#body(bytes.length);
    this.#head = this.#head.length > 0 ? Buffer.concat([this.#head, bytes]) : bytes;
    const end = this.#head.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.#head.toString('latin1', 0, end);
    const rest = this.#head.length - end - 4;
    this.#head = Buffer.alloc(0);
    const status = Number(head.slice(9, 12));
    this.#left = status === 304 || status === 204 ? 0 : Number(headOf(head, 'content-length') ?? Number.NaN);
    this.#answer = { status, bytes: 0, location: headOf(head, 'location'), etag: headOf(head, 'etag'), firstByteMs: 0, doneMs: 0 };
    if (Number.isNaN(this.#left)) this.#socket?.destroy(new Error(`an answer without its length: ${head.slice(0, 200)}`));
    else if (rest > 0 || this.#left === 0) this.#body(rest);
  }

  #body(length: number): void {
    const answer = this.#answer!;
    if (answer.firstByteMs === 0) answer.firstByteMs = performance.now();
    answer.bytes += length;
    this.#left -= length;
    if (this.#left > 0) return;
    answer.doneMs = performance.now();
    this.#answer = null;
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve(answer);
  }
}
