// Faces in exams: no question before the sign-in, spot checks by the clock whether the page is heard or not, and scores that are held until a person decides (R61, R138).
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AttemptPulse, AttemptReview, AttemptState, ExamDetail, ExamQueue, OwnResult } from '#contracts/exam.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { ExamAttempt } from '#db/entities/exam.ts';
import { Enrolment } from '#db/entities/people.ts';
import { changePhone } from '#db/queries/identities.ts';
import { mostSignIns } from '#domain/exam-checks.ts';
import { newId } from '#domain/id.ts';
import { defaultPack } from '#domain/rules/packs.ts';
import { enrolFace } from '../testing/classroom-world.ts';
import { addBankQuestion, endDue, onePart, publishedExam } from '../testing/exam.ts';
import { judge, sendPicture } from '../testing/half-missed.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { phoneNumber } from '../testing/registrant.ts';
import { addPerson, addSchool, type School } from '../testing/school.ts';
import { lookAtChecks } from './clock.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
let exam: ExamDetail;
beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
  await addBankQuestion(world, school, 'trueFalse');
  const nowMs = world.clock.now().getTime();
  exam = await publishedExam(world, school, { parts: [onePart(school.courseId, { count: 1 })], closesAt: new Date(nowMs + 100 * 3_600_000).toISOString() });
});
afterAll(() => world.close());

const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
async function taker(face = true): Promise<Known> {
  const person = await addPerson(world.deps.orm, world.clock.now(), 'Taker', school.institutionId, 'student');
  await world.deps.orm.em.fork().insert(Enrolment, { id: newId(), institutionId: school.institutionId, cohortId: school.cohortId, personId: person.personId, createdAt: world.clock.now(), endedAt: null });
  if (face) await enrolFace(world.deps, person.personId);
  return person;
}
const begin = async (person: Known): Promise<AttemptState> => (await world.call(`POST /api/exams/${exam.examId}/attempts`, person, { payload: { deviceId: person.personId } })).json<AttemptState>();
const post = ({ attemptId }: AttemptState, what: string, person: Known, payload: object) => world.call(`POST /api/exam-attempts/${attemptId}/${what}`, person, { payload });
const pulse = async (state: AttemptState, person: Known) => (await post(state, 'pulses', person, { turn: 1 })).json<AttemptPulse>();
const again = (state: AttemptState, person: Known) => post(state, 'check', person, { turn: 1 });
const submit = async (state: AttemptState, person: Known) => (await post(state, 'submission', person, { turn: 1, answers: [{ ordinal: 1, revision: 1, answer: { choices: [0] } }] })).json<OwnResult>();
/** Answers the open check with a picture that is judged so. */
async function shows(state: AttemptPulse, person: Known, verdict: 'matched' | 'mismatched'): Promise<void> {
  expect((await sendPicture(world, person, state.check!)).statusCode).toBe(200);
  await judge(world, state.check!.checkId, verdict);
}
async function working(person: Known): Promise<AttemptState> {
  await shows(await begin(person), person, 'matched');
  return begin(person);
}
/** To the moment of the next spot check, which is asked by the clock alone. */
async function spotOf(state: AttemptState): Promise<void> {
  const { nextSpotAt } = await world.deps.orm.em.fork().findOneOrFail(ExamAttempt, { id: state.attemptId });
  world.clock.set(nextSpotAt!);
  await lookAtChecks(world.deps);
}
async function letPass(): Promise<void> {
  world.clock.pass(defaultPack.checks.windowMs + 3000);
  await lookAtChecks(world.deps);
}
const decide = (attemptId: string, who: Known, body: object) => world.call(`POST /api/exam-attempts/${attemptId}/decisions`, who, { payload: { outcome: 'counts', reason: 'seen by me', replaces: null, ...body } });

it('gives no question before the sign-in, and the time begins with it', async () => {
  const person = await taker();
  const state = await begin(person);
  expect(state).toMatchObject({ stand: 'sign_in', items: null, deadlineAt: null, check: { kind: 'sign_in', way: 'face', attempt: 1 } });
  expect(codeOf(await world.call(`PUT /api/exam-attempts/${state.attemptId}/answers`, person, { payload: { turn: 1, answers: [] } }))).toBe('exam_sign_in_first');
  expect(codeOf(await post(state, 'submission', person, { turn: 1, answers: [] }))).toBe('exam_sign_in_first');
  expect((await world.call(`GET /api/exam-attempts/${state.attemptId}/pictures/1`, person)).statusCode).toBe(404);
  world.clock.pass(40_000);
  expect((await sendPicture(world, person, state.check!)).statusCode).toBe(200);
  // As in class: whoever answered need not wait for the machine.
  expect(await pulse(state, person)).toMatchObject({ stand: 'working', check: null, deadlineAt: new Date(world.clock.now().getTime() + 60 * 60_000).toISOString() });
  expect((await begin(person)).items).toHaveLength(1);
  expect((await submit(state, person)).attempt.result).toBe('held');
  await judge(world, state.check!.checkId, 'matched');
  expect((await world.call(`GET /api/exam-attempts/${state.attemptId}/result`, person)).json<OwnResult>().attempt).toMatchObject({ result: 'passed', points: 2 });
  expect((await world.events('check:asked')).filter(({ stream }) => stream === `person:${person.personId}`)).toMatchObject([{ payload: { attemptId: state.attemptId, kind: 'sign_in' } }]);
});

it('asks the sign-in again as the pack says; then the exam begins and its score is held', async () => {
  const person = await taker();
  const state = await begin(person);
  await shows(state, person, 'mismatched');
  expect(await pulse(state, person)).toMatchObject({ stand: 'sign_in', check: null, last: { verdict: 'mismatched' } });
  for (let attempt = 2; attempt <= mostSignIns(defaultPack.checks); attempt++) {
    const asked = (await again(state, person)).json<AttemptPulse>();
    expect(asked.check).toMatchObject({ kind: 'sign_in', attempt, because: 'mismatched' });
    await shows(asked, person, 'mismatched');
  }
  expect((await pulse(state, person)).stand).toBe('working');
  expect(codeOf(await again(state, person))).toBe('check_settled');
  expect((await submit(state, person)).attempt).toMatchObject({ result: 'held', points: 2 });
});

it('whoever signs in at the second time is held for nothing', async () => {
  const person = await taker();
  const state = await begin(person);
  await letPass();
  expect(await pulse(state, person)).toMatchObject({ stand: 'sign_in', last: { verdict: 'missed' } });
  await shows((await again(state, person)).json<AttemptPulse>(), person, 'matched');
  expect((await pulse(state, person)).stand).toBe('working');
  expect((await submit(state, person)).attempt.result).toBe('passed');
});

it('asks spot checks by the clock, once more where one was missed', async () => {
  const person = await taker();
  const state = await working(person);
  expect((await pulse(state, person)).stand).toBe('working');
  await spotOf(state);
  expect(await pulse(state, person)).toMatchObject({ stand: 'check', check: { kind: 'spot', attempt: 1 } });
  // Work goes on meanwhile.
  expect((await world.call(`PUT /api/exam-attempts/${state.attemptId}/answers`, person, { payload: { turn: 1, answers: [{ ordinal: 1, revision: 1, answer: { choices: [1] } }] } })).statusCode).toBe(200);
  await letPass();
  expect(await pulse(state, person)).toMatchObject({ stand: 'again', check: null, last: { kind: 'spot', verdict: 'missed' } });
  const asked = (await again(state, person)).json<AttemptPulse>();
  expect(asked.check).toMatchObject({ attempt: 2, because: 'missed' });
  await shows(asked, person, 'matched');
  expect((await pulse(state, person)).stand).toBe('working');
  expect(await world.deps.orm.em.fork().count(FaceCheck, { attemptId: state.attemptId, kind: 'spot' })).toBe(2);
});

it('holds the score of whoever stayed away from a spot check until a person decides, and says who did', async () => {
  const person = await taker();
  const state = await working(person);
  await spotOf(state);
  const { attempt } = await submit(state, person);
  expect(attempt).toMatchObject({ result: 'held', points: 2 });
  await letPass();
  const queue = async (who = school.teacher) => (await world.call('GET /api/exam-queue', who)).json<ExamQueue>().held.map(({ attemptId }) => attemptId);
  expect(await queue()).toContain(state.attemptId);
  expect(await queue(foreign.teacher)).toEqual([]);
  for (const who of [foreign.teacher, school.proctor]) expect(codeOf(await decide(state.attemptId, who, {}))).toBe('not_found');
  for (const who of [person, school.regulator]) expect(codeOf(await decide(state.attemptId, who, {}))).toBe('forbidden');
  const review = (await decide(state.attemptId, school.teacher, {})).json<AttemptReview>();
  expect(review).toMatchObject({ attempt: { result: 'passed' }, decisions: [{ outcome: 'counts', reason: 'seen by me', by: 'School teacher' }], checks: [{ kind: 'sign_in', verdict: 'matched', picture: 'kept' }, { kind: 'spot', verdict: 'missed', picture: 'none' }] });
  expect(await queue()).not.toContain(state.attemptId);
  expect(codeOf(await decide(state.attemptId, school.scheduler, { outcome: 'annulled' }))).toBe('already_decided');
  const annulled = (await decide(state.attemptId, school.scheduler, { outcome: 'annulled', replaces: review.decisions[0]!.decisionId })).json<AttemptReview>();
  expect(annulled).toMatchObject({ attempt: { result: 'annulled' }, decisions: [{ outcome: 'annulled' }, { outcome: 'counts' }] });
  expect((await world.events('exam:decided')).filter(({ payload }) => payload.attemptId === state.attemptId).map(({ payload }) => payload.outcome)).toEqual(['counts', 'annulled']);
  const [signIn] = review.checks;
  for (const [who, status] of [[person, 200], [school.teacher, 200], [school.proctor, 404], [foreign.teacher, 404]] as const) expect((await world.call(`GET /api/checks/${signIn!.checkId}/picture`, who)).statusCode).toBe(status);
  expect(codeOf(await world.call(`POST /api/checks/${signIn!.checkId}/decisions`, school.teacher, { payload: { outcome: 'upheld', reason: 'because', replaces: null } }))).toBe('not_found');
});

it('is void where nobody signed in before the end of the window, and counts as no attempt', async () => {
  const person = await taker();
  const { examId } = await publishedExam(world, school, { parts: [onePart(school.courseId, { count: 1 })] });
  const state = (await world.call(`POST /api/exams/${examId}/attempts`, person, { payload: { deviceId: newId() } })).json<AttemptState>();
  world.clock.pass(3 * 3_600_000);
  await endDue(world);
  expect(await world.deps.orm.em.fork().findOneOrFail(ExamAttempt, { id: state.attemptId })).toMatchObject({ status: 'void', startedAt: null });
  expect(codeOf(await world.call(`GET /api/exam-attempts/${state.attemptId}/result`, person))).toBe('exam_not_over');
});

it('goes on the other way with a phone code for whoever is not known by their face, and not for others', async () => {
  const person = await taker(false);
  const state = await begin(person);
  expect(state.check).toMatchObject({ way: 'alternative', code: 'unsent' });
  expect(codeOf(await post(state, 'phone-answer', person, { code: '123456' }))).toBe('check_not_asked');
  expect(codeOf(await post(state, 'phone-code', person, { turn: 1 }))).toBe('phone_missing');
  const phone = phoneNumber();
  await changePhone(world.deps.orm.em.fork(), world.deps.vault, person.personId, phone, world.clock.now());
  expect((await post(state, 'phone-code', person, { turn: 1 })).json<AttemptPulse>().check).toMatchObject({ code: 'sent' });
  const code = world.phone.codeOf(phone);
  expect(codeOf(await post(state, 'phone-answer', person, { code: code === '111111' ? '222222' : '111111' }))).toBe('phone_code_wrong');
  expect((await post(state, 'phone-answer', person, { code })).json<AttemptPulse>()).toMatchObject({ stand: 'working', last: { verdict: 'confirmed_by_code' } });
  expect((await submit(state, person)).attempt.result).toBe('passed');
  const known = await taker();
  expect(codeOf(await post(await begin(known), 'phone-code', known, { turn: 1 }))).toBe('forbidden');
  for (const who of [school.teacher, foreign.learner]) for (const [what, payload] of [['check', { turn: 1 }], ['phone-code', { turn: 1 }], ['phone-answer', { code: '123456' }]] as const) expect(codeOf(await post(state, what, who, payload))).toBe('not_found');
});
