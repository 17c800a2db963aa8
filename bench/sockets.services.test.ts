// The measurement in short, on a real signaling process: everybody really enters, every word reaches everybody, and the figures are there.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '#db/orm.ts';
import { testDatabase } from '#db/testing/database.ts';
import { freePort } from '#runtime/free-port.ts';
import { measureBare, measureOurs, sideBySide } from './sockets.ts';

const plan = { words: 2, everyMs: 1_100, settleMs: 0 };
const learners = 30;

async function signaling(databaseUrl: string): Promise<{ url: string; pid: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-sockets-'));
  const [port, internalPort] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, [fileURLToPath(new URL('../signaling/main.ts', import.meta.url))], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      PATH: process.env['PATH'] ?? '', DATABASE_URL: databaseUrl, DATA_DIR: folder, LOG_LEVEL: 'error', SFU_SECRET: 'a secret of this measurement',
      PORT: `${port}`, SIGNALING_INTERNAL_PORT: `${internalPort}`, FACE_CHECKS_PER_UNIT: '0', ADMISSION_PER_SECOND: '10000',
    },
  });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  });
  await Promise.race([once(child, 'message'), ended.then(([code]) => { throw new Error(`signaling ended with ${code}`); })]);
  return { url: `http://127.0.0.1:${port}`, pid: child.pid! };
}

test('thirty learners enter, hear two words each, and stand beside the bare library', async () => {
  const database = await testDatabase();
  onTestFinished(() => database.close());
  const { url, pid } = await signaling(database.url);
  const ours = await measureOurs(url, database.url, pid, learners, plan);
  const bare = await measureBare(learners, plan);
  for (const one of [ours, bare]) {
    expect(one).toMatchObject({ entered: learners, broadcastsMissed: 0, closed: 0, errors: [] });
    expect(one.events['chat:sent']).toBe(learners * plan.words);
    expect(one.joinPerSecond).toBeGreaterThan(0);
    expect(one.broadcastP99Ms).toBeGreaterThan(0);
  }
  // What a learner costs is measured with what every learner of a lesson gets: whether their time counts, and a sign-in when their turn comes.
  expect(ours.events['presence:credit']).toBeGreaterThanOrEqual(learners);
  expect(ours.events['check:asked']).toBeGreaterThan(0);
  const orm = await openDatabase(database.url);
  expect(await orm.em.fork().execute(`select distinct way from face_check`)).toEqual([{ way: 'face' }]);
  expect(await orm.em.fork().execute(`select distinct person_id from connection where role = 'student'`)).toHaveLength(learners);
  await orm.close();
  const figures = sideBySide(learners, ours, bare);
  for (const name of ['joinPerSecond', 'rssKbPerLearner', 'broadcastP99Ms', 'ratioToBare', 'cpu']) expect(figures).toHaveProperty(name);
}, 60_000);
