// What a learner is told of a check in class, and when: the picture came, a person decided; and what it means for their time (R20, R22).
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AskedCheck } from '#contracts/check.ts';
import { asStudent, asTeacher } from '#testing/role-drivers.ts';
import { enrolFace, openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';
import { picture } from '../testing/pictures.ts';

let world: ClassroomWorld;
let teacher: ReturnType<typeof asTeacher>;
let student: ReturnType<typeof asStudent>;
beforeEach(async () => {
  world = await openClassroomWorld({ FACE_CHECKS_PER_UNIT: 0, FACE_CHECK_WINDOW_SECONDS: 30 });
  await enrolFace(world.deps, world.school.learner.personId);
  teacher = asTeacher(await world.inside(world.school.teacher));
  student = asStudent(await world.inside(world.school.learner));
});
afterEach(() => world.close());

async function signIn(): Promise<AskedCheck> {
  await teacher.starts();
  await world.classrooms.tick();
  return student.driver.next('check:asked');
}
async function pass(ms: number): Promise<void> {
  // Seen first, then the time: the world's own clock may run a round in between.
  await world.rows('update connection set last_seen_at = ? where left_at is null returning id', [new Date(world.clock.now().getTime() + ms)]);
  world.clock.pass(ms);
  await world.classrooms.tick();
}
/** As the worker writes it, with its last attempt used up. */
const judged = (checkId: string, verdict: string) => world.rows(
  `update face_check set status = 'settled', verdict = ?, answered_at = ?, settled_at = ?, attempt = 2, first_check_id = id, retry_because = 'missed' where id = ? returning id`,
  [verdict, world.clock.now(), world.clock.now(), checkId]);
const decide = async (checkId: string, payload: object): Promise<number> => (await world.call(`POST /api/checks/${checkId}/decisions`, world.school.scheduler, { payload })).statusCode;

test('an uploaded picture is told at once to its learner and to staff, and the time of a sign-in with it; no clock has to run', async () => {
  const { checkId, nonce } = await signIn();
  await student.driver.next('presence:credit', ({ reason }) => reason === 'not_signed_in');
  const sent = await world.call(`POST /api/checks/${checkId}/snapshot?nonce=${nonce}`, world.school.learner, { payload: await picture(), headers: { 'content-type': 'image/jpeg' } });
  expect(sent.statusCode).toBe(200);
  const began = performance.now();
  for (const { driver } of [student, teacher]) expect(await driver.next('check:answered')).toMatchObject({ checkId, status: 'verifying', verdict: null });
  await student.driver.next('presence:credit', ({ reason }) => reason !== 'not_signed_in');
  expect(performance.now() - began).toBeLessThan(4_000);
});

test('what a person decides is told in class: the sign-in stands, time counts, and it is not asked again', async () => {
  const { checkId } = await signIn();
  await judged(checkId, 'mismatched');
  expect((await student.enters(world.school.lessonId)).signIn).toMatchObject({ verdict: 'mismatched' });
  expect(await decide(checkId, { outcome: 'overturned', reason: '我认识他', replaces: null })).toBe(200);
  expect(await student.driver.next('check:settled')).toMatchObject({ checkId, verdict: 'confirmed_by_person' });
  expect(await teacher.driver.next('participant:changed', (one) => one.verdict === 'confirmed_by_person')).toMatchObject({ personId: world.school.learner.personId });
  expect((await student.enters(world.school.lessonId)).signIn).toMatchObject({ verdict: 'confirmed_by_person' });
  expect(await student.driver.refusal('check:again', {})).toBe('check_settled');
  expect((await teacher.driver.ask('check:list', {})).checks).toMatchObject([{ checkId, verdict: 'confirmed_by_person' }]);
});

test('a missed one that a person let pass while it rested is not asked once more', async () => {
  const { checkId } = await signIn();
  await pass(32_001);
  expect((await student.driver.next('check:settled')).verdict).toBe('missed');
  expect(await decide(checkId, { outcome: 'overturned', reason: '当时断网', replaces: null })).toBe(200);
  await pass(31_000);
  await pass(31_000);
  expect(await world.rows('select id from face_check where asked_at is not null')).toEqual([{ id: checkId }]);
});
