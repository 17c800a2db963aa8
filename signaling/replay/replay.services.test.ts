// Replays: what each person is shown of a lesson's parts, marks at their moments, ranges of real files, captions.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LessonReplay } from '#contracts/replay.ts';
import { Question, Quiz, StageVisit } from '#db/entities/classroom.ts';
import { Caption, Recording, Replay, ReplayPosition } from '#db/entities/recording.ts';
import { addRecording, addReplay } from '#db/testing/replay.ts';
import { newId } from '#domain/id.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { madeBytes, storeReplayFiles } from '../testing/replay-files.ts';
import { addSchool, addSession, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
let recordingId: string;
let unitId: string;
let replayId: string;
const startsAt = new Date('2026-03-02T02:00:00.500Z');
const at = (seconds: number): Date => new Date(startsAt.getTime() + seconds * 1000);
const bytes = madeBytes(5000, 9);
const chapters = [{ atMs: 0, kind: 'start' as const, label: '' }, { atMs: 120_000, kind: 'quiz' as const, label: '灭火器可以横放吗？' }];

beforeAll(async () => { world = await openHttpWorld(); });
afterAll(() => world.close());
const em = () => world.deps.orm.em.fork();
const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;

beforeEach(async () => {
  school = await addSchool(world.deps.orm, world.clock.now());
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
  const sessionId = await addSession(world.deps.orm, school, startsAt, at(5400));
  unitId = school.unitIds[0]!;
  const { institutionId, lessonId } = school;
  recordingId = await addRecording(world.deps.orm, { institutionId, lessonId, sessionId, at: startsAt }, { progress: 0.25, secondsLeft: 90 });
  const questionId = newId();
  await em().insert(Question, {
    id: questionId, institutionId, courseId: school.courseId, kind: 'trueFalse', prompt: '灭火器可以横放吗？', options: ['对', '错'], rightChoices: [1], createdBy: school.teacher.personId, createdAt: startsAt,
  });
  for (const seconds of [-10, 120, 3000]) {
    await em().insert(Quiz, { id: newId(), institutionId, lessonId, sessionId, questionId, openedAt: at(seconds), deadlineAt: at(seconds), closedAt: at(seconds) });
  }
  await em().insert(StageVisit, { id: newId(), institutionId, sessionId, personId: school.learner.personId, invitedAt: at(50), acceptedAt: at(60.25), leftAt: at(90) });
  await em().insert(StageVisit, { id: newId(), institutionId, sessionId, personId: school.other.personId, invitedAt: at(70), acceptedAt: null, leftAt: at(80) });
});

async function makeReady(wish: Partial<Replay> = {}): Promise<void> {
  const { institutionId, lessonId } = school;
  replayId = await addReplay(world.deps.orm, { institutionId, lessonId, recordingId, unitId, startsAt, durationMs: 2_700_000 }, {
    gaps: [{ fromMs: 61_000, toMs: 64_000, reason: 'lead_gone' }], chapters, ...wish,
  });
  await em().nativeUpdate(Replay, { id: replayId }, { files: await storeReplayFiles(world.deps.storage, replayId, 60) });
}
const replay = async (person: Known = school.learner) => (await world.call(`GET /api/lessons/${school.lessonId}/replay`, person)).json<LessonReplay>();
const file = (name: string, headers: Record<string, string> = {}, person: Known | null = school.teacher, method = 'GET') =>
  world.call(`${method} /api/replays/${replayId}/files/${name}`, person, { headers });
const none = { positionMs: 0, furthestMs: 0, creditedMs: 0, makeUp: null, completed: false, holdReasons: [], captions: [], failReason: null };

describe('parts of a lesson', () => {
  it('are shown while they are made, with progress, and no addresses yet', async () => {
    const { parts, title, staff, rules } = await replay();
    expect([title, staff, rules]).toEqual(['First lesson', false, { firstViewingWithoutSkipping: true, creditSpeed: 1, fastestSpeed: 2 }]);
    expect(parts).toHaveLength(2);
    expect(parts[0]).toEqual({
      ...none, replayId: null, unitId, group: null, ordinal: 1, part: 1, parts: 1, status: 'processing', durationMs: null, mp4Url: null, posterUrl: null, sizeBytes: null, sha256: null,
      marks: [], chapters: [], thumbnails: null, progress: 0.25, secondsLeft: 90,
    });
  });

  it('are shown to learners with marks counted from the first frame, and to staff with the file', async () => {
    await makeReady();
    const url = `/api/replays/${replayId}/files`;
    const part = {
      ...none, replayId, unitId, group: null, ordinal: 1, part: 1, parts: 1, status: 'ready', durationMs: 2_700_000, sizeBytes: 5000, sha256: 'ef'.repeat(32), progress: null, secondsLeft: null, chapters,
      mp4Url: null, posterUrl: `${url}/poster.jpg`, thumbnails: { url: `${url}/thumbnails.jpg`, everyMs: 10_000, columns: 10, count: 6, width: 160, height: 90 },
      marks: [
        { atMs: 60_250, kind: 'stage', label: 'School learner' }, { atMs: 61_000, kind: 'gap', label: 'lead_gone' }, { atMs: 120_000, kind: 'quiz', label: '灭火器可以横放吗？' },
      ],
    };
    const { parts } = await replay();
    expect(parts[0]).toEqual(part);
    expect(parts[1]?.status).toBe('processing');
    for (const person of [school.teacher, school.assistant, school.proctor, school.scheduler]) {
      const seen = await replay(person);
      expect([seen.staff, seen.parts[0]]).toEqual([true, { ...part, mp4Url: `${url}/unit.mp4` }]);
    }
    expect(await replay(school.regulator)).toMatchObject({ staff: false, parts: [part, {}] });
    await em().nativeUpdate(Recording, { id: recordingId }, { status: 'ready' });
    expect((await replay()).parts.map(({ ordinal }) => ordinal)).toEqual([1]);
  });

  it('divide the marks of a long unit among its files', async () => {
    const half = { parts: 2, durationMs: 62_000, gaps: [{ fromMs: 61_000, toMs: 64_000, reason: 'camera_off' }] };
    await makeReady({ ...half, part: 1 });
    await makeReady({ ...half, part: 2, startsAt: at(62), durationMs: 60_000, gaps: [{ fromMs: -1000, toMs: 2000, reason: 'camera_off' }, { fromMs: -9000, toMs: -1000, reason: 'other' }] });
    const { parts } = await replay();
    expect(parts.map(({ ordinal, part, parts: of, marks }) => [ordinal, part, of, marks.map(({ atMs, kind }) => [atMs, kind])])).toEqual([
      [1, 1, 2, [[60_250, 'stage'], [61_000, 'gap']]], [1, 2, 2, [[0, 'gap'], [58_000, 'quiz']]], [2, 1, 1, []],
    ]);
  });

  it('that wait for review tell learners nothing but that, and staff why', async () => {
    await makeReady({ status: 'held', holdReasons: ['hum', 'gaps_long'] });
    expect((await replay()).parts[0]).toMatchObject({ ...none, status: 'held', durationMs: 2_700_000, posterUrl: null, mp4Url: null, sha256: null, marks: [], chapters: [], thumbnails: null });
    expect((await replay(school.regulator)).parts[0]?.holdReasons).toEqual([]);
    const seen = (await replay(school.scheduler)).parts[0];
    expect([seen?.holdReasons, seen?.mp4Url, seen?.marks.length, seen?.thumbnails?.count]).toEqual([['hum', 'gaps_long'], `/api/replays/${replayId}/files/unit.mp4`, 3, 6]);
  });

  it('say why a recording failed, and that a lesson has none', async () => {
    await em().nativeUpdate(Recording, { id: recordingId }, { status: 'failed', failReason: 'no_media' });
    expect((await replay()).parts[0]).toMatchObject({ status: 'failed', failReason: 'no_media', progress: null, mp4Url: null });
    await em().nativeDelete(Recording, { id: recordingId });
    expect((await replay()).parts).toEqual([]);
  });

  it('tell each person how far they got', async () => {
    await makeReady();
    const row = { replayId, credited: [[0, 90_000]] as [number, number][], creditedMs: 90_000, furthestMs: 95_000, at: startsAt, completedAt: null };
    await em().insert(ReplayPosition, { ...row, personId: school.learner.personId, positionMs: 94_000 });
    await em().insert(ReplayPosition, { ...row, personId: school.other.personId, positionMs: 2_699_000, completedAt: startsAt });
    expect((await replay()).parts[0]).toMatchObject({ positionMs: 94_000, furthestMs: 95_000, creditedMs: 90_000, completed: false });
    expect((await replay(school.other)).parts[0]).toMatchObject({ positionMs: 0, completed: true });
    expect((await replay(school.teacher)).parts[0]).toMatchObject({ positionMs: 0, furthestMs: 0, creditedMs: 0, completed: false });
    for (const person of [foreign.teacher, foreign.learner, foreign.regulator]) expect(codeOf(await world.call(`GET /api/lessons/${school.lessonId}/replay`, person))).toBe('not_found');
  });
});

describe('files', () => {
  it('are answered whole, in ranges, as headers only, and as "you have it"', async () => {
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
      const nothing = await file('unit.mp4', { range });
      expect([nothing.statusCode, nothing.headers['content-range'], nothing.body], range).toEqual([416, 'bytes */5000', '']);
    }
    for (const range of ['bytes=0-1,5-6', 'bytes=5-1', 'chunks=0-1', 'bytes=-']) expect((await file('unit.mp4', { range })).statusCode, range).toBe(200);
    const head = await file('unit.mp4', { range: 'bytes=0-99' }, school.teacher, 'HEAD');
    expect([head.statusCode, head.headers['content-length'], head.body]).toEqual([206, '100', '']);
    const same = await file('unit.mp4', { 'if-none-match': etag });
    expect([same.statusCode, same.body]).toEqual([304, '']);
    expect((await file('unit.mp4', { range: 'bytes=0-9', 'if-range': etag })).statusCode).toBe(206);
    expect((await file('unit.mp4', { range: 'bytes=0-9', 'if-range': '"older"' })).statusCode).toBe(200);
    expect((await file('main.m3u8')).headers['content-type']).toBe('application/vnd.apple.mpegurl');
    expect((await file('sound.m4s')).headers['content-type']).toBe('audio/mp4');
  });

  it('go to staff; learners and regulators get the pictures only', async () => {
    await makeReady();
    for (const person of [school.teacher, school.assistant, school.proctor, school.scheduler]) expect((await file('unit.mp4', {}, person)).statusCode).toBe(200);
    for (const person of [school.learner, school.regulator]) {
      for (const name of ['poster.jpg', 'thumbnails.jpg']) expect((await file(name, {}, person)).headers['content-type']).toBe('image/jpeg');
      for (const name of ['unit.mp4', 'main.m3u8', 'main.m4s', 'low.m4s', 'sound.m4s']) expect(codeOf(await file(name, {}, person)), name).toBe('forbidden');
    }
    for (const person of [foreign.teacher, foreign.learner, foreign.scheduler]) {
      expect(codeOf(await file('unit.mp4', {}, person))).toBe('not_found');
      expect((await file('poster.jpg', {}, person, 'HEAD')).statusCode).toBe(404);
    }
    expect((await file('unit.mp4', {}, null)).statusCode).toBe(401);
    for (const name of ['secret.txt', '..%2F..%2Fpictures', 'unit.mp4%00']) expect((await file(name)).statusCode, name).toBe(400);
    await world.deps.storage.remove(`replays/${replayId}/poster.jpg`);
    expect(codeOf(await file('poster.jpg'))).toBe('not_found');
  });

  it('of what is held are for staff, and of what is being made for nobody', async () => {
    await makeReady({ status: 'held' });
    for (const person of [school.teacher, school.scheduler]) expect((await file('unit.mp4', {}, person)).statusCode).toBe(200);
    for (const person of [school.learner, school.regulator]) expect(codeOf(await file('poster.jpg', {}, person))).toBe('replay_not_ready');
    for (const status of ['processing', 'failed'] as const) {
      await em().nativeUpdate(Replay, { id: replayId }, { status });
      expect(codeOf(await file('unit.mp4'))).toBe('replay_not_ready');
    }
  });
});

describe('captions', () => {
  const text = 'WEBVTT\n\n00:01.000 --> 00:02.500\n今天讲灭火器。\n';
  const put = (person: Known | null, payload: object) => world.call(`PUT /api/replays/${replayId}/captions`, person, { payload });
  const get = (person: Known | null, locale = 'zh') => world.call(`GET /api/replays/${replayId}/captions/${locale}`, person);

  it('of staff are read by everybody who may watch, and replaced', async () => {
    await makeReady();
    expect(codeOf(await get(school.learner))).toBe('not_found');
    expect((await put(school.assistant, { locale: 'zh', text: text.replace('讲', '说') })).statusCode).toBe(200);
    const first = await get(school.learner);
    expect((await put(school.scheduler, { locale: 'zh', text })).statusCode).toBe(200);
    expect((await put(school.teacher, { locale: 'en', text })).statusCode).toBe(200);
    const read = await get(school.learner);
    expect([read.statusCode, read.headers['content-type'], read.headers['x-content-type-options'], read.body]).toEqual([200, 'text/vtt; charset=utf-8', 'nosniff', text]);
    expect(read.headers.etag).not.toBe(first.headers.etag);
    expect(await em().find(Caption, { replayId }, { fields: ['locale', 'uploadedBy'], orderBy: { locale: 'asc' } })).toMatchObject([
      { locale: 'en', uploadedBy: school.teacher.personId }, { locale: 'zh', uploadedBy: school.scheduler.personId },
    ]);
    expect((await replay()).parts[0]?.captions).toEqual(['zh', 'en'].map((locale) => ({ locale, url: `/api/replays/${replayId}/captions/${locale}` })));
    expect((await get(school.regulator)).statusCode).toBe(200);
    for (const person of [foreign.teacher, foreign.learner]) expect(codeOf(await get(person))).toBe('not_found');
  });

  it('are refused from others, and where they are no captions, with the line', async () => {
    await makeReady();
    for (const person of [school.learner, school.regulator]) expect(codeOf(await put(person, { locale: 'zh', text }))).toBe('forbidden');
    expect(codeOf(await put(foreign.teacher, { locale: 'zh', text }))).toBe('not_found');
    const wrong = await put(school.teacher, { locale: 'zh', text: `${text}\n00:01.500 --> 00:01.400\nx\n` });
    expect(wrong.json()).toMatchObject({ error: { code: 'captions_invalid', message: 'line 6: a cue ends before it begins' } });
    for (const payload of [{ locale: 'fr', text }, { locale: 'zh' }, { locale: 'zh', text, more: 1 }]) expect((await put(school.teacher, payload)).statusCode).toBe(400);
    expect((await get(school.teacher)).statusCode).toBe(404);
  });

  it('may be long, and no longer than 1 MB', async () => {
    await makeReady();
    const cues = (count: number): string => `WEBVTT\n\n${'00:01.000 --> 00:02.000\n学学学学学学学学学学\n\n'.repeat(count)}`;
    expect((await put(school.teacher, { locale: 'zh', text: cues(15_000) })).statusCode).toBe(200);
    expect(codeOf(await put(school.teacher, { locale: 'zh', text: cues(19_000) }))).toBe('captions_invalid');
    expect((await put(school.teacher, { locale: 'zh', text: cues(50_000) })).statusCode).toBe(400);
  });

  it('of what is held are for staff', async () => {
    await makeReady({ status: 'held' });
    expect((await put(school.teacher, { locale: 'zh', text })).statusCode).toBe(200);
    expect((await get(school.teacher)).statusCode).toBe(200);
    expect(codeOf(await get(school.learner))).toBe('replay_not_ready');
  });
});
