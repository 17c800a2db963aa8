// The line to Redis over which signaling processes hear each other: it never holds up what happens here, and says when something may have been missed.
import { Redis } from 'ioredis';
import type { Logger } from '#runtime/log.ts';

export const streamName = 'keshi';
const options = {
  maxRetriesPerRequest: null, retryStrategy: (attempt: number) => Math.min(1_000, attempt * 100), connectTimeout: 5_000, keepAlive: 5_000,
};
const flushMs = 1_000;
type Read = (...args: unknown[]) => Promise<unknown>;

/** What the adapter uses of a client. */
interface AdapterClient {
  options: object;
  xadd(args: unknown[]): Promise<string>;
  publish(channel: string, message: Buffer): Promise<number>;
  duplicate(): Redis;
}

/**
 * The adapter reads «what comes from now on» until the first message has come, and each such question misses what is said between two of them.
 * Here its first question is answered once, as the id after which everything is read.
 */
function readWithoutHoles(client: Redis): void {
  const read = client.xread.bind(client) as Read;
  let from: string | null = null;
  const xread: Read = async (...args) => {
    if (args.at(-1) !== '$') return read(...args);
    from ??= (await client.xrevrange(streamName, '+', '-', 'COUNT', 1))[0]?.[0] ?? '0-0';
    return read(...args.slice(0, -1), from);
  };
  Object.assign(client, { xread });
}

export class RedisLine {
  readonly #url: string;
  readonly #log: Logger;
  readonly #back: () => void;
  readonly #clients: Redis[] = [];
  readonly #sending = new Set<Promise<void>>();
  #away = false;
  #closed = false;

  /** `back` is called when the line is there again after something may have been missed, in either direction. */
  private constructor(url: string, log: Logger, back: () => void) {
    this.#url = url;
    this.#log = log;
    this.#back = back;
  }

  static open(url: string, log: Logger, back: () => void): { line: RedisLine; client: AdapterClient } {
    const line = new RedisLine(url, log, back);
    // While Redis is away nothing is kept for it: rows are the truth, and everybody is told to look at them again afterwards.
    const publisher = line.#open(false);
    const client: AdapterClient = {
      options: {},
      // Answered at once: telling people here does not wait for Redis.
      xadd: (args) => {
        const sending = publisher.xadd(...(args as Parameters<Redis['xadd']>)).then(() => undefined, (error: Error) => line.#lost(error.message));
        line.#sending.add(sending);
        void sending.then(() => line.#sending.delete(sending));
        return Promise.resolve('');
      },
      publish: (channel, message) => publisher.publish(channel, message),
      duplicate: () => {
        const reader = line.#open(true);
        readWithoutHoles(reader);
        return reader;
      },
    };
    return { line, client };
  }

  /** Resolves when what was said so far is with Redis, or it takes too long. */
  async flush(): Promise<void> {
    await Promise.race([Promise.all(this.#sending), new Promise((resolve) => { setTimeout(resolve, flushMs).unref(); })]);
  }

  close(): void {
    this.#closed = true;
    for (const client of this.#clients) client.disconnect();
  }

  #open(enableOfflineQueue: boolean): Redis {
    const client = new Redis(this.#url, { ...options, enableOfflineQueue });
    this.#clients.push(client);
    client.on('error', (error: Error) => this.#lost(error.message || 'it is not reached'));
    client.on('close', () => this.#lost('connection closed'));
    client.on('ready', () => this.#found());
    return client;
  }

  #lost(reason: string): void {
    if (this.#away || this.#closed) return;
    this.#away = true;
    this.#log.warn({ reason }, 'redis is away: people here are served, what happens at other signaling processes comes later');
  }

  #found(): void {
    if (!this.#away || this.#closed || this.#clients.some((client) => client.status !== 'ready')) return;
    this.#away = false;
    this.#log.info('redis is back: everybody looks at the rows again');
    this.#back();
  }
}
