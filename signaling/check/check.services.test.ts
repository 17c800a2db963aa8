// Face checks as the classroom asks them: sign-ins, drawn moments, a leader's wish, deadlines; drawn ones are sealed.
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId } from '#domain/id.ts';
import { asStudent, asTeacher } from '#testing/role-drivers.ts';
import { acknowledge, enrolFace, openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';

let world: ClassroomWorld;
let teacher: ReturnType<typeof asTeacher>;
let student: ReturnType<typeof asStudent>;
beforeEach(async () => {
  world = await openClassroomWorld({ FACE_CHECKS_PER_UNIT: 1, FACE_CHECK_WINDOW_SECONDS: 30 });
  await enrolFace(world.deps, world.school.learner.personId);
  teacher = asTeacher(await world.inside(world.school.teacher));
  student = asStudent(await world.inside(world.school.learner));
});
afterEach(() => world.close());

/** What is asked of a learner who just came: it stands in the snapshot, or is told a moment later. */
async function askedOnArrival() {
  const { check } = await student.enters(world.school.lessonId);
  await world.classrooms.tick();
  return check ?? student.driver.next('check:asked');
}

test('a sign-in is asked once per unit, settled as missed after its deadline, told to learner and staff', async () => {
  const { school, clock, classrooms } = world;
  await teacher.starts();
  await classrooms.tick();
  const asked = await student.driver.next('check:asked');
  expect(asked).toMatchObject({ kind: 'sign_in', deadlineAt: new Date(clock.now().getTime() + 30_000).toISOString() });
  await classrooms.tick();
  expect(student.driver.heard('check:asked')).toEqual([]);
  expect((await student.enters(school.lessonId)).check).toEqual(asked);
  expect((await teacher.driver.ask('check:list', {})).checks).toMatchObject([{ checkId: asked.checkId, status: 'asked', verdict: null, hasPicture: false }]);
  expect(await student.driver.refusal('check:list', {})).toBe('forbidden');
  clock.pass(32_001);
  await classrooms.tick();
  expect(await student.driver.next('check:settled')).toMatchObject({ checkId: asked.checkId, verdict: 'missed', status: 'settled' });
  expect((await teacher.driver.next('check:settled')).personId).toBe(school.learner.personId);
  expect((await teacher.driver.next('participant:changed', (one) => one.verdict === 'missed')).personId).toBe(school.learner.personId);
  expect((await student.enters(school.lessonId)).check).toBeNull();
});

test('who comes late signs in on arrival; who has no face way never does', async () => {
  const { school, classrooms, deps } = world;
  await acknowledge(deps, school.other.personId, 'face', false);
  const other = asStudent(await world.inside(school.other));
  await student.leaves();
  await teacher.starts();
  await classrooms.tick();
  expect(await world.rows(`select 1 from face_check where kind = 'sign_in'`)).toEqual([]);
  expect((await askedOnArrival()).kind).toBe('sign_in');
  expect(other.driver.heard('check:asked')).toEqual([]);
  expect(await world.rows(`select distinct person_id from face_check`)).toEqual([{ person_id: school.learner.personId }]);
});

test('a drawn moment waits for a learner who is away, and is void when the lesson ends first', async () => {
  const { school, clock, classrooms } = world;
  await teacher.starts();
  await classrooms.tick();
  await student.driver.next('check:asked');
  const [first] = await world.rows<{ id: string; due_at: string }>(`select id, due_at from face_check where status = 'drawn' and person_id = ? order by due_at limit 1`, [school.learner.personId]);
  await student.leaves();
  clock.set(new Date(first!.due_at));
  clock.pass(60_000);
  await classrooms.tick();
  expect(await world.rows(`select status from face_check where id = ?`, [first!.id])).toEqual([{ status: 'drawn' }]);
  expect(await askedOnArrival()).toMatchObject({ checkId: first!.id, kind: 'spot' });
  await teacher.ends();
  expect(await world.rows(`select count(*)::int as void from face_check where status = 'void' and person_id = ?`, [school.learner.personId])).toEqual([{ void: 2 }]);
});

test('the draw is sealed before and opened after', async () => {
  await teacher.starts();
  const [sealed] = await world.rows<{ payload: { seedHash: string; drawn: number } }>(`select payload from event where type = 'check:drawn'`);
  expect(await world.rows(`select 1 from event where type = 'check:revealed'`)).toEqual([]);
  await teacher.ends();
  const [revealed] = await world.rows<{ payload: { seed: string } }>(`select payload from event where type = 'check:revealed'`);
  expect(createHash('sha256').update(Buffer.from(revealed!.payload.seed, 'hex')).digest('hex')).toBe(sealed!.payload.seedHash);
});

test('a leader asks one or all who can be asked, once at a time', async () => {
  const { school } = world;
  expect(await teacher.driver.refusal('check:ask', {})).toBe('lesson_not_live');
  await teacher.starts();
  await world.inside(school.other);
  expect(await teacher.driver.refusal('check:ask', { personId: newId() })).toBe('not_found');
  expect(await teacher.driver.refusal('check:ask', { personId: school.other.personId })).toBe('face_not_enrolled');
  expect(await student.driver.refusal('check:ask', {})).toBe('forbidden');
  await world.classrooms.tick();
  await student.driver.next('check:asked', (check) => check.kind === 'sign_in');
  expect(await teacher.asksForFaces()).toEqual({ asked: 0 });
  world.clock.pass(33_000);
  await world.classrooms.tick();
  expect(await teacher.asksForFaces(school.learner.personId)).toEqual({ asked: 1 });
  expect((await student.driver.next('check:asked', (check) => check.kind === 'spot')).nonce.length).toBeGreaterThanOrEqual(32);
});
