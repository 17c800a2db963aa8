// How busy the pool of connections is, and how long callers wait for one.
import type { Pool, PoolClient } from 'pg';

type Connected = (error: Error | undefined, client: PoolClient | undefined, release: (error?: unknown) => void) => void;

export class PoolFigures {
  #pool: Pool | null = null;
  /** Called with the seconds each caller waited. */
  onWait: (seconds: number) => void = () => undefined;

  get busy(): number { return this.#pool ? this.#pool.totalCount - this.#pool.idleCount : 0; }
  get idle(): number { return this.#pool?.idleCount ?? 0; }
  get waiting(): number { return this.#pool?.waitingCount ?? 0; }

  /** Both ways of asking the pool for a connection are timed; nothing else about them changes. */
  watch(pool: Pool): void {
    if (this.#pool === pool) return;
    this.#pool = pool;
    const connect = pool.connect.bind(pool) as (callback?: Connected) => Promise<PoolClient>;
    const timed = (callback?: Connected): Promise<PoolClient> | void => {
      const from = performance.now();
      const done = (): void => this.onWait((performance.now() - from) / 1000);
      if (callback) return void connect((error, client, release) => { done(); callback(error, client, release); });
      return connect().finally(done);
    };
    Object.assign(pool, { connect: timed });
  }
}

const kept = new WeakMap<object, PoolFigures>();
export const keepFigures = (orm: object, figures: PoolFigures): void => { kept.set(orm, figures); };
/** Of a database opened with openDatabase. */
export const poolFigures = (orm: object): PoolFigures => kept.get(orm) ?? new PoolFigures();
