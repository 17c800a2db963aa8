// A supervision platform as docs/connector.md wants one, over real HTTP, with its store apart from the server, so that it restarts; and with all the faults of a line.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import canonicalize from 'canonicalize';
import type { Delivery, ReconciliationQuestion, SentFact } from '#contracts/connector.ts';
import { signatureOf } from '#runtime/signed-post.ts';

/**
 * `fail`: 500, nothing is taken. `hang`: no answer, nothing is taken. `cut`: taken, and the line broken before the answer. `hang_after`: taken, and no answer. `twice`: taken, and answered twice
 * on the same line. `busy`: 429. `moved`: a redirection. `garbage`: 502 with a page.
 */
export type Mood = 'well' | 'fail' | 'hang' | 'cut' | 'hang_after' | 'twice' | 'busy' | 'moved' | 'garbage';
export interface Stored { fact: SentFact; path: string; times: number }

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

export class ReceivingPlatform {
  /** By id: what it holds after taking the newest of each, and how often that id came. It outlives a restart. */
  readonly store = new Map<string, Stored>();
  /** Sequences in the order in which they were taken, and batches as they came. */
  readonly taken: number[] = [];
  readonly batches: string[][] = [];
  /** The next moods, one for each delivery; then `well`. */
  readonly moods: Mood[] = [];
  readonly counts: Record<Mood, number> = { well: 0, fail: 0, hang: 0, cut: 0, hang_after: 0, twice: 0, busy: 0, moved: 0, garbage: 0 };
  /** Facts it refuses by name, with its code; `silent`: without saying which. */
  readonly refuses = new Map<string, string>();
  silent = false;
  /** It knows no secret of ours: 401 to everything. */
  stranger = false;
  /** Told of each delivery that arrives, before it is answered. */
  onDelivery: (delivery: Delivery) => void = () => undefined;
  pageSize = 1000;
  readonly #secret: () => string;
  #server: Server | null = null;
  #port = 0;

  constructor(secret: () => string) {
    this.#secret = secret;
  }
  get address(): string { return `http://127.0.0.1:${this.#port}/gate`; }

  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response).catch((error: unknown) => response.destroy(error as Error)));
    this.#server = server;
    await new Promise<void>((resolve) => { server.listen(this.#port, '127.0.0.1', resolve); });
    this.#port = (server.address() as AddressInfo).port;
  }
  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise<void>((resolve) => { if (this.#server) this.#server.close(() => resolve()); else resolve(); });
    this.#server = null;
  }

  #signed({ headers }: IncomingMessage, body: string): boolean {
    return headers['x-keshi-signature'] === signatureOf(this.#secret(), Number(headers['x-keshi-time']), body) && Math.abs(Date.now() - Number(headers['x-keshi-time'])) < 60_000;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await read(request);
    const json = (status: number, value: unknown): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (this.stranger || !this.#signed(request, body)) return json(401, { code: 'signature' });
    const path = (request.url ?? '').replace(/^\/gate/, '');
    if (path === '/api/v1/reconciliation') return json(200, this.#reconciled(JSON.parse(body) as ReconciliationQuestion));
    const delivery = JSON.parse(body) as Delivery;
    this.onDelivery(delivery);
    if (delivery.path !== path) return json(403, { code: 'path' });
    const mood = this.moods.shift() ?? 'well';
    this.counts[mood]++;
    if (mood === 'fail') return json(500, { error: 'out of order' });
    if (mood === 'hang') return;
    if (mood === 'busy') return json(429, {});
    if (mood === 'moved') return void response.writeHead(302, { location: '/elsewhere' }).end();
    if (mood === 'garbage') return void response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad Gateway</html>');
    const refused = delivery.facts.flatMap(({ id }) => (this.refuses.has(id) ? [{ id, code: this.refuses.get(id)! }] : []));
    if (refused.length > 0) return json(422, this.silent ? { message: 'something is wrong' } : { refused });
    this.#take(delivery, path);
    if (mood === 'cut') return void response.socket?.destroy();
    if (mood === 'hang_after') return;
    const text = JSON.stringify({ receipt: `R-${this.batches.length}` });
    if (mood !== 'twice') return json(200, { receipt: `R-${this.batches.length}` });
    const answer = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`;
    response.socket?.write(answer + answer);
  }

  #take({ facts }: Delivery, path: string): void {
    this.batches.push(facts.map(({ id }) => id));
    for (const fact of facts) {
      this.store.set(fact.id, { fact, path, times: (this.store.get(fact.id)?.times ?? 0) + 1 });
      this.taken.push(fact.sequence);
    }
  }

  #held(day: string, kind: string): { id: string; hash: string }[] {
    return [...this.store.values()].filter(({ fact }) => fact.day === day && fact.kind === kind).map(({ fact }) => ({ id: fact.id, hash: sha256(canonicalize(fact.data) ?? '') }))
      .toSorted((one, other) => (one.id < other.id ? -1 : 1));
  }

  #reconciled({ day, kind, after }: ReconciliationQuestion): unknown {
    if (kind !== undefined) {
      const all = this.#held(day, kind).filter(({ id }) => after === undefined || id > after);
      const facts = all.slice(0, this.pageSize);
      return { facts, next: all.length > facts.length ? facts.at(-1)!.id : null };
    }
    const kinds = [...new Set([...this.store.values()].filter(({ fact }) => fact.day === day).map(({ fact }) => fact.kind))];
    return { day, kinds: kinds.map((one) => {
      const held = this.#held(day, one);
      return { kind: one, count: held.length, hash: sha256(held.map(({ id, hash }) => `${id} ${hash}\n`).join('')) };
    }) };
  }
}
