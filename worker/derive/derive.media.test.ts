// From raw captures to replays with the real ffmpeg, chunk by chunk: codecs, lengths, sound with picture, cuts, and what goes wrong.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replayKey } from '#contracts/places.ts';
import { replayFileNames, type ReplayFileName } from '#contracts/recording.ts';
import { Event } from '#db/entities/event.ts';
import { Unit } from '#db/entities/lesson.ts';
import { Recording, RecordingChunk, Replay } from '#db/entities/recording.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { addLesson, addSchool, type School } from '#db/testing/school.ts';
import { newId } from '#domain/id.ts';
import { createLog } from '#runtime/log.ts';
import { folderStorage } from '#runtime/storage.ts';
import { percentile } from '../recording/statistics.ts';
import { beeping, encodePackets, flashing, slides, writeCapture } from '../testing/make-capture.ts';
import { coloursOf, flashesOf, offsets, tonesOf } from '../testing/measure-media.ts';
import { seededRandom } from '../testing/random.ts';
import { deriveChunk } from './chunk.ts';
import { deriveAll } from './derive-all.ts';
import type { DeriveDeps } from './deps.ts';
import { rebuildRecording } from './rebuild.ts';

const ffmpeg = process.env['FFMPEG_BIN'] ?? 'ffmpeg';
const ffprobe = process.env['FFPROBE_BIN'] ?? 'ffprobe';
const startedAt = new Date('2026-03-02T02:00:00.000Z');
const T = startedAt.getTime();
/** The lesson, ms from its start: 22 s long, cut into units at an odd moment, with a screen across the cut. */
const cutMs = 12_030;
const endMs = 22_000;
const corner = { x: 960, y: 540, width: 280, height: 150 };
const networkDelayMs = 30;
/** Chunks of 4 s, so that a short lesson has many. */
const chunkFrames = 100;

let db: TestDatabase;
let dataDir: string;
let deps: DeriveDeps;
let school: School;
beforeAll(async () => {
  db = await testDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'derive-'));
  deps = { orm: db.orm, log: createLog('test', 'silent'), storage: folderStorage(join(dataDir, 'files')), dataDir, ffmpegBin: ffmpeg, now: () => new Date(), chunkFrames };
  school = await addSchool(db.orm, 1, startedAt);
});
afterAll(async () => {
  await db?.close();
  await rm(dataDir, { recursive: true, force: true });
});

const rows = {
  recording: (id: string) => db.orm.em.fork().findOneOrFail(Recording, { id }),
  replays: (recordingId: string) => db.orm.em.fork().find(Replay, { recordingId }, { orderBy: { startsAt: 'asc', part: 'asc' } }),
  chunks: (recordingId: string) => db.orm.em.fork().find(RecordingChunk, { recordingId }, { orderBy: { startsAt: 'asc' } }),
  events: async (lessonId: string) => (await db.orm.em.fork().find(Event, { stream: `lesson:${lessonId}` }, { orderBy: { id: 'asc' } })).map(({ type }) => type),
};

async function addRecording(endedAt: Date | undefined, plannedMinutes: number) {
  const lesson = await addLesson(db.orm, school, { startsAt: startedAt, plannedMinutes, status: endedAt ? 'ended' : 'live', startedAt, ...(endedAt && { endedAt }) });
  const recordingId = newId();
  await db.orm.em.fork().insert(Recording, {
    id: recordingId, institutionId: lesson.institutionId, lessonId: lesson.lessonId, sessionId: lesson.sessionId!, status: endedAt ? 'processing' : 'recording',
    progress: null, secondsLeft: null, failReason: null, createdAt: startedAt, settledAt: null,
  });
  return { ...lesson, recordingId, sessionId: lesson.sessionId! };
}
type Made = Awaited<ReturnType<typeof addRecording>>;
async function addUnits(made: Made, spans: readonly (readonly [number, number])[]): Promise<void> {
  for (const [index, [fromMs, toMs]] of spans.entries()) {
    await db.orm.em.fork().nativeUpdate(Unit, { id: made.unitIds[index]! }, { startedAt: new Date(T + fromMs), endedAt: new Date(T + toMs) });
  }
}

/** Camera and microphone for 20 s from 1 s on, with clocks that are 30 years off and drift apart; a screen from 9 to 17 s. */
async function captureLesson({ lessonId, sessionId }: Made, withScreen = true): Promise<void> {
  const encoded = async (name: string, args: string[]) => encodePackets(ffmpeg, join(dataDir, name), args);
  const [camera, voice, screen] = [await encoded('c.webm', flashing(20, '640x360')), await encoded('m.webm', beeping(20)), await encoded('s.webm', slides(8))];
  const place = { dataDir, lessonId, sessionId, roomId: newId(), nodeId: 'sfu-1', bootId: newId() };
  const sender = { peerId: school.teacherId, cname: 'teacher', clockSkewMs: -30 * 365 * 86_400_000 };
  const network = { random: seededRandom(20), delayMs: networkDelayMs, jitterMs: 40, lost: 0.001, late: 0.03 };
  await writeCapture(place, sender, { producerId: 'camera', source: 'camera', startMs: T + 1000, packets: camera, driftPpm: 90, firstRtp: 4_294_000_000, senderReportEveryMs: 700, closeMs: T + 21_000 }, network);
  // Silence is not sent, as with DTX: half of every second has no packets.
  const spoken = voice.filter((packet) => packet.ms % 1000 < 500);
  await writeCapture(place, sender, { producerId: 'voice', source: 'microphone', startMs: T + 1000, packets: spoken, driftPpm: -90, firstRtp: 4_294_900_000, senderReportEveryMs: 5000, closeMs: T + 21_000 }, network);
  if (withScreen) await writeCapture(place, sender, { producerId: 'screen', source: 'screen', startMs: T + 9000, packets: screen, driftPpm: 0, firstRtp: 12_345, senderReportEveryMs: 900, closeMs: T + 17_000 }, { ...network, lost: 0 });
}

async function probe(file: string): Promise<Record<string, string>> {
  const { stdout } = await promisify(execFile)(ffprobe, ['-v', 'error', '-show_entries', 'stream=codec_name,profile,pix_fmt,width,height,r_frame_rate,sample_rate,channels,duration,nb_frames', '-of', 'flat=h=0', file]);
  return Object.fromEntries(stdout.trim().split('\n').map((line) => line.replaceAll('"', '').replace('stream.', '').split('=') as [string, string]));
}
const hashOf = async (file: string, stream: 'v' | 'a'): Promise<string> =>
  (await promisify(execFile)(ffmpeg, ['-v', 'error', '-i', file, '-map', `0:${stream}`, '-c', 'copy', '-f', 'hash', '-hash', 'md5', '-'])).stdout;
const pathOf = (replayId: string, name: ReplayFileName): string => join(dataDir, 'files', replayKey(replayId, name));
const foldersOf = (recordingId: string): Promise<string[]> => readdir(join(dataDir, 'chunks', recordingId)).catch(() => []);

describe('a recorded lesson of two units', () => {
  let made: Made;
  let replays: Replay[];
  beforeAll(async () => {
    made = await addRecording(new Date(T + endMs), 90);
    await addUnits(made, [[0, cutMs], [cutMs, endMs]]);
    await captureLesson(made);
  });

  it('is not failed before the last attempt when ffmpeg is missing, and leaves nothing half-made', async () => {
    const broken = { ...deps, ffmpegBin: join(dataDir, 'no-ffmpeg') };
    await expect(deriveAll(broken, made)).rejects.toMatchObject({ code: 'internal' });
    expect(await rows.recording(made.recordingId)).toMatchObject({ status: 'processing' });
    expect([await rows.chunks(made.recordingId), await rows.replays(made.recordingId)]).toEqual([[], []]);
    expect(await readdir(join(dataDir, 'chunks', made.recordingId, made.unitIds[0]!))).toEqual([]);
  });

  it('repeats one chunk when a worker dies in it, and only that', async () => {
    const [unitId] = made.unitIds;
    await deriveChunk(deps, { recordingId: made.recordingId, unitId: unitId!, ordinal: 0 });
    const controller = new AbortController();
    const stopped = deriveChunk({ ...deps, signal: controller.signal }, { recordingId: made.recordingId, unitId: unitId!, ordinal: 1 });
    setTimeout(() => controller.abort(), 300);
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    const [first, ...others] = await rows.chunks(made.recordingId);
    expect(others).toEqual([]);
    await deriveChunk(deps, { recordingId: made.recordingId, unitId: unitId!, ordinal: 0 });
    // Not its turn: the one before is missing.
    await deriveChunk(deps, { recordingId: made.recordingId, unitId: unitId!, ordinal: 2 });
    expect(await rows.chunks(made.recordingId)).toEqual([first]);
    expect(await readdir(join(dataDir, 'chunks', made.recordingId, unitId!))).toEqual(['0000']);
  });

  it('is composed once by two workers at once', async () => {
    const job = { recordingId: made.recordingId, unitId: made.unitIds[0]!, ordinal: 1 };
    await Promise.all([deriveChunk(deps, job), deriveChunk(deps, job)]);
    expect((await rows.chunks(made.recordingId)).map(({ ordinal }) => ordinal)).toEqual([0, 1]);
    expect(await readdir(join(dataDir, 'chunks', made.recordingId, made.unitIds[0]!))).toEqual(['0000', '0001']);
  });

  it('is made to the end, and told', async () => {
    await deriveAll(deps, made);
    expect(await rows.recording(made.recordingId)).toMatchObject({ status: 'ready', progress: 1, secondsLeft: null, failReason: null });
    replays = await rows.replays(made.recordingId);
    const [first, second] = replays;
    expect(replays.map(({ unitId, part, parts }) => [unitId, part, parts])).toEqual(made.unitIds.map((unitId) => [unitId, 1, 1]));
    expect(first).toMatchObject({ startsAt: startedAt, width: 1280, height: 720 });
    expect(second).toMatchObject({ startsAt: new Date(T + 12_040) });
    // Units meet at the same frame edge: together they last as long as the lesson.
    expect(first!.durationMs! + second!.durationMs!).toBe(endMs);
    expect(Math.abs(first!.durationMs! - cutMs)).toBeLessThanOrEqual(40);
    expect(first!.sync!['maxAudioVideoOffsetMs']).toBeLessThan(40);
    expect(first!.gaps).toContainEqual({ fromMs: 0, toMs: 1000, reason: 'nothing_captured' });
    expect(first!.chapters.map(({ kind }) => kind)).toEqual(['start', 'screen']);
    expect(Math.abs(first!.chapters[1]!.atMs - 9000)).toBeLessThan(100);
    expect(second!.chapters.map(({ kind }) => kind)).toEqual(['start']);
    expect(first!.quality).toMatchObject({ width: 1280, height: 720, durationMs: first!.durationMs });
    expect(await rows.events(made.lessonId)).toEqual(['replay:made', 'replay:made', 'recording:ready']);
    expect(await foldersOf(made.recordingId)).toEqual([]);
  });

  it('has every file with the size and hash that its row tells', async () => {
    for (const { id, files, sizeBytes, sha256 } of replays) {
      expect(Object.keys(files.sizes!).sort()).toEqual([...replayFileNames].sort());
      for (const name of replayFileNames) expect((await stat(pathOf(id, name))).size).toBe(files.sizes![name]);
      expect([sizeBytes, sha256]).toEqual([files.sizes!['unit.mp4'], files.sha256!['unit.mp4']]);
    }
  });

  it('has the codecs, sizes and lengths it must have', async () => {
    for (const { id, durationMs } of replays) {
      const facts = await probe(pathOf(id, 'unit.mp4'));
      expect(facts).toMatchObject({
        '0.codec_name': 'h264', '0.profile': 'High', '0.pix_fmt': 'yuv420p', '0.width': '1280', '0.height': '720', '0.r_frame_rate': '25/1',
        '1.codec_name': 'aac', '1.sample_rate': '48000', '1.channels': '2', '0.nb_frames': String(durationMs! / 40),
      });
      expect(Math.abs(Number(facts['0.duration']) - Number(facts['1.duration']))).toBeLessThanOrEqual(0.04);
    }
  });

  // 40 and 80 ms are the acceptance figures for lip synchrony; one frame is 40 ms.
  it('keeps flash and beep together in both forms, at the time they happened, across every edge of a chunk', async () => {
    for (const [index, fromMs] of [0, 12_040].entries()) {
      for (const form of ['unit.mp4', 'main.m3u8'] as const) {
        const file = pathOf(replays[index]!.id, form);
        const [flashes, tones] = [await flashesOf(ffmpeg, file, corner), await tonesOf(ffmpeg, file)];
        const apart = offsets(flashes, tones).map(Math.abs);
        console.log(form, fromMs, JSON.stringify(offsets(flashes, tones)), JSON.stringify(flashes), JSON.stringify(tones));
        expect(apart.length).toBeGreaterThanOrEqual(index === 0 ? 10 : 8);
        expect(percentile(apart, 0.95)).toBeLessThanOrEqual(40);
        expect(Math.max(...apart)).toBeLessThanOrEqual(80);
        const late = tones.map((tone) => (((tone + fromMs - networkDelayMs) % 1000) + 1000) % 1000).map((off) => Math.min(off, 1000 - off));
        // HLS times begin at the encoder's lead-in, up to 60 ms later.
        expect(Math.max(...late)).toBeLessThanOrEqual(form === 'unit.mp4' ? 40 : 100);
      }
    }
  });

  it('shows the screen with the camera in its corner while it is shared, and the camera alone else', async () => {
    const file = pathOf(replays[0]!.id, 'unit.mp4');
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
      for (const stream of ['v', 'a'] as const) expect(await hashOf(pathOf(id, 'main.m3u8'), stream)).toBe(await hashOf(pathOf(id, 'unit.mp4'), stream));
    }
  });

  it('does nothing more when asked again', async () => {
    await deriveAll(deps, made);
    expect(await rows.replays(made.recordingId)).toEqual(replays);
    expect(await rows.events(made.lessonId)).toHaveLength(3);
  });

  it('can be made again from the raw captures, also from their copies: the same ids, watchable all the while', async () => {
    const [before] = replays;
    const again = await rebuildRecording({ ...deps, copies: folderStorage(join(dataDir, 'copies')) }, made.recordingId);
    expect(again).toMatchObject({ status: 'ready', failReason: null });
    const after = await rows.replays(made.recordingId);
    expect(after.map(({ id, durationMs }) => [id, durationMs])).toEqual(replays.map(({ id, durationMs }) => [id, durationMs]));
    expect(after[0]!.settledAt!.getTime()).toBeGreaterThan(before!.settledAt!.getTime());
    expect((await stat(pathOf(after[0]!.id, 'unit.mp4'))).size).toBe(after[0]!.sizeBytes);
    expect((await rows.recording(made.recordingId)).facts).toEqual({});
  });
});

