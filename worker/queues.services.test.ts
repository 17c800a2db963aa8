// Queues on PostgreSQL, and the same again on a real Redis: adding twice, failing, refused data, handing back, a killed worker.
import { Client } from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { redisThere, startRedis } from '#testing/redis-server.ts';
import { createLog } from '#runtime/log.ts';
import { openQueues, type Attempt, type Queues } from '#runtime/queues.ts';
import type { QueueSource } from '#runtime/queue-backends.ts';

const log = createLog('test', 'silent');

function sameOnBoth(source: () => QueueSource): void {
  const open = async (): Promise<Queues> => {
    const queues = await openQueues(source(), log);
    onTestFinished(() => queues.close(0));
    return queues;
  };
  /** Collects what arrives, and lets a test wait for the nth. */
  const collector = (): { take: (data: { checkId: string }) => Promise<void>; seen: string[]; reached: (count: number) => Promise<void> } => {
    const seen: string[] = [];
    let wake = (): void => undefined;
    return {
      seen,
      take: async ({ checkId }) => { seen.push(checkId); wake(); },
      reached: async (count) => { while (seen.length < count) await new Promise<void>((resolve) => { wake = resolve; }); },
    };
  };

  it('takes each job once, however often it was added, and again after it was done', async () => {
    const [producer, queues, jobs, checkId, last] = [await open(), await open(), collector(), newId(), newId()];
    for (let count = 0; count < 3; count++) await producer.add('face-verify', checkId, { checkId });
    await queues.work('face-verify', 1, jobs.take);
    await jobs.reached(1);
    await producer.add('face-verify', last, { checkId: last });
    await jobs.reached(2);
    await producer.add('face-verify', checkId, { checkId });
    await jobs.reached(3);
    expect(jobs.seen).toEqual([checkId, last, checkId]);
  });

  it('tries a failing job again and says when no attempt follows', async () => {
    const [queues, checkId] = [await open(), newId()];
    const attempts: boolean[] = [];
    const done = Promise.withResolvers<void>();
    await queues.work('face-verify', 1, async (_data, attempt) => {
      attempts.push(attempt.last);
      if (attempts.length < 3) throw new Error('not this time');
      done.resolve();
    });
    await queues.add('face-verify', checkId, { checkId });
    await done.promise;
    expect(attempts).toEqual([false, false, false]);
  });

  it('brings a job again later as often as it asks, which is no attempt, and others meanwhile', async () => {
    const [queues, unitIds] = [await open(), [newId(), newId()]];
    const taken: string[] = [];
    const done = Promise.withResolvers<void>();
    await queues.work('recording-chunk', 1, async ({ unitId }, { last }) => {
      taken.push(unitId);
      expect(last).toBe(false);
      if (unitId === unitIds[1] || taken.filter((id) => id === unitId).length > 9) {
        if (unitId === unitIds[0]) done.resolve();
        return;
      }
      return { laterMs: 50 };
    });
    for (const unitId of unitIds) await queues.add('recording-chunk', `${unitId}-0`, { recordingId: newId(), unitId, ordinal: 0 });
    await done.promise;
    expect(taken.indexOf(unitIds[1]!)).toBeLessThanOrEqual(2);
    expect(taken.filter((id) => id === unitIds[0])).toHaveLength(10);
  });

  it('a job whose files are on a store that is away comes again as often as it takes: that is no attempt', async () => {
    const said: { msg: string; attempt?: number }[] = [];
    const done = Promise.withResolvers<void>();
    const write = (text: string): void => {
      const line = JSON.parse(text) as (typeof said)[number];
      said.push(line);
      if (line.msg === 'job done') done.resolve();
    };
    const queues = await openQueues(source(), pino({ level: 'info' }, { write }));
    onTestFinished(() => queues.close(0));
    const faults = [new DomainError('storage_unavailable', 'the object store does not answer'), new DomainError('storage_unavailable', 'the object store does not answer'), new Error('no')];
    await queues.work('face-verify', 1, async () => { const fault = faults.shift(); if (fault) throw fault; });
    const checkId = newId();
    await queues.add('face-verify', checkId, { checkId });
    await done.promise;
    const waits = 'job waits for the object store';
    expect(said.map(({ msg, attempt }) => [msg, attempt ?? null])).toEqual([[waits, null], [waits, null], ['job failed', 1], ['job done', null]]);
  });

  it('refuses data that is not of the job', async () => {
    const queues = await open();
    await expect(queues.add('face-verify', newId(), { checkId: 'no-id' })).rejects.toMatchObject({ code: 'bad_request' });
  });

  it('hands a running job back when it stops, for the next worker to take at once', async () => {
    const [first, second, enrolmentId] = [await open(), await open(), newId()];
    const begun = Promise.withResolvers<Attempt>();
    const never = Promise.withResolvers<void>();
    onTestFinished(() => never.resolve());
    await first.work('face-enrol', 1, async (_data, attempt) => { begun.resolve(attempt); await never.promise; });
    await first.add('face-enrol', enrolmentId, { enrolmentId });
    const attempt = await begun.promise;
    await first.close(10);
    expect(attempt.signal.aborted).toBe(true);
    const taken = Promise.withResolvers<string>();
    await second.work('face-enrol', 1, async (data) => taken.resolve(data.enrolmentId));
    expect(await taken.promise).toBe(enrolmentId);
  });

  it('waits for a job that ends within the grace, and closes twice without harm', async () => {
    const [queues, checkId] = [await open(), newId()];
    const [begun, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let finished = false;
    await queues.work('face-verify', 1, async () => { begun.resolve(); await go.promise; finished = true; });
    await queues.add('face-verify', checkId, { checkId });
    await begun.promise;
    const closing = queues.close();
    go.resolve();
    await Promise.all([closing, queues.close()]);
    expect(finished).toBe(true);
  });
}

describe('queues on PostgreSQL', () => {
  let db: TestDatabase;
  beforeAll(async () => { db = await testDatabase(); });
  afterAll(() => db?.close());
  sameOnBoth(() => ({ databaseUrl: db.url }));

  it('many processes may start at once on an empty database', async () => {
    const fresh = await testDatabase();
    const owner = new Client({ connectionString: fresh.url });
    await owner.connect();
    const tables = async (): Promise<number> => (await owner.query(`select from pg_tables where schemaname = 'bullmq'`)).rowCount!;
    const complete = await tables();
    // The tests' template has the queues' tables; before the first start there is only the schema.
    await owner.query('drop schema bullmq cascade');
    await owner.query('create schema bullmq authorization keshi_app');
    expect(await tables()).toBe(0);
    const all = await Promise.all(Array.from({ length: 4 }, () => openQueues({ databaseUrl: fresh.url }, log)));
    expect(await tables()).toBe(complete);
    await Promise.all(all.map((queues) => queues.close()));
    await owner.end();
    await fresh.close();
  });
});

describe.skipIf(!redisThere)(`queues on Redis${redisThere ? '' : ' (skipped: no redis-server on this machine)'}`, () => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  beforeAll(async () => { redis = await startRedis(); });
  afterAll(() => redis?.stop());
  sameOnBoth(() => ({ databaseUrl: 'postgresql://nobody@127.0.0.1:1/none', redisUrl: redis.url }));
});
