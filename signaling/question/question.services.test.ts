// The bank over REST: every change a version that stays, search, pictures, sets; and who may (R26, R43).
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { BankCourses, BankPage, BankQuestion, BankQuestionDetail, QuestionSet, QuestionSets } from '#contracts/question.ts';
import { Lesson, LessonStaff } from '#db/entities/lesson.ts';
import { Cohort, Course, Membership } from '#db/entities/people.ts';
import { newId } from '#domain/id.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addPerson, addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
});
beforeEach(async () => { await world.deps.orm.em.fork().execute(`update bank_question set retired_at = now()`); });
afterAll(() => world.close());

const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
let asked = 0;
const draft = (change: object = {}) => ({
  kind: 'single', stem: `压力表的指针应当在哪个区域？${asked++}`, options: ['红', '黄', '绿'], right: [2], accepted: [], knowledgePoint: '消防', difficulty: 2, explanation: '绿区正常', pictureId: null, ...change,
});
const bank = (courseId = school.courseId): string => `/api/courses/${courseId}/questions`;
const add = (change: object = {}, person: Known = school.teacher) => world.call(`POST ${bank()}`, person, { payload: draft(change) });
const added = async (change: object = {}): Promise<BankQuestion> => {
  // Later than the one before, and so above it in the list.
  world.clock.pass(1);
  const response = await add(change);
  expect(response.statusCode, response.body).toBe(200);
  return response.json<BankQuestion>();
};
const list = async (query = '', person: Known = school.teacher): Promise<BankPage> => (await world.call(`GET ${bank()}${query}`, person)).json<BankPage>();
const edit = (question: BankQuestion, change: object, person = school.teacher) => {
  const { kind, stem, options, right, accepted, knowledgePoint, difficulty, explanation, pictureId, version } = question;
  return world.call(`PUT /api/questions/${question.questionId}`, person, { payload: { kind, stem, options, right, accepted, knowledgePoint, difficulty, explanation, pictureId, version, ...change } });
};

it('keeps a question of every kind as it was written, tidied', async () => {
  const fillIn = await added({ kind: 'fillIn', stem: ' 灭火剂的化学式 ', options: [], right: [], accepted: ['CO2', ' ｃｏ２', '二氧化碳'] });
  expect(fillIn).toMatchObject({ stem: '灭火剂的化学式', accepted: ['CO2', '二氧化碳'], version: 1, retired: false, by: 'School teacher', at: world.clock.now().toISOString(), courseId: school.courseId });
  await added({ kind: 'ordering', right: [2, 0, 1] });
  await added({ kind: 'trueFalse', options: ['正确', '错误'], right: [1] });
  await added({ kind: 'multiple', right: [2, 0] });
  expect((await list()).questions.map(({ kind, right }) => [kind, right])).toEqual([['multiple', [0, 2]], ['trueFalse', [1]], ['ordering', [0, 1, 2]], ['fillIn', []]]);
  const events = await world.events('question:added');
  expect(events).toHaveLength(4);
  expect(events[0]).toMatchObject({ stream: `institution:${school.institutionId}`, actor_id: school.teacher.personId, payload: { questionId: fillIn.questionId, versionId: fillIn.versionId } });
  expect(JSON.stringify(events)).not.toContain('化学式');
});

it.each([
  ['without a right answer', { right: [] }, 'question_right_missing'], ['with a right answer that is no option', { right: [3] }, 'question_invalid'], ['without a stem', { stem: ' ' }, 'question_invalid'],
  ['with an empty option', { options: ['红', '', '绿'] }, 'question_invalid'], ['to fill in without a spelling', { kind: 'fillIn', options: [], right: [], accepted: ['　'] }, 'question_right_missing'],
  ['of no kind', { kind: 'essay' }, 'bad_request'], ['harder than 5', { difficulty: 6 }, 'bad_request'], ['with a picture of nowhere', { pictureId: newId() }, 'not_found'],
])('refuses a question %s and keeps nothing', async (_what, change, code) => {
  const response = await add(change);
  expect([codeOf(response), (await list()).total]).toEqual([code, 0]);
});

it('makes a version of every change, and keeps what was asked before', async () => {
  const first = await added();
  world.clock.pass(60_000);
  const second = (await edit(first, { right: [1] }, school.scheduler)).json<BankQuestion>();
  expect(second).toMatchObject({ questionId: first.questionId, version: 2, right: [1], by: 'School scheduler', at: world.clock.now().toISOString() });
  expect(second.versionId).not.toBe(first.versionId);
  const { versions, question } = (await world.call(`GET /api/questions/${first.questionId}`, school.teacher)).json<BankQuestionDetail>();
  expect(versions.map(({ versionId, right }) => [versionId, right])).toEqual([[second.versionId, [1]], [first.versionId, [2]]]);
  expect(question).toEqual(second);
  // A retry of the same edit is none, whatever version it saw.
  expect((await edit(first, { right: [1] })).json<BankQuestion>().version).toBe(2);
  expect(codeOf(await edit(first, { right: [0] }))).toBe('question_changed');
  for (const sql of [`update question_version set stem = 'x' where id = ?`, 'delete from question_version where id = ?']) {
    await expect(world.deps.orm.em.fork().execute(sql, [first.versionId])).rejects.toThrow();
  }
  expect((await list()).questions.map(({ versionId }) => versionId)).toEqual([second.versionId]);
});

it('of two who change the same version only one is heard', async () => {
  const question = await added();
  const answers = await Promise.all([edit(question, { stem: '甲' }), edit(question, { stem: '乙' }, school.assistant)]);
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
});

it('asks nothing twice in one course', async () => {
  const question = await added({ stem: '同一道题' });
  expect(codeOf(await add({ stem: ' 同一道题' }))).toBe('question_double');
  const both = await Promise.all([add({ stem: '一起来' }), add({ stem: '一起来' })]);
  expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
  await added({ stem: '同一道题', options: ['红', '黄', '蓝'] });
  await world.call(`PUT /api/questions/${question.questionId}/retirement`, school.teacher, { payload: { retired: true } });
  await added({ stem: '同一道题' });
  expect(codeOf(await world.call(`PUT /api/questions/${question.questionId}/retirement`, school.teacher, { payload: { retired: false } }))).toBe('question_double');
});

it('takes a question out of use and back in', async () => {
  const question = await added();
  const retire = (retired: boolean) => world.call(`PUT /api/questions/${question.questionId}/retirement`, school.teacher, { payload: { retired } });
  expect((await retire(true)).json()).toMatchObject({ retired: true, version: 1 });
  await retire(true);
  expect([(await list()).total, (await list('?retired=yes')).questions.some(({ questionId }) => questionId === question.questionId)]).toEqual([0, true]);
  expect(codeOf(await edit(question, { stem: '换个说法' }))).toBe('question_retired');
  expect((await retire(false)).json()).toMatchObject({ retired: false });
  expect((await list()).total).toBe(1);
  expect((await world.events('question:retired')).filter(({ payload }) => payload.questionId === question.questionId)).toHaveLength(1);
});

it('finds by words, point and kind, fifty on a page', async () => {
  for (let index = 0; index < 53; index++) await added({ stem: `第${index}题 100%_纯`, knowledgePoint: index % 2 ? '电气' : '动火' });
  await added({ kind: 'fillIn', stem: '其他', options: [], right: [], accepted: ['x'], knowledgePoint: '' });
  const first = await list('?text=' + encodeURIComponent('0%_'));
  expect([first.total, first.questions.length, first.pageSize, first.page, first.courseTitle]).toEqual([53, 50, 50, 1, 'School course']);
  expect(first.points).toEqual([{ point: '动火', questions: 27 }, { point: '电气', questions: 26 }]);
  const second = await list(`?page=2&text=${encodeURIComponent('0%_')}`);
  expect([second.questions.length, second.questions.at(-1)?.stem]).toEqual([3, '第0题 100%_纯']);
  expect((await list(`?point=${encodeURIComponent('电气')}`)).total).toBe(26);
  expect((await list('?kind=fillIn')).total).toBe(1);
  expect((await list(`?text=${encodeURIComponent('%题%')}`)).total).toBe(0);
  for (const query of ['?page=0', '?page=x', '?kind=essay', '?retired=1']) expect((await world.call(`GET ${bank()}${query}`, school.teacher)).statusCode, query).toBe(400);
});

const picture = (format: 'png' | 'jpeg' | 'webp', side = 200) => sharp({ create: { width: side, height: side, channels: 3, background: '#a02020' } }).withExif({ IFD0: { Make: 'Phone' } })[format]().toBuffer();
const sendPicture = (payload: Buffer, type: string, person: Known = school.teacher) => world.call(`POST /api/courses/${school.courseId}/question-pictures`, person, { payload, headers: { 'content-type': type } });

it('keeps pictures by what they are, small and without what the camera wrote', async () => {
  for (const format of ['png', 'jpeg', 'webp'] as const) {
    const { pictureId } = (await sendPicture(await picture(format, 2000), `image/${format}`)).json<{ pictureId: string }>();
    const question = await added({ pictureId });
    expect(question.pictureId).toBe(pictureId);
    const shown = await world.call(`GET /api/question-pictures/${pictureId}`, school.assistant);
    const { width, exif, format: kept } = await sharp(shown.rawPayload).metadata();
    expect([shown.headers['content-type'], width, exif, kept]).toEqual([`image/${format}`, 1600, undefined, format]);
    for (const person of [foreign.teacher, foreign.scheduler]) expect(codeOf(await world.call(`GET /api/question-pictures/${pictureId}`, person))).toBe('not_found');
    const theirs = await world.call(`POST ${bank(foreign.courseId)}`, foreign.teacher, { payload: draft({ pictureId }) });
    expect(codeOf(theirs)).toBe('not_found');
  }
});

it('refuses what is no picture, and keeps nothing of it', async () => {
  const stored = await world.storedKeys();
  const refused: [Buffer, string, string][] = [
    [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'image/png', 'picture_invalid'], [(await picture('png')).subarray(0, 40), 'image/png', 'picture_invalid'],
    [await picture('png'), 'application/pdf', 'picture_invalid'], [await picture('png', 20), 'image/png', 'picture_invalid'], [Buffer.alloc(2 * 1024 * 1024 + 1), 'image/png', 'picture_too_large'],
  ];
  for (const [bytes, type, code] of refused) expect(codeOf(await sendPicture(bytes, type)), code).toBe(code);
  expect(codeOf(await sendPicture(await picture('png'), 'image/png', foreign.teacher))).toBe('not_found');
  expect(await world.storedKeys()).toEqual(stored);
});

it('puts questions into a set, in their order, and changes it', async () => {
  const [one, two, three] = [await added(), await added(), await added()];
  const path = `/api/courses/${school.courseId}/question-sets`;
  const made = (await world.call(`POST ${path}`, school.teacher, { payload: { name: ' 第一课 ', secondsEach: 45, questionIds: [three.questionId, one.questionId] } })).json<QuestionSet>();
  expect([made.name, made.secondsEach, made.by, made.questions.map(({ questionId }) => questionId)]).toEqual(['第一课', 45, 'School teacher', [three.questionId, one.questionId]]);
  await edit(one, { stem: '新的说法' });
  const changed = (await world.call(`PUT /api/question-sets/${made.setId}`, school.scheduler, { payload: { name: '第一课', secondsEach: 60, questionIds: [one.questionId, two.questionId] } })).json<QuestionSet>();
  expect(changed.questions.map(({ questionId, version }) => [questionId, version])).toEqual([[one.questionId, 2], [two.questionId, 1]]);
  // What went out of use stays where it stands, and comes into no set anew.
  await world.call(`PUT /api/questions/${one.questionId}/retirement`, school.teacher, { payload: { retired: true } });
  const keep = await world.call(`PUT /api/question-sets/${made.setId}`, school.teacher, { payload: { name: '第一课', secondsEach: 60, questionIds: [two.questionId, one.questionId] } });
  expect(keep.json<QuestionSet>().questions.map(({ retired }) => retired)).toEqual([false, true]);
  const refused: [object, string][] = [
    [{ name: 'x', secondsEach: 60, questionIds: [one.questionId] }, 'question_retired'], [{ name: 'x', secondsEach: 60, questionIds: [two.questionId, two.questionId] }, 'bad_request'],
    [{ name: ' ', secondsEach: 60, questionIds: [two.questionId] }, 'bad_request'], [{ name: 'x', secondsEach: 4, questionIds: [two.questionId] }, 'bad_request'], [{ name: 'x', secondsEach: 60, questionIds: [] }, 'bad_request'],
  ];
  for (const [payload, code] of refused) expect(codeOf(await world.call(`POST ${path}`, school.teacher, { payload })), code).toBe(code);
  const theirs = await world.call(`POST /api/courses/${foreign.courseId}/question-sets`, foreign.teacher, { payload: { name: 'x', secondsEach: 60, questionIds: [two.questionId] } });
  expect(codeOf(theirs)).toBe('not_found');
  const sets = async () => (await world.call(`GET ${path}`, school.teacher)).json<QuestionSets>().sets.map(({ setId }) => setId);
  expect(await sets()).toEqual([made.setId]);
  expect(codeOf(await world.call(`DELETE /api/question-sets/${made.setId}`, foreign.scheduler))).toBe('not_found');
  expect((await world.call(`DELETE /api/question-sets/${made.setId}`, school.teacher)).statusCode).toBe(200);
  expect([await sets(), (await list()).total]).toEqual([[], 2]);
});

it('is for the office and for those who teach or assist in the course', async () => {
  const question = await added();
  const em = world.deps.orm.em.fork();
  const colleague = await addPerson(world.deps.orm, world.clock.now(), 'Colleague', school.institutionId, 'teacher');
  const former = await addPerson(world.deps.orm, world.clock.now(), 'Former', null, null);
  await em.insert(Membership, { id: newId(), personId: former.personId, institutionId: foreign.institutionId, role: 'teacher', createdAt: world.clock.now() });
  await em.insert(LessonStaff, { id: newId(), institutionId: school.institutionId, lessonId: school.lessonId, personId: former.personId, role: 'teacher' });
  for (const person of [school.teacher, school.assistant, school.scheduler]) {
    expect((await world.call(`GET ${bank()}`, person)).statusCode).toBe(200);
    expect((await world.call('GET /api/question-banks', person)).json<BankCourses>().courses).toEqual([{ courseId: school.courseId, title: 'School course', institutionName: 'School', questions: 1, sets: 0 }]);
  }
  for (const person of [colleague, former, school.proctor, foreign.teacher, foreign.scheduler]) {
    for (const path of [`GET ${bank()}`, `GET /api/questions/${question.questionId}`, `GET /api/courses/${school.courseId}/question-sets`]) expect(codeOf(await world.call(path, person)), path).toBe('not_found');
    expect(codeOf(await add({}, person))).toBe('not_found');
    expect(codeOf(await edit(question, { stem: '改' }, person))).toBe('not_found');
    expect((await world.call('GET /api/question-banks', person)).body).not.toContain(school.courseId);
  }
  for (const person of [school.learner, school.regulator]) {
    for (const path of [`GET ${bank()}`, 'GET /api/question-banks', `GET /api/questions/${question.questionId}`]) expect(codeOf(await world.call(path, person)), path).toBe('forbidden');
    expect(codeOf(await add({}, person))).toBe('forbidden');
  }
});

it('keeps the banks of two courses apart', async () => {
  const em = world.deps.orm.em.fork();
  const courseId = newId();
  const cohortId = newId();
  const lessonId = newId();
  const { institutionId } = school;
  await em.insert(Course, { id: courseId, institutionId, title: 'Another', createdAt: world.clock.now() });
  await em.insert(Cohort, { id: cohortId, institutionId, courseId, title: 'c', createdAt: world.clock.now() });
  await em.insert(Lesson, { id: lessonId, institutionId, cohortId, title: 'l', startsAt: world.clock.now(), plannedMinutes: 45, recorded: false, status: 'scheduled', cancelReason: null, createdAt: world.clock.now() });
  await em.insert(LessonStaff, { id: newId(), institutionId, lessonId, personId: school.teacher.personId, role: 'assistant' });
  const question = await added({ stem: '两门课都有' });
  expect((await world.call(`POST ${bank(courseId)}`, school.teacher, { payload: draft({ stem: '两门课都有' }) })).statusCode).toBe(200);
  expect((await world.call(`GET ${bank(courseId)}`, school.teacher)).json<BankPage>().total).toBe(1);
  const mixed = await world.call(`POST /api/courses/${courseId}/question-sets`, school.teacher, { payload: { name: 'x', secondsEach: 60, questionIds: [question.questionId] } });
  expect(codeOf(mixed)).toBe('not_found');
});
