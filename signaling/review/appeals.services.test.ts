// Appeals by learners: what may be appealed and until when, one at a time, what comes of it, and every refusal.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { OwnAppeals, ReviewCase } from '#contracts/review.ts';
import type { Verdict } from '#domain/check.ts';
import { newId } from '#domain/id.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { Connection, Lesson, Observation, Unit } from '#db/entities/lesson.ts';
import { Appeal } from '#db/entities/review.ts';
import { lessonReport } from '#db/queries/report.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addCheck, addSchool, addSession, type School } from '../testing/school.ts';

const minute = 60_000;
const day = 86_400_000;
const text = '当时教室停电，老师看到我在。';
let world: HttpWorld;
let school: School;
let foreign: School;
let sessionId: string;
let began: Date;
beforeAll(async () => {
  world = await openHttpWorld();
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
});
afterAll(() => world.close());
const em = () => world.deps.orm.em.fork();
const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const at = (minutes: number): Date => new Date(began.getTime() + minutes * minute);

/** Held for 45 minutes; the learner was away from minute 15 to 25. */
beforeEach(async () => {
  began = world.clock.now();
  school = await addSchool(world.deps.orm, began);
  sessionId = await addSession(world.deps.orm, school, began, at(45));
  await em().nativeUpdate(Unit, { id: school.unitIds[0]! }, { startedAt: began, endedAt: at(45) });
  await em().nativeUpdate(Lesson, { id: school.lessonId }, { status: 'ended' });
  for (const [from, to] of [[0, 15], [25, 45]] as const) {
    const connectionId = newId();
    await em().insert(Connection, {
      id: connectionId, institutionId: school.institutionId, lessonId: school.lessonId, sessionId, personId: school.learner.personId, role: 'student', deviceId: 'device-of-learner',
      connectedAt: at(from),
      lastSeenAt: at(to), leftAt: at(to), leftReason: to === 45 ? 'lesson_ended' : 'left', visible: true,
    });
    for (let minutes: number = from; minutes < to; minutes += 5) {
      await em().insert(Observation, {
        id: newId(), institutionId: school.institutionId, lessonId: school.lessonId, connectionId, personId: school.learner.personId, type: 'active', at: at(minutes), value: null,
      });
    }
  }
  await settled('matched', 0, 'sign_in');
  world.clock.set(at(60));
});
async function settled(verdict: Verdict, atMinute: number, kind: 'sign_in' | 'spot' = 'spot', personId = school.learner.personId): Promise<string> {
  const id = await addCheck(world.deps.orm, school, sessionId, personId, at(atMinute), { status: 'settled' });
  await em().nativeUpdate(FaceCheck, { id }, { kind, verdict, answeredAt: verdict === 'missed' ? null : at(atMinute), settledAt: at(atMinute + 1), deadlineAt: at(atMinute + 1) });
  return id;
}
const see = (person: Known | null, lessonId = school.lessonId) => world.call(`GET /api/lessons/${lessonId}/appeals`, person);
const own = async (): Promise<OwnAppeals> => (await see(school.learner)).json<OwnAppeals>();
const appeal = (person: Known | null, payload: object) => world.call(`POST /api/lessons/${school.lessonId}/appeals`, person, { payload });
const rowOf = async () => (await lessonReport(em(), school.lessonId, world.clock.now())).rows.find(({ personId }) => personId === school.learner.personId)!;
const away = () => ({ unitId: school.unitIds[0]!, from: at(15).toISOString(), to: at(25).toISOString() });

it('shows a learner what may be appealed, until when, and nothing that took no time', async () => {
  const missed = await settled('missed', 30);
  await settled('matched', 40);
  await settled('review', 41);
  const told = await own();
  expect(told).toMatchObject({ lessonTitle: 'First lesson', appealDays: 7, rulePack: 'default@1' });
  expect(told.checks).toEqual([{
    checkId: missed, kind: 'spot', unitOrdinal: 1, inReplay: false, at: at(31).toISOString(), verdict: 'missed', counted: 'missed', decisions: [], state: 'may',
    until: new Date(at(31).getTime() + 7 * day).toISOString(), appeal: null,
  }]);
  expect(told.spans).toEqual([{ ...away(), unitOrdinal: 1, reason: 'left', state: 'may', until: new Date(at(45).getTime() + 7 * day).toISOString(), appeal: null }]);
});

it('takes one appeal of a check, tells staff, and shows the learner what was decided and why', async () => {
  const checkId = await settled('missed', 30);
  const before = await rowOf();
  const made = (await appeal(school.learner, { checkId, text: ` ${text} ` })).json<OwnAppeals>();
  expect(made.checks).toMatchObject([{ state: 'open', appeal: { text, at: world.clock.now().toISOString(), decidedAt: null, decisions: [] } }]);
  expect(codeOf(await appeal(school.learner, { checkId, text }))).toBe('appeal_open');
  expect(await rowOf()).toEqual(before);
  const [event] = (await world.events('appeal:made')).filter(({ payload }) => payload['checkId'] === checkId);
  expect(event).toMatchObject({ stream: `lesson:${school.lessonId}`, actor_id: school.learner.personId, payload: { personId: school.learner.personId } });
  expect(JSON.stringify(event)).not.toContain('停电');
  world.clock.pass(day);
  const decision = { outcome: 'overturned', reason: '我看到他在', replaces: null };
  const seen = (await world.call(`POST /api/checks/${checkId}/decisions`, school.teacher, { payload: decision })).json<ReviewCase>();
  expect(seen.checks.at(-1)).toMatchObject({ counted: 'confirmed_by_person', appeal: { decidedAt: world.clock.now().toISOString(), decisions: [{ reason: '我看到他在' }] } });
  expect((await own()).checks).toMatchObject([{ state: 'decided', counted: 'confirmed_by_person', decisions: [{ outcome: 'overturned', reason: '我看到他在', deciderName: 'School teacher' }] }]);
  expect((await rowOf()).creditedMinutes).toBeGreaterThan(before.creditedMinutes);
  expect(codeOf(await appeal(school.learner, { checkId, text }))).toBe('appeal_decided');
});

it('takes an appeal of a stretch; granted, it leaves both sums, refused it stays', async () => {
  const before = await rowOf();
  expect([before.creditedMinutes, before.heldMinutes]).toEqual([35, 45]);
  const { spans } = (await appeal(school.learner, { ...away(), text })).json<OwnAppeals>();
  expect(spans).toMatchObject([{ state: 'open', reason: 'left' }]);
  const { appealId } = spans[0]!.appeal!;
  const decide = (payload: object) => world.call(`POST /api/appeals/${appealId}/decisions`, school.scheduler, { payload });
  const refused = (await decide({ outcome: 'upheld', reason: '没有依据', replaces: null })).json<ReviewCase>();
  expect(refused.spans).toMatchObject([{ ...away(), decisions: [{ outcome: 'upheld' }] }]);
  expect((await rowOf()).creditedMinutes).toBe(35);
  await decide({ outcome: 'overturned', reason: '供电局有停电记录', replaces: refused.spans[0]!.decisions[0]!.decisionId });
  const after = await rowOf();
  expect([after.creditedMinutes, after.heldMinutes, after.attendance]).toEqual([35, 35, 1]);
  expect((await own()).spans).toMatchObject([{ ...away(), reason: null, state: 'decided', appeal: { decisions: [{ outcome: 'overturned' }, { outcome: 'upheld', replaced: true }] } }]);
  expect(codeOf(await appeal(school.learner, { ...away(), text }))).toBe('appeal_decided');
  const tries = async (person: Known): Promise<string> => codeOf(await world.call(`POST /api/appeals/${appealId}/decisions`, person, { payload: { outcome: 'upheld', reason: 'x', replaces: null } }));
  for (const person of [school.learner, school.regulator]) expect(await tries(person)).toBe('forbidden');
  for (const person of [foreign.scheduler, foreign.learner]) expect(await tries(person)).toBe('not_found');
});

it('refuses what comes too late, to the millisecond, and counts from a decision where there was one', async () => {
  const checkId = await settled('missed', 30);
  world.clock.set(new Date(at(31).getTime() + 7 * day + 1));
  expect((await own()).checks).toMatchObject([{ state: 'late' }]);
  expect(codeOf(await appeal(school.learner, { checkId, text }))).toBe('appeal_late');
  world.clock.set(new Date(at(31).getTime() + 7 * day));
  expect((await appeal(school.learner, { checkId, text })).statusCode).toBe(200);
  const other = await settled('review', 35);
  world.clock.set(new Date(at(0).getTime() + 20 * day));
  await world.call(`POST /api/checks/${other}/decisions`, school.teacher, { payload: { outcome: 'upheld', reason: '照片不是本人', replaces: null } });
  world.clock.pass(7 * day);
  expect((await appeal(school.learner, { checkId: other, text })).statusCode).toBe(200);
  expect(codeOf(await appeal(school.learner, { ...away(), text }))).toBe('appeal_late');
});

it('refuses appeals of what took nothing, of another’s check, of a stretch nobody told, and of a lesson one has no part in', async () => {
  const [passed, waits, theirs] = [await settled('matched', 10), await settled('review', 12), await settled('missed', 14, 'spot', school.other.personId)];
  for (const checkId of [passed, waits]) expect(codeOf(await appeal(school.learner, { checkId, text }))).toBe('nothing_to_appeal');
  for (const checkId of [theirs, newId()]) expect(codeOf(await appeal(school.learner, { checkId, text }))).toBe('not_found');
  for (const wrong of [{ ...away(), to: at(26).toISOString() }, { ...away(), from: at(0).toISOString() }, { ...away(), unitId: school.unitIds[1]! }]) {
    expect(codeOf(await appeal(school.learner, { ...wrong, text }))).toBe('nothing_to_appeal');
  }
  for (const person of [foreign.learner, foreign.teacher]) for (const response of [await see(person), await appeal(person, { checkId: theirs, text })]) expect(codeOf(response)).toBe('not_found');
  for (const person of [school.teacher, school.scheduler, school.regulator])
    for (const response of [await see(person), await appeal(person, { checkId: theirs, text })]) expect(codeOf(response)).toBe('forbidden');
  expect((await see(null)).statusCode).toBe(401);
  expect(await em().count(Appeal, { lessonId: school.lessonId })).toBe(0);
});

it('refuses texts that are too short or too long, and anything malformed', async () => {
  const checkId = await settled('missed', 30);
  for (const wrong of ['九个字不够长啊啊啊', '          ', ' 短         ', 'x'.repeat(1001)]) expect(codeOf(await appeal(school.learner, { checkId, text: wrong }))).toBe('bad_request');
  for (const wrong of [{ text }, { checkId, ...away(), text }, { checkId, text, personId: school.other.personId }]) expect((await appeal(school.learner, wrong)).statusCode).toBe(400);
  expect((await appeal(school.learner, { checkId, text: '十个字刚刚好够提交。' })).statusCode).toBe(200);
});

it('takes one of two appeals sent at once', async () => {
  const checkId = await settled('missed', 30);
  const answers = await Promise.all([1, 2, 3].map(() => appeal(school.learner, { checkId, text })));
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409, 409]);
  expect(await em().count(Appeal, { checkId })).toBe(1);
});

it('waits with stretches until the lesson has ended', async () => {
  await em().nativeUpdate(Lesson, { id: school.lessonId }, { status: 'live' });
  expect((await own()).spans).toEqual([]);
  expect(codeOf(await appeal(school.learner, { ...away(), text }))).toBe('nothing_to_appeal');
});

it('lets nobody decide an appeal against what they said themselves, by a look or by a decision; somebody else does', async () => {
  const looked = await settled('not_seen', 30);
  await em().nativeUpdate(FaceCheck, { id: looked }, { way: 'alternative', code: 'entered', seen: false, lookedAt: at(31), lookedBy: school.teacher.personId });
  const doubted = await settled('review', 35);
  const decide = (person: Known, checkId: string, replaces: string | null) => world.call(`POST /api/checks/${checkId}/decisions`, person, { payload: { outcome: 'upheld', reason: '我看过了', replaces } });
  const caseOf = async (person: Known): Promise<ReviewCase> => (await world.call(`GET /api/lessons/${school.lessonId}/review/${school.learner.personId}`, person)).json<ReviewCase>();
  const first = (await decide(school.assistant, doubted, null)).json<ReviewCase>().checks.find(({ checkId }) => checkId === doubted)!.decisions[0]!.decisionId;
  for (const checkId of [looked, doubted]) expect((await appeal(school.learner, { checkId, text })).statusCode).toBe(200);
  const may = async (person: Known) => (await caseOf(person)).checks.filter(({ mayDecide }) => mayDecide).map(({ checkId }) => checkId);
  expect(await may(school.teacher)).toEqual([expect.any(String), doubted]);
  expect(await may(school.assistant)).toEqual([expect.any(String), looked]);
  expect(await may(school.regulator)).toEqual([]);
  expect(codeOf(await decide(school.teacher, looked, null))).toBe('appeal_against_own');
  expect(codeOf(await decide(school.assistant, doubted, first))).toBe('appeal_against_own');
  expect(await em().count(Appeal, { lessonId: school.lessonId, decidedAt: null })).toBe(2);
  expect((await decide(school.teacher, doubted, first)).statusCode).toBe(200);
  expect((await decide(school.proctor, looked, null)).statusCode).toBe(200);
  expect(await em().count(Appeal, { lessonId: school.lessonId, decidedAt: null })).toBe(0);
});
