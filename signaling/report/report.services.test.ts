// Who sees which rows of a report, on screen and as a workbook.
import ExcelJS from 'exceljs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LessonQuizzes, LessonReport } from '#contracts/report.ts';
import { Answer, Question, Quiz, QuizAsked } from '#db/entities/classroom.ts';
import { newId } from '#domain/id.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addSchool, addSession, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;

beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
});
afterAll(() => world.close());

const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const report = (person: Known) => world.call(`GET /api/lessons/${school.lessonId}/report`, person);
const workbook = (person: Known, query = '') => world.call(`GET /api/lessons/${school.lessonId}/report.xlsx${query}`, person);

it('shows every row to staff and overseers, and says that the lesson never started', async () => {
  for (const person of [school.teacher, school.assistant, school.proctor, school.scheduler, school.regulator]) {
    const seen = (await report(person)).json<LessonReport>();
    expect(seen.note).toBe('never_started');
    expect(seen.rows.map(({ personId }) => personId).sort()).toEqual([school.learner.personId, school.other.personId].sort());
  }
});

it('shows a learner the own row and no other', async () => {
  for (const person of [school.learner, school.other]) expect((await report(person)).json<LessonReport>().rows.map(({ personId }) => personId)).toEqual([person.personId]);
});

it('gives the workbook to staff and overseers, in the language asked for', async () => {
  for (const [query, word] of [['', '姓名'], ['?locale=zh', '姓名'], ['?locale=en', 'Name']] as const) {
    const response = await workbook(school.teacher, query);
    expect([response.statusCode, response.headers['content-type'], response.headers['cache-control']]).toEqual([200, 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'no-store']);
    expect(String(response.headers['content-disposition'])).toMatch(/^attachment; filename="First_lesson-2026-03-02\.xlsx"/);
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(response.rawPayload.buffer.slice(response.rawPayload.byteOffset, response.rawPayload.byteOffset + response.rawPayload.length) as ArrayBuffer);
    const texts: string[] = [];
    book.eachSheet((sheet) => sheet.eachRow((row) => row.eachCell((cell) => texts.push(cell.text))));
    expect(texts).toContain(word);
    expect(texts).toContain('School learner');
  }
  expect((await workbook(school.regulator)).statusCode).toBe(200);
});

it('refuses learners the workbook, strangers everything, and other languages', async () => {
  expect(codeOf(await workbook(school.learner))).toBe('forbidden');
  for (const person of [foreign.teacher, foreign.learner, foreign.scheduler]) {
    expect(codeOf(await report(person))).toBe('not_found');
    expect(codeOf(await workbook(person))).toBe('not_found');
  }
  expect(codeOf(await workbook(school.teacher, '?locale=fr'))).toBe('bad_request');
});

it('gives questions by learner to staff, a learner the own answers alone, strangers nothing', async () => {
  const { deps } = world;
  const { institutionId, courseId, lessonId, learner, other, teacher } = school;
  const at = world.clock.now();
  const [sessionId, questionId, quizId] = [await addSession(deps.orm, school, at), newId(), newId()];
  const em = deps.orm.em.fork();
  await em.insert(Question, { id: questionId, institutionId, courseId, kind: 'single', prompt: 'p', options: ['A', 'B'], rightChoices: [0], createdBy: teacher.personId, createdAt: at });
  await em.insert(Quiz, { id: quizId, institutionId, lessonId, sessionId, questionId, openedAt: at, deadlineAt: at, closedAt: at });
  for (const { personId } of [learner, other]) await em.insert(QuizAsked, { quizId, personId, institutionId, askedAt: at });
  await em.insert(Answer, { id: newId(), institutionId, quizId, personId: learner.personId, choices: [0], correct: true, answeredAt: at });
  const quizzes = (person: Known) => world.call(`GET /api/lessons/${lessonId}/quizzes`, person);
  for (const person of [teacher, school.assistant, school.scheduler, school.regulator]) {
    const seen = (await quizzes(person)).json<LessonQuizzes>();
    expect(seen.questions).toMatchObject([{ quizId, right: [0], askedCount: 2, answeredCount: 1 }]);
    expect(new Map(seen.learners.map(({ personId, answers }) => [personId, answers]))).toEqual(new Map([
      [learner.personId, [{ mark: 'right', afterCut: false, replay: null }]], [other.personId, [{ mark: 'none', afterCut: false, replay: null }]]]));
  }
  for (const person of [learner, other]) expect((await quizzes(person)).json<LessonQuizzes>().learners.map(({ personId }) => personId)).toEqual([person.personId]);
  for (const person of [foreign.teacher, foreign.learner]) expect(codeOf(await quizzes(person))).toBe('not_found');
});
