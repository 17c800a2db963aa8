// One signaling process, or several that hear each other: a lock in the database says which, so that two that do not are never at work.
import { Client } from 'pg';
import { ConfigError } from '#runtime/config.ts';
import type { Logger } from '#runtime/log.ts';

/** Any fixed number: held exclusively by a process that is alone, shared by those that have a Redis. */
const lockKey = 7_264_977;
const retryMs = 1_000;
/** A process that was killed with its machine is noticed by the database within this time: its line is asked for a sign of life. */
const usualPatienceMs = 30_000;
const keepAlive = '-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3';

export interface Together { close(): Promise<void> }
interface Options { databaseUrl: string; redisUrl: string | undefined; log: Logger; patienceMs?: number }

async function tryLock({ databaseUrl, redisUrl }: Options, lost: () => void): Promise<Client | null> {
  const client = new Client({ connectionString: databaseUrl, keepAlive: true, options: keepAlive });
  let held = false;
  client.on('error', () => {
    if (!held) return;
    held = false;
    lost();
  });
  await client.connect();
  const { rows } = await client.query<{ mine: boolean }>(`select pg_try_advisory_lock${redisUrl ? '_shared' : ''}($1) as mine`, [lockKey])
    .catch(async (error: unknown) => { await client.end(); throw error; });
  held = rows[0]?.mine === true;
  if (held) return client;
  await client.end();
  return null;
}

const refusal = (redisUrl: string | undefined): string => (redisUrl
  ? 'Another signaling process without REDIS_URL serves this database: give every one of them the same REDIS_URL, and start that one again.'
  : 'Another signaling process serves this database: several need REDIS_URL, the same for all. Set it, or stop the other one.');

/** Holds this process's place until `close`; says whether it is alone. Throws ConfigError where the others would not be heard. */
export async function beTogether(options: Options): Promise<Together> {
  const { redisUrl, log, patienceMs = usualPatienceMs } = options;
  let client: Client | null = null;
  let closed = false;
  let timer: NodeJS.Timeout | null = null;
  const again = (): void => {
    if (closed) return;
    timer = setTimeout(() => void tryLock(options, again).then((found) => {
      client = found;
      // The database was away, and somebody else took the place meanwhile.
      if (!found) log.error(refusal(redisUrl));
      if (!found || closed) return closed ? void found?.end() : again();
    }, again), retryMs);
  };
  const giveUpAt = performance.now() + patienceMs;
  for (let asked = 0; !(client = await tryLock(options, again)); asked++) {
    if (performance.now() > giveUpAt) throw new ConfigError([refusal(redisUrl)]);
    if (asked === 0) log.warn('another signaling process holds this database: waiting for its end');
    await new Promise((resolve) => { setTimeout(resolve, retryMs); });
  }
  log.info(redisUrl ? 'signaling works together with others over redis' : 'signaling is one process: several need REDIS_URL');
  return {
    close: async () => {
      closed = true;
      if (timer) clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}
