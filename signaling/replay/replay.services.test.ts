// Replays: what is ready, marks at their moments, ranges of real files, positions, and who may see them.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { unitKey } from '#contracts/places.ts';
import type { LessonReplay } from '#contracts/report.ts';
import { Question, Quiz, StageVisit } from '#db/entities/classroom.ts';
import { Recording, Replay, ReplayPosition } from '#db/entities/recording.ts';
import { newId } from '#domain/id.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addSchool, addSession, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
let recordingId: string;
let unitId: string;
const startsAt = new Date('2026-03-02T02:00:00.500Z');
const bytes = Buffer.from(Array.from({ length: 5000 }, (_, index) => index % 251));

beforeAll(async () => { world = await openHttpWorld(); });
afterAll(() => world.close());
const em = () => world.deps.orm.em.fork();
const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;

beforeEach(async () => {
  school = await addSchool(world.deps.orm, world.clock.now());
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
  const sessionId = await addSession(world.deps.orm, school, startsAt, new Date(startsAt.getTime() + 5_400_000));
  recordingId = newId();
  unitId = school.unitIds[0]!;
  const { institutionId, lessonId } = school;
  await em().insert(Recording, { id: recordingId, institutionId, lessonId, sessionId, status: 'processing', progress: 0.25, secondsLeft: 90, failReason: null, createdAt: startsAt, settledAt: null });
  const questionId = newId();
  await em().insert(Question, {
    id: questionId, institutionId, courseId: school.courseId, kind: 'trueFalse', prompt: '灭火器可以横放吗？', options: ['对', '错'], rightChoices: [1], createdBy: school.teacher.personId, createdAt: startsAt,
  });
  for (const seconds of [-10, 120, 3000]) {
    const openedAt = new Date(startsAt.getTime() + seconds * 1000);
    await em().insert(Quiz, { id: newId(), institutionId, lessonId, sessionId, questionId, openedAt, deadlineAt: openedAt, closedAt: openedAt });
  }
  const at = (seconds: number) => new Date(startsAt.getTime() + seconds * 1000);
  await em().insert(StageVisit, { id: newId(), institutionId, sessionId, personId: school.learner.personId, invitedAt: at(50), acceptedAt: at(60.25), leftAt: at(90) });
  await em().insert(StageVisit, { id: newId(), institutionId, sessionId, personId: school.other.personId, invitedAt: at(70), acceptedAt: null, leftAt: at(80) });
});

async function makeReady(): Promise<void> {
  await em().insert(Replay, {
    id: newId(), institutionId: school.institutionId, lessonId: school.lessonId, recordingId, unitId, status: 'ready', failReason: null, startsAt, durationMs: 2_700_000,
    sizeBytes: bytes.length, sha256: 'ef'.repeat(32), width: 1280, height: 720, gaps: [{ fromMs: 61_000, toMs: 64_000, reason: 'lead_gone' }], sync: null, createdAt: startsAt, settledAt: startsAt,
  });
  await world.deps.storage.putBytes(unitKey(unitId, 'unit.mp4'), bytes);
  await world.deps.storage.putBytes(unitKey(unitId, 'index.m3u8'), Buffer.from('#EXTM3U\n'));
}
const replay = async (person: Known = school.learner) => (await world.call(`GET /api/lessons/${school.lessonId}/replay`, person)).json<LessonReplay>();
const file = (name: string, headers: Record<string, string> = {}, person: Known | null = school.learner, method = 'GET') =>
  world.call(`${method} /api/units/${unitId}/files/${name}`, person, { headers });

it('shows units being made, with progress, and no addresses yet', async () => {
  const { units, title } = await replay();
  expect(title).toBe('First lesson');
  expect(units).toHaveLength(2);
  expect(units[0]).toEqual({
    unitId, ordinal: 1, status: 'processing', durationMs: null, mp4Url: null, hlsUrl: null, posterUrl: null, sizeBytes: null, sha256: null, marks: [], positionMs: 0,
    progress: 0.25, secondsLeft: 90, failReason: null,
  });
});

it('shows a ready unit with marks counted from its first frame, by time', async () => {
  await makeReady();
  const { units } = await replay();
  expect(units[0]).toMatchObject({
    status: 'ready', durationMs: 2_700_000, sizeBytes: bytes.length, progress: null, secondsLeft: null,
    mp4Url: `/api/units/${unitId}/files/unit.mp4`, hlsUrl: `/api/units/${unitId}/files/index.m3u8`, posterUrl: `/api/units/${unitId}/files/poster.jpg`,
    marks: [
      { atMs: 60_250, kind: 'stage', label: 'School learner' }, { atMs: 61_000, kind: 'gap', label: 'lead_gone' }, { atMs: 120_000, kind: 'quiz', label: '灭火器可以横放吗？' },
    ],
  });
  expect(units[1]?.status).toBe('processing');
  await em().nativeUpdate(Recording, { id: recordingId }, { status: 'ready' });
  expect((await replay()).units.map(({ ordinal }) => ordinal)).toEqual([1]);
});

it('says why a recording failed, and that a lesson has none', async () => {
  await em().nativeUpdate(Recording, { id: recordingId }, { status: 'failed', failReason: 'no_media' });
  expect((await replay()).units[0]).toMatchObject({ status: 'failed', failReason: 'no_media', progress: null, mp4Url: null });
  await em().nativeDelete(Recording, { id: recordingId });
  expect((await replay()).units).toEqual([]);
});

it('answers whole files, ranges, headers only, and "you have it"', async () => {
  await makeReady();
  const whole = await file('unit.mp4');
  expect([whole.statusCode, whole.headers['content-type'], whole.headers['accept-ranges'], whole.headers['content-length']]).toEqual([200, 'video/mp4', 'bytes', '5000']);
  expect(whole.rawPayload.equals(bytes)).toBe(true);
  const etag = String(whole.headers.etag);
  expect(String(whole.headers['cache-control'])).toContain('private');
  for (const [range, from, to] of [['bytes=0-0', 0, 0], ['bytes=100-199', 100, 199], ['bytes=4990-', 4990, 4999], ['bytes=-10', 4990, 4999], ['bytes=4000-99999', 4000, 4999], ['bytes=-9999', 0, 4999]] as const) {
    const part = await file('unit.mp4', { range });
    expect([part.statusCode, part.headers['content-range'], part.headers['content-length']], range).toEqual([206, `bytes ${from}-${to}/5000`, String(to - from + 1)]);
    expect(part.rawPayload.equals(bytes.subarray(from, to + 1)), range).toBe(true);
  }
  for (const range of ['bytes=5000-', 'bytes=9999-10000', 'bytes=-0']) {
    const none = await file('unit.mp4', { range });
    expect([none.statusCode, none.headers['content-range'], none.body], range).toEqual([416, 'bytes */5000', '']);
  }
  for (const range of ['bytes=0-1,5-6', 'bytes=5-1', 'chunks=0-1', 'bytes=-']) expect((await file('unit.mp4', { range })).statusCode, range).toBe(200);
  const head = await file('unit.mp4', { range: 'bytes=0-99' }, school.learner, 'HEAD');
  expect([head.statusCode, head.headers['content-length'], head.body]).toEqual([206, '100', '']);
  const same = await file('unit.mp4', { 'if-none-match': etag });
  expect([same.statusCode, same.body]).toEqual([304, '']);
  expect((await file('unit.mp4', { range: 'bytes=0-9', 'if-range': etag })).statusCode).toBe(206);
  expect((await file('unit.mp4', { range: 'bytes=0-9', 'if-range': '"older"' })).statusCode).toBe(200);
  expect((await file('index.m3u8')).headers['content-type']).toBe('application/vnd.apple.mpegurl');
});

it('gives files to everybody with a role in the lesson, and to nobody else', async () => {
  expect(codeOf(await file('unit.mp4'))).toBe('replay_not_ready');
  await makeReady();
  for (const person of [school.teacher, school.assistant, school.proctor, school.learner, school.scheduler, school.regulator]) expect((await file('unit.mp4', {}, person)).statusCode).toBe(200);
  for (const person of [foreign.teacher, foreign.learner, foreign.scheduler]) {
    expect(codeOf(await file('unit.mp4', {}, person))).toBe('not_found');
    expect((await file('unit.mp4', {}, person, 'HEAD')).statusCode).toBe(404);
    expect(codeOf(await world.call(`GET /api/lessons/${school.lessonId}/replay`, person))).toBe('not_found');
  }
  expect((await file('unit.mp4', {}, null)).statusCode).toBe(401);
  expect((await file('unit.mp4', {}, null, 'HEAD')).statusCode).toBe(401);
  expect(codeOf(await file('poster.jpg'))).toBe('not_found');
  for (const name of ['secret.txt', '..%2F..%2Fpictures', 'unit.mp4%00']) expect((await file(name)).statusCode, name).toBe(400);
});

it('keeps where each person stopped, at most at the end', async () => {
  const put = (positionMs: unknown, person = school.learner) => world.call(`PUT /api/units/${unitId}/position`, person, { payload: { positionMs } as object });
  expect(codeOf(await put(1000))).toBe('replay_not_ready');
  await makeReady();
  expect((await put(1000)).statusCode).toBe(200);
  expect((await put(90_000)).statusCode).toBe(200);
  expect((await put(80_000_000, school.other)).statusCode).toBe(200);
  expect((await replay()).units[0]?.positionMs).toBe(90_000);
  expect((await replay(school.other)).units[0]?.positionMs).toBe(2_700_000);
  expect((await replay(school.teacher)).units[0]?.positionMs).toBe(0);
  for (const wrong of [-1, 1.5, '10', 86_400_001, null]) expect((await put(wrong)).statusCode).toBe(400);
  expect(codeOf(await put(5, foreign.learner))).toBe('not_found');
  expect(await em().count(ReplayPosition, { unitId })).toBe(2);
  expect((await replay()).units[0]?.positionMs).toBe(90_000);
});
