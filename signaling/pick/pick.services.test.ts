// Picking over real sockets: only a leader, only live, only among who is here, told to all, a row and an event each.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asStudent, asTeacher } from '#testing/role-drivers.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';

let world: ClassroomWorld;
let teacher: ReturnType<typeof asTeacher>;
beforeEach(async () => {
  world = await openClassroomWorld();
  teacher = asTeacher(await world.inside(world.school.teacher));
});
afterEach(() => world.close());
function draw() {
  world.clock.pass(1_000);
  return teacher.driver.ask('pick:draw', {});
}

test('refused: before the lesson is live, for learners, with nobody here', async () => {
  const student = asStudent(await world.inside(world.school.learner));
  expect(await teacher.driver.refusal('pick:draw', {})).toBe('lesson_not_live');
  await teacher.starts();
  expect(await student.driver.refusal('pick:draw', {})).toBe('forbidden');
  expect(await student.driver.refusal('pick:list', {})).toBe('forbidden');
  expect(await teacher.driver.refusal('pick:draw', { personId: world.school.learner.personId })).toBe('bad_request');
  await student.leaves();
  expect(await teacher.driver.refusal('pick:draw', {})).toBe('nobody_present');
  expect(await world.rows('select 1 from picked_learner')).toEqual([]);
});

test('the class sees the name, the draw is a row and an event, and staff see who was picked how often', async () => {
  const assistant = await world.inside(world.school.assistant);
  const student = asStudent(await world.inside(world.school.learner));
  await teacher.starts();
  const picked = await draw();
  expect(picked).toMatchObject({ personId: world.school.learner.personId, name: 'School learner' });
  for (const driver of [teacher.driver, student.driver, assistant]) expect(await driver.next('pick:drawn')).toEqual(picked);
  expect(await world.rows('select person_id, picked_by, candidates, present from picked_learner')).toEqual([
    { person_id: world.school.learner.personId, picked_by: world.school.teacher.personId, candidates: 1, present: 1 }]);
  expect(await world.rows(`select payload->>'pickId' as pick, payload->>'personId' as person from event where type = 'pick:drawn'`)).toEqual([{ pick: picked.pickId, person: picked.personId }]);
  expect(await assistant.ask('pick:list', {})).toEqual({ picks: [picked], counts: [{ personId: picked.personId, picked: 1 }] });
  const proctor = await world.inside(world.school.proctor);
  expect(await proctor.refusal('pick:draw', {})).toBe('forbidden');
  expect((await proctor.ask('pick:list', {})).picks).toEqual([picked]);
  await expect(world.rows('update picked_learner set candidates = 9')).rejects.toThrow();
});

test('fair over the lesson: two take turns, and who has left is not picked', async () => {
  const { learner, other } = world.school;
  await world.inside(learner);
  const second = asStudent(await world.inside(other));
  await teacher.starts();
  const picks = [await draw(), await draw(), await draw(), await draw()].map(({ personId }) => personId);
  expect(picks.filter((personId) => personId === learner.personId)).toHaveLength(2);
  expect(picks.filter((personId, at) => personId === picks[at - 1])).toEqual([]);
  await second.leaves();
  expect([await draw(), await draw()].map(({ personId }) => personId)).toEqual([learner.personId, learner.personId]);
});

test('two leaders who draw at once draw two different learners', async () => {
  await world.inside(world.school.learner);
  await world.inside(world.school.other);
  await teacher.starts();
  const both = await Promise.all([draw(), draw()]);
  expect(new Set(both.map(({ personId }) => personId)).size).toBe(2);
});
