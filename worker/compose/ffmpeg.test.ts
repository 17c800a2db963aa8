// The runner: progress, failures in ffmpeg's words, stops; and what ffmpeg is asked for.
import { EventEmitter } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { concatList, spanArguments, unitArguments } from './ffmpeg-arguments.ts';
import { runFfmpeg } from './ffmpeg.ts';

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

describe('arguments', () => {
  const box = { x: 944, y: 524, width: 320, height: 180 };

  it('asks for the same encoder in every span, and for as many frames as it has', () => {
    const slate = spanArguments({ frames: 25, width: 1280, height: 720, pictures: [], output: 'a.mp4' });
    const shown = spanArguments({ frames: 75, width: 1280, height: 720, pictures: [{ path: 'p.mkv', shiftSeconds: -1.5, box }], output: 'b.mp4' });
    const encoder = (args: string[]): string[] => args.slice(args.indexOf('-c:v'), -1);
    expect(encoder(slate)).toEqual(encoder(shown));
    expect(shown[shown.indexOf('-frames:v') + 1]).toBe('75');
    expect(shown.join(' ')).toContain('setpts=PTS+(-1.500000)/TB,fps=25:start_time=0');
  });

  it('encodes sound once, as long as the pictures, with or without voices', () => {
    for (const sounds of [[], [{ path: 's.mkv', shiftSeconds: 0.25 }], [{ path: 's.mkv', shiftSeconds: 0 }, { path: 't.mkv', shiftSeconds: 2 }]]) {
      const args = unitArguments({ list: 'l', sounds, length: 10, output: 'u.mp4' });
      expect(args.filter((arg) => arg === 'aac')).toHaveLength(1);
      expect(args[args.indexOf('-filter_complex') + 1]).toContain('atrim=end_sample=480000');
    }
  });

  it('lists spans with exact durations', () => expect(concatList([{ path: 'a.mp4', frames: 1 }])).toBe("ffconcat version 1.0\nfile 'a.mp4'\nduration 0.040000\n"));
});
