// The worker as a process: finds work left in rows, links events, stops cleanly; killed, its successor goes on; wrong settings are one line.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FaceCheck } from '#db/entities/check.ts';
import { appendEvent, platform, unitOfWork } from '#db/orm.ts';
import { verifyStream } from '#db/queries/event-chain.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { addLesson, addSchool, type SchoolLesson } from '#db/testing/school.ts';
import { newId } from '#domain/id.ts';
import { freePort } from '#runtime/free-port.ts';

let db: TestDatabase;
let folder: string;
let lesson: SchoolLesson;
let personId: string;
const children: ChildProcess[] = [];
beforeAll(async () => {
  db = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'worker-'));
  const school = await addSchool(db.orm, 1, new Date());
  lesson = await addLesson(db.orm, school, { startsAt: new Date(), plannedMinutes: 45, status: 'live', startedAt: new Date() });
  personId = school.studentIds[0]!;
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await db?.close();
  await rm(folder, { recursive: true, force: true });
});

function start(env: Record<string, string>): { child: ChildProcess; words: () => string } {
  const child = fork(join(import.meta.dirname, 'main.ts'), { env: { PATH: process.env['PATH'], DATA_DIR: folder, ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [] });
  children.push(child);
  let text = '';
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk: Buffer) => { text += chunk.toString(); });
  return { child, words: () => text };
}
async function startReady(): Promise<ChildProcess> {
  const { child, words } = start({ DATABASE_URL: db.url, WORKER_INTERNAL_PORT: String(await freePort()) });
  const [message] = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => { throw new Error(words()); })]);
  expect(message).toEqual({ type: 'ready' });
  return child;
}
async function verifyingCheck(): Promise<string> {
  const id = newId();
  const { institutionId, lessonId, sessionId } = lesson;
  await db.orm.em.fork().insert(FaceCheck, { id, institutionId, lessonId, sessionId: sessionId!, personId, kind: 'spot', status: 'verifying', dueAt: new Date(), windowMs: 60_000, refusals: 0 });
  return id;
}
const verdict = (id: string) => async () => (await db.orm.em.fork().findOneOrFail(FaceCheck, { id })).verdict ?? null;

it('settles what waits in rows, links events within a second, and stops cleanly', async () => {
  const checkId = await verifyingCheck();
  const child = await startReady();
  await expect.poll(verdict(checkId), { timeout: 10_000 }).toBe('review');
  const stream = `lesson:${newId()}` as const;
  await unitOfWork(db.orm, platform, (em) => appendEvent(em, platform, stream, 'test:happened', new Date(), {}));
  await expect.poll(async () => (await verifyStream(db.orm.em.fork(), stream)).linked, { timeout: 2000, interval: 50 }).toBe(1);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it('killed, leaves what waits in rows to the next one', async () => {
  const first = await startReady();
  first.kill('SIGKILL');
  await once(first, 'exit');
  const checkId = await verifyingCheck();
  const second = await startReady();
  await expect.poll(verdict(checkId), { timeout: 10_000 }).toBe('review');
  second.kill('SIGTERM');
  await once(second, 'exit');
});

it.each([
  [{}, /DATABASE_URL is missing/],
  [{ DATABASE_URL: 'postgresql://x@127.0.0.1:1/x', FACE_MODELS_DIR: '/nowhere' }, /FACE_MODELS_DIR=\/nowhere: fr_detect\.onnx cannot be read/],
  [{ LOG_LEVEL: 'loud' }, /LOG_LEVEL=loud is not valid/],
])('says in one line what is wrong with %j', async (env, line) => {
  const { child, words } = start(env);
  expect((await once(child, 'exit'))[0]).toBe(1);
  expect(words()).toMatch(line);
  expect(words()).not.toMatch(/ at .*:\d+/);
});
