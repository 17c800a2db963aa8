// Long without a touch: asked once, then the seat ends; who answers, or whose face was just seen, stays (R141).
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';

let world: ClassroomWorld;
beforeEach(async () => { world = await openClassroomWorld(); });
afterEach(() => world.close());

const minuteMs = 60_000;
const quiet = { visible: true, active: false, playing: true };
const touched = { ...quiet, active: true };
const seats = () => world.rows<{ left_reason: string | null }>(`select left_reason from connection where role = 'student' order by connected_at`);
/** Time passes as the ticker sees it, and nobody touches anything. */
async function pass(ms: number): Promise<void> {
  world.clock.pass(ms);
  await world.classrooms.flush();
  await world.rows(`update connection set last_seen_at = ? where left_at is null returning id`, [world.clock.now()]);
  await world.classrooms.tick();
}
async function lesson() {
  const teacher = await world.inside(world.school.teacher);
  await teacher.ask('lesson:start', {});
  const student = await world.inside(world.school.learner);
  await student.ask('presence:report', touched);
  await world.classrooms.tick();
  return { teacher, student };
}

test('asked once after a quarter of an hour; a touch is the answer, and the clock begins anew', async () => {
  const { student } = await lesson();
  await pass(14 * minuteMs);
  expect(student.heard('presence:asked')).toEqual([]);
  await pass(2 * minuteMs);
  const { deadlineMs } = await student.next('presence:asked');
  expect(deadlineMs - world.clock.now().getTime()).toBe(minuteMs);
  await pass(30_000);
  expect(student.heard('presence:asked')).toEqual([]);
  await student.ask('presence:report', touched);
  await pass(10 * minuteMs);
  expect([student.heard('seat:idle'), await seats()]).toEqual([[], [{ left_reason: null }]]);
});

test('nobody answers: the seat ends, the device is told, and coming back is a new seat', async () => {
  const { student, teacher } = await lesson();
  await pass(16 * minuteMs);
  await student.next('presence:asked');
  await student.ask('presence:report', quiet);
  await pass(61_000);
  await student.next('seat:idle');
  await teacher.next('participant:changed', (one) => one.personId === world.school.learner.personId && !one.present);
  expect(await seats()).toEqual([{ left_reason: 'idle' }]);
  expect(await student.refusal('presence:report', touched)).toBe('not_entered');
  await student.enter(world.school.lessonId);
  expect(await seats()).toEqual([{ left_reason: 'idle' }, { left_reason: null }]);
});

test('before the lesson nobody is asked, nor staff ever', async () => {
  const student = await world.inside(world.school.learner);
  const teacher = await world.inside(world.school.teacher);
  await pass(20 * minuteMs);
  expect(student.heard('presence:asked')).toEqual([]);
  await teacher.ask('lesson:start', {});
  await pass(14 * minuteMs);
  expect(student.heard('presence:asked')).toEqual([]);
  await pass(2 * minuteMs);
  await student.next('presence:asked');
  expect(teacher.heard('presence:asked')).toEqual([]);
});

test('what the operator set for trials goes before the pack, and asks nobody where the pack never asks', async () => {
  await world.close();
  world = await openClassroomWorld({ IDLE_ASK_SECONDS: 40, IDLE_ANSWER_SECONDS: 15 });
  const { student } = await lesson();
  await pass(39_000);
  expect(student.heard('presence:asked')).toEqual([]);
  await pass(2_000);
  const { deadlineMs } = await student.next('presence:asked');
  expect(deadlineMs - world.clock.now().getTime()).toBe(15_000);
  await world.rows(`update lesson_session set rule_pack = 'hainan@1' returning id`);
  await pass(16_000);
  expect([student.heard('seat:idle'), await seats()]).toEqual([[], [{ left_reason: null }]]);
  await world.rows(`update lesson_session set rule_pack = 'default@1' returning id`);
  await pass(1_000);
  await student.next('presence:asked');
  await pass(16_000);
  await student.next('seat:idle');
  expect(await seats()).toEqual([{ left_reason: 'idle' }]);
});
