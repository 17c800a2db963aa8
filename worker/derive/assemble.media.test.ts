// From raw captures to replays with the real ffmpeg: codecs, lengths, sound with picture, layouts, cuts, and what goes wrong.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unitKey } from '#contracts/places.ts';
import { Unit } from '#db/entities/lesson.ts';
import { Event } from '#db/entities/event.ts';
import { Recording, Replay } from '#db/entities/recording.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { addLesson, addSchool, type School } from '#db/testing/school.ts';
import { newId } from '#domain/id.ts';
import { createLog } from '#runtime/log.ts';
import { folderStorage, type Storage } from '#runtime/storage.ts';
import { beeping, encodePackets, flashing, slides, writeCapture } from '../testing/make-capture.ts';
import { coloursOf, flashesOf, offsets, tonesOf } from '../testing/measure-media.ts';
import { seededRandom } from '../testing/random.ts';
import { assembleRecording, type AssembleDeps } from './assemble.ts';
import { percentile } from '../recording/statistics.ts';

const ffmpeg = process.env['FFMPEG_BIN'] ?? 'ffmpeg';
const ffprobe = process.env['FFPROBE_BIN'] ?? 'ffprobe';
const startedAt = new Date('2026-03-02T02:00:00.000Z');
const T = startedAt.getTime();
/** The lesson, ms from its start: 22 s long, cut into units at an odd moment, with a screen across the cut. */
const cutMs = 12_030;
const endMs = 22_000;
const corner = { x: 960, y: 540, width: 280, height: 150 };
const networkDelayMs = 30;

let db: TestDatabase;
let dataDir: string;
let storage: Storage;
let deps: AssembleDeps;
let school: School;
beforeAll(async () => {
  db = await testDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'assemble-'));
  storage = folderStorage(join(dataDir, 'files'));
  deps = { orm: db.orm, log: createLog('test', 'silent'), storage, dataDir, ffmpegBin: ffmpeg, now: () => new Date() };
  school = await addSchool(db.orm, 1, startedAt);
});
afterAll(async () => {
  await db?.close();
  await rm(dataDir, { recursive: true, force: true });
});

const rows = {
  recording: (id: string) => db.orm.em.fork().findOneOrFail(Recording, { id }),
  replays: (recordingId: string) => db.orm.em.fork().find(Replay, { recordingId }),
  events: (lessonId: string) => db.orm.em.fork().find(Event, { stream: `lesson:${lessonId}` }, { orderBy: { id: 'asc' } }),
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

/** Camera and microphone for 20 s from 1 s on, with clocks that are 30 years off and drift apart; a screen from 9 to 17 s. */
async function captureLesson(lessonId: string, sessionId: string): Promise<void> {
  const encoded = async (name: string, args: string[]) => encodePackets(ffmpeg, join(dataDir, name), args);
  const [camera, voice, screen] = [await encoded('c.webm', flashing(20, '640x360')), await encoded('m.webm', beeping(20)), await encoded('s.webm', slides(8))];
  const place = { dataDir, lessonId, sessionId, roomId: newId(), nodeId: 'sfu-1', bootId: newId() };
  const sender = { peerId: school.teacherId, cname: 'teacher', clockSkewMs: -30 * 365 * 86_400_000 };
  const network = { random: seededRandom(20), delayMs: networkDelayMs, jitterMs: 40, lost: 0.001, late: 0.03 };
  await writeCapture(place, sender, { producerId: 'camera', source: 'camera', startMs: T + 1000, packets: camera, driftPpm: 90, firstRtp: 4_294_000_000, senderReportEveryMs: 700, closeMs: T + 21_000 }, network);
  // Silence is not sent, as with DTX: half of every second has no packets.
  const spoken = voice.filter((packet) => packet.ms % 1000 < 500);
  await writeCapture(place, sender, { producerId: 'voice', source: 'microphone', startMs: T + 1000, packets: spoken, driftPpm: -90, firstRtp: 4_294_900_000, senderReportEveryMs: 5000, closeMs: T + 21_000 }, network);
  await writeCapture(place, sender, { producerId: 'screen', source: 'screen', startMs: T + 9000, packets: screen, driftPpm: 0, firstRtp: 12_345, senderReportEveryMs: 900, closeMs: T + 17_000 }, { ...network, lost: 0 });
}

async function probe(file: string): Promise<Record<string, string>> {
  const { stdout } = await promisify(execFile)(ffprobe, ['-v', 'error', '-show_entries', 'stream=codec_name,profile,pix_fmt,width,height,r_frame_rate,sample_rate,channels,duration', '-of', 'flat=h=0', file]);
  return Object.fromEntries(stdout.trim().split('\n').map((line) => line.replaceAll('"', '').replace('stream.', '').split('=') as [string, string]));
}
const hashOf = async (file: string, stream: 'v' | 'a'): Promise<string> =>
  (await promisify(execFile)(ffmpeg, ['-v', 'error', '-i', file, '-map', `0:${stream}`, '-c', 'copy', '-f', 'hash', '-hash', 'md5', '-'])).stdout;
const pathOf = (unitId: string, name: 'unit.mp4' | 'index.m3u8'): string => join(dataDir, 'files', unitKey(unitId, name));

describe('a recorded lesson of two units', () => {
  let made: Awaited<ReturnType<typeof addRecording>>;
  beforeAll(async () => {
    made = await addRecording(new Date(T + endMs), 90);
    const [first, second] = made.unitIds;
    await db.orm.em.fork().nativeUpdate(Unit, { id: first! }, { startedAt, endedAt: new Date(T + cutMs) });
    await db.orm.em.fork().nativeUpdate(Unit, { id: second! }, { startedAt: new Date(T + cutMs), endedAt: new Date(T + endMs) });
    await captureLesson(made.lessonId, made.sessionId);
  });

  it('fails with a reason when ffmpeg is missing, and leaves nothing half-made', async () => {
    await expect(assembleRecording({ ...deps, ffmpegBin: join(dataDir, 'no-ffmpeg') }, made)).rejects.toMatchObject({ code: 'internal' });
    expect(await rows.recording(made.recordingId)).toMatchObject({ status: 'failed', failReason: 'internal' });
    expect((await rows.replays(made.recordingId)).map(({ status, failReason }) => [status, failReason])).toEqual([['failed', 'internal'], ['failed', 'internal']]);
    expect(await storage.stat(unitKey(made.unitIds[0]!, 'unit.mp4'))).toBeNull();
    expect(await readdir(join(dataDir, 'tmp'))).toEqual([]);
  });

  it('is made when tried again, and told', async () => {
    await assembleRecording(deps, made);
    expect(await rows.recording(made.recordingId)).toMatchObject({ status: 'ready', progress: 1, secondsLeft: null, failReason: null });
    const replays = new Map((await rows.replays(made.recordingId)).map((replay) => [replay.unitId, replay]));
    const [first, second] = made.unitIds.map((unitId) => replays.get(unitId)!);
    expect(first).toMatchObject({ status: 'ready', startsAt: startedAt, width: 1280, height: 720 });
    expect(second).toMatchObject({ status: 'ready', startsAt: new Date(T + 12_040) });
    // Units meet at the same frame edge: together they last as long as the lesson.
    expect(first!.durationMs! + second!.durationMs!).toBe(endMs);
    expect(Math.abs(first!.durationMs! - cutMs)).toBeLessThanOrEqual(40);
    expect(Math.abs(second!.durationMs! - (endMs - cutMs))).toBeLessThanOrEqual(40);
    expect(first!.sync!['maxAudioVideoOffsetMs']).toBeLessThan(40);
    expect(first!.gaps).toContainEqual({ fromMs: 0, toMs: 1000, reason: 'nothing_captured' });
    const types = (await rows.events(made.lessonId)).map((event) => event.type);
    expect(types).toEqual(['recording:failed', 'recording:ready']);
  });

  it('has the codecs, sizes and lengths it must have', async () => {
    for (const unitId of made.unitIds) {
      const facts = await probe(pathOf(unitId, 'unit.mp4'));
      expect(facts).toMatchObject({
        '0.codec_name': 'h264', '0.profile': 'High', '0.pix_fmt': 'yuv420p', '0.width': '1280', '0.height': '720', '0.r_frame_rate': '25/1',
        '1.codec_name': 'aac', '1.sample_rate': '48000', '1.channels': '2',
      });
      expect(Math.abs(Number(facts['0.duration']) - Number(facts['1.duration']))).toBeLessThanOrEqual(0.04);
    }
  });

  // 40 and 80 ms are the acceptance figures for lip synchrony (media.md, section 6); one frame is 40 ms.
  it('keeps flash and beep together in both forms, at the time they happened', async () => {
    for (const [unit, fromMs] of [[made.unitIds[0]!, 0], [made.unitIds[1]!, cutMs]] as const) {
      for (const form of ['unit.mp4', 'index.m3u8'] as const) {
        const [flashes, tones] = [await flashesOf(ffmpeg, pathOf(unit, form), corner), await tonesOf(ffmpeg, pathOf(unit, form))];
        const apart = offsets(flashes, tones).map(Math.abs);
        expect(apart.length).toBeGreaterThanOrEqual(5);
        expect(percentile(apart, 0.95)).toBeLessThanOrEqual(40);
        expect(Math.max(...apart)).toBeLessThanOrEqual(80);
        const late = tones.map((tone) => (((tone + fromMs - networkDelayMs) % 1000) + 1000) % 1000).map((off) => Math.min(off, 1000 - off));
        // HLS times begin at the encoder's lead-in, up to 60 ms later.
        expect(Math.max(...late)).toBeLessThanOrEqual(form === 'unit.mp4' ? 40 : 100);
      }
    }
  });

  it('shows the screen with the camera in its corner while it is shared, and the camera alone else', async () => {
    const file = pathOf(made.unitIds[0]!, 'unit.mp4');
    const [left, inset] = [await coloursOf(ffmpeg, file, { x: 100, y: 500, width: 200, height: 150 }), await coloursOf(ffmpeg, file, corner)];
    const blue = ([red, green, blue_]: [number, number, number]): boolean => blue_ > 120 && red < 60 && green < 100;
    expect(blue(left[8 * 25]!)).toBe(false);
    expect(blue(left[11 * 25]!)).toBe(true);
    expect(blue(inset[11 * 25 + 12]!)).toBe(false);
    // The screen's own small green square, upper left of a 1920 picture, is where it belongs.
    const [square] = (await coloursOf(ffmpeg, file, { x: 100, y: 100, width: 200, height: 150 })).slice(11 * 25);
    expect(square![1]).toBeGreaterThan(90);
    // Before the camera opened there is the slate.
    expect(Math.max(...left[10]!)).toBeLessThan(40);
  });

  it('is one encode in two containers', async () => {
    for (const unitId of made.unitIds) {
      for (const stream of ['v', 'a'] as const) expect(await hashOf(pathOf(unitId, 'index.m3u8'), stream)).toBe(await hashOf(pathOf(unitId, 'unit.mp4'), stream));
      expect((await storage.read(unitKey(unitId, 'poster.jpg'))).subarray(0, 2).toString('hex')).toBe('ffd8');
    }
  });

  it('does nothing more when asked again', async () => {
    const before = await rows.replays(made.recordingId);
    await assembleRecording(deps, made);
    expect(await rows.replays(made.recordingId)).toEqual(before);
    expect(await rows.events(made.lessonId)).toHaveLength(2);
  });
});

describe('what cannot be made', () => {
  it('says that nothing was captured, without trying again', async () => {
    const made = await addRecording(new Date(T + 5000), 45);
    await assembleRecording(deps, made);
    expect(await rows.recording(made.recordingId)).toMatchObject({ status: 'failed', failReason: 'nothing_captured' });
    expect((await rows.replays(made.recordingId))[0]).toMatchObject({ status: 'failed', failReason: 'nothing_captured', gaps: [{ fromMs: 0, toMs: 5000, reason: 'nothing_captured' }] });
    expect((await rows.events(made.lessonId)).map((event) => event.type)).toEqual(['recording:failed']);
  });

  it('waits for the end of the session', async () => {
    const made = await addRecording(undefined, 45);
    await expect(assembleRecording(deps, made)).rejects.toMatchObject({ code: 'replay_not_ready' });
    expect(await rows.recording(made.recordingId)).toMatchObject({ status: 'recording' });
    expect(await rows.replays(made.recordingId)).toEqual([]);
  });

  it('knows no recording of another id', async () => {
    await expect(assembleRecording(deps, { recordingId: newId() })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('stops when it is told to and can be taken up again', async () => {
    const made = await addRecording(new Date(T + 5000), 45);
    const controller = new AbortController();
    controller.abort();
    await expect(assembleRecording({ ...deps, signal: controller.signal }, made)).rejects.toMatchObject({ name: 'AbortError' });
    expect(await rows.recording(made.recordingId)).toMatchObject({ status: 'processing' });
    expect(await readdir(join(dataDir, 'tmp'))).toEqual([]);
  });
});
