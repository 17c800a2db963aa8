// Chunks and the files of their parts with the real ffmpeg: every frame once, at its time, with its sound; cuts, sizes, what is measured.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replayFileNames } from '#contracts/recording.ts';
import { composeUnit, pictureTrack, voiceLane, type Composed } from '../testing/compose-media.ts';
import { beeping, flashing, opusDelayMs, slides } from '../testing/make-capture.ts';
import { coloursOf, flashesOf, pictureHashes, tonesOf } from '../testing/measure-media.ts';
import type { PackPlan, PartFiles } from '../recording/model.ts';
import { piecesOf } from '../recording/pieces.ts';
import { boundBytes, composeChunk } from './chunk.ts';
import { layoutSpans } from './layout.ts';
import { packPart } from './pack.ts';
import { verifyPart } from './verify.ts';

const ffmpeg = process.env['FFMPEG_BIN'] ?? 'ffmpeg';
const ffprobe = process.env['FFPROBE_BIN'] ?? 'ffprobe';
const T = Date.parse('2026-03-02T02:00:00Z');
/** Chunks of 4, 6 and 4.4 s; the unit is cut behind 6 s, within the second chunk. */
const lengths = [100, 150, 110];
const frames = 360;
const cut = 150;
const chapters = [{ atMs: 0, kind: 'start', label: '' }, { atMs: 2000, kind: 'quiz', label: '1 + 1 = 2; #第一题' }] as const;
let root: string;
let unit: Composed;
const parts: Record<string, PartFiles> = {};

async function pack(name: string, fromFrame: number, toFrame: number, more: Partial<PackPlan> = {}): Promise<PartFiles> {
  const folder = join(root, name);
  await mkdir(folder);
  return packPart({ ffmpegBin: ffmpeg, folder, threads: 2 }, { chunks: unit.chunks, fromFrame, toFrame, chapters, ...more });
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'pack-'));
  const camera = await pictureTrack({ ffmpeg, folder: root, name: 'camera', args: flashing(11, '640x360') }, 'camera', T + 1000, { width: 640, height: 360 });
  const screen = await pictureTrack({ ffmpeg, folder: root, name: 'screen', args: slides(4) }, 'screen', T + 4000, { width: 1920, height: 1080 });
  const lane = await voiceLane({ ffmpeg, folder: root, name: 'voice', args: beeping(16) }, T);
  const layouts = [{ atMs: T + 6000, layout: 'sideBySide' as const }];
  unit = await composeUnit(join(root, 'unit'), ffmpeg, T, lengths, { pieces: [...piecesOf(camera), ...piecesOf(screen)], lanes: [lane], layouts });
  parts['whole'] = await pack('whole', 0, frames);
  parts['first'] = await pack('first', 0, cut);
  parts['second'] = await pack('second', cut, frames);
});
afterAll(() => rm(root, { recursive: true, force: true }));
const file = (part: string, name: string): string => join(parts[part]!.folder, name);
const lengthOf = { whole: frames, first: cut, second: frames - cut } as const;
type Part = keyof typeof lengthOf;
const each = ['whole', 'first', 'second'] as const satisfies readonly Part[];

describe('the parts of a unit', () => {
  it('pass every check and hold every file, nothing else', async () => {
    for (const part of each) {
      const { facts, faults } = await verifyPart({ ffmpegBin: ffmpeg }, parts[part]!, { frames: lengthOf[part] });
      expect(faults).toEqual([]);
      expect(facts).toMatchObject({ durationMs: lengthOf[part] * 40, width: 1280, height: 720, sha256: expect.stringMatching(/^[\da-f]{64}$/) as string });
      expect((await readdir(parts[part]!.folder)).sort()).toEqual([...replayFileNames].sort());
      for (const name of replayFileNames) expect(parts[part]!.files.sizes[name]).toBe((await stat(file(part, name))).size);
    }
  });

  it('are found wanting when they are not as they must be', async () => {
    const { faults } = await verifyPart({ ffmpegBin: ffmpeg }, parts['first']!, { frames: lengthOf.first + 1 });
    expect(faults.join('\n')).toMatch(/150 frames instead of 151/);
    await expect(pack('odd', 0, 130)).rejects.toMatchObject({ code: 'internal', message: 'frame 130 is no group edge' });
    await expect(pack('hole', 0, frames, { chunks: [unit.chunks[0]!, unit.chunks[2]!, unit.chunks[1]!] })).rejects.toMatchObject({ code: 'internal' });
  });

  it('hold every frame of the chunks once, not encoded again', async () => {
    const made = (await Promise.all(unit.chunks.map(({ folder }) => pictureHashes(ffmpeg, join(folder, 'main.mp4'))))).flat();
    expect(made).toHaveLength(frames);
    expect(await pictureHashes(ffmpeg, file('whole', 'unit.mp4'))).toEqual(made);
    expect([...await pictureHashes(ffmpeg, file('first', 'unit.mp4')), ...await pictureHashes(ffmpeg, file('second', 'unit.mp4'))]).toEqual(made);
    expect(await pictureHashes(ffmpeg, file('second', 'main.m3u8'))).toEqual(made.slice(cut));
    const low = (await Promise.all(unit.chunks.map(({ folder }) => pictureHashes(ffmpeg, join(folder, 'low.mp4'))))).flat();
    expect(await pictureHashes(ffmpeg, file('second', 'low.m3u8'))).toEqual(low.slice(cut));
  });

  // Sound is cut to the sample: a second part begins 6 s into the unit, in the middle of an AAC frame.
  it('have flashes and beeps where they happened, in every form', async () => {
    const beeps = (from: number, to: number): number[] => Array.from({ length: 15 }, (_, second) => second * 1000 + opusDelayMs - from).filter((ms) => ms >= 0 && ms < to - from);
    for (const [part, fromMs] of [['whole', 0], ['second', cut * 40]] as const) {
      const expected = beeps(fromMs, frames * 40);
      for (const name of ['unit.mp4', 'main.m3u8', 'low.m3u8', 'sound.m3u8']) {
        const tones = await tonesOf(ffmpeg, file(part, name));
        expect(tones).toHaveLength(expected.length);
        tones.forEach((tone, index) => expect(Math.abs(tone - expected[index]!)).toBeLessThanOrEqual(2));
      }
    }
    // The camera opens a second into the unit, and its own seconds flash.
    const flashes = await flashesOf(ffmpeg, file('whole', 'unit.mp4'), { x: 1000, y: 560, width: 200, height: 120 });
    expect(flashes).toEqual(expect.arrayContaining([1000, 2000, 3000, 5000, 9000, 10_000, 11_000]));
  });

  it('show slate, camera, inset and side by side', async () => {
    const [left, column] = [await coloursOf(ffmpeg, file('whole', 'unit.mp4'), { x: 100, y: 400, width: 200, height: 100 }), await coloursOf(ffmpeg, file('whole', 'unit.mp4'), { x: 970, y: 280, width: 300, height: 160 })];
    const second = (colours: [number, number, number][], at: number): [number, number, number] => colours[Math.round(at * 25)]!;
    const blue = ([red, green, value]: [number, number, number]): boolean => value > 120 && red < 60 && green < 100;
    expect(Math.max(...second(left, 0.5))).toBeLessThan(40);
    expect([second(left, 3.5), second(left, 4.5), second(left, 6.5)].map(blue)).toEqual([false, true, true]);
    // Beside the screen stands the camera; before, the screen was there too.
    expect([second(column, 4.5), second(column, 6.5)].map(blue)).toEqual([true, false]);
    expect((await sharp(file('whole', 'poster.jpg')).metadata())).toMatchObject({ width: 1280, height: 720 });
    expect(parts['whole']!.files.thumbnails).toEqual({ everyMs: 10_000, columns: 10, count: 2, width: 160, height: 90 });
    // The second picture stands for 10 s: the camera alone again, grey.
    const { channels } = await sharp(await sharp(file('whole', 'thumbnails.jpg')).extract({ left: 160, top: 0, width: 160, height: 90 }).toBuffer()).stats();
    expect(Math.min(...channels.map(({ mean }) => mean))).toBeGreaterThan(35);
  });

  it('have chapters', async () => {
    const { stdout } = await promisify(execFile)(ffprobe, ['-v', 'error', '-show_chapters', '-of', 'json', file('whole', 'unit.mp4')]);
    const found = (JSON.parse(stdout) as { chapters: { start_time: string; end_time: string; tags: { title: string } }[] }).chapters;
    expect(found.map(({ start_time, end_time, tags }) => [Number(start_time), Number(end_time), tags.title])).toEqual([[0, 2, '开始 Start'], [2, 14.4, '1 + 1 = 2; #第一题']]);
  });
});

describe('one chunk', () => {
  const noise = (seconds: number, size: string): string[] => [
    '-f', 'lavfi', '-i', `nullsrc=s=${size}:r=25:d=${seconds},geq=lum='random(1)*255':cb=128:cr=128`, '-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '12M', '-g', '100',
  ];
  async function chunk(name: string, args: string[], size: { width: number; height: number }, chunkFrames: number) {
    const track = await pictureTrack({ ffmpeg, folder: root, name, args }, 'camera', T, size);
    const folder = join(root, `chunk-${name}`);
    await mkdir(folder, { recursive: true });
    const grid = { startMs: T, frames: chunkFrames };
    const make = () => composeChunk({ ffmpegBin: ffmpeg, folder, threads: 2 }, { grid, spans: layoutSpans(piecesOf(track), grid, { rank: () => 0, layouts: [] }), lanes: [] });
    return { make, folder };
  }

  it('keeps the bound of its size in noise', async () => {
    const { make, folder } = await chunk('noise', noise(2, '640x360'), { width: 640, height: 360 }, 50);
    const { bytes } = await make();
    expect(bytes.main).toBe((await stat(join(folder, 'main.mp4'))).size);
    // Noise fills what it may: the cap is at work.
    expect(bytes.main).toBeGreaterThan(boundBytes(50) / 2);
    expect(bytes.main).toBeLessThanOrEqual(boundBytes(50));
  });

  it('tells black, frozen and how many lines came, and is the same when made again', async () => {
    const still = ['-f', 'lavfi', '-i', "testsrc2=s=320x180:r=25:d=1,loop=loop=200:size=1:start=24,trim=duration=6,drawbox=c=black:t=fill:enable='gte(t,4)'", '-c:v', 'libvpx', '-deadline', 'good', '-cpu-used', '4', '-b:v', '3M', '-g', '500'];
    const { make, folder } = await chunk('still', still, { width: 320, height: 180 }, 150);
    const measured = await make();
    expect(measured.sourceHeights).toEqual([{ height: 180, ms: 6000 }]);
    expect(measured.black).toHaveLength(1);
    expect(Math.abs(measured.black[0]!.fromMs - 4000)).toBeLessThanOrEqual(400);
    expect(measured.black[0]!.toMs).toBe(6000);
    expect(measured.frozen[0]!.fromMs).toBeLessThan(2500);
    expect(Math.abs(measured.frozen[0]!.toMs - 4000)).toBeLessThanOrEqual(400);
    expect(await readdir(folder)).toEqual(['low.mp4', 'main.mp4', 'sound.flac', 'thumbnails.jpg']);
    const before = await pictureHashes(ffmpeg, join(folder, 'main.mp4'));
    expect(await make()).toEqual(measured);
    expect(await pictureHashes(ffmpeg, join(folder, 'main.mp4'))).toEqual(before);
  });

  it('stops when it is told to, and leaves nothing half-made beside its files', async () => {
    const { folder } = await chunk('stopped', noise(1, '320x180'), { width: 320, height: 180 }, 25);
    const stopped = composeChunk({ ffmpegBin: ffmpeg, folder, threads: 2, signal: AbortSignal.abort() }, { grid: { startMs: T, frames: 25 }, spans: [{ fromFrame: 0, toFrame: 25, tiles: [], page: null }], lanes: [] });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    expect(await readdir(folder)).toEqual([]);
  });
});
