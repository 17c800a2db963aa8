// Muting and locking as rows, events and words to those concerned; what the node does is in classroom.media.test.ts.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asStudent, asTeacher } from '#testing/role-drivers.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';

let world: ClassroomWorld;
let teacher: ReturnType<typeof asTeacher>;
let student: ReturnType<typeof asStudent>;
beforeEach(async () => {
  world = await openClassroomWorld();
  teacher = asTeacher(await world.inside(world.school.teacher));
  student = asStudent(await world.inside(world.school.learner));
});
afterEach(() => world.close());

async function goesOnStage(): Promise<void> {
  await student.raisesHand();
  await teacher.invites(world.school.learner.personId);
  await student.answersInvitation(true);
}

test('one or all on stage are muted and told; nobody else is', async () => {
  const { personId } = world.school.learner;
  const other = await world.inside(world.school.other);
  expect(await teacher.driver.refusal('microphone:mute', {})).toBe('lesson_not_live');
  await teacher.starts();
  expect(await teacher.driver.ask('microphone:mute', {})).toEqual({ personIds: [] });
  expect(await teacher.driver.refusal('microphone:mute', { personId })).toBe('not_on_stage');
  await goesOnStage();
  expect(await teacher.driver.ask('microphone:mute', { personId })).toEqual({ personIds: [personId] });
  await student.driver.next('microphone:muted');
  expect(await teacher.driver.ask('microphone:mute', {})).toEqual({ personIds: [personId] });
  await student.driver.next('microphone:muted');
  expect(other.heard('microphone:muted')).toEqual([]);
  expect(await teacher.driver.refusal('microphone:mute', { personId: world.school.teacher.personId })).toBe('not_on_stage');
  const events = await world.events('microphone:muted');
  expect(events.map(({ payload, actor_id: by }) => [payload.personIds, by])).toEqual([[[personId], world.school.teacher.personId], [[personId], world.school.teacher.personId]]);
});

test('locked until it is taken back; whoever comes later knows; learners and proctors may not', async () => {
  await teacher.starts();
  await goesOnStage();
  const proctor = await world.inside(world.school.proctor);
  for (const driver of [student.driver, proctor]) {
    expect(await driver.refusal('microphone:lock', { locked: true })).toBe('forbidden');
    expect(await driver.refusal('microphone:mute', {})).toBe('forbidden');
  }
  await teacher.driver.ask('microphone:lock', { locked: true });
  expect(await student.driver.next('microphone:lockChanged')).toEqual({ locked: true });
  await student.driver.next('microphone:muted');
  await teacher.driver.ask('microphone:lock', { locked: true });
  expect((await student.driver.enter(world.school.lessonId)).microphonesLocked).toBe(true);
  await teacher.driver.ask('microphone:lock', { locked: false });
  expect((await student.driver.next('microphone:lockChanged', ({ locked }) => !locked)).locked).toBe(false);
  expect((await student.driver.ask('lesson:snapshot', {})).microphonesLocked).toBe(false);
  expect(await world.events('microphone:locked')).toHaveLength(1);
  expect(await world.events('microphone:unlocked')).toHaveLength(1);
});
