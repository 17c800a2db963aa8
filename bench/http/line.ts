// One connection of a browser as cheap as it gets: a raw socket kept alive, with TLS where the address has it; one request at a time, times of the first and the last byte of the body.
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';

/** `keep`: the body itself is wanted. */
export interface Asked { path: string; headers?: Record<string, string>; method?: 'GET' | 'POST'; keep?: boolean }
export interface Answered {
  status: number; bytes: number; location: string | null; etag: string | null; body: string | null;
  /** On performance.now(); the first byte of the body, or of the answer where it has none. */
  firstByteMs: number; doneMs: number;
}
export interface LineOptions { url: string; cookie: string; /** One of this machine's addresses, each of which has its own 28,000 ports; null: any. */ from: string | null }
interface Waiting { keep: Buffer[] | null; resolve: (answer: Answered) => void; reject: (error: Error) => void }

const headOf = (head: string, name: string): string | null => {
  const at = head.toLowerCase().indexOf(`\r\n${name}: `);
  return at < 0 ? null : head.slice(at + name.length + 4, head.indexOf('\r\n', at + 2) < 0 ? undefined : head.indexOf('\r\n', at + 2));
};
const patienceMs = 30_000;
/** What is read goes through one buffer of the process: what a body costs the generator is taken from the server beside it. */
const readInto = Buffer.allocUnsafeSlow(256 * 1024);

/** Whether the address is this machine by its inner name: there every generator can have an address of its own. */
export const isLoopback = (url: string): boolean => ['localhost', '127.0.0.1'].includes(new URL(url).hostname);

export class HttpLine {
  readonly #url: URL;
  readonly #from: string | null;
  readonly #common: string;
  #socket: Socket | null = null;
  #waiting: Waiting | null = null;
  #head: Buffer = Buffer.alloc(0);
  #answer: Answered | null = null;
  #left = 0;

  constructor({ url, cookie, from }: LineOptions) {
    this.#url = new URL(url);
    this.#from = from;
    const headers = { host: this.#url.host, cookie, accept: '*/*', 'accept-encoding': 'gzip, deflate, br', 'user-agent': 'keshi-bench' };
    this.#common = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('');
  }

  /** Answers when the connection stands; it is opened again by itself when the server has closed it. */
  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = this.#connect();
      socket.once(this.#url.protocol === 'https:' ? 'secureConnect' : 'connect', () => { this.#socket = socket; resolve(); });
      // Of a plain line bytes come through `onread`.
      socket.on('data', (bytes) => this.#take(bytes));
      socket.on('error', (error) => { reject(error); this.#fail(error); });
      socket.on('close', () => this.#fail(new Error('the connection was closed')));
      socket.setTimeout(patienceMs, () => { if (this.#waiting) socket.destroy(new Error('no answer')); });
    });
  }

  #connect(): Socket {
    const { hostname, port, protocol } = this.#url;
    const host = hostname === 'localhost' ? '127.0.0.1' : hostname.replace(/^\[|\]$/g, '');
    const secure = protocol === 'https:';
    const place = { host, port: Number(port || (secure ? 443 : 80)), noDelay: true, ...(this.#from && { localAddress: this.#from }) };
    // A machine that is tried out may have a certificate of its own making.
    if (secure) return connectSecurely({ ...place, rejectUnauthorized: false, ...(isIP(host) === 0 && { servername: host }) });
    const onread = { buffer: readInto, callback: (size: number) => { this.#take(readInto.subarray(0, size)); return true; } };
    return connect({ ...place, onread });
  }

  async ask({ path, headers = {}, method = 'GET', keep = false }: Asked): Promise<Answered> {
    if (!this.#socket) await this.open();
    const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('');
    return new Promise((resolve, reject) => {
      this.#waiting = { keep: keep ? [] : null, resolve, reject };
      this.#socket?.write(`${method} ${path} HTTP/1.1\r\n${this.#common}${more}${method === 'POST' ? 'content-length: 0\r\n' : ''}\r\n`);
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

  /** `bytes` are only lent: they are others' after this turn. */
  #take(bytes: Buffer): void {
    if (this.#answer) return this.#body(bytes);
    const read = this.#head.length > 0 ? Buffer.concat([this.#head, bytes]) : bytes;
    const end = read.indexOf('\r\n\r\n');
    this.#head = end < 0 ? Buffer.from(read) : Buffer.alloc(0);
    if (end < 0) return;
    const head = read.toString('latin1', 0, end);
    const rest = read.subarray(end + 4);
    const status = Number(head.slice(9, 12));
    this.#left = status === 304 || status === 204 ? 0 : Number(headOf(head, 'content-length') ?? Number.NaN);
    this.#answer = { status, bytes: 0, location: headOf(head, 'location'), etag: headOf(head, 'etag'), body: null, firstByteMs: 0, doneMs: 0 };
    if (Number.isNaN(this.#left)) this.#socket?.destroy(new Error(`an answer without its length: ${head.slice(0, 200)}`));
    else if (rest.length > 0 || this.#left === 0) this.#body(rest);
  }

  #body(bytes: Buffer): void {
    const answer = this.#answer!;
    if (answer.firstByteMs === 0) answer.firstByteMs = performance.now();
    answer.bytes += bytes.length;
    this.#left -= bytes.length;
    this.#waiting?.keep?.push(Buffer.from(bytes));
    if (this.#left > 0) return;
    answer.doneMs = performance.now();
    this.#answer = null;
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting?.keep) answer.body = Buffer.concat(waiting.keep).toString();
    waiting?.resolve(answer);
  }
}
