// Hundreds of attempts end at one instant: each is handed in once, by two workers, with one that is killed in the middle, and with one that cannot be ended.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { addTakenExam, type TakenExam } from '#db/testing/exam.ts';
import { addSchool } from '#db/testing/school.ts';
import { endDueAttempts, examsOver } from '#db/queries/exam-hand-in.ts';
import { freePort } from '#runtime/free-port.ts';
import { createLog } from '#runtime/log.ts';
import { openQueues, type Queues } from '#runtime/queues.ts';
import { folderStorage } from '#runtime/storage.ts';
import { addMissingJobs } from '../reconcile.ts';
import { takeExamJobs } from './hand-in.ts';

const [takers, questions] = [400, 20];
const log = createLog('test', 'silent');
let db: TestDatabase;
let folder: string;
let exam: TakenExam;
const opened: Queues[] = [];
const children: ChildProcess[] = [];
beforeEach(async () => {
  db = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'hand-in-'));
  exam = await addTakenExam(db.orm, await addSchool(db.orm, takers, new Date('2026-03-01T00:00:00Z')), { questions, deadlineAt: new Date(Date.now() - 10_000) });
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const queues of opened.splice(0)) await queues.close(0);
  await db?.close();
  await rm(folder, { recursive: true, force: true });
});

const now = (): Date => new Date();
const rows = <T extends object>(sql: string, values: unknown[] = []): Promise<T[]> => db.orm.em.fork().execute<T[]>(sql, values);
const count = async (status: string): Promise<number> => (await rows<{ n: number }>('select count(*)::int as n from exam_attempt where exam_id = ? and status = ?', [exam.examId, status]))[0]!.n;
const reconcile = (queues: Queues): Promise<number> => addMissingJobs({ orm: db.orm, log, queues, now, storage: folderStorage(folder), dataDir: folder });
async function openWorker(): Promise<Queues> {
  const queues = await openQueues({ databaseUrl: db.url }, log);
  opened.push(queues);
  return queues;
}

/** Everybody once: half of the questions right, two facts each, at the deadline. */
async function expectAllOnce(): Promise<void> {
  expect(await count('submitted')).toBe(takers);
  expect(await rows('select distinct points, to_mark, submit_reason, submitted_at = deadline_at as at_end from exam_attempt')).toEqual([{ points: questions, to_mark: 0, submit_reason: 'time', at_end: true }]);
  expect(await rows('select count(*)::int as items from exam_item where awarded is not null and correct = (awarded = 2)')).toEqual([{ items: takers * questions }]);
  expect(await rows(`select type, count(*)::int as facts, count(distinct payload ->> 'attemptId')::int as attempts from event where type in ('exam:submitted', 'exam:scored') group by type order by type`))
    .toEqual([{ type: 'exam:scored', facts: takers, attempts: takers }, { type: 'exam:submitted', facts: takers, attempts: takers }]);
}

it('hands in hundreds that end at one instant, once each, from rows alone and with two workers', async () => {
  const [one, other] = [await openWorker(), await openWorker()];
  expect(await reconcile(one)).toBe(1);
  expect(await reconcile(other)).toBe(1);
  const fromMs = performance.now();
  await Promise.all([one, other].map((queues) => takeExamJobs({ orm: db.orm, queues, log, now })));
  // Beside the job: two that look at the same rows at the same moment.
  await Promise.all([endDueAttempts({ orm: db.orm, log, now }, exam.examId), endDueAttempts({ orm: db.orm, log, now }, exam.examId)]);
  await expect.poll(() => count('submitted'), { timeout: 20_000, interval: 20 }).toBe(takers);
  console.info(`${takers} attempts of ${questions} questions handed in within ${Math.round(performance.now() - fromMs)} ms`);
  await expectAllOnce();
  expect(await examsOver(db.orm.em.fork(), now())).toEqual([]);
  expect(await reconcile(one)).toBe(0);
});

it('ends the others where one cannot be ended, and leaves those who may still send something', async () => {
  const [broken, lost] = exam.attemptIds as [string, string];
  await rows('update exam_item set answer = ? where attempt_id = ?', [JSON.stringify({ choices: null }), broken]);
  await rows(`update exam_contact set last_seen_at = from_at where attempt_id = ?`, [lost]);
  expect(await endDueAttempts({ orm: db.orm, log, now }, exam.examId)).toEqual({ ended: takers - 2, left: 2 });
  await rows('update exam_item set answer = null where attempt_id = ?', [broken]);
  expect(await endDueAttempts({ orm: db.orm, log, now: () => new Date(Date.now() + 120_000) }, exam.examId)).toEqual({ ended: 2, left: 0 });
  expect(await rows('select points from exam_attempt where id = ?', [broken])).toEqual([{ points: 0 }]);
});

it('killed in the middle, what was handed in stays and the next worker hands in the rest', async () => {
  const start = async (): Promise<ChildProcess> => {
    const env = { PATH: process.env['PATH'], DATA_DIR: folder, DATABASE_URL: db.url, WORKER_INTERNAL_PORT: String(await freePort()) };
    const child = fork(join(import.meta.dirname, '../main.ts'), { env, stdio: 'ignore', execArgv: [] });
    children.push(child);
    return child;
  };
  // Somebody holds answers of a later batch: there the first worker stands still.
  const holding = db.orm.em.fork();
  await holding.begin();
  await holding.execute('select 1 from exam_item where attempt_id = ? for update', [[...exam.attemptIds].sort()[120]]);
  const first = await start();
  await expect.poll(() => count('submitted'), { timeout: 30_000 }).toBe(100);
  const gone = once(first, 'exit');
  first.kill('SIGKILL');
  await gone;
  await holding.rollback();
  expect(await count('working')).toBe(takers - 100);
  await start();
  await expect.poll(() => count('submitted'), { timeout: 60_000 }).toBe(takers);
  await expectAllOnce();
}, 120_000);
