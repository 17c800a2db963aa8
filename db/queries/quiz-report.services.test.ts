// Questions by learner as rows say it: only what is over, each with a mark, late ones marked, one's own alone where asked for.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '#domain/id.ts';
import { Answer, Question, Quiz, QuizAsked } from '../entities/classroom.ts';
import { openDatabase, type Orm } from '../orm.ts';
import { testDatabase } from '../testing/database.ts';
import { addLesson, addSchool, type School } from '../testing/school.ts';
import { lessonQuizzes } from './quiz-report.ts';

let close: () => Promise<void>;
let orm: Orm;
let school: School;
let lessonId: string;
const start = new Date('2026-03-02T01:00:00Z');
const at = (minutes: number): Date => new Date(start.getTime() + minutes * 60_000);
const [questionId, other] = [newId(), newId()];

/** `answers` by learner: true right, false wrong, null none, undefined not asked. */
async function addQuiz(sessionId: string, question: string, minutes: number, answers: (boolean | null | undefined)[], closed = true): Promise<string> {
  const em = orm.em.fork();
  const { institutionId } = school;
  const quizId = newId();
  await em.insert(Quiz, { id: quizId, institutionId, lessonId, sessionId, questionId: question, openedAt: at(minutes), deadlineAt: at(minutes + 1), closedAt: closed ? at(minutes + 1) : null });
  for (const [index, correct] of answers.entries()) {
    const personId = school.studentIds[index]!;
    if (correct !== undefined) await em.insert(QuizAsked, { quizId, personId, institutionId, askedAt: at(minutes) });
    if (typeof correct === 'boolean') await em.insert(Answer, { id: newId(), institutionId, quizId, personId, choices: [correct ? 0 : 1], correct, answeredAt: at(minutes), afterCut: index === 1 });
  }
  return quizId;
}

beforeAll(async () => {
  const database = await testDatabase();
  orm = await openDatabase(database.url);
  close = async () => { await orm.close(); await database.close(); };
  school = await addSchool(orm, 3, at(-60));
  const lesson = await addLesson(orm, school, { startsAt: start, plannedMinutes: 90, status: 'live', startedAt: start });
  lessonId = lesson.lessonId;
  const { institutionId, courseId, teacherId: createdBy } = school;
  for (const id of [questionId, other]) {
    await orm.em.fork().insert(Question, { id, institutionId, courseId, kind: 'single', prompt: 'p', options: ['A', 'B'], rightChoices: [0], explanation: id === other ? 'because' : null, createdBy, createdAt: at(0) });
  }
  await addQuiz(lesson.sessionId!, questionId, 1, [true, false, undefined]);
  await addQuiz(lesson.sessionId!, other, 3, [null, true, undefined]);
  await addQuiz(lesson.sessionId!, questionId, 5, [true, true, false]);
  await addQuiz(lesson.sessionId!, other, 60, [true, null, null], false);
});
afterAll(() => close());

it('lists what is over in the order of asking, askings of one wording linked to the first', async () => {
  const { questions } = await lessonQuizzes(orm.em.fork(), lessonId, at(30));
  const [first, second, third] = questions;
  expect(questions).toHaveLength(3);
  expect(first).toMatchObject({ firstQuizId: first!.quizId, counts: [1, 1], askedCount: 2, answeredCount: 2, correctCount: 1, explanation: null });
  expect(second).toMatchObject({ firstQuizId: second!.quizId, counts: [1, 0], askedCount: 2, answeredCount: 1, correctCount: 1, explanation: 'because' });
  expect(third).toMatchObject({ firstQuizId: first!.quizId, counts: [2, 1], askedCount: 3, answeredCount: 3, correctCount: 2 });
});

it('has a mark of every learner for every question, late ones marked', async () => {
  const { learners } = await lessonQuizzes(orm.em.fork(), lessonId, at(30));
  expect(learners.map(({ personId, answers }) => [personId, answers.map(({ mark, afterCut }) => mark + (afterCut ? '!' : ''))])).toEqual([
    [school.studentIds[0], ['right', 'none', 'right']], [school.studentIds[1], ['wrong!', 'right!', 'right!']], [school.studentIds[2], ['not_asked', 'not_asked', 'wrong']],
  ]);
});

it('gives one learner alone, of the questions those they were asked, and an open question only when nobody can answer it any more', async () => {
  const own = await lessonQuizzes(orm.em.fork(), lessonId, at(60), school.studentIds[2]!);
  expect([own.questions.length, own.learners.map(({ personId }) => personId)]).toEqual([2, [school.studentIds[2]]]);
  // The wording they were asked at last, both times; the other one they may still be asked in the replay.
  expect(own.questions.every(({ firstQuizId }) => firstQuizId === own.questions[0]!.quizId)).toBe(true);
  expect((await lessonQuizzes(orm.em.fork(), lessonId, at(62))).questions).toHaveLength(4);
  expect(await lessonQuizzes(orm.em.fork(), newId(), at(62))).toEqual({ questions: [], placed: [], learners: [] });
});
