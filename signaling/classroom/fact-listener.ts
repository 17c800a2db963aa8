// Hears facts of other processes over PostgreSQL NOTIFY, on a connection of its own that comes back by itself.
import { Client } from 'pg';
import { Fact, factChannel } from '#contracts/facts.ts';
import { checker } from '#runtime/answer.ts';
import type { Logger } from '#runtime/log.ts';

const retryMs = 1_000;
const checkFact = checker(Fact);

export class FactListener {
  readonly #url: string;
  readonly #log: Logger;
  readonly #hear: (fact: Fact) => Promise<void>;
  #client: Client | null = null;
  #retry: NodeJS.Timeout | null = null;
  #closed = false;
  readonly #hearing = new Set<Promise<void>>();

  private constructor(url: string, log: Logger, hear: (fact: Fact) => Promise<void>) {
    this.#url = url;
    this.#log = log;
    this.#hear = hear;
  }

  /** Answers when it listens, or when the first try failed and the next is planned. */
  static async create(url: string, log: Logger, hear: (fact: Fact) => Promise<void>): Promise<FactListener> {
    const listener = new FactListener(url, log, hear);
    await listener.#connect();
    return listener;
  }

  /** Answers when what was heard is passed on: nothing of it asks the database any more. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#retry) clearTimeout(this.#retry);
    await this.#client?.end().catch(() => undefined);
    await Promise.all(this.#hearing);
  }

  async #connect(): Promise<void> {
    const client = new Client({ connectionString: this.#url, keepAlive: true });
    this.#client = client;
    client.on('error', (error) => this.#lost(error));
    client.on('end', () => this.#lost(new Error('connection ended')));
    client.on('notification', ({ payload }) => {
      const taken = this.#take(payload ?? '').finally(() => this.#hearing.delete(taken));
      this.#hearing.add(taken);
    });
    try {
      await client.connect();
      await client.query(`listen ${factChannel}`);
    } catch (error) {
      this.#lost(error);
    }
  }

  #lost(error: unknown): void {
    if (this.#closed || this.#retry) return;
    this.#log.warn({ reason: error instanceof Error ? error.message : 'unknown' }, 'facts are not heard: connecting again');
    const old = this.#client;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      old?.end().catch(() => undefined);
      old?.removeAllListeners();
      old?.on('error', () => undefined);
      void this.#connect();
    }, retryMs);
  }

  async #take(payload: string): Promise<void> {
    try {
      await this.#hear(checkFact(JSON.parse(payload)));
    } catch (error) {
      this.#log.error({ err: error }, 'a fact could not be passed on');
    }
  }
}
