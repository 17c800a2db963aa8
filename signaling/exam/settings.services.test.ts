// Defining and publishing exams over REST: drafts that fit together, what a bank lacks, what never changes after, and who may (R26, R43, R143).
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ExamDetail, ExamList, ExamOptions } from '#contracts/exam.ts';
import { Cohort, Course } from '#db/entities/people.ts';
import { newId } from '#domain/id.ts';
import { addBankQuestion, draftExam, examBody, freeTextTask, onePart, publishedExam } from '../testing/exam.ts';
import { openHttpWorld, type HttpWorld } from '../testing/http-world.ts';
import { addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
  for (const kind of ['single', 'multiple', 'trueFalse', 'fillIn', 'ordering'] as const) await addBankQuestion(world, school, kind);
});
afterAll(() => world.close());

const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const at = (ms: number): string => new Date(world.clock.now().getTime() + ms).toISOString();
const publish = (examId: string, person = school.teacher) => world.call(`POST /api/exams/${examId}/publication`, person);
const editOf = ({ examId, revision }: ExamDetail, change: object = {}, person = school.teacher) =>
  world.call(`PUT /api/exams/${examId}`, person, { payload: { ...examBody(world, school), revision, ...change } });

it('keeps a draft with what the bank holds for it, and nothing of it for learners', async () => {
  const task = freeTextTask();
  const exam = await draftExam(world, school, { parts: [onePart(school.courseId, { count: 4 }), onePart(school.courseId, { kinds: ['single'], count: 1, pointsEach: 10 })], freeText: [task] });
  expect(exam).toMatchObject({
    status: 'draft', phase: 'draft', revision: 1, questionCount: 6, maxPoints: 28, problems: [], supply: [{ wanted: 4, fitting: 5, short: 0 }, { wanted: 1, fitting: 1, short: 0 }], freeText: [task],
    courseTitles: ['School course'], cohortTitles: ['School cohort'], learners: 2, taken: 0, mayManage: true, checks: { signIn: true, spot: true }, changedBy: 'School teacher',
  });
  const { exams } = (await world.call('GET /api/exams', school.scheduler)).json<ExamList>();
  expect(exams.map(({ examId }) => examId)).toContain(exam.examId);
  expect((await world.events('exam:drafted')).at(-1)).toMatchObject({ stream: `institution:${school.institutionId}`, actor_id: school.teacher.personId, payload: { examId: exam.examId } });
});

it.each([
  ['that closes before it opens', () => ({ closesAt: at(-1) }), 'exam_invalid'], ['open for more than a year', () => ({ closesAt: at(367 * 86_400_000) }), 'exam_invalid'],
  ['without a title', () => ({ title: ' ' }), 'exam_invalid'], ['for a cohort of another institution', () => ({ cohortIds: [foreign.cohortId] }), 'not_found'],
  ['after a course of another institution', () => ({ follows: { kind: 'course' as const, courseId: foreign.courseId } }), 'not_found'],
  ['after courses of two institutions', () => ({ follows: { kind: 'courses' as const, courseIds: [school.courseId, foreign.courseId] } }), 'not_found'],
  ['drawn from a course it does not follow', () => ({ parts: [onePart(foreign.courseId)] }), 'exam_invalid'], ['with a question of another bank', () => ({ fixed: [{ questionId: newId(), points: 1 }] }), 'not_found'],
  ['with difficulties upside down', () => ({ parts: [onePart(school.courseId, { leastDifficulty: 4, mostDifficulty: 2 })] }), 'exam_invalid'],
  ['with no cohort', () => ({ cohortIds: [] }), 'bad_request'], ['with a pass mark of 0', () => ({ passPercent: 0 }), 'bad_request'], ['after no unit', () => ({ follows: { kind: 'unit' as const, unitId: newId() } }), 'not_found'],
])('refuses an exam %s and keeps nothing', async (_what, change, code) => {
  const before = await world.deps.orm.em.fork().execute('select count(*) from exam');
  const response = await world.call('POST /api/exams', school.teacher, { payload: { ...examBody(world, school), ...change() } });
  expect(codeOf(response)).toBe(code);
  expect(await world.deps.orm.em.fork().execute('select count(*) from exam')).toEqual(before);
});

it('follows a unit for its own cohort only', async () => {
  const unit = { kind: 'unit', unitId: school.unitIds[0]! } as const;
  const exam = await draftExam(world, school, { follows: unit });
  expect(exam).toMatchObject({ follows: unit, courses: [{ courseId: school.courseId }] });
  const other = newId();
  await world.deps.orm.em.fork().insert(Cohort, { id: other, institutionId: school.institutionId, courseId: school.courseId, title: 'Other', createdAt: world.clock.now() });
  expect(codeOf(await editOf(exam, { follows: unit, cohortIds: [other] }))).toBe('exam_invalid');
});

it('of several courses is for whoever keeps the bank of each', async () => {
  const second = newId();
  await world.deps.orm.em.fork().insert(Course, { id: second, institutionId: school.institutionId, title: 'Second', createdAt: world.clock.now() });
  const body = examBody(world, school, { follows: { kind: 'courses', courseIds: [school.courseId, second] } });
  expect(codeOf(await world.call('POST /api/exams', school.teacher, { payload: body }))).toBe('not_found');
  const exam = (await world.call('POST /api/exams', school.scheduler, { payload: body })).json<ExamDetail>();
  expect(exam.courseTitles).toEqual(['School course', 'Second']);
  for (const who of [school.teacher, foreign.teacher, foreign.scheduler]) expect((await world.call(`GET /api/exams/${exam.examId}`, who)).statusCode).toBe(404);
  expect((await world.call(`GET /api/exams/${exam.examId}`, school.regulator)).json<ExamDetail>().mayManage).toBe(false);
});

it('is changed by one at a time, and a newer draft is not written over', async () => {
  const exam = await draftExam(world, school);
  const edited = (await editOf(exam, { title: ' New title ' })).json<ExamDetail>();
  expect(edited).toMatchObject({ title: 'New title', revision: 2 });
  expect(codeOf(await editOf(exam, { title: 'Old screen' }))).toBe('exam_changed');
  expect((await world.call(`DELETE /api/exams/${exam.examId}`, school.teacher)).statusCode).toBe(200);
  expect((await world.call(`GET /api/exams/${exam.examId}`, school.teacher)).statusCode).toBe(404);
});

it('is not published while the bank lacks questions, and says of which rule', async () => {
  const rare = onePart(school.courseId, { kinds: ['ordering'], count: 2 });
  const exam = await draftExam(world, school, { parts: [onePart(school.courseId, { count: 1 }), rare] });
  expect(exam).toMatchObject({ problems: ['parts_short'], supply: [{ short: 0 }, { wanted: 2, fitting: 1, short: 1 }] });
  expect(codeOf(await publish(exam.examId))).toBe('exam_short');
  // Five questions in all: two rules of three each fit each by itself and not together.
  const together = await draftExam(world, school, { parts: [onePart(school.courseId, { count: 3 }), onePart(school.courseId, { count: 3 })] });
  expect(together.supply).toEqual([{ wanted: 3, fitting: 5, short: 0 }, { wanted: 3, fitting: 5, short: 1 }]);
  const empty = await draftExam(world, school, { parts: [] });
  expect(empty.problems).toEqual(['no_questions']);
  const past = await draftExam(world, school, { opensAt: at(-2000), closesAt: at(-1000) });
  expect(past.problems).toEqual(['window_past']);
  for (const { examId } of [together, empty, past]) expect(codeOf(await publish(examId))).toBe('exam_short');
});

it('once published keeps its questions as they stood, and only its end moves', async () => {
  const question = await addBankQuestion(world, school, 'single', { knowledgePoint: 'pool' });
  const exam = await publishedExam(world, school, { parts: [onePart(school.courseId, { knowledgePoint: 'pool', count: 1 })] });
  expect(exam).toMatchObject({ status: 'published', phase: 'open', supply: [{ wanted: 1, fitting: 1, short: 0 }] });
  expect((await publish(exam.examId)).statusCode).toBe(200);
  expect((await world.events('exam:published')).filter(({ payload }) => payload.examId === exam.examId)).toHaveLength(1);
  await world.call(`PUT /api/questions/${question.questionId}/retirement`, school.teacher, { payload: { retired: true } });
  const now = (await world.call(`GET /api/exams/${exam.examId}`, school.teacher)).json<ExamDetail>();
  expect(now.supply).toEqual([{ wanted: 1, fitting: 1, short: 0 }]);
  expect(codeOf(await editOf(now))).toBe('exam_not_draft');
  expect(codeOf(await world.call(`DELETE /api/exams/${exam.examId}`, school.teacher))).toBe('exam_not_draft');
  const window = (closesAt: string) => world.call(`PUT /api/exams/${exam.examId}/window`, school.teacher, { payload: { closesAt } });
  expect(codeOf(await window(at(1000)))).toBe('exam_invalid');
  const later = at(3 * 3_600_000);
  expect((await window(later)).json<ExamDetail>().closesAt).toBe(later);
  // The database refuses it as well, whoever asks.
  await expect(world.deps.orm.em.fork().execute('update exam set pass_percent = 1 where id = ?', [exam.examId])).rejects.toThrow(/not changed/);
  await expect(world.deps.orm.em.fork().execute('delete from exam where id = ?', [exam.examId])).rejects.toThrow();
});

it('ends once: closed, then perhaps withdrawn, never back', async () => {
  const { examId } = await publishedExam(world, school);
  const end = (withdraw: boolean) => world.call(`POST /api/exams/${examId}/ending`, school.teacher, { payload: { withdraw, reason: 'wrong questions' } });
  expect((await end(false)).json<ExamDetail>()).toMatchObject({ status: 'closed', endReason: 'wrong questions' });
  expect((await end(false)).statusCode).toBe(200);
  expect((await end(true)).json<ExamDetail>().status).toBe('withdrawn');
  expect(codeOf(await end(false))).toBe('exam_not_open');
  expect(codeOf(await publish(examId))).toBe('exam_not_draft');
  expect(codeOf(await world.call(`PUT /api/exams/${examId}/window`, school.teacher, { payload: { closesAt: at(9_000_000) } }))).toBe('exam_not_open');
  expect(await world.events('exam:closed')).toHaveLength(1);
  const copy = (await world.call(`POST /api/exams/${examId}/copies`, school.teacher)).json<ExamDetail>();
  expect(copy).toMatchObject({ status: 'draft', copiedFrom: examId, questionCount: 5 });
});

it('offers to each what they keep, and refuses learners and strangers everything', async () => {
  const { courses } = (await world.call('GET /api/exam-options', school.teacher)).json<ExamOptions>();
  expect(courses).toMatchObject([{ courseId: school.courseId, institutionName: 'School', units: [{ ordinal: 2 }, { ordinal: 1 }] }]);
  expect(courses[0]!.points).toContainEqual({ point: 'fire', questions: 5 });
  expect((await world.call('GET /api/exam-options', school.proctor)).json<ExamOptions>().courses).toEqual([]);
  const { examId } = await draftExam(world, school);
  for (const [route, payload] of [[`GET /api/exams/${examId}`], [`POST /api/exams/${examId}/publication`], [`POST /api/exams/${examId}/copies`], [`DELETE /api/exams/${examId}`],
    [`POST /api/exams/${examId}/ending`, { withdraw: true, reason: 'xx' }], [`PUT /api/exams/${examId}/window`, { closesAt: at(9_000_000) }]] as const) {
    for (const who of [foreign.teacher, foreign.scheduler, school.proctor]) expect(codeOf(await world.call(route, who, payload && { payload })), route).toBe('not_found');
    expect(codeOf(await world.call(route, school.learner, payload && { payload })), route).toBe('forbidden');
    if (!route.startsWith('GET')) expect(codeOf(await world.call(route, school.regulator, payload && { payload })), route).toBe('forbidden');
  }
});
