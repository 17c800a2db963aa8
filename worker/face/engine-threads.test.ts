// How pictures are handed to threads: checks first, as many at once as there are threads, and nothing lost without a word when a thread ends. The threads here are real and answer by script.
import { Worker } from 'node:worker_threads';
import { afterEach, expect, it } from 'vitest';
import { createLog } from '#runtime/log.ts';
import { FaceThreads } from './engine-threads.ts';
import type { Analysis } from './engine.ts';

/** A picture is a word: `ms` waits so long, `die` ends the thread, `bad` cannot be read; the answer's one figure is how many pictures this thread has had. */
const script = `
const { parentPort, threadId } = require('node:worker_threads');
let had = 0;
parentPort.on('message', (bytes) => {
  if (bytes === null) return parentPort.close();
  const word = Buffer.from(bytes).toString();
  if (word === 'die') process.exit(3);
  if (word === 'hang') for (;;);
  const answer = word === 'bad' ? { error: { code: 'picture_invalid', message: 'no picture' } } : word === 'odd' ? { error: { code: null, message: 'odd' } }
    : { analysis: { main: null, others: [{ score: threadId, relativeHeight: ++had }] } };
  setTimeout(() => parentPort.postMessage(answer), Number(word) || 0);
});
parentPort.postMessage({ ready: true });`;

const log = createLog('test', 'silent');
let pool: FaceThreads;
let opened = 0;
const open = async (threads: number, from = script): Promise<FaceThreads> => (pool = await FaceThreads.create(() => {
  opened++;
  return new Worker(from, { eval: true });
}, threads, log));
afterEach(async () => {
  await pool.close();
  opened = 0;
});
const picture = (word: string): Buffer => Buffer.from(word);
const threadOf = ({ others }: Analysis): number => others[0]!.score;

it('takes checks before enrolments, each in their order', async () => {
  await open(1);
  const done: string[] = [];
  const look = (name: string, urgency: 'now' | 'later'): Promise<unknown> => pool.analyse(picture('5'), urgency).then(() => done.push(name));
  await Promise.all([look('first', 'later'), look('enrolment 1', 'later'), look('enrolment 2', 'later'), look('check 1', 'now'), look('check 2', 'now')]);
  expect(done).toEqual(['first', 'check 1', 'check 2', 'enrolment 1', 'enrolment 2']);
});

it('looks at as many at once as there are threads', async () => {
  await open(2);
  await expect.poll(() => pool.threads).toBe(2);
  const looks = await Promise.all(Array.from({ length: 6 }, () => pool.analyse(picture('20'))));
  expect(new Set(looks.map(threadOf)).size).toBe(2);
  expect(Math.max(...looks.map(({ others }) => others[0]!.relativeHeight))).toBeLessThan(6);
});

it('says what is wrong with a picture in the words of the engine, and goes on', async () => {
  await open(1);
  await expect(pool.analyse(picture('bad'))).rejects.toMatchObject({ name: 'DomainError', code: 'picture_invalid' });
  await expect(pool.analyse(picture('odd'))).rejects.toThrow('a picture could not be judged: odd');
  await expect(pool.analyse(picture('0'))).resolves.toMatchObject({ main: null });
});

it('a thread that ends fails its picture, another takes its place, and whoever waits is served', async () => {
  await open(1);
  const failing = expect(pool.analyse(picture('die'))).rejects.toThrow('ended');
  const after = pool.analyse(picture('0'));
  await failing;
  await expect(after).resolves.toMatchObject({ main: null });
  expect([pool.threads, opened]).toEqual([1, 2]);
});

it('does not open where the settings are wrong, or the thread does not come up', async () => {
  await expect(FaceThreads.create(() => new Worker(`require('node:worker_threads').parentPort.postMessage({ wrong: ['FACE_MODELS_DIR=/no: no'] })`, { eval: true }), 2, log))
    .rejects.toMatchObject({ name: 'ConfigError', lines: ['FACE_MODELS_DIR=/no: no'] });
  await expect(FaceThreads.create(() => new Worker('throw new Error("no")', { eval: true }), 1, log)).rejects.toThrow();
  await open(1);
});

it('closes within its time: what waits is refused, a thread that does not let go is stopped', async () => {
  await open(1);
  const looks = [pool.analyse(picture('hang')), pool.analyse(picture('0'))];
  const refused = Promise.allSettled(looks);
  await pool.close();
  expect((await refused).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(pool.analyse(picture('0'))).rejects.toThrow('closed');
  expect([pool.threads, opened]).toEqual([0, 1]);
});
