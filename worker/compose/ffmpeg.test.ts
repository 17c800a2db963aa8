// The runner: progress, failures in ffmpeg's words, stops, lines of ffprobe.
import { EventEmitter } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ffprobeBeside, runFfmpeg, runFfprobe } from './ffmpeg.ts';

let cwd = '';
beforeEach(async () => { cwd = await mkdtemp(join(tmpdir(), 'ffmpeg-')); });
afterEach(() => rm(cwd, { recursive: true }));

/** A program that behaves like ffmpeg in one respect. */
async function program(script: string): Promise<string> {
  const path = join(cwd, 'program');
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

describe('runFfmpeg', () => {
  it('tells progress', async () => {
    const seen: number[] = [];
    await runFfmpeg({ bin: await program('echo frame=1; echo out_time_us=1500000; echo progress=end'), args: [], cwd, onProgress: (seconds) => seen.push(seconds) });
    expect(seen).toEqual([1.5]);
  });

  it('fails with the last words', async () => {
    await expect(runFfmpeg({ bin: await program('echo no such filter >&2; exit 3'), args: [], cwd })).rejects.toMatchObject({ code: 'internal', message: 'ffmpeg ended with 3: no such filter' });
  });

  it('answers every line of ffprobe', async () => {
    expect(await runFfprobe({ bin: await program('echo one; echo two'), args: [], cwd })).toEqual(['one', 'two']);
    expect([ffprobeBeside('ffmpeg'), ffprobeBeside('/opt/ffmpeg/bin/ffmpeg')]).toEqual(['ffprobe', '/opt/ffmpeg/bin/ffprobe']);
  });

  it('says when there is no ffmpeg', async () => {
    await expect(runFfmpeg({ bin: join(cwd, 'missing'), args: [], cwd })).rejects.toMatchObject({ code: 'internal', message: expect.stringContaining('not found') as string });
  });

  it('ends when it is not wanted any more', async () => {
    const controller = new AbortController();
    const started = new EventEmitter();
    const running = runFfmpeg({
      bin: await program('echo out_time_us=1; exec sleep 600'), args: [], cwd, signal: controller.signal, onProgress: () => started.emit('started'),
    });
    started.once('started', () => controller.abort());
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  });
});
