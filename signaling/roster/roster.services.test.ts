// The roster of a class of three hundred, page by page: found by name, sorted, for staff alone; and nobody in the audience is told of anybody.
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RosterPage } from '#contracts/roster.ts';
import { Account, Consent, Enrolment, Membership, Person } from '#db/entities/people.ts';
import { addLearners } from '#db/testing/taught-class.ts';
import { addMadeUpIdentities } from '#db/testing/identity.ts';
import { consentVersion } from '#domain/consent.ts';
import { newId } from '#domain/id.ts';
import type { ClassroomDriver } from '#testing/classroom-driver.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';
import type { Known } from '../testing/http-world.ts';

let world: ClassroomWorld;
beforeEach(async () => { world = await openClassroomWorld({ ADMISSION_PER_SECOND: 10_000 }); });
afterEach(() => world.close());

const audience = 300;
async function learners(count: number): Promise<(Known & { name: string })[]> {
  const { school: { institutionId, cohortId }, clock, deps } = world;
  const em = deps.orm.em.fork();
  const createdAt = clock.now();
  const people = Array.from({ length: count }, (_, index) => ({ personId: newId(), accountId: newId(), name: `学员${String(index).padStart(3, '0')}` }));
  await em.insertMany(Person, people.map(({ personId: id, name }) => ({ id, name, createdAt })));
  await em.insertMany(Account, people.map(({ personId, accountId: id }) => ({ id, personId, login: `login-${personId}`, passwordHash: 'none', locale: 'zh' as const, createdAt, disabledAt: null })));
  await addMadeUpIdentities(em, people.map(({ personId }) => personId), createdAt);
  await em.insertMany(Membership, people.map(({ personId }) => ({ id: newId(), personId, institutionId, role: 'student' as const, createdAt })));
  await em.insertMany(Enrolment, people.map(({ personId }) => ({ id: newId(), institutionId, cohortId, personId, createdAt, endedAt: null })));
  await em.insertMany(Consent, people.map(({ personId }) => ({ id: newId(), personId, purpose: 'recording' as const, version: consentVersion.recording, given: true, at: createdAt })));
  return people;
}

const page = (driver: ClassroomDriver, wish: Partial<{ page: number; search: string; sort: 'attention' | 'name' }> = {}): Promise<RosterPage> =>
  driver.ask('roster:page', { page: 1, search: '', sort: 'attention', ...wish });
/** Of a large class time that was foreseen to turn is reckoned anew only when the clock moves. */
function later(ms: number): void { world.clock.pass(ms); }

test('three hundred sockets: pages by request, and no event of a viewer goes to the viewers', { timeout: 90_000 }, async () => {
  const { school } = world;
  const teacher = await world.inside(school.teacher);
  await teacher.ask('lesson:start', {});
  const people = await learners(audience);
  const drivers = await Promise.all(people.map((known) => world.person(known)));
  await Promise.all(drivers.map((driver) => driver.enter(school.lessonId)));
  await world.classrooms.tick();
  await drivers[0]!.next('presence:counted', ({ presentCount }) => presentCount > audience);

  later(60_000);
  await world.rows('update connection set last_seen_at = ? where left_at is null returning id', [world.clock.now()]);
  const first = await page(teacher);
  expect(first).toMatchObject({ learners: audience + 2, found: audience + 2, page: 1, pages: 7 });
  // In the order of the class wall, which names the first fifty.
  const wall = await teacher.ask('presence:wall', {});
  expect(first.rows.map(({ personId, reason, below }) => [personId, reason, below])).toEqual(wall.rows.map(({ personId, reason, below }) => [personId, reason, below]));
  expect((await page(teacher, { search: 'school LEARNER' })).rows).toMatchObject([{ personId: school.learner.personId, present: false, reason: 'not_joined' }]);
  const all = [first, ...await Promise.all([2, 3, 4, 5, 6, 7].map((number) => page(teacher, { page: number })))].flatMap(({ rows }) => rows);
  expect(new Set(all.map(({ personId }) => personId)).size).toBe(audience + 2);
  expect((await page(teacher, { page: 8 })).rows).toEqual([]);

  const named = await page(teacher, { sort: 'name', search: '学员01' });
  expect(named).toMatchObject({ found: 10, pages: 1 });
  expect(named.rows.map(({ name }) => name)).toEqual(Array.from({ length: 10 }, (_, index) => `学员01${index}`));
  expect(named.rows.every(({ present, visible }) => present && visible)).toBe(true);

  // Half of them come and go, and hide their pages: staff see it when they ask, the audience hears figures alone.
  for (const driver of drivers.slice(100, 150)) await driver.ask('presence:report', { visible: false, active: false, playing: true });
  await Promise.all(drivers.slice(150, 250).map((driver) => driver.ask('lesson:leave', {})));
  later(1_000);
  await world.classrooms.tick();
  await drivers[0]!.next('presence:counted', ({ presentCount }) => presentCount === audience + 1 - 100);
  expect((await page(teacher, { search: '学员120' })).rows).toMatchObject([{ present: true, visible: false }]);
  expect((await page(teacher, { search: '学员160' })).rows).toMatchObject([{ present: false }]);
  expect((await page(teacher, { search: '学员000' })).rows).toMatchObject([{ present: true, visible: true }]);
  const learnerIds = new Set(people.map(({ personId }) => personId));
  drivers.forEach((driver, index) => {
    expect(driver.heard('participants:changed')).toEqual([]);
    // Whoever is in while the class is still small hears of itself, which is nobody else's.
    expect(driver.heard('participant:changed').filter(({ personId }) => learnerIds.has(personId) && personId !== people[index]!.personId)).toEqual([]);
  });
});

test('of a class of two thousand staff get who is in view, not everybody: the picture stays small, and a small class comes whole', async () => {
  const { school, deps: { orm }, clock } = world;
  const teacher = await world.inside(school.teacher);
  expect((await teacher.ask('lesson:snapshot', {})).participants.map(({ role }) => role).sort()).toEqual(['assistant', 'proctor', 'student', 'student', 'teacher']);
  const ids = await addLearners(orm, school, Array.from({ length: 2_000 }, (_, index) => `学员${index}`), clock.now());
  // One of them is on stage.
  await teacher.ask('lesson:start', {});
  await world.rows(
    `insert into stage_visit (id, institution_id, session_id, person_id, invited_at, accepted_at) select gen_random_uuid(), ?, id, ?, ?, ? from lesson_session where ended_at is null returning id`,
    [school.institutionId, ids[7]!, clock.now(), clock.now()]);
  clock.pass(60_000);
  for (const staff of [teacher, await world.inside(school.proctor)]) {
    const snapshot = await staff.ask('lesson:snapshot', {});
    expect(snapshot.lesson.learnerCount).toBe(2_002);
    expect(snapshot.participants.filter(({ role }) => role === 'student')).toMatchObject([{ name: '学员7', onStage: true }]);
    expect(snapshot.participants.filter(({ role }) => role !== 'student')).toHaveLength(3);
    expect(JSON.stringify(snapshot).length).toBeLessThan(8_000);
  }
});

test('it is for staff of the lesson alone, and takes no other wish', async () => {
  const { school } = world;
  const student = await world.inside(school.learner);
  const overseer = await world.inside(school.scheduler);
  const proctor = await world.inside(school.proctor);
  const wish = { page: 1, search: '', sort: 'name' as const };
  expect(await student.refusal('roster:page', wish)).toBe('forbidden');
  expect(await overseer.refusal('roster:page', wish)).toBe('forbidden');
  expect(await page(proctor, { sort: 'name' })).toMatchObject({ learners: 2, pages: 1 });
  for (const wrong of [{ ...wish, page: 0 }, { ...wish, page: 1.5 }, { ...wish, sort: 'age' }, { ...wish, search: 'x'.repeat(61) }, { page: 1 }, { ...wish, more: 1 }]) {
    expect(await proctor.refusal('roster:page', wrong), JSON.stringify(wrong)).toBe('bad_request');
  }
});
