// `npm run recording` as an operator runs it beside a stopped product: the database is started for it, files are derived again, and checked.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { replayKey } from '#contracts/places.ts';
import { Replay } from '#db/entities/recording.ts';
import { openDatabase } from '#db/orm.ts';
import { addLesson, addSchool, type SchoolLesson } from '#db/testing/school.ts';
import { newId } from '#domain/id.ts';
import { freePort } from '#runtime/free-port.ts';
import { beeping, encodePackets, flashing, writeCapture } from '../worker/testing/make-capture.ts';
import { seededRandom } from '../worker/testing/random.ts';
import { addRecording } from '../worker/testing/raw-segments.ts';
import { embeddedDatabase } from './product-database.ts';

const ffmpeg = process.env['FFMPEG_BIN'] ?? 'ffmpeg';
const startedAt = new Date('2026-03-02T02:00:00.000Z');
const seconds = 4;
let dataDir: string;
let port: number;
let lesson: SchoolLesson;

interface Ran { code: number; out: string; err: string }
const run = (...words: string[]): Promise<Ran> => new Promise((resolve) => {
  const env = { ...process.env, DATA_DIR: dataDir, POSTGRES_PORT: String(port), DATABASE_URL: '' };
  execFile(process.execPath, [join(import.meta.dirname, 'recording.ts'), ...words], { env }, (error, out, err) => {
    resolve({ code: error ? Number(error.code) : 0, out, err });
  });
});

/** A lesson of one unit, recorded and never derived; the database is stopped again. */
async function recordedLesson(): Promise<SchoolLesson> {
  const database = await embeddedDatabase({ config: { POSTGRES_PORT: port }, dataDir }, () => undefined);
  const orm = await openDatabase(database.url);
  try {
    const school = await addSchool(orm, 0, startedAt);
    const made = await addLesson(orm, school, { startsAt: startedAt, plannedMinutes: 45, status: 'ended', startedAt, endedAt: new Date(startedAt.getTime() + seconds * 1000) });
    await addRecording(orm, made, 'processing', startedAt);
    const place = { dataDir, lessonId: made.lessonId, sessionId: made.sessionId!, roomId: made.lessonId, nodeId: 'sfu-1', bootId: newId() };
    const sender = { peerId: school.teacherId, cname: 'c', clockSkewMs: 5_000_000 };
    const network = { random: seededRandom(3), delayMs: 20, jitterMs: 10, lost: 0, late: 0 };
    const common = { startMs: startedAt.getTime(), closeMs: startedAt.getTime() + seconds * 1000, driftPpm: 0 };
    const camera = await encodePackets(ffmpeg, join(dataDir, 'camera.webm'), flashing(seconds, '1280x720'));
    const voice = await encodePackets(ffmpeg, join(dataDir, 'voice.webm'), beeping(seconds));
    await writeCapture(place, sender, { ...common, producerId: 'camera', source: 'camera', packets: camera, firstRtp: 500, senderReportEveryMs: 700 }, network);
    await writeCapture(place, sender, { ...common, producerId: 'voice', source: 'microphone', packets: voice, firstRtp: 900, senderReportEveryMs: 2500 }, network);
    return made;
  } finally {
    await orm.close();
    await database.close();
  }
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'recording-tool-'));
  port = await freePort();
  await mkdir(join(dataDir, 'logs'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

it('says that nothing was recorded where there is no database', async () => {
  expect(await run('verify', 'all')).toEqual({ code: 2, out: '', err: `There is no database in ${dataDir}: nothing was recorded with this DATA_DIR yet.\n` });
});

it('derives a lesson from its captures, and finds a flipped bit in its film', async () => {
  lesson = await recordedLesson();
  const rebuilt = await run('rebuild', lesson.lessonId);
  expect(rebuilt).toMatchObject({ code: 0, err: '' });
  expect(rebuilt.out).toMatch(/^recording \S+: ready/m);
  const [replayId = ''] = await readdir(join(dataDir, 'files/replays'));
  const film = join(dataDir, 'files', replayKey(replayId, 'unit.mp4'));
  const bytes = await readFile(film);
  bytes[bytes.length >> 1]! ^= 1;
  await writeFile(film, bytes);
  const found = await run('verify', 'all');
  expect(found.code).toBe(1);
  expect(found.out).toMatch(/ and [5-9] files of replays are what they were\./);
  expect(found.out).toContain(`1 missing or changed, the first: ${replayKey(replayId, 'unit.mp4')}`);
}, 240_000);

it('judged the file it made', async () => {
  const database = await embeddedDatabase({ config: { POSTGRES_PORT: port }, dataDir }, () => undefined);
  const orm = await openDatabase(database.url);
  try {
    const [replay] = await orm.em.fork().find(Replay, { lessonId: lesson.lessonId });
    const { quality, holdReasons, status } = replay!;
    expect(quality).toMatchObject({ width: 1280, height: 720, sourceHeight: 720, share720: 1, packets: { lost: 0 }, black: [] });
    expect(quality!.avOffsetMs).toBeLessThanOrEqual(40);
    expect(Math.abs(quality!.durationMs - seconds * 1000)).toBeLessThanOrEqual(40);
    expect(status).toBe(holdReasons.length > 0 ? 'held' : 'ready');
  } finally {
    await orm.close();
    await database.close();
  }
});
