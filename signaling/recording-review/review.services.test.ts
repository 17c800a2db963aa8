// Quality and review: who may see and who may publish, what is kept, what is told, and what is refused.
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { factChannel } from '#contracts/facts.ts';
import type { HoldReason, QualityAnswer, QualityReport } from '#contracts/recording.ts';
import { Recording, Replay } from '#db/entities/recording.ts';
import { newId } from '#domain/id.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addSchool, addSession, type School } from '../testing/school.ts';

const report: QualityReport = {
  avOffsetMs: 96.5, loudness: { integratedLufs: -16.2, rangeLu: 7.1, truePeakDb: -2 }, clippedShare: 0, humDb: -4, silentShare: 0.1,
  black: [], frozen: [], gaps: [{ fromMs: 1000, toMs: 63_000, reason: 'node_down' }], packets: { received: 200_000, lost: 400, recovered: 900 },
  sourceHeight: 720, share720: 0.97, width: 1280, height: 720, sizeBytes: 300_000_000, durationMs: 2_700_000, warnings: ['packets_lost'],
};
const reasons: HoldReason[] = ['sound_off_picture', 'gaps_long'];

let world: HttpWorld;
let school: School;
let foreign: School;
let replayId: string;
beforeAll(async () => { world = await openHttpWorld(); });
afterAll(() => world.close());
const em = () => world.deps.orm.em.fork();
const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;

beforeEach(async () => {
  const now = world.clock.now();
  school = await addSchool(world.deps.orm, now);
  foreign = await addSchool(world.deps.orm, now, 'Foreign');
  const { institutionId, lessonId } = school;
  const recordingId = newId();
  await em().insert(Recording, {
    id: recordingId, institutionId, lessonId, sessionId: await addSession(world.deps.orm, school, now, now), status: 'ready', progress: 1, secondsLeft: null,
    failReason: null, createdAt: now, settledAt: now, facts: null,
  });
  replayId = newId();
  await em().insert(Replay, {
    id: replayId, institutionId, lessonId, recordingId, unitId: school.unitIds[1]!, part: 2, parts: 2, status: 'held', failReason: null, startsAt: now,
    durationMs: report.durationMs, sizeBytes: report.sizeBytes, sha256: 'ef'.repeat(32), width: 1280, height: 720, gaps: report.gaps, sync: null,
    quality: report, holdReasons: reasons, reviewedBy: null, reviewedAt: null, review: null, createdAt: now, settledAt: now,
  });
});

const see = (person: Known | null, id = replayId) => world.call(`GET /api/replays/${id}/quality`, person);
const review = (person: Known | null, payload: object, id = replayId) => world.call(`POST /api/replays/${id}/review`, person, { payload });
const clean = { watermark: 'none', note: '', publish: true };
const row = () => em().findOneOrFail(Replay, { id: replayId });
const reviewed = async () => (await world.events('replay:reviewed')).filter(({ payload }) => payload.replayId === replayId);

it('shows the report to staff, to the institution and to regulators, who may only look', async () => {
  const answer = (await see(school.teacher)).json<QualityAnswer>();
  expect(answer).toEqual({
    replayId, lessonId: school.lessonId, lessonTitle: 'First lesson', ofGroup: false, ordinal: 2, part: 2, parts: 2, status: 'held', failReason: null, report, holdReasons: reasons,
    mayReview: true, review: null,
  });
  for (const person of [school.assistant, school.proctor, school.scheduler]) expect((await see(person)).json<QualityAnswer>()).toMatchObject({ report, mayReview: true });
  expect((await see(school.regulator)).json<QualityAnswer>()).toMatchObject({ report, mayReview: false });
});

it('shows learners nothing, and strangers not even that it exists', async () => {
  for (const call of [see, (person: Known | null, id = replayId) => review(person, clean, id)]) {
    expect((await call(null)).statusCode).toBe(401);
    expect(codeOf(await call(school.learner))).toBe('forbidden');
    for (const person of [foreign.teacher, foreign.scheduler, foreign.regulator, foreign.learner]) expect(codeOf(await call(person))).toBe('not_found');
    expect(codeOf(await call(school.teacher, newId()))).toBe('not_found');
    expect((await call(school.teacher, 'no-uuid')).statusCode).toBe(400);
  }
  expect(codeOf(await review(school.regulator, clean))).toBe('forbidden');
  expect((await row()).status).toBe('held');
  expect(await reviewed()).toEqual([]);
});

it('publishes a held file after review, by whoever may, and tells the other processes', async () => {
  const listener = new Client({ connectionString: world.databaseUrl });
  await listener.connect();
  await listener.query(`listen ${factChannel}`);
  const told = new Promise<unknown>((resolve) => { listener.once('notification', ({ payload }) => resolve(JSON.parse(payload ?? 'null'))); });
  world.clock.pass(60_000);
  const at = world.clock.now();
  const answer = (await review(school.scheduler, { watermark: 'none', note: ' 已核对 ', publish: true })).json<QualityAnswer>();
  expect(answer).toMatchObject({
    status: 'ready', holdReasons: reasons, review: { watermark: 'none', note: '已核对', published: true, reviewerName: 'School scheduler', at: at.toISOString() },
  });
  expect(await row()).toMatchObject({ status: 'ready', reviewedBy: school.scheduler.personId, reviewedAt: at });
  expect(await told).toEqual({ type: 'recording:changed', lessonId: school.lessonId });
  await listener.end();
  expect((await see(school.teacher)).json<QualityAnswer>()).toEqual({ ...answer });
});

it('appends each review to the lesson, with figures and never the note', async () => {
  await review(school.teacher, { watermark: 'present', note: 'logo 左下角', publish: false });
  await review(school.assistant, { watermark: 'present', note: 'own logo', publish: true });
  const events = await reviewed();
  expect(events).toEqual([
    { stream: `lesson:${school.lessonId}`, actor_id: school.teacher.personId, institution_id: school.institutionId,
      payload: { replayId, unitId: school.unitIds[1], part: 2, watermark: 'present', published: false, holdReasons: reasons } },
    { stream: `lesson:${school.lessonId}`, actor_id: school.assistant.personId, institution_id: school.institutionId,
      payload: { replayId, unitId: school.unitIds[1], part: 2, watermark: 'present', published: true, holdReasons: reasons } },
  ]);
  expect(JSON.stringify(events)).not.toContain('logo');
});

it('keeps what was seen without publishing, and lets the last review count', async () => {
  expect((await review(school.teacher, { watermark: 'none', note: 'ask the teacher', publish: false })).json<QualityAnswer>())
    .toMatchObject({ status: 'held', review: { note: 'ask the teacher', published: false } });
  expect((await review(school.proctor, clean)).json<QualityAnswer>()).toMatchObject({ status: 'ready', review: { published: true, reviewerName: 'School proctor' } });
  // Published stays published; the watermark somebody sees later is kept as a remark.
  expect((await review(school.teacher, { watermark: 'present', note: '', publish: false })).json<QualityAnswer>())
    .toMatchObject({ status: 'ready', review: { watermark: 'present', published: true, reviewerName: 'School teacher' } });
  expect(await reviewed()).toHaveLength(3);
});

it('lets one of two reviews at the same moment be the last, whole', async () => {
  const answers = await Promise.all([school.teacher, school.assistant].map((person, index) => review(person, { watermark: 'none', note: `note ${index}`, publish: index === 0 })));
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
  const { status, review: kept, reviewedBy } = await row();
  expect(status).toBe('ready');
  expect([[school.teacher.personId, 'note 0'], [school.assistant.personId, 'note 1']]).toContainEqual([reviewedBy, kept!.note]);
  expect(kept!.published).toBe(true);
});

it('takes a review of a file that is published already, and changes nothing else of it', async () => {
  await em().nativeUpdate(Replay, { id: replayId }, { status: 'ready', holdReasons: [] });
  const before = await row();
  expect((await review(school.teacher, clean)).json<QualityAnswer>()).toMatchObject({ status: 'ready', holdReasons: [], review: { published: true } });
  expect({ ...await row(), review: null, reviewedBy: null, reviewedAt: null }).toEqual({ ...before, review: null, reviewedBy: null, reviewedAt: null });
});

it('refuses what has no file yet, and says why one failed', async () => {
  for (const status of ['processing', 'failed'] as const) {
    await em().nativeUpdate(Replay, { id: replayId }, { status, failReason: status === 'failed' ? 'nothing_captured' : null, quality: null, holdReasons: [] });
    expect(codeOf(await review(school.teacher, clean)), status).toBe('replay_not_held');
    expect((await see(school.teacher)).json<QualityAnswer>()).toMatchObject({ status, report: null, failReason: status === 'failed' ? 'nothing_captured' : null });
  }
  expect(await reviewed()).toEqual([]);
});

it('refuses a published watermark without a word on it, and anything malformed', async () => {
  expect(codeOf(await review(school.teacher, { watermark: 'present', note: '  ', publish: true }))).toBe('bad_request');
  for (const wrong of [{}, { ...clean, watermark: 'maybe' }, { ...clean, note: 'x'.repeat(501) }, { ...clean, publish: 'yes' }, { ...clean, status: 'ready' }]) {
    expect((await review(school.teacher, wrong)).statusCode).toBe(400);
  }
  expect((await row()).review).toBeNull();
  expect(await reviewed()).toEqual([]);
});
