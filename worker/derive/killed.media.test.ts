// Workers killed in the middle of a chunk and of a unit, and a queue that lost everything: others go on, and no chunk that stood is made again.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { redisThere, startRedis } from '#testing/redis-server.ts';
import { DeriveWorld, ffmpegBin, type MadeRecording } from '../testing/derive-world.ts';

const chunkFrames = 100;
const children: ChildProcess[] = [];
let world: DeriveWorld;
beforeAll(async () => { world = await DeriveWorld.create(chunkFrames); });
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await world?.close();
});

interface Line { msg: string; ordinal?: number }
interface Running { child: ChildProcess; lines: Line[]; heard: (match: (line: Line) => boolean) => Promise<void> }
function start(env: Record<string, string> = {}): Running {
  const script = join(import.meta.dirname, '../testing/derive-process.ts');
  const child = fork(script, [world.db.url, world.dataDir, ffmpegBin, String(chunkFrames)], { env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'pipe', 'inherit', 'ipc'], execArgv: [] });
  children.push(child);
  const lines: Line[] = [];
  const waiting: { match: (line: Line) => boolean; resolve: () => void }[] = [];
  createInterface({ input: child.stdout! }).on('line', (text) => {
    const line = JSON.parse(text) as Line;
    lines.push(line);
    for (const one of waiting) if (one.match(line)) one.resolve();
  });
  return { child, lines, heard: (match) => new Promise((resolve) => { waiting.push({ match, resolve }); }) };
}
async function kill({ child }: Running): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}
const inWork = (made: MadeRecording, what: string) => async (): Promise<boolean> =>
  (await readdir(join(world.dataDir, 'chunks', made.recordingId, made.unitIds[0]!)).catch(() => [])).some((name) => name.startsWith(`.work-${what}`));
const composed = (runs: readonly Running[]): number[] =>
  runs.flatMap(({ lines }) => lines.filter(({ msg }) => msg === 'chunk composed').map(({ ordinal }) => ordinal!)).sort((one, other) => one - other);

async function ready(made: MadeRecording): Promise<void> {
  await expect.poll(async () => (await world.recording(made.recordingId)).status, { timeout: 100_000, interval: 200 }).toBe('ready');
  expect((await world.replays(made.recordingId)).map(({ durationMs }) => durationMs)).toEqual([22_000]);
  expect(await readdir(join(world.dataDir, 'chunks', made.recordingId))).toEqual([]);
}

it('goes on where a worker was killed in a chunk and another in a unit', async () => {
  const made = await world.addRecording(22_000, [[0, 22_000]]);
  await world.capture(made);
  const first = start();
  await first.heard(({ msg, ordinal }) => msg === 'chunk composed' && ordinal === 1);
  await expect.poll(inWork(made, 'chunk-2'), { timeout: 20_000, interval: 5 }).toBe(true);
  await kill(first);
  const second = start();
  await expect.poll(inWork(made, 'part-1'), { timeout: 100_000, interval: 5 }).toBe(true);
  await kill(second);
  const third = start();
  await ready(made);
  await kill(third);
  // Every chunk was finished once, the one in which the worker died by the next one.
  expect(composed([first, second, third])).toEqual([0, 1, 2, 3, 4, 5]);
}, 240_000);

it.skipIf(!redisThere)('finds its work again when the queue has lost everything', async () => {
  let redis = await startRedis();
  const made = await world.addRecording(22_000, [[0, 22_000]]);
  await world.capture(made);
  const worker = start({ REDIS_URL: redis.url });
  await worker.heard(({ msg, ordinal }) => msg === 'chunk composed' && ordinal === 1);
  await redis.stop();
  redis = await startRedis(redis.port);
  await ready(made);
  await kill(worker);
  await redis.stop();
  expect(new Set(composed([worker]))).toEqual(new Set([0, 1, 2, 3, 4, 5]));
}, 240_000);
