// A second attempt: once, with a new nonce and a new deadline, by whichever process is first; and a sign-in asked again at the learner's wish, so often and no more (R20, R61).
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Verdict } from '#domain/check.ts';
import { asStudent, asTeacher } from '#testing/role-drivers.ts';
import { createSignaling } from '../app.ts';
import { enrolFace, openClassrooms, openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';

let world: ClassroomWorld;
let teacher: ReturnType<typeof asTeacher>;
let student: ReturnType<typeof asStudent>;
beforeEach(async () => {
  world = await openClassroomWorld({ FACE_CHECKS_PER_UNIT: 1, FACE_CHECK_WINDOW_SECONDS: 30 });
  await enrolFace(world.deps, world.school.learner.personId);
  teacher = asTeacher(await world.inside(world.school.teacher));
  student = asStudent(await world.inside(world.school.learner));
  await teacher.starts();
  await world.classrooms.tick();
});
afterEach(() => world.close());

interface Row { id: string; attempt: number; first_check_id: string | null; retry_because: string | null; status: string; verdict: string | null; kind: string }
const rows = (kind = 'sign_in') => world.rows<Row>(
  'select id, attempt, first_check_id, retry_because, status, verdict, kind from face_check where kind = ? and person_id = ? and asked_at is not null order by asked_at, attempt', [kind, world.school.learner.personId]);
const asked = () => student.driver.next('check:asked');
/** As the worker writes it. */
async function judged(checkId: string, verdict: Verdict): Promise<void> {
  const at = world.clock.now();
  await world.rows(`update face_check set status = 'settled', verdict = ?, answered_at = ?, settled_at = ? where id = ? returning id`, [verdict, at, at, checkId]);
}
async function pass(ms: number): Promise<void> {
  // Seen first, then the time: the world's own clock may run a round in between.
  await world.rows('update connection set last_seen_at = ? where left_at is null returning id', [new Date(world.clock.now().getTime() + ms)]);
  world.clock.pass(ms);
  await world.classrooms.tick();
}

test.each(['poor_quality', 'no_face', 'several_faces', 'mismatched'] as const)('%s is asked once more at once, and no third time', async (verdict) => {
  const first = await asked();
  await judged(first.checkId, verdict);
  await pass(1000);
  const second = await asked();
  expect(second).toMatchObject({ kind: 'sign_in', attempt: 2, because: verdict, deadlineAt: new Date(world.clock.now().getTime() + 30_000).toISOString() });
  expect(second.checkId).not.toBe(first.checkId);
  expect(second.nonce).not.toBe(first.nonce);
  await judged(second.checkId, verdict);
  await pass(90_000);
  await pass(90_000);
  expect(await rows()).toMatchObject([
    { id: first.checkId, attempt: 1, first_check_id: null, retry_because: null, verdict }, { id: second.checkId, attempt: 2, first_check_id: first.checkId, retry_because: verdict, verdict },
  ]);
  const events = await world.rows<{ payload: object }>(`select payload from event where type = 'check:asked' and payload->>'kind' = 'sign_in' order by at`);
  expect(events.map(({ payload }) => payload)).toMatchObject([{ checkId: first.checkId, attempt: 1 }, { checkId: second.checkId, attempt: 2, firstCheckId: first.checkId, because: verdict }]);
});

test.each(['matched', 'confirmed_by_person', 'review', 'missed_look', 'refused'] as const)('%s is not asked again', async (verdict) => {
  const { checkId } = await asked();
  if (verdict === 'confirmed_by_person') await world.rows(`update face_check set way = 'alternative', code = 'no_phone', seen = true, looked_at = now(), looked_by = ? where id = ? returning id`, [world.school.teacher.personId, checkId]);
  await judged(checkId, verdict);
  await pass(1000);
  await pass(100_000);
  expect(await rows()).toHaveLength(1);
});

test('a missed one rests before it is asked once more, and waits for a learner who is away', async () => {
  const { checkId } = await asked();
  await pass(32_001);
  expect((await student.driver.next('check:settled')).verdict).toBe('missed');
  await pass(29_000);
  expect(await rows()).toHaveLength(1);
  await student.leaves();
  await pass(120_000);
  expect(await rows()).toHaveLength(1);
  await student.enters(world.school.lessonId);
  await world.classrooms.tick();
  expect(await student.driver.next('check:asked', (check) => check.attempt === 2)).toMatchObject({ because: 'missed', kind: 'sign_in' });
  expect((await rows()).map(({ first_check_id: first }) => first)).toEqual([null, checkId]);
});

test('of two processes that notice at once one asks, and no row can be a second second attempt', async () => {
  const first = await asked();
  await judged(first.checkId, 'no_face');
  world.clock.pass(1000);
  // A second process has its own clock of the classrooms and sees the same rows.
  const app = await createSignaling(world.deps, { webFolder: join(tmpdir(), 'no-web') });
  const { classrooms } = await openClassrooms({ ...world, app }, { FACE_CHECKS_PER_UNIT: 1, FACE_CHECK_WINDOW_SECONDS: 30 });
  await Promise.all([world.classrooms.tick(), classrooms.tick(), world.classrooms.tick()]);
  await world.classrooms.tick();
  expect(await rows()).toHaveLength(2);
  await expect(world.rows(`insert into face_check (id, institution_id, lesson_id, session_id, person_id, kind, status, due_at, window_ms, attempt, first_check_id, retry_because)
    select gen_random_uuid(), institution_id, lesson_id, session_id, person_id, kind, 'asked', due_at, window_ms, 2, first_check_id, 'missed' from face_check where attempt = 2 returning id`)).rejects.toThrow('face_check_attempt');
  await classrooms.close();
  await app.close();
});

test('a spot check has its second attempt too, also after its unit', async () => {
  await judged((await asked()).checkId, 'matched');
  await teacher.asksForFaces(world.school.learner.personId);
  const spot = await student.driver.next('check:asked', ({ kind }) => kind === 'spot');
  await judged(spot.checkId, 'mismatched');
  await world.rows('update unit set ended_at = ? where ordinal = 1 returning id', [world.clock.now()]);
  await pass(1000);
  expect(await student.driver.next('check:asked', ({ attempt }) => attempt === 2)).toMatchObject({ kind: 'spot', because: 'mismatched' });
});

test('a sign-in that failed is asked again at the learner\'s wish: first its second attempt, then five more, each with one of its own', async () => {
  const ask = () => student.driver.ask('check:again', {});
  const refused = () => student.driver.refusal('check:again', {});
  expect(await refused()).toBe('check_waiting');
  expect((await student.enters(world.school.lessonId)).signIn).toMatchObject({ answered: false, verdict: null });
  await judged((await asked()).checkId, 'missed');
  world.clock.pass(100);
  const { checkId } = await ask();
  expect((await rows()).at(-1)).toMatchObject({ id: checkId, attempt: 2 });
  expect(await refused()).toBe('check_waiting');
  await judged(checkId, 'mismatched');
  for (let more = 0; more < 5; more++) {
    // A missed first attempt rests: the clock of the classrooms does not ask before the learner does.
    for (const [attempt, verdict] of [[1, 'missed'], [2, 'mismatched']] as const) {
      world.clock.pass(100);
      const again = await ask();
      expect((await rows()).at(-1)).toMatchObject({ id: again.checkId, attempt });
      await judged(again.checkId, verdict);
    }
  }
  expect(await refused()).toBe('too_many_attempts');
  expect(await rows()).toHaveLength(12);
  expect((await student.enters(world.school.lessonId)).signIn).toMatchObject({ verdict: 'mismatched' });
  expect(await teacher.driver.refusal('check:again', {})).toBe('forbidden');
});

test('a sign-in that stands, or waits for its verdict, is not asked again; nor one before it was asked, nor without a lesson', async () => {
  const { checkId } = await asked();
  await world.rows(`update face_check set status = 'verifying', answered_at = ? where id = ? returning id`, [world.clock.now(), checkId]);
  expect(await student.driver.refusal('check:again', {})).toBe('check_settled');
  for (const verdict of ['matched', 'review', 'missed_look'] as const) {
    await judged(checkId, verdict);
    expect(await student.driver.refusal('check:again', {})).toBe('check_settled');
  }
  const late = await world.inside(world.school.other);
  expect(await late.refusal('check:again', {})).toBe('check_not_asked');
  await teacher.ends();
  expect(await student.driver.refusal('check:again', {})).toBe('lesson_ended');
});
