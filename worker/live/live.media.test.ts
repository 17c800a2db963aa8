// A broadcast of a lesson that goes on while it is composed: captures grow, a node dies and another goes on, the composer is killed; with the real ffmpeg.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { liveStreamKey, bootCaptureDirectory } from '#contracts/places.ts';
import { LessonSession } from '#db/entities/lesson.ts';
import { LiveStream } from '#db/entities/media.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { addLesson, addSchool } from '#db/testing/school.ts';
import { newId } from '#domain/id.ts';
import { createLog } from '#runtime/log.ts';
import { folderStorage, type Storage } from '#runtime/storage.ts';
import { cameraFps, makeBeepMicrophone, makeCounterCamera } from '#testing/camera-files.ts';
import { readBeepsOf, readPicturesOf, type SeenPicture } from '#testing/read-media.ts';
import { runFfprobe, ffprobeBeside } from '../compose/ffmpeg.ts';
import { GrowingBoot } from '../testing/growing-capture.ts';
import { encodePackets, writeCapture, type MediaPacket } from '../testing/make-capture.ts';
import { seededRandom } from '../testing/random.ts';
import { WorkerFigures } from '../metrics.ts';
import { LiveStreams } from './live-streams.ts';

const ffmpegBin = process.env['FFMPEG_BIN'] ?? 'ffmpeg';
const [delayMs, jitterMs] = [40, 30];
/** The first node dies here, the second one goes on there, and the session ends. */
const [diesMs, goesOnMs, endsMs] = [9000, 11_000, 20_000];

let db: TestDatabase;
let folder: string;
let dataDir: string;
let storage: Storage;
let child: ChildProcess | null = null;
let streams: LiveStreams | null = null;
let counting: MediaPacket[];
let beeping: MediaPacket[];

beforeAll(async () => {
  db = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'live-'));
  dataDir = join(folder, 'data');
  storage = folderStorage(join(dataDir, 'files'));
  const [camera, microphone] = [join(folder, 'camera.mjpeg'), join(folder, 'microphone.wav')];
  await makeCounterCamera(camera, 21, 480, 270, ffmpegBin);
  await makeBeepMicrophone(microphone, 21);
  counting = await encodePackets(ffmpegBin, join(folder, 'camera.webm'), ['-r', String(cameraFps), '-i', camera, '-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '900k', '-g', '30']);
  beeping = await encodePackets(ffmpegBin, join(folder, 'microphone.webm'), ['-i', microphone, '-c:a', 'libopus', '-b:a', '48k', '-application', 'lowdelay']);
});
afterAll(async () => {
  child?.kill('SIGKILL');
  await streams?.close();
  await db.close();
  await rm(folder, { recursive: true, force: true });
});

interface Session { lessonId: string; sessionId: string; institutionId: string; startMs: number; teacherId: string }

/** Camera and microphone of one boot, from `fromMs` of the session on, with a clock that is a day off. */
async function boot({ lessonId, sessionId, startMs, teacherId }: Session, nodeId: string, fromMs: number): Promise<GrowingBoot> {
  const [bootId, made] = [newId(), join(folder, nodeId)];
  const place = { lessonId, sessionId, roomId: lessonId, nodeId, bootId };
  const later = (packets: readonly MediaPacket[]): MediaPacket[] => packets.filter(({ ms }) => ms >= fromMs && ms < endsMs).map((packet) => ({ ...packet, ms: packet.ms - fromMs }));
  const network = { random: seededRandom(7 + fromMs), delayMs, jitterMs, lost: 0, late: 0.01 };
  for (const [source, packets] of [['camera', counting], ['microphone', beeping]] as const) {
    await writeCapture({ dataDir: made, ...place }, { peerId: teacherId, cname: 'teacher', clockSkewMs: 86_400_000 }, {
      producerId: `${nodeId}-${source}`, source, startMs: startMs + fromMs, packets: later(packets), driftPpm: source === 'camera' ? 40 : -40, firstRtp: 4_294_000_000,
      senderReportEveryMs: source === 'camera' ? 700 : 1500, closeMs: startMs + endsMs,
    }, network);
  }
  const directory = bootCaptureDirectory(lessonId, sessionId, lessonId, `${nodeId}-${bootId}`);
  return GrowingBoot.create(join(made, directory), join(dataDir, directory));
}

interface Line { msg: string; number?: number }
async function composer(): Promise<{ heard: (match: (line: Line) => boolean) => Promise<void> }> {
  const started = fork(join(import.meta.dirname, '../testing/live-process.ts'), [db.url, dataDir, ffmpegBin], { env: { PATH: process.env['PATH'] }, stdio: ['ignore', 'pipe', 'inherit', 'ipc'], execArgv: [] });
  child = started;
  const lines: Line[] = [];
  const waiting: { match: (line: Line) => boolean; resolve: () => void }[] = [];
  createInterface({ input: started.stdout! }).on('line', (text) => {
    lines.push(JSON.parse(text) as Line);
    for (const one of waiting) if (one.match(lines.at(-1)!)) one.resolve();
  });
  const heard = (match: (line: Line) => boolean): Promise<void> => new Promise((resolve) => {
    if (lines.some(match)) resolve();
    else waiting.push({ match, resolve });
  });
  await heard(({ msg }) => msg === 'ready');
  return { heard };
}

async function openSession(): Promise<Session & { streamId: string }> {
  const startedAt = new Date(Date.now() + 1500);
  const school = await addSchool(db.orm, 1, startedAt);
  const { lessonId, institutionId, sessionId } = await addLesson(db.orm, school, { startsAt: startedAt, plannedMinutes: 45, status: 'live', startedAt });
  const streamId = newId();
  await db.orm.em.fork().execute('insert into live_stream (id, institution_id, session_id, wanted_at) values (?, ?, ?, now())', [streamId, institutionId, sessionId]);
  return { lessonId, institutionId, sessionId: sessionId!, startMs: startedAt.getTime(), teacherId: school.teacherId, streamId };
}
const row = (id: string): Promise<LiveStream> => db.orm.em.fork().findOneOrFail(LiveStream, { id });

/** Grows both boots in real time and ends the session; keeps the broadcast wanted as a player does. */
async function teach(session: Session & { streamId: string }, boots: readonly { boot: GrowingBoot; fromMs: number; toMs: number }[]): Promise<void> {
  for (;;) {
    const nowMs = Date.now();
    const at = nowMs - session.startMs;
    for (const { boot: growing, fromMs, toMs } of boots) if (at >= fromMs && at - 200 < toMs) await growing.reach(Math.min(nowMs, session.startMs + toMs));
    if (at > endsMs + 200) break;
    await pause(100);
  }
  await db.orm.em.fork().nativeUpdate(LessonSession, { id: session.sessionId }, { endedAt: new Date(session.startMs + endsMs), endReason: 'teacher' });
}

describe('a broadcast', () => {
  let file: string;
  let playlist: string;
  let costPercent: number | null;
  let pictures: SeenPicture[];
  let figures: string;

  beforeAll(async () => {
    const { heard } = await composer();
    const session = await openSession();
    const boots = [
      { boot: await boot(session, 'sfu-1', 0), fromMs: 0, toMs: diesMs }, { boot: await boot(session, 'sfu-2', goesOnMs), fromMs: goesOnMs, toMs: endsMs + 500 },
    ];
    const taught = teach(session, boots);
    await heard(({ msg, number }) => msg === 'segment made' && number === 1);
    child!.kill('SIGKILL');
    await once(child!, 'exit');
    const segmentTold = Promise.withResolvers<string>();
    const own = WorkerFigures.create(createLog('test', 'silent'));
    const composing = await LiveStreams.create({
      orm: db.orm, log: createLog('test', 'silent'), storage, dataDir, ffmpegBin, now: () => new Date(), most: 1, busyShare: () => Promise.resolve(0),
      onSegment: (behindMs) => {
        own.onSegment(behindMs);
        segmentTold.resolve(own.metrics.text());
      },
    });
    streams = composing;
    own.countBroadcasts(() => composing.figures);
    figures = await segmentTold.promise;
    await taught;
    await vi.waitFor(async () => expect((await row(session.streamId)).status).toBe('ended'), { timeout: 60_000, interval: 200 });
    costPercent = (await row(session.streamId)).costPercent ?? null;
    playlist = (await storage.read(liveStreamKey(session.streamId, 'playlist.m3u8'))).toString();
    const names = [...playlist.matchAll(/^segments\/(.*)$/gm)].map(([, name]) => name!);
    file = join(folder, 'all.ts');
    await writeFile(file, Buffer.concat(await Promise.all(names.map((name) => readFile(join(dataDir, 'files', liveStreamKey(session.streamId, name)))))));
    pictures = await readPicturesOf(file, ffmpegBin);
  });

  it('has every 4 s of the session once, goes on with the next number after a kill, and ends with the session', () => {
    expect([...playlist.matchAll(/^segments\/(.*)$/gm)].map(([, name]) => name)).toEqual(['0.ts', '1.ts', '2.ts', '3.ts', '4.ts']);
    expect(playlist).not.toContain('#EXT-X-DISCONTINUITY\n');
    expect(playlist.endsWith('#EXT-X-ENDLIST\n')).toBe(true);
    const times = [...playlist.matchAll(/PROGRAM-DATE-TIME:(.*)$/gm)].map(([, time]) => Date.parse(time!));
    expect(times.map((time) => time - times[0]!)).toEqual([0, 4000, 8000, 12_000, 16_000]);
    expect(costPercent).toBeGreaterThan(0);
  });

  it('says at /metrics that it is composed, what it takes of a core, and how late its segments are', () => {
    const figure = (name: string): number => Number(new RegExp(`^keshi_worker_broadcast${name} ([\\d.]+)$`, 'm').exec(figures)?.[1]);
    expect([figure('s'), figure('s_failed_total')]).toEqual([1, 0]);
    expect(figure('_cpu_ratio')).toBeGreaterThan(0);
    // Every segment waits for what is still on its way.
    expect(figure('_behind_seconds_sum') / figure('_behind_seconds_count')).toBeGreaterThan(0.8);
  });

  it('shows the right picture at every moment, across segments, nodes and composers, and a slate where nothing was captured', () => {
    expect(pictures).toHaveLength(500);
    const firstMs = pictures[0]!.atMs;
    const wrong = pictures.filter(({ atMs, counter }) => {
      const ms = atMs - firstMs;
      // The first picture takes its way; a camera that stopped is shown for two seconds more.
      if (ms < 200 || (ms > diesMs - 200 && ms < goesOnMs + 300) || ms > endsMs - 200) return false;
      const due = ((ms - delayMs) / 1000) * cameraFps;
      return counter === null || Math.abs(counter - due) > 4;
    });
    expect(wrong).toEqual([]);
    const steps = pictures.slice(1).map(({ atMs }, index) => Math.round(atMs - pictures[index]!.atMs));
    expect(new Set(steps)).toEqual(new Set([40]));
    const shown = pictures.filter(({ atMs }) => atMs - firstMs > 300 && atMs - firstMs < diesMs - 300).map(({ counter }) => counter!);
    expect(shown.slice(1).filter((counter, index) => counter < shown[index]! || counter - shown[index]! > 3)).toEqual([]);
  });

  it('has one stream of sound without a break, every beep, and the picture of each within 80 ms', async () => {
    const packets = (await runFfprobe({ bin: ffprobeBeside(ffmpegBin), cwd: folder, args: ['-select_streams', 'a', '-show_entries', 'packet=pts', '-of', 'default=nk=1:nw=1', file] })).filter((line) => line !== '').map(Number);
    const steps = packets.slice(1).map((pts, index) => pts - packets[index]!);
    // 1024 samples on the clock of 90 kHz.
    expect(steps.filter((step) => step !== 1920)).toEqual([]);
    const beeps = await readBeepsOf(file, ffmpegBin);
    const whole = (seconds: number): boolean => seconds * 1000 < diesMs - 200 || seconds * 1000 > goesOnMs;
    const due = Array.from({ length: 19 }, (_, index) => index + 1).filter(whole);
    const offsets = due.map((second) => {
      const shown = pictures.find(({ counter }) => counter !== null && counter >= second * cameraFps)!;
      const nearest = beeps.reduce((best, at) => (Math.abs(at - shown.atMs) < Math.abs(best - shown.atMs) ? at : best), Infinity);
      return Math.round(nearest - shown.atMs);
    });
    expect(offsets.filter((offset) => Math.abs(offset) > 80)).toEqual([]);
    expect(beeps.length).toBeGreaterThanOrEqual(due.length);
  });
});
