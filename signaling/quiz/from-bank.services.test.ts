// Questions of the bank asked in class: by id alone, of this course alone, in every kind, the wording kept, and what staff see of it.
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BankQuestion, QuestionSet } from '#contracts/question.ts';
import type { LessonQuizzes } from '#contracts/report.ts';
import { newId } from '#domain/id.ts';
import { asStudent, asTeacher } from '#testing/role-drivers.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';
import { addSchool, type School } from '../testing/school.ts';

let world: ClassroomWorld;
let teacher: ReturnType<typeof asTeacher>;
let student: ReturnType<typeof asStudent>;
beforeEach(async () => {
  world = await openClassroomWorld();
  teacher = asTeacher(await world.inside(world.school.teacher));
  student = asStudent(await world.inside(world.school.learner));
  await teacher.starts();
});
afterEach(() => world.close());

const draft = { kind: 'single', stem: '压力表的指针应当在哪个区域？', options: ['红', '黄', '绿'], right: [2], accepted: [], knowledgePoint: '器材', difficulty: 2, explanation: '绿区正常', pictureId: null };
const fillIn = { ...draft, kind: 'fillIn', stem: '二氧化碳的化学式', options: [], right: [], accepted: ['CO2', '二氧化碳'], knowledgePoint: '灭火剂' };
const ordering = { ...draft, kind: 'ordering', stem: '灭火器怎么用', options: ['提起', '拔销', '对准', '按压'], right: [0, 1, 2, 3], knowledgePoint: '器材' };
async function added(change: object, school: School = world.school): Promise<BankQuestion> {
  const reply = await world.call(`POST /api/courses/${school.courseId}/questions`, school.teacher, { payload: { ...draft, ...change } });
  expect(reply.statusCode, reply.body).toBe(200);
  return reply.json<BankQuestion>();
}
async function set(questions: readonly BankQuestion[], school: School = world.school): Promise<QuestionSet> {
  const reply = await world.call(`POST /api/courses/${school.courseId}/question-sets`, school.teacher, { payload: { name: '第一课', secondsEach: 45, questionIds: questions.map(({ questionId }) => questionId) } });
  return reply.json<QuestionSet>();
}
const retire = ({ questionId }: BankQuestion) => world.call(`PUT /api/questions/${questionId}/retirement`, world.school.teacher, { payload: { retired: true } });
const pushes = (wanted: { setId?: string; questionId?: string; seconds?: number }) => teacher.driver.ask('quiz:openFromBank', wanted);
const types = (quizId: string, text: string, who = student) => who.driver.ask('quiz:answer', { quizId, text });

test('a set is asked question by question with its seconds, told how far it is, and says when none is left', async () => {
  const questions = [await added({ stem: '一' }), await added({ stem: '二' }), await added({ stem: '三' })];
  const { setId } = await set(questions);
  expect(await teacher.driver.ask('quiz:sets', {})).toMatchObject({ lastSetId: null, sets: [{ setId, name: '第一课', secondsEach: 45, questions: [{ stem: '一', asked: false }, { stem: '二' }, { stem: '三' }] }] });
  const first = await pushes({ setId });
  expect(first).toMatchObject({ prompt: '一', kind: 'single', options: ['红', '黄', '绿'], pictureId: null, answered: null });
  expect(Date.parse(first.deadlineAt) - Date.parse(first.openedAt)).toBe(45_000);
  expect(await student.driver.next('quiz:opened')).toEqual(first);
  expect(JSON.stringify(first)).not.toContain('绿区');
  expect(await teacher.driver.refusal('quiz:openFromBank', { setId })).toBe('quiz_open_already');
  await teacher.closesQuiz(first.quizId);
  // One out of its order, with its own time; then the set goes on where it was.
  const third = await pushes({ setId, questionId: questions[2]!.questionId, seconds: 20 });
  expect([third.prompt, Date.parse(third.deadlineAt) - Date.parse(third.openedAt)]).toEqual(['三', 20_000]);
  await teacher.closesQuiz(third.quizId);
  expect(await teacher.driver.ask('quiz:sets', {})).toMatchObject({ lastSetId: setId, sets: [{ questions: [{ asked: true }, { asked: false }, { asked: true }] }] });
  const second = await pushes({ setId });
  expect(second.prompt).toBe('二');
  await teacher.closesQuiz(second.quizId);
  expect(await teacher.driver.refusal('quiz:openFromBank', { setId })).toBe('quiz_set_done');
  expect(await world.rows(`select payload->>'setId' as set, payload->>'versionId' as version from event where type = 'quiz:opened' order by at, id`)).toEqual(
    [0, 2, 1].map((index) => ({ set: setId, version: questions[index]!.versionId })));
  // A set that is thrown away leaves what was asked.
  expect((await world.call(`DELETE /api/question-sets/${setId}`, world.school.teacher)).statusCode).toBe(200);
  expect(await world.rows('select set_id from quiz')).toEqual([{ set_id: null }, { set_id: null }, { set_id: null }]);
});

test('a learner is told which question of the set it is, and after a reload which of it they have answered', async () => {
  const questions = [await added({ stem: '一' }), await added({ stem: '二' }), await added({ stem: '三' }), await added({ stem: '四' })];
  const { setId } = await set(questions);
  const [first, loose] = [await pushes({ setId }), await added({ stem: '题组外' })];
  expect(first.set).toEqual({ total: 4, asked: [{ quizId: first.quizId, number: 1 }] });
  await student.answers(first.quizId, [2]);
  await teacher.closesQuiz(first.quizId);
  world.clock.pass(1_000);
  const outside = await pushes({ questionId: loose.questionId });
  expect(outside.set).toBeNull();
  await student.answers(outside.quizId, [0]);
  await teacher.closesQuiz(outside.quizId);
  world.clock.pass(1_000);
  // Asked again it is the same one; out of use and not asked, one is no part of the set any more.
  const again = await teacher.driver.ask('quiz:again', { quizId: first.quizId, seconds: 60 });
  expect(again.set).toEqual({ total: 4, asked: [{ quizId: first.quizId, number: 1 }, { quizId: again.quizId, number: 1 }] });
  await teacher.closesQuiz(again.quizId);
  expect((await retire(questions[1]!)).statusCode).toBe(200);
  world.clock.pass(1_000);
  const last = await pushes({ setId, questionId: questions[3]!.questionId });
  const told = { total: 3, asked: [{ quizId: first.quizId, number: 1 }, { quizId: again.quizId, number: 1 }, { quizId: last.quizId, number: 3 }] };
  expect(last.set).toEqual(told);
  await student.answers(last.quizId, [1]);
  const reloaded = (await world.inside(world.school.learner)).snapshot!;
  expect([reloaded.quiz?.set, reloaded.answeredOfSets.toSorted()]).toEqual([told, [first.quizId, last.quizId].sort()]);
  const other = (await world.inside(world.school.other)).snapshot!;
  expect([other.quiz?.set, other.answeredOfSets]).toEqual([told, []]);
});

test('only leaders, only what this course has and uses, only while it is live', async () => {
  const foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
  const elsewhere = await added({}, foreign);
  const elsewhereSet = await set([elsewhere], foreign);
  const [old, good] = [await added({ stem: '旧' }), await added({ stem: '新' })];
  const { setId } = await set([old, good]);
  expect((await retire(old)).statusCode).toBe(200);
  expect(await teacher.driver.refusal('quiz:openFromBank', {})).toBe('bad_request');
  expect(await teacher.driver.refusal('quiz:openFromBank', { questionId: elsewhere.questionId })).toBe('not_found');
  expect(await teacher.driver.refusal('quiz:openFromBank', { setId: elsewhereSet.setId })).toBe('not_found');
  expect(await teacher.driver.refusal('quiz:openFromBank', { setId, questionId: elsewhere.questionId })).toBe('not_found');
  expect(await teacher.driver.refusal('quiz:openFromBank', { setId: newId() })).toBe('not_found');
  expect(await teacher.driver.refusal('quiz:openFromBank', { questionId: old.questionId })).toBe('question_retired');
  expect(await teacher.driver.refusal('quiz:openFromBank', { setId, questionId: old.questionId })).toBe('question_retired');
  for (const request of ['quiz:sets', 'quiz:bank', 'quiz:openFromBank'] as const) {
    const data = request === 'quiz:bank' ? { text: '' } : request === 'quiz:sets' ? {} : { setId };
    expect(await student.driver.refusal(request, data as never)).toBe('forbidden');
  }
  expect(await world.rows('select 1 from quiz')).toEqual([]);
  expect((await teacher.driver.ask('quiz:bank', { text: '' })).questions.map(({ stem }) => stem)).toEqual(['新']);
  expect((await teacher.driver.ask('quiz:bank', { text: '没有' })).questions).toEqual([]);
  // What is out of use is passed over.
  expect((await pushes({ setId })).prompt).toBe('新');
  await teacher.ends();
  expect(await teacher.driver.refusal('quiz:openFromBank', { setId })).toBe('lesson_ended');
});

test('an answer points at the wording that was asked, whatever becomes of the question', async () => {
  const question = await added({ stem: '旧的写法' });
  const first = await pushes({ questionId: question.questionId });
  await student.answers(first.quizId, [2]);
  const { kind, options, accepted, knowledgePoint, difficulty, explanation, pictureId, version } = question;
  const edited = await world.call(`PUT /api/questions/${question.questionId}`, world.school.teacher, { payload: { kind, stem: '新的写法', options, right: [0], accepted, knowledgePoint, difficulty, explanation, pictureId, version } });
  expect(edited.statusCode, edited.body).toBe(200);
  await teacher.closesQuiz(first.quizId);
  world.clock.pass(1_000);
  const again = await teacher.driver.ask('quiz:again', { quizId: first.quizId, seconds: 60 });
  expect(again.prompt).toBe('旧的写法');
  await teacher.closesQuiz(again.quizId);
  world.clock.pass(1_000);
  const second = await pushes({ questionId: question.questionId });
  expect(second.prompt).toBe('新的写法');
  const result = await teacher.closesQuiz(second.quizId);
  expect(result.firstQuizId).toBe(second.quizId);
  expect(await world.rows('select v.version, a.correct from quiz z join question k on k.id = z.question_id join question_version v on v.id = k.version_id left join answer a on a.quiz_id = z.id order by z.opened_at, z.id')).toEqual([
    { version: 1, correct: true }, { version: 1, correct: null }, { version: 2, correct: null }]);
  // The same wording pushed once more stands beside its first asking.
  world.clock.pass(1_000);
  const third = await pushes({ questionId: question.questionId });
  expect((await teacher.closesQuiz(third.quizId)).firstQuizId).toBe(second.quizId);
});

test('what is typed: width and case do not matter, a retry is one answer, another word is refused, and staff see what was typed most', async () => {
  const { questionId } = await added(fillIn);
  const other = asStudent(await world.inside(world.school.other));
  const quiz = await pushes({ questionId });
  expect(quiz).toMatchObject({ kind: 'fillIn', options: [] });
  const { quizId } = quiz;
  expect(JSON.stringify(quiz)).not.toContain('CO2');
  for (const data of [{ text: '  ' }, { choices: [0] }, { text: 'C\u0001O2' }, { text: 'C\tO2' }]) expect(await student.driver.refusal('quiz:answer', { quizId, ...data }), JSON.stringify(data)).toBe('quiz_choice_invalid');
  for (const data of [{}, { text: '' }, { text: 'x'.repeat(201) }, { text: 'CO2', choices: [0] }, { text: 'C\u0000O2' }, { text: 'C\ud800' }]) expect(await student.driver.refusal('quiz:answer', { quizId, ...data }), JSON.stringify(data)).toBe('bad_request');
  const acknowledged = await types(quizId, 'ｃｏ２ ');
  world.clock.pass(1_000);
  expect(await types(quizId, 'CO2')).toEqual(acknowledged);
  expect(await student.driver.refusal('quiz:answer', { quizId, text: 'CO' })).toBe('answer_differs');
  await types(quizId, '水', other);
  expect((await student.enters(world.school.lessonId)).quiz?.answered).toEqual({ text: 'ｃｏ２ ' });
  await world.classrooms.tick();
  expect(await teacher.driver.next('quiz:counted', (count) => count.answeredCount === 2)).toMatchObject({ counts: [], correctCount: 1 });
  const result = await teacher.closesQuiz(quizId);
  expect(result).toMatchObject({ accepted: ['CO2', '二氧化碳'], right: [], counts: [], answeredCount: 2, correctCount: 1, knowledgePoint: '灭火剂' });
  expect(result.frequent.map(({ answer, count, right }) => [answer, count, right]).sort()).toEqual([[{ text: 'ｃｏ２ ' }, 1, true], [{ text: '水' }, 1, false]].sort());
  // What others typed is not on learners' screens.
  expect(await student.driver.next('quiz:closed')).toEqual({ ...result, frequent: [] });
  const quizzes = async (who = world.school.teacher) => (await world.call(`GET /api/lessons/${world.school.lessonId}/quizzes`, who)).json<LessonQuizzes>();
  expect((await quizzes()).questions[0]).toMatchObject({ knowledgePoint: '灭火剂', frequent: [{ count: 1 }, { count: 1 }] });
  await teacher.ends();
  const own = await quizzes(world.school.learner);
  expect([own.questions[0]!.frequent, own.learners.map(({ answers }) => answers)]).toEqual([[], [[{ mark: 'right', afterCut: false, replay: null }]]]);
  expect(await world.rows(`select choices, correct from answer order by correct`)).toEqual([{ choices: [], correct: false }, { choices: [], correct: true }]);
  expect(JSON.stringify(await world.rows('select payload from event'))).not.toContain('ｃｏ２');
});

test('what is put in order comes mixed, is right in full or not at all, and nothing sent says the right order', async () => {
  const { questionId } = await added(ordering);
  const other = asStudent(await world.inside(world.school.other));
  const { quizId, options } = await pushes({ questionId });
  expect([...options].sort()).toEqual([...ordering.options].sort());
  expect(options).not.toEqual(ordering.options);
  const right = ordering.options.map((text) => options.indexOf(text));
  const wrong = [...right].reverse();
  for (const choices of [[0], [0, 1, 2], [0, 0, 1, 2], [0, 1, 2, 7]]) expect(await student.driver.refusal('quiz:answer', { quizId, choices })).toBe('quiz_choice_invalid');
  expect(await student.driver.refusal('quiz:answer', { quizId, text: '提起' })).toBe('quiz_choice_invalid');
  await student.answers(quizId, right);
  expect(await student.driver.refusal('quiz:answer', { quizId, choices: wrong })).toBe('answer_differs');
  await other.answers(quizId, wrong);
  const result = await teacher.closesQuiz(quizId);
  expect(result).toMatchObject({ right, counts: [], answeredCount: 2, correctCount: 1 });
  expect(result.frequent.find((one) => one.right)).toEqual({ answer: { choices: right }, count: 1, right: true });
  expect(result.frequent.find((one) => !one.right)).toEqual({ answer: { choices: wrong }, count: 1, right: false });
  // Asked again it is shown as it was, so that both results can be compared.
  expect((await teacher.driver.ask('quiz:again', { quizId, seconds: 60 })).options).toEqual(options);
});

test('words nothing can keep spoil nobody else’s answer of the same moment; who was not asked and who is late are refused', async () => {
  const { questionId } = await added(fillIn);
  const { quizId } = await pushes({ questionId, seconds: 10 });
  const other = asStudent(await world.inside(world.school.other));
  const [good, bad] = await Promise.all([types(quizId, '二氧化碳'), other.driver.refusal('quiz:answer', { quizId, text: '\ud800' })]);
  expect([good.quizId, bad]).toEqual([quizId, 'bad_request']);
  world.clock.pass(11_501);
  expect(await other.driver.refusal('quiz:answer', { quizId, text: 'CO2' })).toBe('quiz_closed');
  expect(await other.driver.refusal('quiz:answer', { quizId: newId(), text: 'CO2' })).toBe('not_found');
  expect(await world.rows('select text from answer')).toEqual([{ text: '二氧化碳' }]);
});

test('the picture of a question is for everybody of the lesson once it was asked there, and for nobody else', async () => {
  const bytes = await sharp({ create: { width: 600, height: 400, channels: 3, background: '#c0d8c9' } }).png().toBuffer();
  const sent = await world.call(`POST /api/courses/${world.school.courseId}/question-pictures`, world.school.teacher, { payload: bytes, headers: { 'content-type': 'image/png' } });
  expect(sent.statusCode, sent.body).toBe(200);
  const { pictureId } = sent.json<{ pictureId: string }>();
  const { questionId } = await added({ pictureId });
  const path = `/api/lessons/${world.school.lessonId}/question-pictures/${pictureId}`;
  const status = async (person: Parameters<typeof world.call>[1]) => (await world.call(`GET ${path}`, person)).statusCode;
  expect([await status(world.school.teacher), await status(world.school.learner)]).toEqual([200, 404]);
  expect(await pushes({ questionId })).toMatchObject({ pictureId });
  const shown = await world.call(`GET ${path}`, world.school.learner);
  expect([shown.statusCode, shown.headers['content-type'], shown.headers['cache-control']]).toEqual([200, 'image/png', expect.stringMatching(/^private, max-age=86400/)]);
  const foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
  expect([await status(foreign.teacher), await status(foreign.learner)]).toEqual([404, 404]);
  expect((await world.call(`GET /api/lessons/${foreign.lessonId}/question-pictures/${pictureId}`, foreign.teacher)).statusCode).toBe(404);
  expect((await world.call(`GET /api/lessons/${world.school.lessonId}/question-pictures/${newId()}`, world.school.learner)).statusCode).toBe(404);
});

test('who was picked last stands in the picture of whoever enters later', async () => {
  const late = asStudent(await world.person(world.school.other));
  expect((await late.enters(world.school.lessonId)).picked).toBeNull();
  const picked = await teacher.driver.ask('pick:draw', {});
  expect((await late.enters(world.school.lessonId)).picked).toEqual(picked);
});
