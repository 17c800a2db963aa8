// Previewing a paper over REST: drawn by the rules like a learner's, the same again for the same number, written nowhere, and why where the bank holds too little; and whom it is refused to.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AttemptState, ExamDetail, PaperPreview } from '#contracts/exam.ts';
import { QuestionPicture } from '#db/entities/question.ts';
import { newId } from '#domain/id.ts';
import { addBankQuestion, draftExam, examBody, freeTextTask, onePart, publishedExam, withoutFaces } from '../testing/exam.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
  await withoutFaces(world);
  for (const kind of ['single', 'multiple', 'trueFalse', 'fillIn', 'ordering', 'single', 'multiple', 'single'] as const) await addBankQuestion(world, school, kind);
});
afterAll(() => world.close());

const see = (examId: string, draw: number | string = 1, person: Known | null = school.teacher) => world.call(`GET /api/exams/${examId}/preview?draw=${draw}`, person);
const seen = async (examId: string, draw = 1): Promise<PaperPreview> => {
  const response = await see(examId, draw);
  expect(response.statusCode, response.body).toBe(200);
  return response.json<PaperPreview>();
};
const stems = ({ items }: { items: readonly { stem: string }[] }): string[] => items.map(({ stem }) => stem);
/** Rows that a paper would leave. */
const left = async (): Promise<unknown> => world.deps.orm.em.fork().execute('select (select count(*)::int from exam_attempt) as attempts, (select count(*)::int from exam_item) as items, (select count(*)::int from exam_pool) as pool, (select count(*)::int from event) as events');

it('draws a paper as a learner gets it, another for another number, the same for the same, and writes nothing', async () => {
  const task = freeTextTask();
  const { examId } = await draftExam(world, school, { parts: [onePart(school.courseId, { count: 4 })], freeText: [task] });
  const before = await left();
  const first = await seen(examId);
  expect(first).toMatchObject({ examId, phase: 'draft', draw: 1, questionCount: 5, maxPoints: 18, lacks: [], problems: [] });
  expect(first.items.map(({ ordinal }) => ordinal)).toEqual([1, 2, 3, 4, 5]);
  expect(first.items.at(-1)).toEqual({ ordinal: 5, kind: 'freeText', stem: task.prompt, hasPicture: false, options: [], points: 10, answer: null, revision: 0, pictureId: null });
  expect(new Set(stems(first)).size).toBe(5);
  expect(JSON.stringify(first)).not.toMatch(/CO2|because|accepted|guidance|three steps/);
  expect(await seen(examId)).toEqual(first);
  const others = [];
  for (let draw = 2; draw < 8; draw++) others.push(stems(await seen(examId, draw)).join());
  expect(new Set([stems(first).join(), ...others]).size).toBeGreaterThan(4);
  expect(await left()).toEqual(before);
});

it('stands in the written order where nothing is mixed, and with the picture of the stem', async () => {
  const pictureId = newId();
  const { courseId, institutionId } = school;
  await world.deps.orm.em.fork().insert(QuestionPicture, { id: pictureId, institutionId, courseId, storageKey: `picture-${pictureId}`, contentType: 'image/png', sizeBytes: 1, createdBy: school.teacher.personId, createdAt: world.clock.now() });
  const fixed = await addBankQuestion(world, school, 'single', { pictureId, knowledgePoint: 'picture' });
  const { examId } = await draftExam(world, school, { shuffleQuestions: false, shuffleOptions: false, parts: [onePart(courseId, { count: 2, pointsEach: 3 })], fixed: [{ questionId: fixed.questionId, points: 7 }] });
  const { items } = await seen(examId, 5);
  expect(items).toHaveLength(3);
  expect(items[0]).toMatchObject({ stem: fixed.stem, options: ['wrong 1', 'right', 'wrong 2'], points: 7, hasPicture: true, pictureId });
  expect(items.slice(1).map(({ points }) => points)).toEqual([3, 3]);
});

it('is the same paper before publishing and after, also when the bank has changed since', async () => {
  const own = [];
  for (let n = 0; n < 4; n++) own.push(await addBankQuestion(world, school, 'single', { knowledgePoint: 'kept' }));
  const part = onePart(school.courseId, { knowledgePoint: 'kept', count: 3 });
  const { examId } = await draftExam(world, school, { parts: [part] });
  const before = await seen(examId, 9);
  expect((await world.call(`POST /api/exams/${examId}/publication`, school.teacher)).statusCode).toBe(200);
  for (const { questionId } of own) await world.call(`PUT /api/questions/${questionId}/retirement`, school.teacher, { payload: { retired: true } });
  const after = await seen(examId, 9);
  expect(after).toEqual({ ...before, phase: 'open' });
  // What learners get comes from a seed of their own, and the preview is no attempt of anybody.
  const attempt = (await world.call(`POST /api/exams/${examId}/attempts`, school.learner, { payload: { deviceId: newId() } })).json<AttemptState>();
  expect(attempt.items).toHaveLength(3);
  expect((await world.call(`GET /api/exams/${examId}`, school.teacher)).json<ExamDetail>()).toMatchObject({ taken: 1 });
});

it('says of each rule what is missing and why, and shows what there is', async () => {
  await addBankQuestion(world, school, 'ordering', { knowledgePoint: 'rare' });
  const rare = onePart(school.courseId, { knowledgePoint: 'rare', count: 3 });
  const poor = await draftExam(world, school, { parts: [onePart(school.courseId, { count: 1, kinds: ['trueFalse'] }), rare] });
  const told = await seen(poor.examId);
  expect(told.lacks).toEqual([{ ordinal: 2, courseTitle: 'School course', part: rare, fitting: 1, short: 2 }]);
  expect([told.problems, told.items.length, told.questionCount]).toEqual([['parts_short'], 2, 4]);
  // Each rule by itself could be met; together they want one question more than there are.
  for (let n = 0; n < 2; n++) await addBankQuestion(world, school, 'single', { knowledgePoint: 'shared' });
  const shared = onePart(school.courseId, { knowledgePoint: 'shared', count: 2 });
  const together = await draftExam(world, school, { parts: [shared, { ...shared, count: 1 }] });
  expect((await seen(together.examId)).lacks).toEqual([{ ordinal: 2, courseTitle: 'School course', part: { ...shared, count: 1 }, fitting: 2, short: 1 }]);
  const empty = await draftExam(world, school, { parts: [] });
  expect(await seen(empty.examId)).toMatchObject({ items: [], problems: ['no_questions'], lacks: [] });
});

it('is for whoever keeps the bank: not for learners, regulators, or another school; and a number is a number', async () => {
  const { examId } = await publishedExam(world, school);
  const foreignBody = examBody(world, foreign, { parts: [], freeText: [freeTextTask()] });
  const theirs = (await world.call('POST /api/exams', foreign.teacher, { payload: foreignBody })).json<ExamDetail>();
  expect((await see(examId, 1, school.scheduler)).statusCode).toBe(200);
  expect((await see(examId, 1, null)).statusCode).toBe(401);
  for (const person of [school.learner, school.regulator]) expect((await see(examId, 1, person)).statusCode).toBe(403);
  for (const person of [foreign.teacher, foreign.scheduler]) expect((await see(examId, 1, person)).statusCode).toBe(404);
  for (const exam of [theirs.examId, newId()]) expect((await see(exam)).statusCode).toBe(404);
  for (const draw of ['0', '-1', 'x', '1000000', '']) expect((await see(examId, draw)).statusCode).toBe(400);
});
