// A lesson over real sockets and rows, without media: entering, seats, starting, ending, and every refusal on the way.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addMadeUpIdentities } from '#db/testing/identity.ts';
import { newId } from '#domain/id.ts';
import { asStudent, asTeacher } from '#testing/role-drivers.ts';
import { ClassroomDriver } from '#testing/classroom-driver.ts';
import { acknowledge, openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';
import { addPerson } from '../testing/school.ts';

let world: ClassroomWorld;
beforeEach(async () => { world = await openClassroomWorld(); });
afterEach(() => world.close());

const device = 'device-of-a-test';
const eventTypes = async () => (await world.rows<{ type: string }>(`select type from event where stream = ? order by id`, [`lesson:${world.school.lessonId}`])).map((row) => row.type);

describe('the door', () => {
  test('a stranger, and a page of another host, are refused by code', async () => {
    await expect(ClassroomDriver.connect({ url: world.url })).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(ClassroomDriver.connect({ url: world.url, cookie: 'keshi_session=wrong' })).rejects.toMatchObject({ code: 'unauthenticated' });
    const cookie = await world.cookieOf(world.school.teacher);
    await expect(ClassroomDriver.connect({ url: world.url, cookie, origin: 'https://elsewhere.example' })).rejects.toMatchObject({ code: 'forbidden' });
    const driver = await ClassroomDriver.connect({ url: world.url, cookie, origin: world.url });
    driver.close();
  });

  test('what is unknown, malformed, without a seat or not for this role changes nothing', async () => {
    const { lessonId, learner } = world.school;
    const driver = await world.person(learner);
    expect(await driver.refusal('lesson:destroy', {})).toBe('bad_request');
    expect(await driver.refusal('hand:raise', {})).toBe('not_entered');
    expect(await driver.refusal('lesson:enter')).toBe('bad_request');
    expect(await driver.refusal('lesson:enter', { lessonId, deviceId: device, extra: 1 })).toBe('bad_request');
    expect(await driver.refusal('lesson:enter', { lessonId: 'x', deviceId: device })).toBe('bad_request');
    expect(await driver.refusal('lesson:enter', { lessonId: newId(), deviceId: device })).toBe('not_found');
    expect(await world.rows('select 1 from connection')).toEqual([]);
    await driver.enter(lessonId);
    for (const request of ['lesson:start', 'lesson:end', 'lesson:takeOver', 'lesson:roster', 'check:list', 'quiz:results']) {
      expect(await driver.refusal(request, {}), request).toBe('forbidden');
    }
    expect(await driver.refusal('hand:raise', { extra: true })).toBe('bad_request');
    expect(await driver.refusal('hand:raise', {})).toBe('lesson_not_live');
    expect(await driver.refusal('media:join', {})).toBe('lesson_not_open');
  });

  test('who has no role, no notice, or comes too late does not enter', async () => {
    const { school, deps, clock } = world;
    const stranger = await addPerson(deps.orm, clock.now(), 'Stranger', null, null);
    expect(await (await world.person(stranger)).refusal('lesson:enter', { lessonId: school.lessonId, deviceId: device })).toBe('not_enrolled');
    await acknowledge(deps, school.other.personId, 'recording', false);
    await world.rows(`update consent set given = false where person_id = ? returning id`, [school.other.personId]);
    expect(await (await world.person(school.other)).refusal('lesson:enter', { lessonId: school.lessonId, deviceId: device })).toBe('consent_missing');
    await world.rows(`update lesson set status = 'cancelled' where id = ? returning id`, [school.lessonId]);
    expect(await (await world.person(school.learner)).refusal('lesson:enter', { lessonId: school.lessonId, deviceId: device })).toBe('lesson_cancelled');
    await world.rows(`update lesson set status = 'missed' where id = ? returning id`, [school.lessonId]);
    expect(await (await world.person(school.learner)).refusal('lesson:enter', { lessonId: school.lessonId, deviceId: device })).toBe('lesson_ended');
    await world.rows(`update lesson set status = 'ended', kind = 'recorded', closes_at = starts_at + interval '1 day' where id = ? returning id`, [school.lessonId]);
    for (const person of [school.learner, school.teacher]) expect(await (await world.person(person)).refusal('lesson:enter', { lessonId: school.lessonId, deviceId: device })).toBe('lesson_recorded');
    expect(await world.rows('select 1 from connection')).toEqual([]);
  });

  test('a learner without a registered identity, or with one an authority denies, does not enter; registered they do; staff are not asked', async () => {
    const { school, clock } = world;
    const refused = async () => (await world.person(school.other)).refusal('lesson:enter', { lessonId: school.lessonId, deviceId: device });
    await world.rows(`update identity set authority_status = 'denied', authority_at = ? where person_id = ? returning person_id`, [clock.now(), school.other.personId]);
    expect(await refused()).toBe('identity_denied');
    await world.rows('delete from identity where person_id = ? returning person_id', [school.other.personId]);
    expect(await refused()).toBe('identity_missing');
    expect(await world.rows('select 1 from connection')).toEqual([]);
    expect(await world.rows('select 1 from identity where person_id = ?', [school.teacher.personId])).toEqual([]);
    await (await world.person(school.teacher)).enter(school.lessonId);
    await addMadeUpIdentities(world.deps.orm.em.fork(), [school.other.personId], clock.now());
    expect((await (await world.person(school.other)).enter(school.lessonId)).lesson.realNameFirst).toBe(true);
  });

  test('a broadcast is offered where the lesson is recorded and broadcasts are made', async () => {
    const { school, deps } = world;
    const offered = async (): Promise<boolean> => (await (await world.person(school.learner)).enter(school.lessonId)).broadcastOffered;
    expect(await offered()).toBe(true);
    await world.rows('update lesson set recorded = false where id = ? returning id', [school.lessonId]);
    expect(await offered()).toBe(false);
    await world.rows('update lesson set recorded = true where id = ? returning id', [school.lessonId]);
    Object.assign(deps, { config: { ...deps.config, LIVE_STREAMS: 0 } });
    expect(await offered()).toBe(false);
  });

  test('staff open the door half an hour before, not earlier', async () => {
    const { clock, school } = world;
    clock.pass(-1);
    expect((await (await world.person(school.proctor)).enter(school.lessonId)).lesson.status).toBe('scheduled');
    const learner = await world.inside(school.learner);
    clock.pass(1);
    expect((await (await world.person(school.teacher)).enter(school.lessonId)).lesson.status).toBe('open');
    expect((await learner.next('lesson:changed')).status).toBe('open');
    expect(await eventTypes()).toContain('lesson:opened');
  });

  test('cancelled over REST, those inside are told', async () => {
    const { school } = world;
    const learner = await world.inside(school.learner);
    const { statusCode } = await world.call(`POST /api/lessons/${school.lessonId}/cancel`, school.scheduler, { payload: { reason: 'ill' } });
    expect(statusCode).toBe(200);
    expect((await learner.next('lesson:changed')).status).toBe('cancelled');
  });
});

describe('seats', () => {
  test('a second device takes over, the first is told and cannot act; its own reconnect is no take-over', async () => {
    const { school } = world;
    const phone = await world.inside(school.learner);
    world.clock.pass(1000);
    const desk = await world.inside(school.learner);
    await phone.next('seat:taken');
    await phone.disconnected();
    world.clock.pass(1000);
    const again = await world.inside(school.learner, { deviceId: desk.deviceId });
    await desk.disconnected();
    expect(desk.heard('seat:taken')).toEqual([]);
    expect(await world.rows('select left_reason from connection order by connected_at, id')).toEqual([
      { left_reason: 'taken_over' }, { left_reason: 'cut' }, { left_reason: null },
    ]);
    await again.ask('presence:report', { visible: true, active: true, playing: false });
  });

  test('a seat whose row was closed elsewhere is refused by reason', async () => {
    const { school } = world;
    const driver = await world.inside(school.learner);
    await world.rows(`update connection set left_at = now(), left_reason = 'taken_over' returning id`);
    expect(await driver.refusal('chat:send', { messageId: newId(), text: 'hello' })).toBe('seat_taken_over');
    await world.rows(`update connection set left_reason = 'lease_expired' returning id`);
    expect(await driver.refusal('chat:send', { messageId: newId(), text: 'hello' })).toBe('not_entered');
    expect((await driver.enter(school.lessonId)).presentCount).toBe(1);
  });

  test('two devices at once: one has the seat', async () => {
    const { school } = world;
    const drivers = await Promise.all([1, 2, 3, 4].map(() => world.person(school.learner)));
    // Whoever loses the seat in the same moment may be sent away before its own entering was acknowledged; whoever has it was acknowledged.
    const entered = await Promise.allSettled(drivers.map((driver) => driver.enter(school.lessonId)));
    expect(entered.some(({ status }) => status === 'fulfilled')).toBe(true);
    expect(await world.rows('select 1 from connection where left_at is null')).toHaveLength(1);
    expect(await world.rows(`select 1 from connection where left_reason = 'taken_over'`)).toHaveLength(3);
  });

  test('leaving, being cut, and who is counted and told', async () => {
    const { school } = world;
    const teacher = await world.inside(school.teacher);
    const learner = await world.inside(school.learner);
    const { personId } = school.learner;
    expect(await teacher.next('participant:changed', (one) => one.personId === personId)).toMatchObject({ present: true, checkWay: 'undecided' });
    const observer = await world.person(school.regulator);
    const seen = await observer.enter(school.lessonId);
    expect(seen.me.role).toBe('observer');
    expect(seen.presentCount).toBe(2);
    await world.classrooms.tick();
    expect((await learner.next('presence:counted', (one) => one.presentCount === 2)).presentCount).toBe(2);
    learner.cut();
    expect((await teacher.next('participant:changed', (one) => one.personId === personId && !one.present)).present).toBe(false);
    world.clock.pass(1000);
    await asStudent(await world.inside(school.other)).leaves();
    expect(await world.rows('select left_reason from connection where left_at is not null order by connected_at, id')).toEqual([
      { left_reason: 'cut' }, { left_reason: 'left' },
    ]);
    expect(teacher.heard('participant:changed').some((one) => one.personId === school.regulator.personId)).toBe(false);
  });

  test('students see staff and themselves, staff the whole roster', async () => {
    const { school } = world;
    const teacher = await world.inside(school.teacher);
    const snapshot = await (await world.person(school.learner)).enter(school.lessonId);
    expect(snapshot.participants.map((one) => one.role).sort()).toEqual(['assistant', 'proctor', 'student', 'teacher']);
    expect(snapshot.participants.every((one) => one.verdict === null && one.checkWay === null)).toBe(true);
    const { participants } = await teacher.ask('lesson:roster', {});
    expect(participants.filter((one) => one.role === 'student').map((one) => one.present).sort()).toEqual([false, true]);
  });
});

describe('a lesson', () => {
  test('starts once, is recorded, moves its units and ends with everything in it', async () => {
    const { school, clock } = world;
    const teacher = asTeacher(await world.inside(school.teacher));
    const student = asStudent(await world.inside(school.learner));
    expect(await teacher.driver.refusal('lesson:end', {})).toBe('lesson_not_live');
    clock.pass(31 * 60_000);
    const state = await teacher.starts();
    expect(state).toMatchObject({ status: 'live', startedAt: clock.now().toISOString() });
    expect(await teacher.starts()).toEqual(state);
    expect((await student.driver.next('lesson:leadChanged')).lead).toMatchObject({ personId: school.teacher.personId, present: true });
    expect(await world.rows('select status from recording')).toEqual([{ status: 'recording' }]);
    const drawn = await world.rows<{ status: string }>('select status from face_check where drawn');
    expect(drawn.length).toBe(8);
    await student.raisesHand();
    const quiz = await teacher.opensQuiz({ seconds: 1800 });
    clock.pass(45 * 60_000);
    await world.classrooms.tick();
    expect(await world.rows(`select ordinal, started_at is not null as started, ended_at is not null as ended from unit where lesson_id = ? order by ordinal`, [school.lessonId]))
      .toEqual([{ ordinal: 1, started: true, ended: true }, { ordinal: 2, started: true, ended: false }]);
    expect(await teacher.ends()).toMatchObject({ status: 'ended', endedAt: clock.now().toISOString() });
    expect((await student.driver.next('quiz:closed')).quizId).toBe(quiz.quizId);
    expect((await student.driver.next('lesson:changed', (one) => one.status === 'ended')).selfEndsAt).toBeNull();
    expect((await teacher.ends()).status).toBe('ended');
    expect((await student.driver.next('recording:changed')).status).toBe('processing');
    expect(await world.rows(`select distinct status from face_check where drawn`)).toEqual([{ status: 'void' }]);
    expect(await world.rows('select 1 from hand where lowered_at is null')).toEqual([]);
    expect(await student.driver.refusal('hand:raise', {})).toBe('lesson_ended');
    expect(await student.driver.refusal('chat:send', { messageId: newId(), text: 'late' })).toBe('lesson_ended');
    expect(await teacher.driver.refusal('lesson:start', {})).toBe('lesson_ended');
    const types = await eventTypes();
    for (const type of ['lesson:started', 'check:drawn', 'hand:raised', 'quiz:opened', 'unit:ended', 'unit:started', 'hand:lowered', 'lesson:ended', 'check:revealed']) expect(types).toContain(type);
    expect(types.filter((type) => type === 'lesson:started')).toHaveLength(1);
  });

  test('ends itself, or is missed, when nobody does', async () => {
    const { school, clock } = world;
    const teacher = asTeacher(await world.inside(school.teacher));
    await teacher.starts();
    clock.pass(30 * 60_000 + 90 * 60_000 + 15 * 60_000 - 1);
    await world.classrooms.tick();
    expect(await world.rows('select end_reason from lesson_session')).toEqual([{ end_reason: null }]);
    clock.pass(1);
    await world.classrooms.tick();
    expect(await world.rows('select end_reason from lesson_session')).toEqual([{ end_reason: 'self' }]);
    expect((await teacher.driver.next('lesson:changed', (one) => one.status === 'ended')).endedAt).toBe(clock.now().toISOString());
  });

  test('never started, it is missed', async () => {
    const { school, clock } = world;
    const learner = await world.inside(school.learner);
    clock.pass(30 * 60_000 + 105 * 60_000 + 1);
    await world.classrooms.tick();
    expect((await learner.next('lesson:changed')).status).toBe('missed');
    expect(await eventTypes()).toContain('lesson:missed');
  });

  test('the assistant takes over while the lead is away, and the lost time is a fact', async () => {
    const { school, clock } = world;
    const teacher = asTeacher(await world.inside(school.teacher));
    const assistant = asTeacher(await world.inside(school.assistant));
    expect(await assistant.driver.refusal('lesson:takeOver', {})).toBe('lesson_not_live');
    await teacher.starts();
    expect(await assistant.driver.refusal('lesson:takeOver', {})).toBe('lead_present');
    teacher.driver.cut();
    await assistant.driver.next('participant:changed', (one) => one.personId === school.teacher.personId && !one.present);
    clock.pass(10_001);
    await world.classrooms.tick();
    expect((await assistant.driver.next('lesson:leadChanged', ({ lead }) => lead?.present === false)).lead?.personId).toBe(school.teacher.personId);
    clock.pass(5_000);
    await assistant.takesOver();
    expect((await assistant.driver.next('lesson:leadChanged', ({ lead }) => lead?.present === true && lead.personId === school.assistant.personId)).lead).toBeTruthy();
    const [lost] = await world.rows<{ ms: number }>(`select (extract(epoch from ended_at - started_at) * 1000)::int as ms from interruption where reason = 'lead_gone'`);
    expect(lost?.ms).toBe(15_001);
  });
});
