// The real engine in threads: it sees what the engine in this thread sees, and leaves this thread free.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '#runtime/log.ts';
import { openFaceThreads, type FaceThreads } from './engine-threads.ts';
import { openFaceEngine } from './engine.ts';

const models = process.env['FACE_MODELS_DIR'];
const photos = join(import.meta.dirname, '../../../shared/faces');
const missing = !models ? ' (skipped: FACE_MODELS_DIR is not set)' : existsSync(photos) ? '' : ' (skipped: no folder ../shared/faces with test photos)';
const log = createLog('test', 'silent');

describe.skipIf(missing !== '')(`the face engine in threads${missing}`, () => {
  let threads: FaceThreads;
  let bytes: Buffer;
  beforeAll(async () => {
    bytes = await readFile(join(photos, 'obama_1.jpg'));
    threads = await openFaceThreads(models!, 2, log);
  });
  afterAll(() => threads?.close());

  it('sees the same, to the last figure of the networks at one level', async () => {
    const engine = await openFaceEngine(models!);
    const [here, there] = [await engine.analyse(bytes), await threads.analyse(bytes)];
    await engine.close();
    expect(there.main!.vector).toHaveLength(512);
    expect(there.main!.height).toBe(here.main!.height);
    expect(there.others).toEqual(here.others);
    const apart = there.main!.vector.reduce((most, value, index) => Math.max(most, Math.abs(value - here.main!.vector[index]!)), 0);
    // Each engine takes the level that was quicker when it was opened; sums in another order differ a little.
    expect(apart).toBeLessThan(0.01);
  });

  it('costs this thread next to nothing', async () => {
    await expect.poll(() => threads.threads, { timeout: 60_000 }).toBe(2);
    const [all, own] = [process.cpuUsage(), process.threadCpuUsage()];
    await Promise.all(Array.from({ length: 12 }, () => threads.analyse(bytes)));
    const [spent, here] = [process.cpuUsage(all), process.threadCpuUsage(own)];
    expect((here.user + here.system) / (spent.user + spent.system)).toBeLessThan(0.2);
  });

  it('tells a file that is no picture in the engine’s words', async () => {
    await expect(threads.analyse(Buffer.from('hello'))).rejects.toMatchObject({ code: 'picture_invalid' });
  });

  it('can be closed while it looks, and does not start with a missing file', async () => {
    const own = await openFaceThreads(models!, 1, log);
    const looks = Promise.allSettled(Array.from({ length: 3 }, () => own.analyse(bytes)));
    await own.close();
    for (const { status } of (await looks).slice(1)) expect(status).toBe('rejected');
    const folder = await mkdtemp(join(tmpdir(), 'models-'));
    try {
      await expect(openFaceThreads(folder, 2, log)).rejects.toThrow(/FACE_MODELS_DIR=.*fr_detect\.onnx cannot be read/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
