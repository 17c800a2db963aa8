// Processes say how they are in rows, by the database's clock; waiting for a connection is measured.
import { Client } from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { WorkerReport } from '#contracts/operator.ts';
import { createLog } from '#runtime/log.ts';
import { poolFigures } from './pool-figures.ts';
import { ProcessReporter } from './process-reporter.ts';
import { knownProcesses, removeReport } from './queries/process-reports.ts';
import { testDatabase, type TestDatabase } from './testing/database.ts';

let db: TestDatabase;
beforeEach(async () => { db = await testDatabase(); });
afterEach(() => db.close());
const log = createLog('test', 'silent');
const report: Omit<WorkerReport, 'loopDelayMs'> = { diskFreeBytes: 5, copyFreeBytes: null, faces: true };
const known = () => knownProcesses(db.orm.em.fork());

it('a process is known from its first word until it stops by itself', async () => {
  const reporter = await ProcessReporter.create({ orm: db.orm, log, role: 'worker', report: () => report });
  const [row, ...others] = await known();
  expect(others).toEqual([]);
  expect(row).toMatchObject({ role: 'worker', pid: process.pid, report: { ...report, loopDelayMs: expect.any(Number) as number } });
  expect(row!.heardAgoMs).toBeGreaterThanOrEqual(0);
  await Promise.all([reporter.close(), reporter.close()]);
  expect(await known()).toEqual([]);
});

it('one that was killed stays known as silent, and is forgotten at last', async () => {
  const em = db.orm.em.fork();
  const say = (id: string, ago: string) => em.execute(
    `insert into process_report (id, role, host, pid, report, heard_at) values (?, 'worker', 'h', 7, '{}', now() - ?::interval)`, [id, ago]);
  await say('killed', '60 seconds');
  await say('long gone', '11 minutes');
  const [killed, ...others] = await known();
  expect(others).toEqual([]);
  expect(Math.round(killed!.heardAgoMs / 1000)).toBeGreaterThanOrEqual(60);
  await removeReport(em, 'another that stops');
  expect((await em.execute<{ id: string }[]>('select id from process_report')).map(({ id }) => id)).toEqual(['killed']);
});

it('while its row cannot be written nothing throws, and afterwards it is heard again', async () => {
  const reporter = await ProcessReporter.create({ orm: db.orm, log, role: 'worker', report: () => report });
  const owner = new Client({ connectionString: db.url });
  await owner.connect();
  await owner.query('revoke insert, update on process_report from keshi_app');
  await owner.query(`update process_report set heard_at = now() - interval '30 seconds'`);
  await reporter.tell();
  expect((await known())[0]!.heardAgoMs).toBeGreaterThanOrEqual(30_000);
  await owner.query('grant insert, update on process_report to keshi_app');
  await owner.end();
  await reporter.tell();
  expect((await known())[0]!.heardAgoMs).toBeLessThan(30_000);
  await reporter.close();
});

it('counts busy and idle connections, and who waits for one', async () => {
  const figures = poolFigures(db.orm);
  // The first caller of all asks once more, whether the database answers.
  await known();
  const waits: number[] = [];
  figures.onWait = (seconds) => waits.push(seconds);
  // More callers than the pool has connections: all of them hold one until the last has asked.
  const lock = 'select pg_advisory_xact_lock(42)';
  const asking = Array.from({ length: 14 }, () => db.orm.em.fork().transactional((em) => em.execute(`${lock}, pg_sleep(0.05)`)));
  await expect.poll(() => [figures.busy, figures.waiting > 0], { interval: 10 }).toEqual([10, true]);
  await Promise.all(asking);
  expect(waits).toHaveLength(14);
  expect(Math.max(...waits)).toBeGreaterThan(0.05);
  expect([figures.busy, figures.waiting]).toEqual([0, 0]);
});
