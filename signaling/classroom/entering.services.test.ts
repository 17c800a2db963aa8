// Many who enter in the same moment: one unit of work, and to each what is theirs: a seat, a refusal, the newer device; and nothing for another's sake.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId } from '#domain/id.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';
import { addPerson } from '../testing/school.ts';
import type { Known } from '../testing/http-world.ts';
import { gather } from './gathered.ts';

let world: ClassroomWorld;
beforeEach(async () => { world = await openClassroomWorld(); });
afterEach(() => world.close());

const askOf = (person: Known, deviceId = `device-${newId()}`) => ({ lessonId: world.school.lessonId, personId: person.personId, deviceId, connectionId: newId() });
const outcome = (asked: Promise<{ replaced: unknown; opened: boolean }>) => asked.then(({ replaced, opened }) => ({ replaced, opened }), (error: { code?: string; message: string }) => error.code ?? error.message);
const events = () => world.rows<{ type: string; actor_id: string; payload: { connectionId?: string } }>(
  'select type, actor_id, payload from event where stream = ? order by id', [`lesson:${world.school.lessonId}`]);
/** How many seats each unit of work wrote: the rows of one have the same transaction. */
const pieces = () => world.rows<{ n: number }>('select count(*)::int as n from connection group by xmin::text');

test('a refused one, one person on two devices, a teacher and a learner, all at once', async () => {
  const { school, deps, clock } = world;
  const { enter } = gather(deps);
  const stranger = await addPerson(deps.orm, clock.now(), 'Stranger', null, null);
  const unnoticed = await addPerson(deps.orm, clock.now(), 'Unnoticed', school.institutionId, 'student');
  await world.rows('insert into enrolment (id, institution_id, cohort_id, person_id, created_at) values (?, ?, ?, ?, ?) returning id',
    [newId(), school.institutionId, school.cohortId, unnoticed.personId, clock.now()]);
  const [phone, desk, other, teacher] = [askOf(school.learner), askOf(school.learner), askOf(school.other), askOf(school.teacher)];
  const results = await Promise.all([phone, askOf(stranger), desk, other, askOf(unnoticed), teacher].map((ask) => outcome(enter(ask))));
  expect(results).toEqual([
    { replaced: null, opened: false }, 'not_enrolled', { replaced: { connectionId: phone.connectionId, otherDevice: true }, opened: false },
    { replaced: null, opened: false }, 'consent_missing', { replaced: null, opened: true },
  ]);
  expect(await world.rows('select id, left_reason from connection where left_at is null order by id')).toEqual(
    [desk, other, teacher].map(({ connectionId: id }) => ({ id, left_reason: null })).sort((a, b) => (a.id < b.id ? -1 : 1)));
  // The phone, the other learner and the teacher together; then the desk, which closed the phone's seat.
  expect(await pieces()).toEqual([{ n: 2 }, { n: 2 }]);
  const told = (await events()).map(({ type, actor_id, payload }) => [type, actor_id, payload.connectionId]);
  expect(told).toHaveLength(6);
  for (const [type, ask] of [['seat:connected', phone], ['seat:taken_over', phone], ['seat:connected', desk], ['seat:connected', other], ['seat:connected', teacher]] as const) {
    expect(told).toContainEqual([type, ask.personId, ask.connectionId]);
  }
  expect(told).toContainEqual(['lesson:opened', school.teacher.personId, undefined]);
});

test('one who cannot be written fails alone; the others of the same moment are inside', async () => {
  const { school, deps } = world;
  const { enter } = gather(deps);
  // No text to the database; asked over a socket it would not get so far.
  const broken = askOf(school.learner, 'device\u0000broken');
  const [alone, other, teacher] = await Promise.all([broken, askOf(school.other), askOf(school.teacher)].map((ask) => outcome(enter(ask))));
  expect(alone).toBe('22P05');
  expect([other, teacher]).toEqual([{ replaced: null, opened: false }, { replaced: null, opened: true }]);
  expect(await world.rows('select person_id from connection where person_id = ?', [school.learner.personId])).toEqual([]);
  expect((await events()).filter(({ actor_id }) => actor_id === school.learner.personId)).toEqual([]);
});

test('one socket that asks twice at once keeps one seat, and its line', async () => {
  const { school } = world;
  const driver = await world.person(school.learner);
  await Promise.all([driver.enter(school.lessonId), driver.enter(school.lessonId)]);
  await driver.ask('presence:report', { visible: true, active: true, playing: false });
  expect(await world.rows('select left_reason from connection order by left_at')).toEqual([{ left_reason: 'cut' }, { left_reason: null }]);
});

test('who is refused at another door keeps the seat they have; a request named by a number is refused like any unknown one', async () => {
  const { school } = world;
  const driver = await world.inside(school.learner);
  expect(await driver.refusal('lesson:enter', { lessonId: newId(), deviceId: 'device-of-a-test' })).toBe('not_found');
  expect(await driver.refusal(5 as unknown as string)).toBe('bad_request');
  await driver.ask('presence:report', { visible: true, active: true, playing: false });
});

test('a lesson held at a place has no classroom for anybody, and waits for its sheet however late it is', async () => {
  const { school, deps, clock } = world;
  const { enter } = gather(deps);
  await world.rows(`insert into place (id, institution_id, name, created_at) values (?, ?, 'x', now()) returning id`, [school.lessonId, school.institutionId]);
  await world.rows(`update lesson set kind = 'offline', place_id = id where id = ? returning id`, [school.lessonId]);
  expect(await Promise.all([school.teacher, school.learner].map((person) => outcome(enter(askOf(person)))))).toEqual(['lesson_offline', 'lesson_offline']);
  clock.pass(24 * 3_600_000);
  await world.classrooms.tick();
  expect(await world.rows('select status from lesson where id = ?', [school.lessonId])).toEqual([{ status: 'scheduled' }]);
});

test('nobody comes in, and the door stays shut, before the cohort is opened and after it is closed', async () => {
  const { school, deps } = world;
  const { enter } = gather(deps);
  for (const opening of ['draft', 'submitted', 'approved', 'returned', 'withdrawn', 'closed']) {
    await world.rows('update cohort set opening = ? where id = ? returning id', [opening, school.cohortId]);
    expect(await Promise.all([school.teacher, school.learner].map((person) => outcome(enter(askOf(person))))), opening).toEqual(['cohort_not_opened', 'cohort_not_opened']);
  }
  expect(await world.rows('select id from connection where lesson_id = ?', [school.lessonId])).toEqual([]);
  expect(await world.rows('select status from lesson where id = ?', [school.lessonId])).toEqual([{ status: 'scheduled' }]);
  await world.rows(`update cohort set opening = 'opened' where id = ? returning id`, [school.cohortId]);
  expect(await outcome(enter(askOf(school.teacher)))).toEqual({ replaced: null, opened: true });
});
