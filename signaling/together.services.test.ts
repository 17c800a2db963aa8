// Two front doors that cannot hear each other are never open on one database.
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { ConfigError } from '#runtime/config.ts';
import { createLog } from '#runtime/log.ts';
import { testDatabase } from '#db/testing/database.ts';
import { beTogether } from './together.ts';

const log = createLog('test', 'silent');
const redisUrl = 'redis://127.0.0.1:1';

async function place() {
  const database = await testDatabase();
  onTestFinished(() => database.close());
  return {
    database,
    take: (redis: string | undefined, patienceMs = 0) => beTogether({ databaseUrl: database.url, redisUrl: redis, log, patienceMs }),
  };
}

test('a second one without Redis is refused in one line, and let in when the first has ended', async () => {
  const { take } = await place();
  const first = await take(undefined);
  await expect(take(undefined)).rejects.toThrow(ConfigError);
  await expect(take(undefined)).rejects.toThrow('Another signaling process serves this database: several need REDIS_URL');
  await expect(take(redisUrl)).rejects.toThrow('Another signaling process without REDIS_URL serves this database');
  const waiting = take(undefined, 20_000);
  await pause(50);
  await first.close();
  await (await waiting).close();
});

test('those with Redis are as many as they like; one without is not among them', async () => {
  const { take } = await place();
  const [first, second] = [await take(redisUrl), await take(redisUrl)];
  await expect(take(undefined)).rejects.toThrow(ConfigError);
  await first.close();
  await expect(take(undefined)).rejects.toThrow(ConfigError);
  await second.close();
  await (await take(undefined)).close();
});

test('its place is taken again after the database dropped the line', async () => {
  const { take, database } = await place();
  const first = await take(undefined);
  const owner = new Client({ connectionString: database.url });
  await owner.connect();
  const holder = async (): Promise<number | undefined> => (await owner.query<{ pid: number }>(
    `select l.pid from pg_locks l join pg_database d on d.oid = l.database where l.locktype = 'advisory' and d.datname = current_database()`)).rows[0]?.pid;
  const before = await holder();
  await owner.query('select pg_terminate_backend($1)', [before]);
  await expect.poll(holder, { timeout: 10_000 }).toSatisfy((pid) => pid !== undefined && pid !== before);
  await expect(take(undefined)).rejects.toThrow(ConfigError);
  await owner.end();
  await first.close();
});
