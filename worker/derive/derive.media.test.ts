// From raw captures to replays with the real ffmpeg, chunk by chunk: codecs, lengths, sound with picture, cuts, and making it all again.
import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replayFileNames } from '#contracts/recording.ts';
import type { Replay } from '#db/entities/recording.ts';
import { percentile } from '../recording/statistics.ts';
import { at, DeriveWorld, ffmpegBin as ffmpeg, networkDelayMs, startedAt, type MadeRecording } from '../testing/derive-world.ts';
import { coloursOf, flashesOf, offsets, tonesOf } from '../testing/measure-media.ts';
import { deriveChunk } from './chunk.ts';
import { deriveAll } from './derive-all.ts';
import { rebuildRecording } from './rebuild.ts';

const ffprobe = process.env['FFPROBE_BIN'] ?? 'ffprobe';
/** The lesson, ms from its start: 22 s long, cut into units at an odd moment, with a screen across the cut. */
const cutMs = 12_030;
const endMs = 22_000;
const corner = { x: 960, y: 540, width: 280, height: 150 };

let world: DeriveWorld;
beforeAll(async () => { world = await DeriveWorld.create(100); });
afterAll(() => world?.close());

async function probe(file: string): Promise<Record<string, string>> {
  const { stdout } = await promisify(execFile)(ffprobe, ['-v', 'error', '-show_entries', 'stream=codec_name,profile,pix_fmt,width,height,r_frame_rate,sample_rate,channels,duration,nb_frames', '-of', 'flat=h=0', file]);
  return Object.fromEntries(stdout.trim().split('\n').map((line) => line.replaceAll('"', '').replace('stream.', '').split('=') as [string, string]));
}
const hashOf = async (file: string, stream: 'v' | 'a'): Promise<string> =>
  (await promisify(execFile)(ffmpeg, ['-v', 'error', '-i', file, '-map', `0:${stream}`, '-c', 'copy', '-f', 'hash', '-hash', 'md5', '-'])).stdout;
const foldersOf = (...names: string[]): Promise<string[]> => readdir(join(world.dataDir, 'chunks', ...names)).catch(() => []);

describe('a recorded lesson of two units', () => {
  let made: MadeRecording;
  let replays: Replay[];
  beforeAll(async () => {
    made = await world.addRecording(endMs, [[0, cutMs], [cutMs, endMs]]);
    await world.capture(made);
  });

  it('is not failed before the last attempt when ffmpeg is missing, and leaves nothing half-made', async () => {
    const broken = { ...world.deps, ffmpegBin: join(world.dataDir, 'no-ffmpeg') };
    await expect(deriveAll(broken, made)).rejects.toMatchObject({ code: 'internal' });
    expect(await world.recording(made.recordingId)).toMatchObject({ status: 'processing' });
    expect([await world.chunks(made.recordingId), await world.replays(made.recordingId)]).toEqual([[], []]);
    expect(await foldersOf(made.recordingId, made.unitIds[0]!)).toEqual([]);
  });

  it('repeats one chunk when a worker dies in it, and only that', async () => {
    const [unitId] = made.unitIds;
    await deriveChunk(world.deps, { recordingId: made.recordingId, unitId: unitId!, ordinal: 0 });
    const controller = new AbortController();
    const stopped = deriveChunk({ ...world.deps, signal: controller.signal }, { recordingId: made.recordingId, unitId: unitId!, ordinal: 1 });
    setTimeout(() => controller.abort(), 300);
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    const [first, ...others] = await world.chunks(made.recordingId);
    expect(others).toEqual([]);
    await deriveChunk(world.deps, { recordingId: made.recordingId, unitId: unitId!, ordinal: 0 });
    // Not its turn: the one before is missing.
    await deriveChunk(world.deps, { recordingId: made.recordingId, unitId: unitId!, ordinal: 2 });
    expect(await world.chunks(made.recordingId)).toEqual([first]);
    expect(await foldersOf(made.recordingId, unitId!)).toEqual(['0000']);
  });

  it('is composed once by two workers at once', async () => {
    const job = { recordingId: made.recordingId, unitId: made.unitIds[0]!, ordinal: 1 };
    await Promise.all([deriveChunk(world.deps, job), deriveChunk(world.deps, job)]);
    expect((await world.chunks(made.recordingId)).map(({ ordinal }) => ordinal)).toEqual([0, 1]);
    expect(await foldersOf(made.recordingId, made.unitIds[0]!)).toEqual(['0000', '0001']);
  });

  it('is made to the end, and told', async () => {
    await deriveAll(world.deps, made);
    expect(await world.recording(made.recordingId)).toMatchObject({ status: 'ready', progress: 1, secondsLeft: null, failReason: null });
    replays = await world.replays(made.recordingId);
    const [first, second] = replays;
    expect(replays.map(({ unitId, part, parts }) => [unitId, part, parts])).toEqual(made.unitIds.map((unitId) => [unitId, 1, 1]));
    expect(first).toMatchObject({ startsAt: startedAt, width: 1280, height: 720 });
    expect(second).toMatchObject({ startsAt: at(12_040) });
    // Units meet at the same frame edge: together they last as long as the lesson.
    expect(first!.durationMs! + second!.durationMs!).toBe(endMs);
    expect(Math.abs(first!.durationMs! - cutMs)).toBeLessThanOrEqual(40);
    expect(first!.sync!['maxAudioVideoOffsetMs']).toBeLessThan(40);
    expect(first!.gaps).toContainEqual({ fromMs: 0, toMs: 1000, reason: 'nothing_captured' });
    expect(first!.chapters.map(({ kind }) => kind)).toEqual(['start', 'screen']);
    expect(Math.abs(first!.chapters[1]!.atMs - 9000)).toBeLessThan(100);
    expect(second!.chapters.map(({ kind }) => kind)).toEqual(['start']);
    expect(first!.quality).toMatchObject({ width: 1280, height: 720, durationMs: first!.durationMs });
    expect(await world.events(made.lessonId)).toEqual(['replay:made', 'replay:made', 'recording:ready']);
    expect(await foldersOf(made.recordingId)).toEqual([]);
  });

  it('has every file with the size and hash that its row tells', async () => {
    for (const { id, files, sizeBytes, sha256 } of replays) {
      expect(Object.keys(files.sizes!).sort()).toEqual([...replayFileNames].sort());
      for (const name of replayFileNames) expect((await stat(world.pathOf(id, name))).size).toBe(files.sizes![name]);
      expect([sizeBytes, sha256]).toEqual([files.sizes!['unit.mp4'], files.sha256!['unit.mp4']]);
    }
  });

  it('has the codecs, sizes and lengths it must have', async () => {
    for (const { id, durationMs } of replays) {
      const facts = await probe(world.pathOf(id, 'unit.mp4'));
      expect(facts).toMatchObject({
        '0.codec_name': 'h264', '0.profile': 'High', '0.pix_fmt': 'yuv420p', '0.width': '1280', '0.height': '720', '0.r_frame_rate': '25/1',
        '1.codec_name': 'aac', '1.sample_rate': '48000', '1.channels': '2', '0.nb_frames': String(durationMs! / 40),
      });
      expect(Math.abs(Number(facts['0.duration']) - Number(facts['1.duration']))).toBeLessThanOrEqual(0.04);
    }
  });

  // 40 and 80 ms are the acceptance figures for lip synchrony; one frame is 40 ms.
  it('keeps flash and beep together, at the time they happened, across every edge of a chunk', async () => {
    for (const [index, fromMs] of [0, 12_040].entries()) {
      const file = world.pathOf(replays[index]!.id, 'unit.mp4');
      const [flashes, tones] = [await flashesOf(ffmpeg, file, corner), await tonesOf(ffmpeg, file)];
      const apart = offsets(flashes, tones).map(Math.abs);
      expect(apart.length).toBeGreaterThanOrEqual(index === 0 ? 10 : 8);
      expect(percentile(apart, 0.95)).toBeLessThanOrEqual(40);
      expect(Math.max(...apart)).toBeLessThanOrEqual(80);
      const late = tones.map((tone) => (((tone + fromMs - networkDelayMs) % 1000) + 1000) % 1000).map((off) => Math.min(off, 1000 - off));
      expect(Math.max(...late)).toBeLessThanOrEqual(40);
    }
  });

  it('shows the screen with the camera in its corner while it is shared, and the camera alone else', async () => {
    const file = world.pathOf(replays[0]!.id, 'unit.mp4');
    const [left, inset] = [await coloursOf(ffmpeg, file, { x: 100, y: 500, width: 200, height: 150 }), await coloursOf(ffmpeg, file, corner)];
    const blue = ([red, green, blue_]: [number, number, number]): boolean => blue_ > 120 && red < 60 && green < 100;
    expect(blue(left[8 * 25]!)).toBe(false);
    expect(blue(left[11 * 25]!)).toBe(true);
    expect(blue(inset[11 * 25 + 12]!)).toBe(false);
    // Before the camera opened there is the slate.
    expect(Math.max(...left[10]!)).toBeLessThan(60);
  });

  it('is one encode in two containers', async () => {
    for (const { id } of replays) {
      for (const stream of ['v', 'a'] as const) expect(await hashOf(world.pathOf(id, 'main.m3u8'), stream)).toBe(await hashOf(world.pathOf(id, 'unit.mp4'), stream));
    }
  });

  it('does nothing more when asked again', async () => {
    await deriveAll(world.deps, made);
    expect(await world.replays(made.recordingId)).toEqual(replays);
    expect(await world.events(made.lessonId)).toHaveLength(3);
  });

  it('can be made again from the raw captures, also from their copies: the same ids, watchable all the while', async () => {
    const [before] = replays;
    const again = await rebuildRecording(world.deps, made.recordingId);
    expect(again).toMatchObject({ status: 'ready', failReason: null });
    const after = await world.replays(made.recordingId);
    expect(after.map(({ id, durationMs }) => [id, durationMs])).toEqual(replays.map(({ id, durationMs }) => [id, durationMs]));
    expect(after[0]!.settledAt!.getTime()).toBeGreaterThan(before!.settledAt!.getTime());
    expect((await stat(world.pathOf(after[0]!.id, 'unit.mp4'))).size).toBe(after[0]!.sizeBytes);
    expect((await world.recording(made.recordingId)).facts).toEqual({});
  });
});

