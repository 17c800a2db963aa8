// The door on real sockets: lobby, lock, letting in, taking out and letting back; and whoever may not.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LessonHours } from '#contracts/hours.ts';
import { newId } from '#domain/id.ts';
import type { ClassroomDriver } from '#testing/classroom-driver.ts';
import { asStudent, asTeacher } from '#testing/role-drivers.ts';
import { openClassroomWorld, openClassrooms, type ClassroomWorld } from '../testing/classroom-world.ts';
import { addCheck, addPerson, addSchool } from '../testing/school.ts';
import { createSignaling } from '../app.ts';

let world: ClassroomWorld;
let teacher: ReturnType<typeof asTeacher>;
beforeEach(async () => {
  world = await openClassroomWorld();
  teacher = asTeacher(await world.inside(world.school.teacher));
});
afterEach(() => world.close());

const set = (door: 'open' | 'lobby' | 'locked') => teacher.driver.ask('door:set', { door });
const enter = (driver: ClassroomDriver, knock = false) => driver.refusal('lesson:enter', { lessonId: world.school.lessonId, deviceId: driver.deviceId, knock });
const events = async (type: string) => (await world.events(type)).map(({ payload, actor_id: by }) => ({ ...payload, by }));
/** There are no media in these tests, which stands in the way of the hours once: that is over at once. */
async function begin(): Promise<void> {
  await teacher.starts();
  world.clock.pass(1_500);
  await expect.poll(async () => (await world.rows('select id from interruption')).length, { timeout: 10_000 }).toBe(1);
  await world.rows('update interruption set ended_at = started_at returning id');
}
const remove = (personId: string) => teacher.driver.ask('door:remove', { personId, reason: 'disturbing', note: '' });

test('in a lobby a new learner waits, is seen, is let in; who was in comes back without waiting', async () => {
  const { school, clock } = world;
  const { personId } = school.learner;
  const other = await world.inside(school.other);
  expect(await set('lobby')).toEqual({ door: 'lobby', waiting: [], waitingCount: 0, removed: [] });
  const student = await world.person(school.learner);
  const askedAt = clock.now().toISOString();
  expect(await enter(student)).toBe('door_waiting');
  const seen = await teacher.driver.next('door:changed', ({ waitingCount }) => waitingCount === 1);
  expect(seen.waiting).toEqual([{ personId, name: 'School learner', since: askedAt, removed: false }]);
  // Waiting is no presence: no seat, and nothing is told or granted.
  expect(await world.rows('select 1 from connection where person_id = ?', [personId])).toEqual([]);
  expect(await student.refusal('presence:report', { visible: true, active: true, playing: false })).toBe('not_entered');
  // Asking again keeps the place and leaves one event.
  clock.pass(5_000);
  expect(await enter(student)).toBe('door_waiting');
  await world.classrooms.tick();
  expect(student.heard('door:answered')).toEqual([]);
  expect((await teacher.driver.ask('lesson:snapshot', {})).door?.waiting[0]?.since).toBe(askedAt);
  const after = await teacher.driver.ask('door:admit', { personId });
  expect(after.waitingCount).toBe(0);
  await world.classrooms.tick();
  await student.next('door:answered');
  await student.enter(school.lessonId);
  expect(student.snapshot?.door).toBeNull();
  // The other learner was in before the lobby was there.
  other.cut();
  await teacher.driver.next('participant:changed', (one) => one.personId === school.other.personId && !one.present);
  const back = await world.person(school.other, { deviceId: other.deviceId });
  await back.enter(school.lessonId);
  expect(await events('door:set')).toEqual([{ door: 'lobby', before: 'open', by: school.teacher.personId }]);
  expect(await events('door:waiting')).toEqual([{ personId, by: personId }]);
  expect(await events('door:admitted')).toEqual([{ personId, by: school.teacher.personId }]);
});

test('all are let in at once; opening the door calls everybody in, locking it sends them away', async () => {
  const { school } = world;
  await set('lobby');
  const drivers = [await world.person(school.learner), await world.person(school.other)];
  for (const driver of drivers) expect(await enter(driver)).toBe('door_waiting');
  await teacher.driver.ask('door:admit', {});
  await world.classrooms.tick();
  for (const driver of drivers) await driver.next('door:answered');
  await drivers[0]!.enter(school.lessonId);
  expect(await events('door:admitted')).toHaveLength(2);
  // Let in and not there yet: the place holds, whatever the door is meanwhile.
  await set('locked');
  await drivers[1]!.enter(school.lessonId);
});

test.each(['open', 'locked'] as const)('who waits hears that the door is %s now', async (door) => {
  const { school } = world;
  await set('lobby');
  const student = await world.person(school.learner);
  expect(await enter(student)).toBe('door_waiting');
  await set(door);
  await world.classrooms.tick();
  await student.next('door:answered');
  if (door === 'locked') return expect(await enter(student)).toBe('door_locked');
  await student.enter(school.lessonId);
  expect((await teacher.driver.ask('lesson:snapshot', {})).door).toMatchObject({ door: 'open', waitingCount: 0 });
});

test('a locked door keeps out who is new; a lost line, another device and staff come in all the same', async () => {
  const { school } = world;
  const student = await world.inside(school.learner);
  await set('locked');
  const stranger = await world.person(school.other);
  expect(await enter(stranger)).toBe('door_locked');
  student.cut();
  await teacher.driver.next('participant:changed', (one) => one.personId === school.learner.personId && !one.present);
  const phone = await world.person(school.learner);
  await phone.enter(school.lessonId);
  await world.inside(school.assistant);
  await world.inside(school.regulator);
  await set('open');
  await stranger.enter(school.lessonId);
});

test('who waits and goes away is not listed after half a minute; the end of the lesson ends the waiting', async () => {
  const { school, clock } = world;
  await set('lobby');
  const gone = await world.person(school.other);
  const stays = await world.person(school.learner);
  for (const driver of [gone, stays]) expect(await enter(driver)).toBe('door_waiting');
  expect((await teacher.driver.ask('lesson:snapshot', {})).door?.waitingCount).toBe(2);
  gone.close();
  // However late the server hears of it: whoever is there is kept, whoever is not is forgotten.
  await vi.waitFor(async () => {
    clock.pass(10_000);
    await world.classrooms.tick();
    expect((await teacher.driver.ask('lesson:snapshot', {})).door?.waiting.map(({ personId }) => personId)).toEqual([school.learner.personId]);
  }, 10_000);
  await teacher.driver.next('door:changed', ({ waitingCount }) => waitingCount === 1);
  expect(await teacher.driver.refusal('door:admit', { personId: school.other.personId })).toBe('not_waiting');
  await teacher.starts();
  await teacher.ends();
  await world.classrooms.tick();
  await stays.next('door:answered');
  expect(await enter(stays)).toBe('lesson_ended');
});

test('taken out: the seat ends, hand and stage with it, the line is closed, and the way back leads through staff', async () => {
  const { school, clock } = world;
  const { personId } = school.learner;
  const student = asStudent(await world.inside(school.learner));
  const other = asStudent(await world.inside(school.other));
  await begin();
  await student.raisesHand();
  await teacher.invites(personId);
  await student.answersInvitation(true);
  await other.driver.next('stage:changed', ({ personIds }) => personIds.length === 1);
  clock.pass(4_000);
  await student.reports(true);
  const removedAt = clock.now();
  const view = await teacher.driver.ask('door:remove', { personId, reason: 'other', note: ' speaks of football ' });
  expect(view.removed).toEqual([{ personId, name: 'School learner', at: removedAt.toISOString(), reason: 'other', note: 'speaks of football', by: 'School teacher' }]);
  expect(await student.driver.next('seat:removed')).toEqual({ reason: 'other', note: 'speaks of football', atMs: removedAt.getTime() });
  await student.driver.disconnected();
  expect((await other.driver.next('stage:changed', ({ personIds }) => personIds.length === 0)).personIds).toEqual([]);
  const [seat] = await world.rows<{ left_reason: string; left_at: string }>('select left_reason, left_at from connection where person_id = ?', [personId]);
  expect([seat?.left_reason, new Date(seat?.left_at ?? 0)]).toEqual(['removed', removedAt]);
  const [removal] = await events('seat:removed');
  expect(removal).toMatchObject({ personId, reason: 'other', by: school.teacher.personId });
  expect(JSON.stringify(removal)).not.toContain('football');
  // Asked again it happens once.
  await teacher.driver.ask('door:remove', { personId, reason: 'disturbing', note: '' });
  expect(await events('seat:removed')).toHaveLength(1);

  const back = await world.person(school.learner);
  expect(await enter(back)).toBe('removed_from_lesson');
  expect((await back.next('seat:removed')).note).toBe('speaks of football');
  expect(JSON.parse((await world.call(`POST /api/lessons/${school.lessonId}/live-stream`, school.learner)).body)).toMatchObject({ error: { code: 'removed_from_lesson' } });
  expect(await enter(back, true)).toBe('door_waiting');
  expect((await teacher.driver.next('door:changed', ({ waitingCount }) => waitingCount === 1)).waiting[0]).toMatchObject({ personId, removed: true });
  // Letting in all does not let in whoever was taken out.
  await teacher.driver.ask('door:admit', {});
  await world.classrooms.tick();
  expect(await enter(back, true)).toBe('door_waiting');
  clock.pass(60_000);
  await world.classrooms.tick();
  await teacher.driver.ask('door:admit', { personId });
  await world.classrooms.tick();
  await back.next('door:answered');
  await back.enter(school.lessonId);
  await back.ask('presence:report', { visible: true, active: true, playing: false });
  expect(await events('seat:readmitted')).toMatchObject([{ personId, by: school.teacher.personId }]);
  await world.classrooms.flush();

  const hours = (await world.call(`GET /api/lessons/${school.lessonId}/hours`, school.learner)).json<LessonHours>();
  expect(hours.removals).toEqual([{ at: removedAt.toISOString(), reason: 'other', note: 'speaks of football', readmittedAt: clock.now().toISOString() }]);
  expect(hours.units[0]?.spans.at(-1)).toEqual({ from: removedAt.toISOString(), to: clock.now().toISOString(), reason: 'removed' });
});

test('taken out while the line is lost: they do not come back, and the record says from when on', async () => {
  const { school, clock } = world;
  const { personId } = school.learner;
  const student = await world.inside(school.learner);
  await begin();
  student.cut();
  await teacher.driver.next('participant:changed', (one) => one.personId === personId && !one.present);
  const cutAt = clock.now().toISOString();
  clock.pass(20_000);
  const removedAt = clock.now().toISOString();
  await remove(personId);
  clock.pass(20_000);
  expect(await enter(await world.person(school.learner))).toBe('removed_from_lesson');
  const hours = (await world.call(`GET /api/lessons/${school.lessonId}/hours`, school.learner)).json<LessonHours>();
  expect(hours.units[0]?.spans.slice(-2)).toEqual([{ from: cutAt, to: removedAt, reason: 'disconnected' }, { from: removedAt, to: clock.now().toISOString(), reason: 'removed' }]);
  // Let back without asking: the next try succeeds.
  await teacher.driver.ask('door:admit', { personId });
  await (await world.person(school.learner)).enter(school.lessonId);
});

test('a spot check that was open is void, so that nobody is blamed for not answering it; another one stays', async () => {
  const { school, deps, clock } = world;
  await world.inside(school.learner);
  await teacher.starts();
  const [session] = await world.rows<{ id: string }>('select id from lesson_session');
  const open = await addCheck(deps.orm, school, session!.id, school.learner.personId, clock.now());
  const others = await addCheck(deps.orm, school, session!.id, school.other.personId, clock.now());
  await remove(school.learner.personId);
  expect(new Map((await world.rows<{ id: string; status: string }>('select id, status from face_check where id = any(?::uuid[])', [`{${open},${others}}`])).map(({ id, status }) => [id, status])))
    .toEqual(new Map([[open, 'void'], [others, 'asked']]));
  expect((await events('seat:removed'))[0]).toMatchObject({ voidedCheckIds: [open] });
});

test('whoever enters in the moment of the removal is out or was in before it: never both', async () => {
  const { school } = world;
  const { personId } = school.learner;
  await world.inside(school.learner);
  const again = await world.person(school.learner);
  // The answer may be cut off by the removal.
  const asked = again.send('lesson:enter', { lessonId: school.lessonId, deviceId: again.deviceId }).then(({ ok }) => ok, () => true);
  const [, entered] = await Promise.all([remove(personId), asked]);
  expect(await world.rows('select 1 from connection where person_id = ? and left_at is null', [personId])).toEqual([]);
  if (entered) await again.disconnected();
});

test('refused: learners, proctors, staff of another lesson, and what cannot be', async () => {
  const { school, deps, clock } = world;
  const { personId } = school.learner;
  const student = await world.inside(school.learner);
  const proctor = await world.inside(school.proctor);
  const foreign = await addSchool(deps.orm, clock.now(), 'Foreign');
  const elsewhere = await world.person(foreign.teacher);
  await elsewhere.enter(foreign.lessonId);
  const asked: [string, object][] = [['door:set', { door: 'locked' }], ['door:admit', {}], ['door:remove', { personId, reason: 'disturbing', note: '' }]];
  for (const driver of [student, proctor]) for (const [name, data] of asked) expect(await driver.refusal(name, data), name).toBe('forbidden');
  expect(await elsewhere.refusal('door:remove', { personId, reason: 'disturbing', note: '' })).toBe('not_found');
  expect(await elsewhere.refusal('door:admit', { personId })).toBe('not_waiting');
  await elsewhere.ask('door:set', { door: 'locked' });
  expect((await teacher.driver.ask('lesson:snapshot', {})).door?.door).toBe('open');
  expect(await teacher.driver.refusal('door:remove', { personId: school.assistant.personId, reason: 'disturbing', note: '' })).toBe('forbidden');
  expect(await teacher.driver.refusal('door:remove', { personId: school.teacher.personId, reason: 'disturbing', note: '' })).toBe('forbidden');
  // Of this lesson, but never in it.
  expect(await teacher.driver.refusal('door:remove', { personId: school.other.personId, reason: 'disturbing', note: '' })).toBe('not_found');
  expect(await teacher.driver.refusal('door:remove', { personId: newId(), reason: 'disturbing', note: '' })).toBe('not_found');
  for (const wrong of [{ personId, reason: 'other', note: '  ' }, { personId, reason: 'mood', note: '' }, { personId, reason: 'other', note: 'x'.repeat(201) }]) {
    expect(await teacher.driver.refusal('door:remove', wrong)).toBe('bad_request');
  }
  expect(await teacher.driver.refusal('door:set', { door: 'ajar' })).toBe('bad_request');
  const stranger = await addPerson(deps.orm, clock.now(), 'Stranger', null, null);
  await set('lobby');
  expect(await enter(await world.person(stranger))).toBe('not_enrolled');
  expect(await world.rows('select 1 from door_wait')).toEqual([]);
  await student.ask('presence:report', { visible: true, active: true, playing: false });
  expect(proctor.snapshot?.door?.door).toBe('open');
});

test('state is rows: a process that begins later keeps the door, the place of who waits, and who is out', async () => {
  const { school, clock } = world;
  const out = await world.inside(school.other);
  await set('lobby');
  await remove(school.other.personId);
  await out.disconnected();
  const waiting = await world.person(school.learner);
  const since = clock.now().toISOString();
  expect(await enter(waiting)).toBe('door_waiting');
  const app = await createSignaling(world.deps, { webFolder: 'no-web' });
  const later = await openClassrooms({ ...world, app }, {});
  try {
    const there = { url: later.url };
    clock.pass(3_000);
    waiting.cut();
    const again = await world.person(school.learner, there);
    expect(await enter(again)).toBe('door_waiting');
    expect(await enter(await world.person(school.other, there))).toBe('removed_from_lesson');
    const assistant = await world.inside(school.assistant, there);
    expect(assistant.snapshot?.door).toMatchObject({ door: 'lobby', waiting: [{ personId: school.learner.personId, since }], removed: [{ personId: school.other.personId }] });
    // Let in at the one process, called in by the other.
    await teacher.driver.ask('door:admit', { personId: school.learner.personId });
    await later.classrooms.tick();
    await again.next('door:answered');
    await again.enter(school.lessonId);
    expect((await assistant.next('door:changed', ({ waitingCount }) => waitingCount === 0)).removed).toHaveLength(1);
  } finally {
    await later.classrooms.close();
    await app.close();
  }
});
