// Quizzes over real sockets: opened, answered once, closed by leader or clock, and what is refused.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId } from '#domain/id.ts';
import { asStudent, asTeacher } from '#testing/role-drivers.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';
import { addLesson } from '../testing/school.ts';

let world: ClassroomWorld;
let teacher: ReturnType<typeof asTeacher>;
let student: ReturnType<typeof asStudent>;
beforeEach(async () => {
  world = await openClassroomWorld();
  teacher = asTeacher(await world.inside(world.school.teacher));
  student = asStudent(await world.inside(world.school.learner));
});
afterEach(() => world.close());
const draft = { kind: 'single', prompt: 'Which?', options: ['A', 'B'], right: [0], seconds: 60 } as const;

test('only a leader, only live, only sound questions, only one at a time', async () => {
  expect(await teacher.driver.refusal('quiz:open', draft)).toBe('lesson_not_live');
  await teacher.starts();
  expect(await student.driver.refusal('quiz:open', draft)).toBe('forbidden');
  const wrong = [{ right: [0, 1] }, { right: [2] }, { kind: 'multiple', right: [1, 1] }, { kind: 'trueFalse', options: ['A', 'B', 'C'] }];
  for (const part of wrong) expect(await teacher.driver.refusal('quiz:open', { ...draft, ...part }), JSON.stringify(part)).toBe('quiz_choice_invalid');
  for (const part of [{ right: [] }, { options: ['A'] }, { seconds: 4 }, { prompt: '' }, { hint: 'B' }]) {
    expect(await teacher.driver.refusal('quiz:open', { ...draft, ...part }), JSON.stringify(part)).toBe('bad_request');
  }
  expect(await world.rows('select 1 from question')).toEqual([]);
  await teacher.opensQuiz();
  expect(await teacher.driver.refusal('quiz:open', draft)).toBe('quiz_open_already');
  expect(await world.rows('select 1 from question')).toHaveLength(1);
});

test('answered once: a retry gets the same words, another answer does not, and nobody learns what is right while open', async () => {
  await teacher.starts();
  const opened = await teacher.opensQuiz({ right: [1] });
  const seen = await student.driver.next('quiz:opened');
  expect(seen).toEqual(opened);
  expect(JSON.stringify(seen)).not.toContain('right');
  const { quizId } = opened;
  expect(await student.driver.refusal('quiz:answer', { quizId, choices: [7] })).toBe('quiz_choice_invalid');
  expect(await student.driver.refusal('quiz:answer', { quizId, choices: [0, 1] })).toBe('quiz_choice_invalid');
  expect(await student.driver.refusal('quiz:answer', { quizId: newId(), choices: [0] })).toBe('not_found');
  expect(await teacher.driver.refusal('quiz:answer', { quizId, choices: [0] })).toBe('forbidden');
  const acknowledged = await student.answers(quizId, [1]);
  expect(Object.keys(acknowledged).sort()).toEqual(['answeredAt', 'quizId']);
  world.clock.pass(3_000);
  expect(await student.answers(quizId, [1])).toEqual(acknowledged);
  expect(await student.driver.refusal('quiz:answer', { quizId, choices: [0] })).toBe('answer_differs');
  await world.classrooms.tick();
  expect((await teacher.driver.next('quiz:counted', (count) => count.answeredCount === 1)).presentLearners).toBe(1);
  const result = await teacher.closesQuiz(quizId);
  expect(result).toMatchObject({ right: [1], counts: [0, 1, 0], answeredCount: 1, correctCount: 1 });
  expect(await teacher.closesQuiz(quizId)).toEqual(result);
  expect(await student.driver.next('quiz:closed')).toEqual(result);
  expect(await student.answers(quizId, [1])).toEqual(acknowledged);
  expect((await teacher.driver.ask('quiz:results', {})).results).toEqual([result]);
  expect(student.driver.heard('quiz:counted')).toEqual([]);
});

test('answers of one person at once are one answer', async () => {
  await teacher.starts();
  const { quizId } = await teacher.opensQuiz();
  const replies = await Promise.all(Array.from({ length: 6 }, () => student.answers(quizId, [2])));
  expect(new Set(replies.map((reply) => reply.answeredAt)).size).toBe(1);
  expect(await world.rows('select 1 from answer')).toHaveLength(1);
  expect(await world.rows(`select 1 from event where type = 'quiz:answered'`)).toHaveLength(1);
});

test('the clock closes it at the deadline and a little grace; then it is closed for answers', async () => {
  await teacher.starts();
  const { quizId } = await teacher.opensQuiz({ seconds: 10 });
  world.clock.pass(11_499);
  await world.classrooms.tick();
  expect(student.driver.heard('quiz:closed')).toEqual([]);
  await student.answers(quizId, [0]);
  const late = asStudent(await world.inside(world.school.other));
  world.clock.pass(2);
  expect(await late.driver.refusal('quiz:answer', { quizId, choices: [1] })).toBe('quiz_closed');
  await world.classrooms.tick();
  expect((await student.driver.next('quiz:closed')).counts).toEqual([1, 0, 0]);
  expect(await world.rows('select person_id from quiz_asked')).toEqual([{ person_id: world.school.learner.personId }]);
});

test('a late joiner gets the open question with the time left, and counts as asked', async () => {
  await teacher.starts();
  const { quizId, deadlineAt } = await teacher.opensQuiz({ seconds: 60 });
  world.clock.pass(20_000);
  const late = asStudent(await world.person(world.school.other));
  const snapshot = await late.enters(world.school.lessonId);
  expect(snapshot.quiz).toMatchObject({ quizId, deadlineAt, answered: null });
  await late.answers(quizId, [1]);
  expect((await late.enters(world.school.lessonId)).quiz?.answered).toEqual({ choices: [1] });
  expect(await world.rows('select 1 from quiz_asked')).toHaveLength(2);
});

test('a quiz of another lesson is refused as such and stays as it is', async () => {
  const { deps, school, clock } = world;
  await teacher.starts();
  const { quizId } = await teacher.opensQuiz();
  const { lessonId } = await addLesson(deps.orm, school, clock.now());
  const elsewhere = asTeacher(await world.person(school.assistant));
  await elsewhere.enters(lessonId);
  await elsewhere.starts();
  const guest = asStudent(await world.person(school.other));
  await guest.enters(lessonId);
  expect(await guest.driver.refusal('quiz:answer', { quizId, choices: [1] })).toBe('wrong_lesson');
  expect(await elsewhere.driver.refusal('quiz:close', { quizId })).toBe('wrong_lesson');
  expect(await elsewhere.driver.refusal('quiz:close', { quizId: newId() })).toBe('not_found');
  expect(await world.rows('select closed_at from quiz')).toEqual([{ closed_at: null }]);
  expect(await world.rows('select 1 from answer')).toEqual([]);
});

test('the same wording asked again: a new asking of the same question, its result beside the first', async () => {
  await teacher.starts();
  const first = await teacher.opensQuiz({ explanation: 'Because it is.' });
  expect(JSON.stringify(first)).not.toContain('Because');
  expect(await teacher.driver.refusal('quiz:again', { quizId: first.quizId, seconds: 60 })).toBe('quiz_open_already');
  await student.answers(first.quizId, [0]);
  await teacher.closesQuiz(first.quizId);
  expect((await student.driver.next('quiz:closed')).explanation).toBe('Because it is.');
  world.clock.pass(60_000);
  expect(await student.driver.refusal('quiz:again', { quizId: first.quizId, seconds: 60 })).toBe('forbidden');
  expect(await teacher.driver.refusal('quiz:again', { quizId: newId(), seconds: 60 })).toBe('not_found');
  expect(await teacher.driver.refusal('quiz:again', { quizId: first.quizId, seconds: 4 })).toBe('bad_request');
  const second = await teacher.driver.ask('quiz:again', { quizId: first.quizId, seconds: 30 });
  expect(second).toMatchObject({ prompt: first.prompt, options: first.options, answered: null });
  expect(await student.driver.next('quiz:opened', ({ quizId }) => quizId === second.quizId)).toEqual(second);
  expect(Date.parse(second.deadlineAt) - Date.parse(second.openedAt)).toBe(30_000);
  await student.answers(second.quizId, [1]);
  await teacher.closesQuiz(second.quizId);
  expect((await teacher.driver.ask('quiz:results', {})).results).toMatchObject([
    { quizId: first.quizId, firstQuizId: first.quizId, correctCount: 0, counts: [1, 0, 0] }, { quizId: second.quizId, firstQuizId: first.quizId, correctCount: 1, counts: [0, 1, 0] }]);
  expect(await world.rows('select 1 from question')).toHaveLength(1);
});

test('staff are told the distribution, once for many answers, and whoever of them comes later too', async () => {
  const other = asStudent(await world.inside(world.school.other));
  await teacher.starts();
  const { quizId } = await teacher.opensQuiz({ kind: 'multiple', right: [0, 1] });
  await Promise.all([student.answers(quizId, [0, 1]), other.answers(quizId, [1, 2])]);
  await world.classrooms.tick();
  const counted = { quizId, counts: [1, 2, 1], answeredCount: 2, correctCount: 1, presentLearners: 2 };
  expect(await teacher.driver.next('quiz:counted', ({ answeredCount }) => answeredCount === 2)).toEqual(counted);
  await world.classrooms.tick();
  expect(teacher.driver.heard('quiz:counted').filter(({ answeredCount }) => answeredCount === 2)).toEqual([]);
  const screen = await world.inside(world.school.assistant);
  await world.classrooms.tick();
  expect(await screen.next('quiz:counted')).toEqual(counted);
  expect([...student.driver.heard('quiz:counted'), ...other.driver.heard('quiz:counted')]).toEqual([]);
});

test('what holds up the rest of the clock holds up no question: it is counted and closed meanwhile', async () => {
  await teacher.starts();
  const holding = world.deps.orm.em.fork();
  await holding.begin();
  try {
    await holding.execute('lock table face_check in access exclusive mode');
    const { quizId } = await teacher.opensQuiz({ seconds: 10 });
    await student.answers(quizId, [1]);
    await teacher.driver.next('quiz:counted', ({ answeredCount }) => answeredCount === 1);
    world.clock.pass(11_501);
    expect(await student.driver.next('quiz:closed')).toMatchObject({ quizId, answeredCount: 1 });
  } finally {
    await holding.rollback();
  }
});
