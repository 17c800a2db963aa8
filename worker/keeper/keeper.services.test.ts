// Raw captures are registered once, copied at once, rebuilt from the directory, brought back from the copy, and removed only when all is published.
import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CaptureSegment, Recording, Replay } from '#db/entities/recording.ts';
import { Unit } from '#db/entities/lesson.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { keepPointerWords } from '#db/queries/courseware-facts.ts';
import { addLesson, addSchool, type SchoolLesson } from '#db/testing/school.ts';
import { newId } from '#domain/id.ts';
import { createLog } from '#runtime/log.ts';
import { folderStorage } from '#runtime/storage.ts';
import { whyNoMount } from '#testing/mounting.ts';
import { addRecording, writeSegment, type RawPlace } from '../testing/raw-segments.ts';
import { CaptureKeeper } from './capture-keeper.ts';
import { restoreMissing } from './copies.ts';
import type { KeeperDeps } from './deps.ts';
import { removeExpired } from './retention.ts';
import { verifySegments } from './verify-segments.ts';

const start = new Date('2026-03-02T02:00:00.000Z');
const startMs = start.getTime();
const dayMs = 86_400_000;
let db: TestDatabase;
let folder: string;
let copyFolder: string;
let deps: KeeperDeps;
let now: Date;
let lesson: SchoolLesson;
let place: RawPlace;
let recordingId: string;
let keepers: CaptureKeeper[];

beforeEach(async () => {
  db = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'keeper-'));
  copyFolder = join(folder, 'elsewhere');
  now = start;
  deps = { orm: db.orm, log: createLog('test', 'silent'), dataDir: join(folder, 'data'), copies: folderStorage(copyFolder), now: () => now };
  keepers = [];
  const school = await addSchool(db.orm, 0, start);
  lesson = await addLesson(db.orm, school, { startsAt: start, plannedMinutes: 45, status: 'live', startedAt: start });
  recordingId = await addRecording(db.orm, lesson, 'recording', start);
  place = { lessonId: lesson.lessonId, sessionId: lesson.sessionId!, nodeBoot: `node-${newId()}`, producerId: newId() };
});
afterEach(async () => {
  for (const keeper of keepers) await keeper.close();
  await db.close();
  await rm(folder, { recursive: true, force: true });
});

const em = () => db.orm.em.fork();
const rows = () => em().find(CaptureSegment, { recordingId }, { orderBy: { path: 'asc' } });
const events = (type: string) => em().execute<{ payload: Record<string, unknown> }[]>('select payload from event where type = ? order by id', [type]);
const segment = (ordinal: number, packets = 5, name?: string) => writeSegment(deps.dataDir, place, ordinal, startMs + ordinal * 60_000, packets, name);
const inData = (path: string) => join(deps.dataDir, path);
const inCopy = (path: string) => join(copyFolder, path);
const timeline = () => `capture/${place.lessonId}/${place.sessionId}/${place.lessonId}/${place.nodeBoot}/timeline.jsonl`;

async function keeps(times = 1): Promise<void> {
  const made = await Promise.all(Array.from({ length: times }, () => CaptureKeeper.create(deps, 30)));
  keepers.push(...made);
}
/** Everything sealed is registered and copied. */
const allCopied = (count: number) => vi.waitFor(async () => {
  const found = await rows();
  expect(found).toHaveLength(count);
  expect(found.every(({ copiedAt }) => copiedAt)).toBe(true);
}, { timeout: 10_000 });
const pointerWords = () => em().execute('select x, y from courseware_pointer');
/** The lead pointed once at a page that stood on the stage. */
async function pointed(): Promise<void> {
  const coursewareId = newId();
  const { institutionId, lessonId, sessionId } = lesson;
  await em().execute(`insert into courseware (id, institution_id, course_id, title, mark, uploaded_by, size_bytes, status, page_count, created_at, heard_at)
    select ?, ?, c.id, '焊接安全.pdf', 'ab', p.id, 1, 'ready', 1, now(), now() from course c, person p limit 1`, [coursewareId, institutionId]);
  await em().execute(`insert into courseware_use (session_id, courseware_id, institution_id, lesson_id, page, furthest, turn, open, changed_at)
    values (?, ?, ?, ?, 1, 1, 1, true, now())`, [sessionId, coursewareId, institutionId, lessonId]);
  await keepPointerWords(em(), [{ lessonId, coursewareId, page: 1, at: start, x: 10, y: 20 }]);
}
const round = async (count: number) => {
  await keeps();
  await allCopied(count);
  await keepers.pop()!.close();
};

it('registers each sealed segment once and copies it at once, whoever looks, while the lesson runs', async () => {
  const first = await segment(1);
  await segment(2, 3, '000002.rtplog.part');
  await keeps(3);
  await allCopied(1);
  expect((await rows())[0]).toMatchObject({ path: first, producerId: place.producerId, ordinal: 1, packets: 5, firstAt: new Date(startMs + 60_100), lastAt: new Date(startMs + 60_180) });
  const second = await segment(2, 3);
  await rm(inData(`${second}.part`));
  await allCopied(2);
  for (const path of [first, second]) expect((await readFile(inCopy(path))).equals(await readFile(inData(path)))).toBe(true);
  expect((await events('segment:sealed')).map(({ payload }) => payload)).toEqual((await rows()).map(({ path, ordinal, sha256, sizeBytes }) =>
    ({ recordingId, producerId: place.producerId, ordinal, path, sha256, sizeBytes })));
});

it('a timeline is copied when its capture has ended', async () => {
  await segment(1);
  await writeFile(inData(timeline()), '{"atMs":1,"type":"node:booted","data":{}}\n');
  await keeps();
  await allCopied(1);
  await appendFile(inData(timeline()), '{"atMs":2,"type":"capture:ended","data":{}}\n');
  await vi.waitFor(async () => expect(await readFile(inCopy(timeline()), 'utf8')).toBe(await readFile(inData(timeline()), 'utf8')), { timeout: 10_000 });
});

it('a copy that cannot be made is tried again, and the row says when it was', async () => {
  await mkdir(dirname(copyFolder), { recursive: true });
  await writeFile(copyFolder, 'a file where the folder should be');
  const path = await segment(1);
  await keeps();
  await vi.waitFor(async () => expect(await rows()).toHaveLength(1), { timeout: 10_000 });
  expect((await rows())[0]!.copiedAt).toBeNull();
  await rm(copyFolder);
  await allCopied(1);
  expect((await readFile(inCopy(path))).equals(await readFile(inData(path)))).toBe(true);
});

it.skipIf(whyNoMount() !== null)('a full second disk: logged once as error, and copied when there is room again', async () => {
  await mkdir(copyFolder, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', copyFolder]);
  try {
    await writeFile(join(copyFolder, 'filler'), Buffer.alloc(60_000));
    const lines: string[] = [];
    const log = pino({ level: 'error' }, { write: (line: string) => { lines.push(line); } });
    const path = await segment(1, 100);
    keepers.push(await CaptureKeeper.create({ ...deps, log }, 30));
    await vi.waitFor(() => expect(lines.length).toBeGreaterThan(0), { timeout: 10_000 });
    await rm(join(copyFolder, 'filler'));
    await allCopied(1);
    expect((await readFile(inCopy(path))).equals(await readFile(inData(path)))).toBe(true);
    expect(await readdir(dirname(inCopy(path)))).toEqual(['000001.rtplog']);
    expect(lines.map((line) => (JSON.parse(line) as { err: { code: string } }).err.code)).toEqual(['ENOSPC']);
  } finally {
    await keepers.pop()?.close();
    execFileSync('umount', ['-l', copyFolder]);
  }
});

it('lost rows are rebuilt from the directory with what was sealed, a changed file included', async () => {
  const paths = [await segment(1), await segment(2)];
  await round(2);
  const stands = ({ path, ordinal, sha256, sizeBytes, packets, firstAt, lastAt, producerId }: CaptureSegment) => ({ path, ordinal, sha256, sizeBytes, packets, firstAt, lastAt, producerId });
  const before = (await rows()).map(stands);
  await em().nativeDelete(CaptureSegment, { recordingId });
  await em().nativeUpdate(Recording, { id: recordingId }, { status: 'ready' });
  await round(2);
  expect((await rows()).map(stands)).toEqual(before);
  expect((await events('segment:sealed')).map(({ payload }) => payload['rebuilt'] ?? false)).toEqual([false, false, true, true]);
  await em().nativeDelete(CaptureSegment, { recordingId });
  const bytes = await readFile(inData(paths[0]!));
  bytes[bytes.length - 20]! ^= 1;
  await writeFile(inData(paths[0]!), bytes);
  await round(2);
  expect((await rows()).map(({ sha256 }) => sha256)).toEqual(before.map(({ sha256 }) => sha256));
  expect((await verifySegments(deps, recordingId)).map(({ state, where }) => `${where} ${state}`)).toEqual(['data changed', 'copy ok', 'data ok', 'copy ok']);
});

it('what is missing or torn comes back from the copy; a damaged copy never does', async () => {
  const paths = [await segment(1), await segment(2), await segment(3), await segment(4)];
  await writeFile(inData(timeline()), '{"atMs":2,"type":"capture:ended","data":{}}\n');
  await round(4);
  const whole = await Promise.all(paths.map((path) => readFile(inData(path))));
  expect(await restoreMissing(deps, recordingId)).toBe(0);
  await rm(inData(paths[0]!));
  await writeFile(inData(paths[1]!), whole[1]!.subarray(0, 40));
  await rm(inData(paths[2]!));
  await writeFile(inCopy(paths[2]!), whole[3]!);
  await rm(inData(timeline()));
  expect(await restoreMissing(deps, recordingId)).toBe(3);
  expect((await readFile(inData(paths[0]!))).equals(whole[0]!)).toBe(true);
  expect((await readFile(inData(paths[1]!))).equals(whole[1]!)).toBe(true);
  expect(await readFile(inData(timeline()), 'utf8')).toContain('capture:ended');
  await segment(9);
  await segment(10, 2, '000010.rtplog.part');
  expect((await verifySegments(deps, recordingId)).map(({ path, state, where }) => `${path.slice(-18).split('/').at(-1)} ${where} ${state}`)).toEqual([
    '000001.rtplog data ok', '000001.rtplog copy ok', '000002.rtplog data ok', '000002.rtplog copy ok', '000003.rtplog data missing', '000003.rtplog copy changed',
    '000004.rtplog data ok', '000004.rtplog copy ok', '000009.rtplog data unregistered', '000010.rtplog.part data unregistered',
  ]);
});

async function replay(status: Replay['status'], part: number, parts: number, settledAt: Date | null): Promise<string> {
  const id = newId();
  const { institutionId, lessonId, unitIds } = lesson;
  await em().insert(Replay, {
    id, institutionId, lessonId, recordingId, unitId: unitIds[0]!, part, parts, status, failReason: null, startsAt: start, durationMs: 1, sizeBytes: 1, sha256: 'x',
    width: 1280, height: 720, gaps: [], sync: null, quality: null, holdReasons: [], chapters: [], files: {}, reviewedBy: null, reviewedAt: null, review: null,
    createdAt: start, settledAt,
  });
  return id;
}

it('raw captures are removed only after all was published long enough ago and verified', async () => {
  const paths = [await segment(1), await segment(2)];
  await writeFile(inData(timeline()), '{"atMs":2,"type":"capture:ended","data":{}}\n');
  await round(2);
  await pointed();
  const settled = new Date(startMs + dayMs);
  const expired = new Date(settled.getTime() + 30 * dayMs);
  now = expired;
  const asked = () => removeExpired(deps, now, 30);
  const set = (id: string, changes: Partial<Replay>) => em().nativeUpdate(Replay, { id }, changes);
  expect(await asked(), 'still recording').toBe(0);
  await em().nativeUpdate(Recording, { id: recordingId }, { status: 'ready' });
  expect(await asked(), 'no replay').toBe(0);
  await replay('ready', 1, 2, settled);
  expect(await asked(), 'a part is not there').toBe(0);
  const two = await replay('processing', 2, 2, null);
  for (const status of ['processing', 'held', 'failed'] as const) {
    await set(two, { status, settledAt: settled });
    expect(await asked(), status).toBe(0);
  }
  await set(two, { status: 'ready', settledAt: new Date(settled.getTime() + 1) });
  expect(await asked(), 'a moment too early').toBe(0);
  await set(two, { settledAt: settled });
  const other = newId();
  await em().insert(Unit, { id: other, institutionId: lesson.institutionId, lessonId: lesson.lessonId, ordinal: 2, plannedStartAt: start, plannedMinutes: 45, startedAt: start, endedAt: now });
  expect(await asked(), 'a unit that was held has no file').toBe(0);
  await em().nativeDelete(Unit, { id: other });
  await em().nativeUpdate(Recording, { id: recordingId }, { status: 'processing' });
  expect(await asked(), 'derived anew').toBe(0);
  await em().nativeUpdate(Recording, { id: recordingId }, { status: 'ready' });
  const bytes = await readFile(inCopy(paths[1]!));
  await writeFile(inCopy(paths[1]!), 'damaged');
  expect(await asked(), 'a copy is damaged').toBe(0);
  await writeFile(inCopy(paths[1]!), bytes);
  const part = await segment(3, 1, '000003.rtplog.part');
  expect(await asked(), 'a file was never sealed').toBe(0);
  await rm(inData(part));
  const first = await readFile(inData(paths[0]!));
  await rm(inData(paths[0]!));
  await rm(inCopy(paths[0]!));
  expect(await asked(), 'a segment is nowhere').toBe(0);
  await writeFile(inData(paths[0]!), first);
  expect((await rows()).every(({ removedAt }) => removedAt === null)).toBe(true);
  expect(await pointerWords()).toEqual([{ x: 10, y: 20 }]);

  expect(await asked()).toBe(1);
  expect(await pointerWords(), 'without captures no film is made again').toEqual([]);
  expect((await rows()).map(({ removedAt }) => removedAt)).toEqual([now, now]);
  for (const path of [...paths, timeline()]) {
    await expect(stat(inData(path))).rejects.toThrow('ENOENT');
    await expect(stat(inCopy(path))).rejects.toThrow('ENOENT');
  }
  expect((await events('capture:removed')).map(({ payload }) => payload)).toEqual([{ recordingId, segments: 2, sizeBytes: (await rows()).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) }]);
  expect(await asked()).toBe(0);
  expect(await restoreMissing(deps, recordingId)).toBe(0);
  expect(await verifySegments(deps, recordingId)).toEqual([]);
});

it('rooms of one session are kept apart: segments of a group belong to its own recording, and either goes without the other', async () => {
  const [breakoutId, groupId, ofGroup] = [newId(), newId(), newId()];
  const { institutionId, lessonId } = lesson;
  const sessionId = lesson.sessionId!;
  await em().execute(`insert into breakout (id, institution_id, lesson_id, session_id, started_at, started_by, recorded, ends_at) select ?, ?, ?, ?, ?, id, true, ?::timestamptz + interval '1 minute' from person limit 1`,
    [breakoutId, institutionId, lessonId, sessionId, start, start]);
  await em().execute('insert into breakout_group (id, breakout_id, ordinal) values (?, ?, 1)', [groupId, breakoutId]);
  await em().insert(Recording, { id: ofGroup, institutionId, lessonId, sessionId, groupId, status: 'recording', progress: null, secondsLeft: null, failReason: null, createdAt: start, settledAt: null });
  const ofClass = await segment(1);
  const inGroup = await writeSegment(deps.dataDir, { ...place, roomId: groupId }, 1, startMs, 4);
  const all = () => em().find(CaptureSegment, {}, { orderBy: { path: 'asc' } });
  await keeps();
  await vi.waitFor(async () => expect((await all()).map(({ copiedAt }) => copiedAt !== null)).toEqual([true, true]), { timeout: 10_000 });
  await keepers.pop()!.close();
  const owners = async () => new Map((await all()).map(({ path, recordingId: id, removedAt }) => [path, [id, removedAt !== null]]));
  expect(await owners()).toEqual(new Map([[ofClass, [recordingId, false]], [inGroup, [ofGroup, false]]]));
  expect((await verifySegments(deps, ofGroup)).map(({ path, state }) => [path, state])).toEqual([[inGroup, 'ok'], [inGroup, 'ok']]);
  await em().nativeUpdate(Recording, { id: ofGroup }, { status: 'ready' });
  await em().nativeUpdate(CaptureSegment, { recordingId: ofGroup }, { removedAt: start });
  expect(await removeExpired(deps, start, 30)).toBe(1);
  await expect(stat(inData(inGroup))).rejects.toThrow('ENOENT');
  expect((await verifySegments(deps, recordingId)).every(({ state }) => state === 'ok')).toBe(true);
  await em().nativeUpdate(Recording, { id: recordingId }, { status: 'ready' });
  await em().nativeUpdate(CaptureSegment, { recordingId }, { removedAt: start });
  expect(await removeExpired(deps, start, 30)).toBe(1);
  await expect(stat(dirname(dirname(dirname(dirname(inData(ofClass))))))).rejects.toThrow('ENOENT');
});

it('a removal cut short by a crash is finished by the next round', async () => {
  const path = await segment(1);
  await round(1);
  await em().nativeUpdate(Recording, { id: recordingId }, { status: 'ready' });
  await em().nativeUpdate(CaptureSegment, { recordingId }, { removedAt: start });
  expect(await removeExpired(deps, start, 30)).toBe(1);
  await expect(stat(inData(path))).rejects.toThrow('ENOENT');
  await expect(stat(inCopy(path))).rejects.toThrow('ENOENT');
});
