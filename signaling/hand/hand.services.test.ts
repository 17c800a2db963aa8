// Hands and the stage: order, idempotence, invitations, and refusals.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId } from '#domain/id.ts';
import { asStudent, asTeacher } from '#testing/role-drivers.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';

let world: ClassroomWorld;
let teacher: ReturnType<typeof asTeacher>;
let student: ReturnType<typeof asStudent>;
let other: ReturnType<typeof asStudent>;
beforeEach(async () => {
  world = await openClassroomWorld();
  teacher = asTeacher(await world.inside(world.school.teacher));
  student = asStudent(await world.inside(world.school.learner));
  other = asStudent(await world.inside(world.school.other));
  await teacher.starts();
});
afterEach(() => world.close());

test('hands stand in the order they came; raising twice keeps the place; either side lowers', async () => {
  const { school, clock } = world;
  const first = await student.raisesHand();
  expect(first.raisedAt).toBe(clock.now().toISOString());
  clock.pass(2_000);
  await other.raisesHand();
  clock.pass(2_000);
  expect(await student.raisesHand()).toEqual(first);
  const order = (hands: { personId: string }[]) => hands.map((hand) => hand.personId);
  const seen = await teacher.driver.next('hand:changed', ({ hands }) => hands.length === 2);
  expect(order(seen.hands)).toEqual([school.learner.personId, school.other.personId]);
  expect(await student.driver.refusal('hand:lower', { personId: school.other.personId })).toBe('forbidden');
  await teacher.driver.ask('hand:lower', { personId: school.learner.personId });
  expect(order((await other.driver.next('hand:changed', ({ hands }) => hands.length === 1 && hands[0]?.personId === school.other.personId)).hands)).toEqual([school.other.personId]);
  await other.lowersHand();
  await other.lowersHand();
  expect((await teacher.driver.next('hand:changed', ({ hands }) => hands.length === 0)).hands).toEqual([]);
  expect(await world.rows(`select 1 from event where type = 'hand:raised'`)).toHaveLength(2);
  expect(await world.rows(`select 1 from event where type = 'hand:lowered'`)).toHaveLength(2);
});

test('many raises at once are one hand', async () => {
  await Promise.all(Array.from({ length: 8 }, () => student.raisesHand()));
  expect(await world.rows('select 1 from hand')).toHaveLength(1);
});

test('on stage after a raised hand, an invitation and a yes; the invitation outlives a cut', async () => {
  const { school, clock } = world;
  const { personId } = school.learner;
  expect(await teacher.driver.refusal('stage:invite', { personId })).toBe('hand_not_raised');
  expect(await teacher.driver.refusal('stage:invite', { personId: newId() })).toBe('hand_not_raised');
  expect(await student.driver.refusal('stage:invite', { personId })).toBe('forbidden');
  expect(await student.driver.refusal('stage:answer', { accept: true })).toBe('not_invited');
  await student.raisesHand();
  await teacher.invites(personId);
  await teacher.invites(personId);
  expect((await student.driver.next('stage:invited')).by).toContain('teacher');
  student.driver.cut();
  await teacher.driver.next('participant:changed', (one) => one.personId === personId && !one.present);
  const back = asStudent(await world.person(school.learner));
  expect((await back.enters(school.lessonId)).me).toMatchObject({ stageInvited: true, onStage: false });
  await back.answersInvitation(true);
  await back.answersInvitation(true);
  expect(await back.driver.refusal('stage:answer', { accept: false })).toBe('not_invited');
  expect((await other.driver.next('stage:changed', ({ personIds }) => personIds.length === 1)).personIds).toEqual([personId]);
  expect((await other.driver.next('participant:changed', (one) => one.personId === personId)).onStage).toBe(true);
  expect(await world.rows('select 1 from hand where lowered_at is null')).toEqual([]);
  expect(await other.driver.refusal('stage:leave', { personId })).toBe('forbidden');
  await teacher.sendsDown(personId);
  expect((await other.driver.next('stage:changed', ({ personIds }) => personIds.length === 0)).personIds).toEqual([]);
  clock.pass(1);
  expect((await back.enters(school.lessonId)).me.onStage).toBe(false);
});

test('declining lowers the hand and is said to staff', async () => {
  const { personId } = world.school.learner;
  await student.raisesHand();
  await teacher.invites(personId);
  await student.answersInvitation(false);
  expect(await teacher.driver.next('stage:declined')).toEqual({ personId, name: 'School learner' });
  expect(await world.rows('select 1 from hand where lowered_at is null')).toEqual([]);
  expect(other.driver.heard('stage:declined')).toEqual([]);
});

test('whoever is cut keeps hand and stage for half a minute, whoever leaves does not', async () => {
  const { school, clock } = world;
  await student.raisesHand();
  await other.raisesHand();
  student.driver.cut();
  await teacher.driver.next('participant:changed', (one) => one.personId === school.learner.personId && !one.present);
  await other.leaves();
  expect((await teacher.driver.next('hand:changed', ({ hands }) => hands.length === 1 && hands[0]?.personId === school.learner.personId)).hands).toHaveLength(1);
  clock.pass(29_000);
  await world.classrooms.tick();
  expect(await world.rows('select 1 from hand where lowered_at is null')).toHaveLength(1);
  clock.pass(2_000);
  await world.classrooms.tick();
  expect((await teacher.driver.next('hand:changed', ({ hands }) => hands.length === 0)).hands).toEqual([]);
});
