// The queue, a learner's case and decisions: who sees and who decides, what is recorded, what counts afterwards, and what is refused.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Verdict } from '#domain/check.ts';
import { newId } from '#domain/id.ts';
import { Appeal, ReviewDecision, Signal } from '#db/entities/review.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { MakeUp } from '#db/entities/make-up.ts';
import { Connection, Lesson, Observation, Unit } from '#db/entities/lesson.ts';
import { Enrolment, Membership } from '#db/entities/people.ts';
import { platform, unitOfWork } from '#db/orm.ts';
import { lessonReport } from '#db/queries/report.ts';
import { raiseSignal, type NewSignal } from '#db/queries/signals.ts';
import type { ReviewCase, ReviewQueue } from '#contracts/review.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addCheck, addSchool, addSession, type School } from '../testing/school.ts';

const minute = 60_000;
let world: HttpWorld;
let school: School;
let foreign: School;
let sessionId: string;
beforeAll(async () => {
  world = await openHttpWorld();
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
});
afterAll(() => world.close());
const em = () => world.deps.orm.em.fork();
const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;

beforeEach(async () => {
  const now = world.clock.now();
  school = await addSchool(world.deps.orm, now);
  sessionId = await addSession(world.deps.orm, school, now, new Date(now.getTime() + 45 * minute));
  await em().nativeUpdate(Unit, { id: school.unitIds[0]! }, { startedAt: now, endedAt: new Date(now.getTime() + 45 * minute) });
  await em().nativeUpdate(Lesson, { id: school.lessonId }, { status: 'ended' });
  const connectionId = newId();
  await em().insert(Connection, {
    id: connectionId, institutionId: school.institutionId, lessonId: school.lessonId, sessionId, personId: school.learner.personId, role: 'student', deviceId: 'device-of-learner', connectedAt: now,
    lastSeenAt: new Date(now.getTime() + 45 * minute), leftAt: new Date(now.getTime() + 45 * minute), leftReason: 'lesson_ended', visible: true,
  });
  for (let minutes = 0; minutes < 45; minutes += 5) {
    const at = new Date(now.getTime() + minutes * minute);
    await em().insert(Observation, { id: newId(), institutionId: school.institutionId, lessonId: school.lessonId, connectionId, personId: school.learner.personId, type: 'active', at, value: null });
  }
  await settled('matched', 0, 'sign_in');
  world.clock.set(new Date(now.getTime() + 60 * minute));
});

/** A check of the learner, settled so many minutes after the lesson began. */
async function settled(verdict: Verdict, atMinute: number, kind: 'sign_in' | 'spot' = 'spot', personId = school.learner.personId): Promise<string> {
  const began = (await em().findOneOrFail(Unit, { id: school.unitIds[0]! })).startedAt!;
  const at = new Date(began.getTime() + atMinute * minute);
  const id = await addCheck(world.deps.orm, school, sessionId, personId, at, { status: 'settled' });
  await em().nativeUpdate(FaceCheck, { id }, { kind, verdict, answeredAt: verdict === 'missed' ? null : at, deadlineAt: new Date(at.getTime() + minute) });
  return id;
}
const raise = (change: Partial<NewSignal> = {}): Promise<void> => unitOfWork(world.deps.orm, platform, (write) => raiseSignal(write, platform, {
  institutionId: school.institutionId, personId: school.learner.personId, kind: 'virtual_camera', strength: 0.8, lessonId: school.lessonId, checkId: null,
  otherPersonIds: [], facts: { camera: 'obs' }, at: world.clock.now(), ...change,
}));
const queue = async (person: Known, query = ''): Promise<ReviewQueue> => (await world.call(`GET /api/review${query}`, person)).json<ReviewQueue>();
const open = (person: Known | null, learner = school.learner.personId) => world.call(`GET /api/lessons/${school.lessonId}/review/${learner}`, person);
const caseOf = async (person: Known): Promise<ReviewCase> => (await open(person)).json<ReviewCase>();
const decide = (person: Known | null, checkId: string, payload: object) => world.call(`POST /api/checks/${checkId}/decisions`, person, { payload });
const settle = (person: Known | null, payload: object) => world.call(`POST /api/lessons/${school.lessonId}/review/${school.learner.personId}/decisions`, person, { payload });
const overturn = { outcome: 'overturned', reason: '照片里就是本人', replaces: null };
const rowOf = async () => (await lessonReport(em(), school.lessonId, world.clock.now())).rows.find(({ personId }) => personId === school.learner.personId)!;
const decided = async () => (await world.events('review:decided')).filter(({ payload }) => payload['personId'] === school.learner.personId);

it('is empty where nothing waits, and lists appeals, ranked signals and open checks where something does', async () => {
  expect(await queue(school.teacher)).toEqual({ items: [], counts: { appeal: 0, check: 0, signals: 0 }, more: false });
  const review = await settled('review', 5);
  const missed = await settled('missed', 10);
  await settled('matched', 15);
  await raise();
  await raise({ kind: 'low_liveness', strength: 0.25, facts: { live: 0.4 } });
  await raise({ personId: school.other.personId, kind: 'shared_device', strength: 0.05 });
  await em().insert(Appeal, {
    id: newId(), institutionId: school.institutionId, lessonId: school.lessonId, personId: school.learner.personId, checkId: missed, unitId: null, fromAt: null, toAt: null,
    text: '当时停电了，老师知道这件事', createdAt: world.clock.now(), decidedAt: null,
  });
  for (const person of [school.teacher, school.assistant, school.proctor, school.scheduler, school.regulator]) {
    const { items, counts } = await queue(person);
    expect(counts).toEqual({ appeal: 1, check: 1, signals: 1 });
    expect(items.map(({ kind, name, verdict }) => [kind, name, verdict])).toEqual([['appeal', 'School learner', 'missed'], ['signals', 'School learner', null], ['check', 'School learner', 'review']]);
    expect(items[1]).toMatchObject({ weight: 0.85, signals: ['virtual_camera', 'low_liveness'], lessonId: school.lessonId });
    expect(items[2]!.itemId).toBe(review);
  }
  expect((await queue(school.teacher, `?kind=check&lessonId=${school.lessonId}`)).items).toHaveLength(1);
  expect((await queue(school.teacher, `?lessonId=${foreign.lessonId}`)).items).toEqual([]);
});

it('shows nothing of it to learners, to strangers, and to staff of another institution', async () => {
  const checkId = await settled('mismatched', 5);
  expect(codeOf(await world.call('GET /api/review', school.learner))).toBe('forbidden');
  expect((await world.call('GET /api/review', null)).statusCode).toBe(401);
  for (const person of [foreign.teacher, foreign.scheduler, foreign.regulator]) {
    expect((await queue(person)).items).toEqual([]);
    for (const response of [await open(person), await decide(person, checkId, overturn), await settle(person, overturn)]) expect(codeOf(response)).toBe('not_found');
  }
  for (const person of [school.learner, school.other]) {
    for (const response of [await open(person), await decide(person, checkId, overturn), await settle(person, overturn)]) expect(codeOf(response)).toBe('forbidden');
  }
  expect(codeOf(await open(school.teacher, foreign.learner.personId))).toBe('not_found');
  expect(codeOf(await decide(school.teacher, newId(), overturn))).toBe('not_found');
  expect(await em().count(ReviewDecision, { lessonId: school.lessonId })).toBe(0);
});

it('opens a case with the checks beside each other, ranked signals with their reasons, and no picture', async () => {
  const first = await settled('mismatched', 5);
  await settled('missed', 20);
  await raise({ checkId: first, otherPersonIds: [school.other.personId, foreign.learner.personId] });
  const found = await caseOf(school.scheduler);
  expect(found).toMatchObject({ name: 'School learner', lessonTitle: 'First lesson', rulePack: 'default@1', mayDecide: true, weight: 0.8 });
  expect(found.checks.map(({ kind, verdict, counted, picture, mayLook }) => [kind, verdict, counted, picture, mayLook])).toEqual([
    ['sign_in', 'matched', 'matched', 'gone', false], ['spot', 'mismatched', 'mismatched', 'gone', false], ['spot', 'missed', 'missed', 'none', false],
  ]);
  expect(found.signals).toMatchObject([{ kind: 'virtual_camera', why: 'once', checkId: first, settled: false, facts: { camera: 'obs' } }]);
  expect(new Map(found.signals[0]!.others.map(({ personId, name }) => [personId, name]))).toEqual(new Map([[school.other.personId, 'School other'], [foreign.learner.personId, null]]));
  expect(await caseOf(school.regulator)).toMatchObject({ mayDecide: false, checks: found.checks.map(({ checkId }) => ({ checkId })) });
});

it('lets an overturned check count as passed: in the ledger, the report and the queue, and leaves its row as it was', async () => {
  const checkId = await settled('mismatched', 20);
  await settled('matched', 40);
  const before = await rowOf();
  const row = await em().findOneOrFail(FaceCheck, { id: checkId });
  expect([before.creditedMinutes, before.checks]).toEqual([5, { asked: 3, matched: 2, failed: 1, missed: 0, pending: 0 }]);
  const answer = (await decide(school.proctor, checkId, overturn)).json<ReviewCase>();
  expect(answer.checks[1]).toMatchObject({ verdict: 'mismatched', counted: 'confirmed_by_person' });
  expect(answer.checks[1]).toMatchObject({ decisions: [{ outcome: 'overturned', reason: overturn.reason, deciderName: 'School proctor', replaced: false, at: world.clock.now().toISOString() }] });
  const after = await rowOf();
  expect([after.creditedMinutes, after.checks]).toEqual([45, { asked: 3, matched: 3, failed: 0, missed: 0, pending: 0 }]);
  expect(await em().findOneOrFail(FaceCheck, { id: checkId })).toEqual(row);
  expect((await queue(school.teacher)).counts.check).toBe(0);
  expect((await rowOf())).toEqual(after);
  const [event] = await decided();
  expect(event).toMatchObject({
    stream: `lesson:${school.lessonId}`, actor_id: school.proctor.personId, institution_id: school.institutionId,
    payload: { subject: 'check', checkId, outcome: 'overturned', replacesId: null },
  });
  expect(JSON.stringify(event)).not.toContain('本人');
});

it('lets a fake that was found count as failed, from a verdict that waited or even from a matched one; no finding changes nothing', async () => {
  const [review, matched, left] = [await settled('review', 10), await settled('matched', 20), await settled('review', 30)];
  expect((await rowOf()).creditedMinutes).toBe(45);
  await decide(school.teacher, left, { outcome: 'no_finding', reason: '看不清', replaces: null });
  expect([(await rowOf()).creditedMinutes, (await rowOf()).checks.pending]).toEqual([45, 2]);
  await decide(school.teacher, review, { outcome: 'upheld', reason: '是一张照片', replaces: null });
  await decide(school.teacher, matched, { outcome: 'upheld', reason: '虚拟摄像头播放录像', replaces: null });
  const { creditedMinutes, checks } = await rowOf();
  expect(creditedMinutes).toBe(0);
  expect(checks).toEqual({ asked: 4, matched: 1, failed: 2, missed: 0, pending: 1 });
});

it('keeps the first decision when there is a second, which has to name it and give a reason of its own', async () => {
  const checkId = await settled('mismatched', 20);
  const first = (await decide(school.teacher, checkId, { outcome: 'upheld', reason: '不像本人', replaces: null })).json<ReviewCase>().checks[1]!.decisions[0]!;
  expect(codeOf(await decide(school.assistant, checkId, overturn))).toBe('already_decided');
  expect(codeOf(await decide(school.assistant, checkId, { ...overturn, replaces: newId() }))).toBe('already_decided');
  for (const reason of ['', '   ', 'x'.repeat(501)]) expect(codeOf(await decide(school.assistant, checkId, { ...overturn, reason, replaces: first.decisionId }))).toBe('bad_request');
  const after = (await decide(school.assistant, checkId, { ...overturn, replaces: first.decisionId })).json<ReviewCase>().checks[1]!;
  expect(after).toMatchObject({ counted: 'confirmed_by_person', decisions: [{ outcome: 'overturned', replaced: false }, { outcome: 'upheld', reason: '不像本人', replaced: true }] });
  expect(codeOf(await decide(school.teacher, checkId, { ...overturn, replaces: first.decisionId }))).toBe('already_decided');
  expect((await decided()).map(({ payload }) => payload['outcome'])).toEqual(['upheld', 'overturned']);
  await expect(em().nativeUpdate(ReviewDecision, { id: first.decisionId }, { reason: 'anders' })).rejects.toThrow();
});

it('lets one of two who decide in the same moment be first, and tells the other', async () => {
  const checkId = await settled('mismatched', 20);
  const answers = await Promise.all([school.teacher, school.assistant, school.proctor].map((person) => decide(person, checkId, overturn)));
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409, 409]);
  expect(await em().count(ReviewDecision, { checkId })).toBe(1);
});

it('lets nobody decide about themself, and regulators about nobody', async () => {
  const mine = await settled('mismatched', 20);
  await em().insert(Membership, { id: newId(), personId: school.learner.personId, institutionId: school.institutionId, role: 'institution', createdAt: world.clock.now() });
  await em().nativeUpdate(Enrolment, { personId: school.learner.personId }, { endedAt: new Date(0) });
  expect((await caseOf(school.learner)).mayDecide).toBe(false);
  for (const person of [school.learner, school.regulator]) for (const response of [await decide(person, mine, overturn), await settle(person, overturn)]) expect(codeOf(response)).toBe('forbidden');
  expect(await decided()).toEqual([]);
});

it('changes no verdict, no credit and no report by signals, however many; settling them takes them off the queue until they are seen again', async () => {
  const checkId = await settled('matched', 20);
  const [before, row] = [await rowOf(), await em().findOneOrFail(FaceCheck, { id: checkId })];
  for (const kind of ['virtual_camera', 'repeated_picture', 'frozen_picture', 'same_face', 'nonce_mismatch', 'low_liveness'] as const) await raise({ kind, strength: 1, checkId });
  await raise({ kind: 'shared_device', strength: 1 });
  expect((await queue(school.teacher)).items).toMatchObject([{ kind: 'signals', weight: 1 }]);
  expect(await rowOf()).toEqual(before);
  const said = { outcome: 'upheld', reason: '已电话核实', replaces: null };
  const answer = (await settle(school.scheduler, said)).json<ReviewCase>();
  expect([answer.weight, answer.signals.every(({ settled: done }) => done), answer.signalDecisions.length]).toEqual([0, true, 1]);
  expect((await queue(school.teacher)).items).toEqual([]);
  expect(await rowOf()).toEqual(before);
  expect(await em().findOneOrFail(FaceCheck, { id: checkId })).toEqual(row);
  world.clock.pass(minute);
  await raise({ kind: 'shared_device', strength: 1 });
  expect((await queue(school.teacher)).items).toMatchObject([{ kind: 'signals', signals: ['shared_device'] }]);
  expect(codeOf(await settle(school.teacher, said))).toBe('already_decided');
  expect((await settle(school.teacher, { ...said, replaces: answer.signalDecisions[0]!.decisionId })).statusCode).toBe(200);
  expect(await em().count(Signal, { personId: school.learner.personId, status: 'open' })).toBe(0);
});

it('refuses to settle what is not there, checks without a verdict, and anything malformed', async () => {
  expect(codeOf(await settle(school.teacher, overturn))).toBe('not_found');
  const asked = await addCheck(world.deps.orm, school, sessionId, school.learner.personId, world.clock.now());
  expect(codeOf(await decide(school.teacher, asked, overturn))).toBe('not_found');
  const checkId = await settled('mismatched', 20);
  for (const wrong of [{}, { ...overturn, outcome: 'punish' }, { ...overturn, replaces: 'x' }, { outcome: 'upheld', replaces: null }, { ...overturn, personId: school.learner.personId }]) {
    expect((await decide(school.teacher, checkId, wrong)).statusCode).toBe(400);
  }
  expect(await decided()).toEqual([]);
});

it('leaves alone what another institution saw of the same person', async () => {
  await raise({ kind: 'same_face', lessonId: null, institutionId: foreign.institutionId, otherPersonIds: [foreign.learner.personId], facts: { distance: 0.2 } });
  expect((await caseOf(school.scheduler)).signals).toEqual([]);
  expect(codeOf(await settle(school.scheduler, overturn))).toBe('not_found');
  await raise({ kind: 'same_face', lessonId: null, otherPersonIds: [school.other.personId], facts: { distance: 0.3 } });
  expect((await caseOf(school.scheduler)).signals).toMatchObject([{ kind: 'same_face', facts: { distance: 0.3 } }]);
  expect((await settle(school.scheduler, overturn)).statusCode).toBe(200);
  expect((await em().find(Signal, { personId: school.learner.personId }, { orderBy: { facts: 'asc' } })).map(({ institutionId, status }) => [institutionId === school.institutionId, status]).sort()).toEqual([
    [false, 'open'], [true, 'settled'],
  ]);
});

it('marks what was asked while making up in the replay, and says what became of the other way', async () => {
  const replayed = await settled('mismatched', 50);
  const looked = await settled('not_seen', 30);
  const viewingId = newId();
  const { institutionId, lessonId, learner: { personId }, unitIds: [unitId] } = school;
  const now = world.clock.now();
  await em().insert(MakeUp, {
    viewingId, institutionId, lessonId, sessionId, unitId: unitId!, personId, replayId: newId(), filmStartsAt: now, open: [], watched: [], reachMs: 0,
    checkSeed: 'ab'.repeat(32), checkSeedHash: 'cd'.repeat(32), spotsAsked: 0, closesAt: now, begunAt: now, endedAt: null,
  });
  await em().nativeUpdate(FaceCheck, { id: replayed }, { viewingId, clockMs: 0 });
  await em().nativeUpdate(FaceCheck, { id: looked }, { way: 'alternative', code: 'entered', seen: false, lookedAt: world.clock.now(), lookedBy: school.teacher.personId });
  await em().nativeUpdate(FaceCheck, { id: await settled('matched', 32) }, { attempt: 2, firstCheckId: looked, retryBecause: 'not_seen' });
  const { checks } = await caseOf(school.scheduler);
  expect(checks.map(({ inReplay, askedAgain }) => [inReplay, askedAgain])).toEqual([[false, false], [false, true], [false, false], [true, false]]);
  expect(checks[1]).toMatchObject({ checkId: looked, way: 'alternative', code: 'entered', look: { seen: false, by: 'School teacher', at: world.clock.now().toISOString() } });
  expect(checks[3]).toMatchObject({ code: null, look: null });
  expect((await queue(school.teacher, '?kind=check')).items).toMatchObject([{ itemId: replayed, inReplay: true }]);
});
