// Opens the database for a process that may start before it: waits until it answers and has its tables.
import { setTimeout as wait } from 'node:timers/promises';
import { ConfigError } from '#runtime/config.ts';
import { openDatabase, type Orm } from './orm.ts';

const retryMs = 500;

/** What still keeps the database from being used; null when nothing does. */
async function obstacle(orm: Orm): Promise<string | null> {
  const [row] = await orm.em.fork().execute<{ ready: boolean }[]>(`select to_regclass('public.event_link') is not null as ready`);
  return row?.ready ? null : 'it has no tables yet (npm start runs the migrations)';
}

/** Throws ConfigError with the last reason after `patienceMs`. */
export async function openWhenReady(url: string, patienceMs = 60_000): Promise<Orm> {
  const giveUpAt = performance.now() + patienceMs;
  for (;;) {
    let reason: string | null;
    try {
      const orm = await openDatabase(url);
      reason = await obstacle(orm).catch((error: Error) => error.message);
      if (reason === null) return orm;
      await orm.close();
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    if (performance.now() > giveUpAt) throw new ConfigError([`DATABASE_URL: the database cannot be used: ${reason}`]);
    await wait(retryMs);
  }
}
