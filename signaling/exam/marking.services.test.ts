// What people do after an exam: marks of free text without names, pass rates per class, the exported file; and whom all of it is refused to (R26, R143).
import ExcelJS from 'exceljs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AttemptReview, AttemptState, ExamDetail, ExamList, ExamQueue, ExamScores, MarkItem, MarkQueue, OwnResult } from '#contracts/exam.ts';
import { Cohort, Enrolment } from '#db/entities/people.ts';
import { newId } from '#domain/id.ts';
import { addBankQuestion, freeTextTask, onePart, publishedExam, withoutFaces } from '../testing/exam.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addPerson, addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
  await withoutFaces(world);
  await addBankQuestion(world, school, 'trueFalse');
});
afterAll(() => world.close());

const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
async function enrolled(name: string, cohortId = school.cohortId): Promise<Known> {
  const person = await addPerson(world.deps.orm, world.clock.now(), name, school.institutionId, 'student');
  await world.deps.orm.em.fork().insert(Enrolment, { id: newId(), institutionId: school.institutionId, cohortId, personId: person.personId, createdAt: world.clock.now(), endedAt: null });
  return person;
}
/** Ten points for yes, ten for words, which are left out where `text` is null. */
const written = (change: object = {}): Promise<ExamDetail> => publishedExam(world, school, { parts: [onePart(school.courseId, { count: 1, pointsEach: 10 })], freeText: [freeTextTask(10)], ...change });
async function taken(examId: string, person: Known, { right, text }: { right: boolean; text: string | null }): Promise<string> {
  const state = (await world.call(`POST /api/exams/${examId}/attempts`, person, { payload: { deviceId: newId() } })).json<AttemptState>();
  const answers = [{ ordinal: 1, revision: 1, answer: { choices: [right ? 0 : 1] } }, ...(text === null ? [] : [{ ordinal: 2, revision: 1, answer: { text } }])];
  const response = await world.call(`POST /api/exam-attempts/${state.attemptId}/submission`, person, { payload: { turn: state.turn, answers } });
  expect(response.statusCode, response.body).toBe(200);
  return state.attemptId;
}
const mark = (attemptId: string, body: object, who = school.teacher) => world.call(`POST /api/exam-attempts/${attemptId}/marks`, who, { payload: { ordinal: 2, points: 5, comment: '', replaces: null, ...body } });
const resultOf = async (attemptId: string, person: Known) => (await world.call(`GET /api/exam-attempts/${attemptId}/result`, person)).json<OwnResult>();
const queue = async (examId: string, show = 'waiting') => (await world.call(`GET /api/exams/${examId}/marking?show=${show}`, school.teacher)).json<MarkQueue>();
const scores = async (examId: string, who = school.teacher) => (await world.call(`GET /api/exams/${examId}/scores`, who)).json<ExamScores>();

it('waits for a mark, is passed or failed with it, and marked again is a new fact', async () => {
  const person = await enrolled('Writer');
  const exam = await written();
  const attemptId = await taken(exam.examId, person, { right: true, text: 'cool, cover, call' });
  expect((await resultOf(attemptId, person)).attempt).toMatchObject({ result: 'to_mark', points: null, share: null });
  const waiting = await queue(exam.examId);
  expect(waiting).toMatchObject({ waiting: 1, marked: 0, more: false, items: [{ attemptId, ordinal: 2, prompt: 'Describe it', guidance: 'three steps', text: 'cool, cover, call', maxPoints: 10, mark: null }] });
  expect(JSON.stringify(waiting)).not.toMatch(new RegExp(`Writer|${person.personId}`));
  const first = (await mark(attemptId, { points: 1, comment: ' two steps lack ' })).json<MarkItem>();
  expect(first.mark).toMatchObject({ points: 1, comment: 'two steps lack', by: 'School teacher' });
  expect((await resultOf(attemptId, person)).attempt).toMatchObject({ result: 'failed', points: 11, share: 0.55 });
  // A retry is the same mark; another one has to say which it takes the place of.
  expect((await mark(attemptId, { points: 1, comment: 'two steps lack' })).json<MarkItem>().mark?.markId).toBe(first.mark!.markId);
  expect(codeOf(await mark(attemptId, { points: 3 }))).toBe('already_decided');
  expect((await mark(attemptId, { points: 2, comment: 'better', replaces: first.mark!.markId }, school.scheduler)).json<MarkItem>().mark).toMatchObject({ points: 2, by: 'School scheduler' });
  expect((await resultOf(attemptId, person)).attempt).toMatchObject({ result: 'passed', points: 12 });
  expect((await queue(exam.examId, 'marked')).items).toHaveLength(1);
  const facts = (await world.events('exam:marked')).filter(({ payload }) => payload.attemptId === attemptId);
  expect(facts.map(({ actor_id: actor, payload }) => [actor, payload.points, payload.sum])).toEqual([[school.teacher.personId, 1, 11], [school.scheduler.personId, 2, 12]]);
  expect(JSON.stringify(facts)).not.toContain('lack');
  await expect(world.deps.orm.em.fork().execute('update exam_mark set points = 9')).rejects.toThrow();
});

it('given twice at one moment is one mark', async () => {
  const attemptId = await taken((await written()).examId, await enrolled('Twice'), { right: true, text: 'x' });
  const both = await Promise.all([mark(attemptId, { points: 4 }), mark(attemptId, { points: 6 }, school.scheduler)]);
  expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
});

it('is not marked by its writer, strangers, proctors or regulators, above its points, before it is handed in, or where there is no text', async () => {
  const exam = await written();
  const person = await enrolled('Other');
  const attemptId = await taken(exam.examId, person, { right: true, text: 'x' });
  for (const who of [foreign.teacher, foreign.scheduler, school.proctor]) expect(codeOf(await mark(attemptId, {}, who))).toBe('not_found');
  for (const who of [person, school.regulator]) expect(codeOf(await mark(attemptId, {}, who))).toBe('forbidden');
  expect(codeOf(await mark(attemptId, { points: 11 }))).toBe('bad_request');
  expect(codeOf(await mark(attemptId, { ordinal: 1 }))).toBe('bad_request');
  expect(codeOf(await mark(newId(), {}))).toBe('not_found');
  const running = (await world.call(`POST /api/exams/${exam.examId}/attempts`, await enrolled('Runner'), { payload: { deviceId: newId() } })).json<AttemptState>();
  expect(codeOf(await mark(running.attemptId, {}))).toBe('exam_not_over');
  // The teacher is a learner of the class as well, and may not mark the own text.
  await world.deps.orm.em.fork().insert(Enrolment, { id: newId(), institutionId: school.institutionId, cohortId: school.cohortId, personId: school.assistant.personId, createdAt: world.clock.now(), endedAt: null });
  const { addMadeUpIdentities } = await import('#db/testing/identity.ts');
  await addMadeUpIdentities(world.deps.orm.em.fork(), [school.assistant.personId], world.clock.now());
  const own = await taken(exam.examId, school.assistant, { right: true, text: 'mine' });
  expect(codeOf(await mark(own, {}, school.assistant))).toBe('forbidden');
  await world.deps.orm.em.fork().nativeDelete(Enrolment, { personId: school.assistant.personId });
});

it('left empty is nobody to mark: no points, and the result at once', async () => {
  const person = await enrolled('Silent');
  const exam = await written();
  const attemptId = await taken(exam.examId, person, { right: true, text: null });
  expect((await resultOf(attemptId, person)).attempt).toMatchObject({ result: 'failed', points: 10 });
  expect((await queue(exam.examId)).items).toEqual([]);
  expect(codeOf(await mark(attemptId, {}))).toBe('bad_request');
});

it('comes to pass rates of each class and of all, by the best attempt, and to a file that says the same', async () => {
  const second = newId();
  await world.deps.orm.em.fork().insert(Cohort, { id: second, institutionId: school.institutionId, courseId: school.courseId, title: 'Z second', createdAt: world.clock.now() });
  const people = await Promise.all(['Passed', 'Failed', 'Waiting', 'Better', '=1+1'].map((name) => enrolled(name, second)));
  const exam = await written({ cohortIds: [school.cohortId, second], attempts: 2 });
  const marked = async (person: Known, points: number, right = true) => {
    const attemptId = await taken(exam.examId, person, { right, text: 'x' });
    await mark(attemptId, { points });
    return attemptId;
  };
  await marked(people[0]!, 10);
  await marked(people[1]!, 1, false);
  const waiting = await taken(exam.examId, people[2]!, { right: true, text: 'x' });
  await marked(people[3]!, 0, false);
  await marked(people[3]!, 6);
  const { rates, rows, maxPoints } = await scores(exam.examId);
  expect(maxPoints).toBe(20);
  const [all, ...cohorts] = rates;
  expect(cohorts.map(({ cohortTitle }) => cohortTitle)).toEqual(['School cohort', 'Z second']);
  expect(cohorts[1]).toMatchObject({ learners: 5, taken: 4, passed: 2, failed: 1, waiting: 1, rate: 2 / 3 });
  expect(all).toMatchObject({ passed: 2, failed: 1, taken: 4, learners: 5 + cohorts[0]!.learners });
  expect(cohorts[0]).toMatchObject({ taken: 0, rate: null, meanShare: null });
  expect(rows.filter(({ cohortId }) => cohortId === second).map(({ name, result, best }) => [name, result, best?.points ?? null])).toEqual(
    expect.arrayContaining([['Passed', 'passed', 20], ['Failed', 'failed', 1], ['Waiting', 'to_mark', null], ['Better', 'passed', 16], ['=1+1', 'none', null]]));
  expect((await world.call('GET /api/exams', school.teacher)).json<ExamList>().exams.find(({ examId }) => examId === exam.examId)).toMatchObject({ taken: 4, passed: 2, toMark: 1, held: 0 });
  const { toMark } = (await world.call('GET /api/exam-queue', school.teacher)).json<ExamQueue>();
  expect(toMark.find(({ examId }) => examId === exam.examId)).toMatchObject({ texts: 1 });
  const file = await world.call(`GET /api/exams/${exam.examId}/scores.xlsx?locale=en`, school.regulator);
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(file.rawPayload as never);
  const sheet = workbook.worksheets[0]!;
  const cells = sheet.getSheetValues().flatMap((row) => (Array.isArray(row) ? [row.slice(1)] : []));
  expect(cells).toContainEqual(['Z second', 5, 4, 2, 1, 1, 2 / 3, expect.closeTo((1 + 0.05 + 0.8) / 3, 10)]);
  expect(cells.find((row) => row[1] === 'Better')).toMatchObject({ 2: 'Z second', 3: 'passed', 4: 16, 5: 20, 6: 0.8, 7: 2 });
  expect(cells.find((row) => row[1] === '=1+1')).toBeDefined();
  const review = (await world.call(`GET /api/exam-attempts/${waiting}/review`, school.teacher)).json<AttemptReview>();
  expect(review).toMatchObject({ name: 'Waiting', cohortTitle: 'Z second', rulePack: 'guangdong@1', items: [{ correct: true, awarded: 10 }, { kind: 'freeText', awarded: null, answer: { text: 'x' } }], mayDecide: false });
});

it('shows scores to those who run it and to regulators, and to nobody else', async () => {
  const { examId } = await written();
  for (const route of [`GET /api/exams/${examId}/scores`, `GET /api/exams/${examId}/scores.xlsx`]) {
    for (const who of [foreign.teacher, foreign.regulator, school.proctor]) expect(codeOf(await world.call(route, who))).toBe('not_found');
    expect(codeOf(await world.call(route, school.learner))).toBe('forbidden');
    expect((await world.call(route, school.regulator)).statusCode).toBe(200);
  }
  expect((await scores(examId, school.regulator)).mayManage).toBe(false);
  for (const route of [`GET /api/exams/${examId}/marking`, 'GET /api/exam-queue']) expect(codeOf(await world.call(route, school.regulator))).toBe('forbidden');
});

it('has nothing to decide where nothing is held', async () => {
  const attemptId = await taken((await written()).examId, await enrolled('Fine'), { right: true, text: null });
  const decide = (who: Known) => world.call(`POST /api/exam-attempts/${attemptId}/decisions`, who, { payload: { outcome: 'annulled', reason: 'because', replaces: null } });
  expect(codeOf(await decide(school.teacher))).toBe('nothing_to_decide');
  expect(codeOf(await decide(foreign.teacher))).toBe('not_found');
});
