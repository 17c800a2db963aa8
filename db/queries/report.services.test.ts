// The report against a small lesson worked out by hand: reconnects, an overlap, an interruption, somebody who never came (R24-R27).
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#domain/id.ts';
import type { Verdict } from '#domain/check.ts';
import type { LeftReason } from '#domain/presence/facts.ts';
import { FaceCheck } from '../entities/check.ts';
import { Answer, Question, Quiz, QuizAsked } from '../entities/classroom.ts';
import { Connection, Interruption, Observation } from '../entities/lesson.ts';
import { Account, Enrolment, Person } from '../entities/people.ts';
import { testDatabase, type TestDatabase } from '../testing/database.ts';
import { addFaceConsent, addLesson, addSchool, type School, type SchoolLesson } from '../testing/school.ts';
import { lessonReport } from './report.ts';

const startMs = Date.parse('2026-03-02T01:00:00Z');
/** Minutes from the lesson's start. */
const at = (minutes: number): Date => new Date(startMs + minutes * 60_000);
const later = at(200);

// Two units of 45 minutes, 0-90; interrupted 30-40: held 80 minutes.
// Each learner: connections [from, to, how it ended], last seen where it ended.
const connections: [number, number, LeftReason][][] = [
  [[-2, 90, 'lesson_ended']],                                  // all of it:                         80   of 80 = 100 %
  [[0, 20, 'cut'], [25, 60, 'cut'], [58, 90, 'lesson_ended']], // 0-20, 25-30, 40-90:     20+5+50 =  75   of 80 = 93.75 %, cut to 93.7
  [[5, 60, 'left']],                                           // 5-30, 40-60:               25+20 =  45   of 80 = 56.25 %, low
  [[0, 35, 'cut'], [38, 74, 'left']],                          // 0-30, 40-74:               30+34 =  64   of 80 = 80 % exactly, not low
  [],                                                          // never came:                         0   of 80 = 0 %, low
];
// Choices by quiz: 'right', 'wrong', null = asked and not answered, undefined = not asked.
const answers: ('right' | 'wrong' | null | undefined)[][] = [['right', 'right'], ['right', 'wrong'], [null, undefined], ['right', null], [undefined, undefined]];
const verdicts: (Verdict | 'waiting' | 'void')[][] = [['matched', 'matched'], ['matched', 'missed'], ['mismatched', 'review'], ['void', 'waiting'], []];
const expected = [
  // credited, attendance, low,  asked, answered, correct, accuracy, low,   checks asked/matched/failed/missed/pending
  [80, 1, false, 2, 2, 2, 1, false, [2, 2, 0, 0, 0]],
  [75, 0.937, false, 2, 2, 1, 0.5, true, [2, 1, 0, 1, 0]],
  [45, 0.562, true, 1, 0, 0, 0, true, [2, 0, 1, 0, 1]],
  [64, 0.8, false, 2, 1, 1, 0.5, true, [1, 0, 0, 0, 1]],
  [0, 0, true, 0, 0, 0, null, false, [0, 0, 0, 0, 0]],
];

let db: TestDatabase;
let school: School;
let lesson: SchoolLesson;
beforeAll(async () => {
  db = await testDatabase();
  school = await addSchool(db.orm, 5, at(-60));
  lesson = await addLesson(db.orm, school, { startsAt: at(0), plannedMinutes: 90, status: 'ended', startedAt: at(0), endedAt: at(90) });
  await addPresence();
  await addQuizzes();
  await addChecks();
});
afterAll(() => db?.close());

async function addPresence(): Promise<void> {
  const { institutionId, lessonId, sessionId } = lesson;
  const em = db.orm.em.fork();
  await em.insert(Interruption, { id: newId(), institutionId, sessionId: sessionId!, startedAt: at(30), endedAt: at(40), reason: 'lead_gone' });
  for (const [index, spans] of connections.entries()) {
    for (const [from, to, leftReason] of spans) {
      const connectionId = newId();
      await em.insert(Connection, {
        id: connectionId, institutionId, lessonId, sessionId: sessionId!, personId: school.studentIds[index]!, role: 'student', deviceId: `d${from}`,
        connectedAt: at(from), lastSeenAt: at(to), leftAt: at(to), leftReason, visible: true,
      });
      // Somebody touches the device now and then.
      await em.insertMany(Observation, Array.from({ length: Math.ceil((to - from) / 10) }, (_, count) => (
        { id: newId(), institutionId, lessonId, connectionId, personId: school.studentIds[index]!, type: 'active' as const, at: at(from + count * 10), value: null })));
    }
  }
}

async function addQuizzes(): Promise<void> {
  const { institutionId, lessonId, sessionId } = lesson;
  const em = db.orm.em.fork();
  const questionId = newId();
  await em.insert(Question, { id: questionId, institutionId, courseId: school.courseId, kind: 'single', prompt: '?', options: ['a', 'b'], rightChoices: [0], createdBy: school.teacherId, createdAt: at(0) });
  for (const number of [0, 1]) {
    const quizId = newId();
    await em.insert(Quiz, { id: quizId, institutionId, lessonId, sessionId: sessionId!, questionId, openedAt: at(10 + number), deadlineAt: at(11 + number), closedAt: at(11 + number) });
    for (const [index, given] of answers.entries()) {
      const answer = given[number];
      const personId = school.studentIds[index]!;
      if (answer !== undefined) await em.insert(QuizAsked, { quizId, personId, institutionId, askedAt: at(10) });
      if (answer) await em.insert(Answer, { id: newId(), institutionId, quizId, personId, choices: [answer === 'right' ? 0 : 1], correct: answer === 'right', answeredAt: at(10.5) });
    }
  }
}

async function addChecks(): Promise<void> {
  const { institutionId, lessonId, sessionId } = lesson;
  for (const [index, list] of verdicts.entries()) {
    for (const word of list) {
      const status = word === 'waiting' ? 'verifying' : word === 'void' ? 'void' : 'settled';
      await db.orm.em.fork().insert(FaceCheck, {
        id: newId(), institutionId, lessonId, sessionId: sessionId!, personId: school.studentIds[index]!, kind: 'spot', status, dueAt: at(20), windowMs: 60_000,
        askedAt: at(20), verdict: word === 'waiting' || word === 'void' ? null : word, refusals: 0,
      });
    }
  }
}
const report = (now = later, lessonId = lesson.lessonId) => lessonReport(db.orm.em.fork(), lessonId, now);

describe('lessonReport', () => {
  it('gives the figures worked out by hand', async () => {
    const { rows, ...head } = await report();
    expect(rows.map((row) => [
      row.creditedMinutes, row.attendance, row.attendanceLow, row.asked, row.answered, row.correct, row.accuracy, row.accuracyLow,
      [row.checks.asked, row.checks.matched, row.checks.failed, row.checks.missed, row.checks.pending],
    ])).toEqual(expected);
    expect(head.heldAgain).toEqual([{ ordinal: 1, heldMinutes: 35 }]);
    expect(head).toMatchObject({ heldMinutes: 80, interruptedMinutes: 10, leastHeldMinutes: 45, status: 'ended', note: null, threshold: 0.8, startedAt: at(0).toISOString(), endedAt: at(90).toISOString(), courseTitle: '安全生产' });
    expect(rows.map((row) => row.heldMinutes)).toEqual([80, 80, 80, 80, 80]);
    expect(rows.map((row) => [row.joinedAt, row.leftAt])).toEqual([[-2, 90], [0, 90], [5, 60], [0, 74], [null, null]]
      .map((pair) => pair.map((minutes) => (minutes === null ? null : at(minutes).toISOString()))));
  });

  it('says the same when asked again', async () => {
    expect(await report()).toEqual(await report());
    const [one, two] = [await report(later), await report(at(5000))];
    expect({ ...two, generatedAt: one.generatedAt }).toEqual(one);
  });

  it('does not tell of a question that may still be answered', async () => {
    const { institutionId, lessonId, sessionId } = lesson;
    const em = db.orm.em.fork();
    const questionId = (await em.findOneOrFail(Question, { courseId: school.courseId })).id;
    const [quizId, personId] = [newId(), school.studentIds[0]!];
    await em.insert(Quiz, { id: quizId, institutionId, lessonId, sessionId: sessionId!, questionId, openedAt: at(80), deadlineAt: at(81), closedAt: null });
    await em.insert(QuizAsked, { quizId, personId, institutionId, askedAt: at(80) });
    await em.insert(Answer, { id: newId(), institutionId, quizId, personId, choices: [0], correct: true, answeredAt: at(80) });
    expect((await report(at(81))).rows[0]).toMatchObject({ asked: 2, answered: 2, correct: 2 });
    expect((await report(at(82))).rows[0]).toMatchObject({ asked: 3, answered: 3, correct: 3 });
    for (const table of ['answer', 'quiz_asked']) await em.execute(`delete from ${table} where quiz_id = ?`, [quizId]);
    await em.nativeDelete(Quiz, { id: quizId });
  });

  it('lists who was enrolled at the time of the lesson, and nobody else', async () => {
    const em = db.orm.em.fork();
    for (const [name, from, to] of [['gone', -100, -50], ['late', 95, null], ['leaving', -100, 45]] as const) {
      const personId = newId();
      await em.insert(Person, { id: personId, name, createdAt: at(0) });
      await em.insert(Account, { id: newId(), personId, login: `zz-${name}`, passwordHash: '-', locale: 'zh', createdAt: at(0) });
      await em.insert(Enrolment, { id: newId(), institutionId: school.institutionId, cohortId: school.cohortId, personId, createdAt: at(from), endedAt: to === null ? null : at(to) });
    }
    expect((await report()).rows.map((row) => row.name)).toEqual(['student1', 'student2', 'student3', 'student4', 'student5', 'leaving']);
  });

  it('tells the way of each learner', async () => {
    await addFaceConsent(db.orm, school.studentIds[0]!, true, at(-10));
    await addFaceConsent(db.orm, school.studentIds[1]!, false, at(-10));
    expect((await report()).rows.slice(0, 3).map((row) => row.checkWay)).toEqual(['face', 'alternative', 'undecided']);
  });
});

describe('lessons without an end or a beginning', () => {
  it('counts a live lesson up to now and says that it is live', async () => {
    const other = await addSchool(db.orm, 1, at(-60));
    const live = await addLesson(db.orm, other, { startsAt: at(0), plannedMinutes: 45, status: 'live', startedAt: at(0) });
    await db.orm.em.fork().insert(Connection, {
      id: newId(), institutionId: live.institutionId, lessonId: live.lessonId, sessionId: live.sessionId!, personId: other.studentIds[0]!, role: 'student', deviceId: 'd',
      connectedAt: at(5), lastSeenAt: at(20), visible: true,
    });
    const told = await report(at(20.05), live.lessonId);
    expect(told).toMatchObject({ note: 'still_live', heldMinutes: 20, endedAt: null });
    expect(told.rows[0]).toMatchObject({ creditedMinutes: 15, leftAt: null, attendance: 0.75, attendanceLow: true });
  });

  it.each([['scheduled', 'never_started'], ['missed', 'never_started'], ['cancelled', 'cancelled']] as const)('a %s lesson has learners without figures and says %s', async (status, note) => {
    const other = await addSchool(db.orm, 2, at(-60));
    const { lessonId } = await addLesson(db.orm, other, { startsAt: at(0), plannedMinutes: 45, status });
    const told = await report(later, lessonId);
    expect(told).toMatchObject({ note, heldMinutes: 0, startedAt: null, endedAt: null });
    expect(told.rows).toHaveLength(2);
    for (const row of told.rows) expect(row).toMatchObject({ joinedAt: null, creditedMinutes: 0, attendance: null, attendanceLow: false, accuracy: null, accuracyLow: false });
  });

  it('refuses a lesson that is none', async () => {
    await expect(report(later, newId())).rejects.toMatchObject({ code: 'not_found' });
  });
});
