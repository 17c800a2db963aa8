// The worker's figures at its internal port, from real jobs and rows; and that a worker process offers them and nothing to the public.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { FaceCheck } from '#db/entities/check.ts';
import { Recording } from '#db/entities/recording.ts';
import { knownProcesses } from '#db/queries/process-reports.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { addLesson, addSchool, type SchoolLesson } from '#db/testing/school.ts';
import { newId } from '#domain/id.ts';
import { freePort } from '#runtime/free-port.ts';

let db: TestDatabase;
let folder: string;
let lesson: SchoolLesson;
let personId: string;
const started = new Date(Date.now() - 10 * 60_000);
beforeAll(async () => {
  db = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'worker-metrics-'));
  const school = await addSchool(db.orm, 1, started);
  personId = school.studentIds[0]!;
  lesson = await addLesson(db.orm, school, { startsAt: started, plannedMinutes: 45, status: 'live', startedAt: started });
  await db.orm.em.fork().insert(Recording, { id: newId(), institutionId: lesson.institutionId, lessonId: lesson.lessonId, sessionId: lesson.sessionId!, status: 'recording', createdAt: started });
});
afterAll(async () => {
  await db?.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(port: number, patience = true) {
  const env = { PATH: process.env['PATH'], DATA_DIR: folder, DATABASE_URL: db.url, WORKER_INTERNAL_PORT: String(port) };
  const child = fork(join(import.meta.dirname, 'main.ts'), { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let words = '';
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk: Buffer) => { words += chunk.toString(); });
  const ended = once(child, 'exit');
  if (patience) await Promise.race([once(child, 'message'), ended.then(() => { throw new Error(words); })]);
  return { child, ended, words: () => words };
}

it('offers what it did, what waits and how late composing is, says so in its row, and takes the row with it', async () => {
  const port = await freePort();
  const { child, ended } = await start(port);
  const scrape = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const { institutionId, lessonId, sessionId } = lesson;
  await db.orm.em.fork().insert(FaceCheck, { id: newId(), institutionId, lessonId, sessionId: sessionId!, personId, kind: 'spot', status: 'verifying', dueAt: new Date(), windowMs: 60_000, refusals: 0 });
  const text = await scrape();
  expect(text).toMatch(/^keshi_queue_jobs\{queue="recording-chunk",state="waiting"\} \d/m);
  expect(text).toMatch(/^keshi_worker_jobs_total\{job="face-verify",outcome="given_up"\} 0$/m);
  // Ten minutes live, no minute composed: the first was due after 66 s.
  expect(Number(/^keshi_worker_chunk_behind_seconds ([\d.]+)$/m.exec(text)?.[1])).toBeGreaterThan(530);
  expect(text).toMatch(/^keshi_worker_recordings\{status="recording"\} 1$/m);
  expect(text).toMatch(/^keshi_worker_broadcasts 0$/m);
  expect(text).toMatch(/^keshi_disk_free_bytes\{place="data"\} [1-9]/m);
  expect(text).toMatch(/^process_cpu_seconds_total /m);
  expect(text).not.toContain(lessonId);
  const rows = () => knownProcesses(db.orm.em.fork());
  expect(await rows()).toMatchObject([{ role: 'worker', pid: child.pid, report: { faces: false } }]);
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(await rows()).toEqual([]);
});

it('says in one line that its port is taken', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void taken.close());
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const { ended, words } = await start(port, false);
  expect((await ended)[0]).toBe(1);
  expect(words()).toContain(`WORKER_INTERNAL_PORT=${port} on 127.0.0.1 cannot be used`);
  expect(words()).not.toMatch(/\n\s+at /);
});
