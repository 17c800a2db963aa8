// Answers that were given in time and come late: taken of whom the server had lost, refused of everybody else (docs/decisions/047).
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { backAnswerMs, lateAnswerMs } from '#domain/quiz.ts';
import { asStudent, asTeacher } from '#testing/role-drivers.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';

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

const after = (at: string, ms: number): string => new Date(Date.parse(at) + ms).toISOString();

/** Opens a question of ten seconds, cuts the learner five seconds later, and lets the clock close it. */
async function cutThrough(): Promise<{ quizId: string; openedAt: string; deadlineAt: string }> {
  const quiz = await teacher.opensQuiz({ seconds: 10 });
  await student.driver.next('quiz:opened');
  world.clock.pass(5_000);
  student.driver.cut();
  await vi.waitFor(async () => expect(await world.rows(`select left_reason from connection where role = 'student' and left_at is not null`)).toEqual([{ left_reason: 'cut' }]));
  world.clock.pass(6_501);
  await world.classrooms.tick();
  expect((await teacher.driver.next('quiz:closed')).answeredCount).toBe(0);
  return quiz;
}
const returns = async () => asStudent(await world.inside(world.school.learner, { deviceId: student.driver.deviceId }));

test('kept through a cut, sent once after it: taken, marked, counted, and acknowledged alike when it is sent again', async () => {
  const { quizId, openedAt } = await cutThrough();
  world.clock.pass(20_000);
  const back = await returns();
  const answer = { quizId, choices: [1], chosenAt: after(openedAt, 6_000) };
  const acknowledged = await back.driver.ask('quiz:answer', answer);
  expect(await Promise.all([back.driver.ask('quiz:answer', answer), back.driver.ask('quiz:answer', answer)])).toEqual([acknowledged, acknowledged]);
  expect(await back.driver.refusal('quiz:answer', { ...answer, choices: [0] })).toBe('answer_differs');
  expect(await world.rows('select after_cut, correct from answer')).toEqual([{ after_cut: true, correct: true }]);
  expect(await world.rows(`select payload->'afterCut' as cut, payload->>'personId' as person from event where type = 'quiz:answered'`)).toEqual([{ cut: true, person: world.school.learner.personId }]);
  // The result on the teacher's screen is put right, though it was told without this answer.
  await world.classrooms.tick();
  expect(await teacher.driver.next('quiz:counted', ({ answeredCount }) => answeredCount === 1)).toMatchObject({ quizId, counts: [0, 1, 0], correctCount: 1 });
  expect((await teacher.driver.ask('quiz:results', {})).results).toMatchObject([{ quizId, counts: [0, 1, 0], answeredCount: 1, correctCount: 1 }]);
});

test('what the device says is not believed: nobody who was there is late, and who was cut says when it was chosen', async () => {
  const other = asStudent(await world.inside(world.school.other));
  const { quizId, openedAt, deadlineAt } = await cutThrough();
  const inTime = { quizId, choices: [1], chosenAt: after(openedAt, 2_000) };
  expect(await other.driver.refusal('quiz:answer', inTime)).toBe('quiz_closed');
  const back = await returns();
  expect(await back.driver.refusal('quiz:answer', { quizId, choices: [1] })).toBe('quiz_closed');
  expect(await back.driver.refusal('quiz:answer', { ...inTime, chosenAt: after(deadlineAt, 1_501) })).toBe('quiz_closed');
  expect(await back.driver.refusal('quiz:answer', { ...inTime, chosenAt: 'at noon' })).toBe('bad_request');
  expect(await world.rows('select 1 from answer')).toEqual([]);
  await back.driver.ask('quiz:answer', inTime);
});

const day = 86_400_000;
test('a device whose clock is a day off is taken in time by the server’s; a day ahead it is late after a cut, and no clock helps whoever was there', async () => {
  const other = asStudent(await world.inside(world.school.other));
  const open = await teacher.opensQuiz({ seconds: 60 });
  world.clock.pass(7_000);
  const answeredAt = after(open.openedAt, 7_000);
  expect(await student.driver.ask('quiz:answer', { quizId: open.quizId, choices: [1], chosenAt: after(open.openedAt, -day) })).toEqual({ quizId: open.quizId, answeredAt });
  expect(await other.driver.ask('quiz:answer', { quizId: open.quizId, choices: [1], chosenAt: after(open.openedAt, day) })).toEqual({ quizId: open.quizId, answeredAt });
  expect(await world.rows('select after_cut from answer')).toEqual([{ after_cut: false }, { after_cut: false }]);
  await teacher.closesQuiz(open.quizId);
  await student.driver.next('quiz:opened');
  await teacher.driver.next('quiz:closed');
  world.clock.pass(1_000);
  const { quizId } = await cutThrough();
  const back = await returns();
  for (const ms of [-day, day]) expect(await other.driver.refusal('quiz:answer', { quizId, choices: [1], chosenAt: after(open.openedAt, ms) })).toBe('quiz_closed');
  expect(await back.driver.refusal('quiz:answer', { quizId, choices: [1], chosenAt: after(open.openedAt, day) })).toBe('quiz_closed');
  expect(await world.rows('select 1 from answer where quiz_id = ?', [quizId])).toEqual([]);
});

test('who is back and thinks it over is too late', async () => {
  const { quizId, openedAt } = await cutThrough();
  const back = await returns();
  world.clock.pass(backAnswerMs + 1);
  expect(await back.driver.refusal('quiz:answer', { quizId, choices: [1], chosenAt: after(openedAt, 2_000) })).toBe('quiz_closed');
});

test('who is back after the limit is too late', async () => {
  const { quizId, openedAt } = await cutThrough();
  world.clock.pass(lateAnswerMs - 1_500);
  const back = await returns();
  expect(await back.driver.refusal('quiz:answer', { quizId, choices: [1], chosenAt: after(openedAt, 2_000) })).toBe('quiz_closed');
});

test('who was never asked has no answer: not in the grace, and not after a cut', async () => {
  const { quizId, openedAt } = await teacher.opensQuiz({ seconds: 10 });
  world.clock.pass(10_500);
  const late = asStudent(await world.inside(world.school.other));
  expect(await late.driver.refusal('quiz:answer', { quizId, choices: [1], chosenAt: after(openedAt, 2_000) })).toBe('quiz_not_asked');
  await student.answers(quizId, [1]);
  expect(await world.rows('select person_id from answer')).toEqual([{ person_id: world.school.learner.personId }]);
});

test('answers of the same moment: each has an acknowledgement or a refusal of its own', async () => {
  const other = asStudent(await world.inside(world.school.other));
  const { quizId } = await teacher.opensQuiz();
  const outcomes = await Promise.allSettled([student.answers(quizId, [1]), other.answers(quizId, [9]), student.answers(quizId, [0]), other.answers(quizId, [2])]);
  expect(outcomes.map((one) => (one.status === 'fulfilled' ? 'taken' : (one.reason as { code: string }).code))).toEqual(['taken', 'quiz_choice_invalid', 'answer_differs', 'taken']);
  expect(await world.rows('select choices from answer order by choices')).toEqual([{ choices: [1] }, { choices: [2] }]);
  expect(await world.rows(`select 1 from event where type = 'quiz:answered'`)).toHaveLength(2);
});

test('an answer counts as of when it reached the server, however long the database kept it waiting there', async () => {
  const { quizId, deadlineAt } = await teacher.opensQuiz({ seconds: 10 });
  world.clock.pass(11_000);
  const holding = world.deps.orm.em.fork();
  await holding.begin();
  await holding.execute('lock table connection in access exclusive mode');
  const answered = student.answers(quizId, [1]);
  // Packets of one line arrive in their order: this one needs no row.
  const arrived = await student.driver.refusal('no:such');
  world.clock.pass(5_000);
  // Another process closes it meanwhile.
  await world.rows('update quiz set closed_at = ? where id = ?', [world.clock.now(), quizId]);
  await holding.rollback();
  expect(arrived).toBe('bad_request');
  expect(Date.parse((await answered).answeredAt)).toBe(Date.parse(deadlineAt) + 1_000);
  expect(await world.rows('select after_cut, correct from answer')).toEqual([{ after_cut: false, correct: true }]);
});
