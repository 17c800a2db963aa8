// What queues say of themselves, on PostgreSQL and on a real Redis alike: what waits and since when, and how each job went.
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { newId } from '#domain/id.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { redisThere, startRedis } from '#testing/redis-server.ts';
import { createLog } from '#runtime/log.ts';
import { openQueues, type JobOutcome, type Queues } from '#runtime/queues.ts';
import type { QueueSource } from '#runtime/queue-backends.ts';

const log = createLog('test', 'silent');

function sameOnBoth(source: () => QueueSource): void {
  const open = async (onJob?: (name: string, outcome: JobOutcome, tookMs: number) => void): Promise<Queues> => {
    const queues = await openQueues(source(), log, onJob);
    onTestFinished(() => queues.close(0));
    return queues;
  };
  const depthOf = async (queues: Queues, name: string) => (await queues.depths()).find(({ queue }) => queue === name);

  it('counts what waits, runs and comes later, and how long the oldest waits', async () => {
    const queues = await open();
    expect(await depthOf(queues, 'face-verify')).toEqual({ queue: 'face-verify', waiting: 0, active: 0, delayed: 0, oldestMs: null });
    const ids = [newId(), newId(), newId()];
    const addedMs: number[] = [];
    for (const checkId of ids) {
      await queues.add('face-verify', checkId, { checkId });
      addedMs.push(Date.now());
    }
    const waiting = await depthOf(queues, 'face-verify');
    expect(waiting).toMatchObject({ waiting: 3, active: 0, delayed: 0 });
    const goOn = Promise.withResolvers<void>();
    const taken = Promise.withResolvers<void>();
    await queues.work('face-verify', 1, async ({ checkId }) => {
      if (checkId === ids[0]) {
        taken.resolve();
        return goOn.promise;
      }
      return { laterMs: 60_000 };
    });
    await taken.promise;
    const askedMs = Date.now();
    const running = await depthOf(queues, 'face-verify');
    expect(running).toMatchObject({ waiting: 2, active: 1 });
    // The first is in work: the oldest is the second now, which was added between the first and here.
    expect(running!.oldestMs).toBeGreaterThanOrEqual(askedMs - addedMs[1]!);
    expect(running!.oldestMs).toBeLessThanOrEqual(Date.now() - addedMs[0]!);
    expect(waiting!.oldestMs).toBeGreaterThanOrEqual(0);
    goOn.resolve();
    await expect.poll(() => depthOf(queues, 'face-verify')).toMatchObject({ waiting: 0, active: 0, delayed: 2, oldestMs: null });
  });

  it('says of each job whether it was done, failed, put off or given back', async () => {
    const went: string[] = [];
    const queues = await open((name, outcome, tookMs) => { went.push(`${name} ${outcome} ${tookMs >= 0}`); });
    const ids = [newId(), newId(), newId()];
    const held = Promise.withResolvers<void>();
    let failed = false;
    await queues.work('face-enrol', 1, async ({ enrolmentId }) => {
      if (enrolmentId === ids[0]) return;
      if (enrolmentId === ids[1]) return { laterMs: 60_000 };
      if (!failed) {
        failed = true;
        throw new Error('not this time');
      }
      held.resolve();
      await new Promise(() => undefined);
    });
    for (const enrolmentId of ids) await queues.add('face-enrol', enrolmentId, { enrolmentId });
    await held.promise;
    await queues.close(0);
    expect(went).toEqual(['face-enrol done true', 'face-enrol later true', 'face-enrol failed true', 'face-enrol handed_back true']);
  });
}

describe('on PostgreSQL', () => {
  let db: TestDatabase;
  beforeAll(async () => { db = await testDatabase(); });
  afterAll(() => db?.close());
  sameOnBoth(() => ({ databaseUrl: db.url }));
});

describe.skipIf(!redisThere)(`on Redis${redisThere ? '' : ' (skipped: no redis-server on this machine)'}`, () => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  beforeAll(async () => { redis = await startRedis(); });
  afterAll(() => redis?.stop());
  sameOnBoth(() => ({ databaseUrl: 'postgresql://unused', redisUrl: redis.url }));
});
