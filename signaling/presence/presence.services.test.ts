// Presence as observed: last seen in batches, reports stored on change, seats of dead processes closed at their last sign.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId } from '#domain/id.ts';
import { asStudent } from '#testing/role-drivers.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';

let world: ClassroomWorld;
beforeEach(async () => { world = await openClassroomWorld(); });
afterEach(() => world.close());
const observed = async () => (await world.rows<{ type: string }>('select type from observation order by at, id')).map((row) => row.type).sort();

test('what a client says of itself is stored when it changes, activity at most every 5 s', async () => {
  const { school, clock } = world;
  const teacher = await world.inside(school.teacher);
  const student = asStudent(await world.inside(school.learner));
  expect(await student.reports(true)).toEqual({ serverNowMs: clock.now().getTime() });
  await student.reports(true);
  await student.reports(false, false, true);
  expect((await teacher.next('participant:changed', (one) => one.present && !one.visible)).personId).toBe(school.learner.personId);
  clock.pass(5_000);
  await student.driver.ask('presence:report', { visible: false, active: true, playing: false, rttMs: 12.5 });
  for (const wrong of [{ visible: true }, { visible: true, active: true, playing: true, rttMs: -1 }, { visible: true, active: true, playing: true, note: 'x' }]) {
    expect(await student.driver.refusal('presence:report', wrong)).toBe('bad_request');
  }
  student.driver.close();
  await teacher.next('participant:changed', (one) => one.personId === school.learner.personId && !one.present);
  await world.classrooms.flush();
  expect(await observed()).toEqual(['active', 'active', 'hidden', 'playing', 'rtt', 'stalled', 'visible']);
});

test('a touch is stored also right after a report without one, so that the ledger knows what was known here', async () => {
  const student = await world.inside(world.school.learner);
  const quiet = { visible: true, active: false, playing: true };
  await student.ask('presence:report', quiet);
  world.clock.pass(2_000);
  await student.ask('presence:report', { ...quiet, active: true });
  world.clock.pass(2_000);
  await student.ask('presence:report', { ...quiet, active: true });
  await world.classrooms.flush();
  const touches = await world.rows<{ at: string }>(`select at from observation where type = 'active'`);
  expect(touches.map(({ at }) => new Date(at).getTime())).toEqual([world.clock.now().getTime() - 2_000]);
});

test('a packet is a sign of life, written in one batch', async () => {
  const { school, clock } = world;
  const student = asStudent(await world.inside(school.learner));
  clock.pass(7_000);
  await student.reports(true);
  await world.classrooms.flush();
  const [seat] = await world.rows<{ last_seen_at: string }>('select last_seen_at from connection');
  expect(new Date(seat!.last_seen_at)).toEqual(clock.now());
});

test('a seat of a process that died ends at its last sign of life; one held here does not', async () => {
  const { school, clock } = world;
  const student = await world.inside(school.learner);
  const { institutionId, lessonId, other } = school;
  const seen = clock.now();
  await world.rows(
    `insert into connection (id, institution_id, lesson_id, person_id, role, device_id, connected_at, last_seen_at) values (?, ?, ?, ?, 'student', 'gone-device', ?, ?) returning id`,
    [newId(), institutionId, lessonId, other.personId, seen, seen]);
  clock.pass(31_000);
  await world.classrooms.tick();
  const seats = await world.rows<{ person_id: string; left_reason: string | null; left_at: string | null }>('select person_id, left_reason, left_at from connection order by left_reason nulls last');
  expect(seats.map((seat) => seat.left_reason)).toEqual(['lease_expired', null]);
  expect(new Date(seats[0]!.left_at!)).toEqual(seen);
  await student.ask('presence:report', { visible: true, active: false, playing: false });
});
