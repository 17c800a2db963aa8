// Appeals against checks of an exam over REST: until when, once, by whom; and how the decision lets a held score go or keeps it (R155, R158).
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AttemptReview, AttemptState, ExamQueue, OwnResult } from '#contracts/exam.ts';
import type { OwnExamAppeals } from '#contracts/review.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { Appeal, ReviewDecision } from '#db/entities/review.ts';
import { Enrolment } from '#db/entities/people.ts';
import type { Verdict } from '#domain/check.ts';
import { newId } from '#domain/id.ts';
import { addBankQuestion, onePart, publishedExam } from '../testing/exam.ts';
import { enrolFace } from '../testing/classroom-world.ts';
import { judge, sendPicture } from '../testing/half-missed.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addPerson, addSchool, type School } from '../testing/school.ts';

const day = 86_400_000;
const text = '摄像头坏了，监考老师看到我在。';
let world: HttpWorld;
let school: School;
let foreign: School;
beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
  await addBankQuestion(world, school, 'trueFalse');
});
afterAll(() => world.close());

const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
interface Sat { person: Known; attemptId: string; examId: string; checkId: string }
/** Signed in, answered right and handed in; the sign-in came to this. */
async function sat(verdict: Verdict): Promise<Sat> {
  const { examId } = await publishedExam(world, school, { parts: [onePart(school.courseId, { count: 1 })] });
  const person = await addPerson(world.deps.orm, world.clock.now(), 'Taker', school.institutionId, 'student');
  await world.deps.orm.em.fork().insert(Enrolment, { id: newId(), institutionId: school.institutionId, cohortId: school.cohortId, personId: person.personId, createdAt: world.clock.now(), endedAt: null });
  await enrolFace(world.deps, person.personId);
  const begin = async () => (await world.call(`POST /api/exams/${examId}/attempts`, person, { payload: { deviceId: person.personId } })).json<AttemptState>();
  const { check, attemptId } = await begin();
  expect((await sendPicture(world, person, check!)).statusCode).toBe(200);
  await begin();
  const handed = await world.call(`POST /api/exam-attempts/${attemptId}/submission`, person, { payload: { turn: 1, answers: [{ ordinal: 1, revision: 1, answer: { choices: [0] } }] } });
  expect(handed.statusCode, handed.body).toBe(200);
  await judge(world, check!.checkId, verdict);
  return { person, attemptId, examId, checkId: check!.checkId };
}
const see = ({ attemptId }: Sat, who: Known | null) => world.call(`GET /api/exam-attempts/${attemptId}/appeals`, who);
const own = async (one: Sat) => (await see(one, one.person)).json<OwnExamAppeals>();
const appeal = (one: Sat, who: Known | null = one.person, payload: object = { checkId: one.checkId, text }) => world.call(`POST /api/exam-attempts/${one.attemptId}/appeals`, who, { payload });
const decide = ({ attemptId, checkId }: Sat, outcome: string, who: Known | null = school.teacher, change: object = {}) =>
  world.call(`POST /api/exam-attempts/${attemptId}/checks/${checkId}/decisions`, who, { payload: { outcome, reason: 'looked at the picture', replaces: null, ...change } });
const hold = ({ attemptId }: Sat, outcome: string, who = school.teacher, replaces: string | null = null) => world.call(`POST /api/exam-attempts/${attemptId}/decisions`, who, { payload: { outcome, reason: 'decided', replaces } });
const resultOf = async ({ attemptId, person }: Sat) => (await world.call(`GET /api/exam-attempts/${attemptId}/result`, person)).json<OwnResult>().attempt.result;
const review = async ({ attemptId }: Sat, who = school.teacher) => (await world.call(`GET /api/exam-attempts/${attemptId}/review`, who)).json<AttemptReview>();
const queued = async ({ attemptId }: Sat) => (await world.call('GET /api/exam-queue', school.teacher)).json<ExamQueue>().held.find((one) => one.attemptId === attemptId);

it('is made once, stands before staff, and lets the score go where the check is overturned', async () => {
  const one = await sat('mismatched');
  expect(await resultOf(one)).toBe('held');
  expect(await own(one)).toMatchObject({ number: 1, appealDays: 7, checks: [{ checkId: one.checkId, kind: 'sign_in', verdict: 'mismatched', counted: 'mismatched', state: 'may', appeal: null }] });
  const answers = await Promise.all([1, 2, 3].map(() => appeal(one)));
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409, 409]);
  expect(codeOf(await appeal(one))).toBe('appeal_open');
  expect(await world.deps.orm.em.fork().find(Appeal, { attemptId: one.attemptId })).toMatchObject([{ checkId: one.checkId, lessonId: null, text, decidedAt: null }]);
  expect((await queued(one))?.appealedAt).toBe(world.clock.now().toISOString());
  // The appeal is decided first, at the check.
  expect(codeOf(await hold(one, 'counts'))).toBe('appeal_open');
  expect(await review(one)).toMatchObject({ mayDecide: false, checks: [{ appeal: { text }, mayDecide: true, counted: 'mismatched', decisions: [] }] });
  expect((await decide(one, 'overturned')).statusCode).toBe(200);
  expect(await resultOf(one)).toBe('passed');
  expect(await own(one)).toMatchObject({ checks: [{ state: 'decided', counted: 'confirmed_by_person', decisions: [{ outcome: 'overturned', reason: 'looked at the picture' }] }] });
  expect(codeOf(await appeal(one))).toBe('appeal_decided');
  expect(await queued(one)).toBeUndefined();
  // The verdict of the machine stays as it was.
  expect((await world.deps.orm.em.fork().findOneOrFail(FaceCheck, { id: one.checkId })).verdict).toBe('mismatched');
  const facts = [...(await world.events('appeal:made')), ...(await world.events('review:decided'))].filter(({ payload }) => payload.attemptId === one.attemptId);
  expect(facts).toMatchObject([{ stream: `cohort:${school.cohortId}`, payload: { checkId: one.checkId } }, { stream: `cohort:${school.cohortId}`, payload: { outcome: 'overturned' } }]);
  expect(JSON.stringify(facts)).not.toContain(text);
});

it('keeps the score held where the check is upheld, until the attempt is decided about; and a changed decision counts', async () => {
  const one = await sat('mismatched');
  await appeal(one);
  expect((await decide(one, 'upheld')).statusCode).toBe(200);
  expect(await resultOf(one)).toBe('held');
  expect(codeOf(await decide(one, 'overturned', school.scheduler))).toBe('already_decided');
  const { decisions } = (await review(one)).checks[0]!;
  expect((await decide(one, 'overturned', school.scheduler, { replaces: decisions[0]!.decisionId })).statusCode).toBe(200);
  expect(await resultOf(one)).toBe('passed');
  expect(await world.deps.orm.em.fork().count(ReviewDecision, { attemptId: one.attemptId })).toBe(2);
});

it('takes an annulment back where the check is overturned, by somebody else than who annulled', async () => {
  const one = await sat('mismatched');
  expect((await hold(one, 'annulled')).statusCode).toBe(200);
  expect(await resultOf(one)).toBe('annulled');
  await appeal(one);
  expect((await queued(one))?.appealedAt).toBeTruthy();
  expect(codeOf(await decide(one, 'overturned', school.teacher))).toBe('appeal_against_own');
  expect((await review(one)).checks[0]!.mayDecide).toBe(false);
  expect((await decide(one, 'overturned', school.scheduler)).statusCode).toBe(200);
  expect(await resultOf(one)).toBe('passed');
  expect((await review(one)).decisions).toMatchObject([{ outcome: 'counts', reason: 'looked at the picture' }, { outcome: 'annulled' }]);
  expect((await world.events('exam:decided')).filter(({ payload }) => payload.attemptId === one.attemptId).map(({ payload }) => payload.outcome)).toEqual(['annulled', 'counts']);
});

it('refuses what comes too late, to the millisecond; a decision gives the days anew', async () => {
  const one = await sat('mismatched');
  const other = await sat('mismatched');
  const { settledAt } = await world.deps.orm.em.fork().findOneOrFail(FaceCheck, { id: one.checkId });
  world.clock.set(new Date(settledAt!.getTime() + 7 * day + 1));
  expect((await own(one)).checks).toMatchObject([{ state: 'late' }]);
  expect(codeOf(await appeal(one))).toBe('appeal_late');
  await hold(other, 'annulled');
  world.clock.pass(7 * day);
  expect((await appeal(other)).statusCode).toBe(200);
  expect(codeOf(await appeal(one))).toBe('appeal_late');
});

it('refuses what took nothing, another’s, what is not handed in, and words that are too few', async () => {
  const passed = await sat('matched');
  expect((await own(passed)).checks).toEqual([]);
  expect(codeOf(await appeal(passed))).toBe('nothing_to_appeal');
  const [counts, one] = [await sat('mismatched'), await sat('mismatched')];
  await hold(counts, 'counts');
  expect(codeOf(await appeal(counts))).toBe('nothing_to_appeal');
  for (const who of [school.other, foreign.learner, school.teacher]) for (const response of [await see(one, who), await appeal(one, who)]) expect(codeOf(response)).toBe('not_found');
  for (const checkId of [passed.checkId, newId()]) expect(codeOf(await appeal(one, one.person, { checkId, text }))).toBe('not_found');
  for (const wrong of ['九个字不够长啊啊啊', ' 短         ']) expect(codeOf(await appeal(one, one.person, { checkId: one.checkId, text: wrong }))).toBe('bad_request');
  expect((await see(one, null)).statusCode).toBe(401);
  expect(codeOf(await decide(one, 'upheld'))).toBe('nothing_to_decide');
  await appeal(one);
  for (const who of [foreign.teacher, foreign.scheduler, school.proctor]) expect(codeOf(await decide(one, 'overturned', who))).toBe('not_found');
  for (const who of [one.person, school.regulator]) expect(codeOf(await decide(one, 'overturned', who))).toBe('forbidden');
  expect(codeOf(await decide({ ...one, checkId: passed.checkId }, 'overturned'))).toBe('not_found');
  expect(codeOf(await decide(one, 'overturned', school.teacher, { reason: '  ' }))).toBe('bad_request');
  expect(await resultOf(one)).toBe('held');
});
