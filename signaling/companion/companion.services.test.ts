// A phone as second camera over real sockets: the rules of its link, all that it may not do, and how it lives and ends with the teacher's seat.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { io } from 'socket.io-client';
import { phoneRequests } from '#contracts/companion.ts';
import { restRoutes } from '#contracts/rest.ts';
import { socketRequests } from '#contracts/socket.ts';
import { newId } from '#domain/id.ts';
import type { ClassroomDriver } from '#testing/classroom-driver.ts';
import { Refused } from '#testing/socket-line.ts';
import { drawKey, PhoneDriver } from '#testing/phone-driver.ts';
import { asStudent, asTeacher } from '#testing/role-drivers.ts';
import { sessionCookie } from '../account/session.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';
import { addLesson } from '../testing/school.ts';

let world: ClassroomWorld;
let teacher: ReturnType<typeof asTeacher>;
const phones: PhoneDriver[] = [];
beforeEach(async () => {
  world = await openClassroomWorld();
  teacher = asTeacher(await world.inside(world.school.teacher));
});
afterEach(async () => {
  for (const phone of phones.splice(0)) phone.close();
  await world.close();
});

const invited = (driver: ClassroomDriver = teacher.driver) => driver.ask('companion:invite', {});
const passOf = (token: string, key = drawKey(), lessonId = world.school.lessonId) => ({ lessonId, token, key });
async function opens(pass: object, headers: Record<string, string> = {}): Promise<PhoneDriver> {
  const phone = await PhoneDriver.connect(world.url, { ...pass }, headers);
  phones.push(phone);
  return phone;
}
const refused = (pass: object, headers?: Record<string, string>) => opens(pass, headers).then(() => 'opened', (error: unknown) => (error instanceof Refused ? error.code : String(error)));
const told = (driver: ClassroomDriver, state: string | null) => driver.next('companion:changed', ({ companion }) => (companion?.state ?? null) === state);
const events = async (type: string) => (await world.events(type)).map(({ payload }) => payload);
/** A phone that is in, and its pass. */
async function connected(driver: ClassroomDriver = teacher.driver) {
  const { token, companionId } = await invited(driver);
  const pass = passOf(token);
  const phone = await opens(pass);
  await told(driver, 'connected');
  return { phone, pass, companionId };
}

describe('a link', () => {
  test('is made by the lead of a live lesson, and by nobody else', async () => {
    const { school } = world;
    expect(await teacher.driver.refusal('companion:invite', {})).toBe('lesson_not_live');
    await teacher.starts();
    const assistant = await world.inside(school.assistant);
    for (const person of [school.learner, school.proctor, school.regulator]) expect(await (await world.inside(person)).refusal('companion:invite', {})).toBe('forbidden');
    expect(await assistant.refusal('companion:invite', {})).toBe('forbidden');
    expect(await invited()).toMatchObject({ state: 'waiting', expiresAt: new Date(world.clock.now().getTime() + 300_000).toISOString() });
    await teacher.ends();
    expect(await teacher.driver.refusal('companion:invite', {})).toBe('lesson_ended');
  });

  test('opens once, for one phone; its secrets are in no row and no event', async () => {
    await teacher.starts();
    const { token, companionId } = await invited();
    expect((await told(teacher.driver, 'waiting')).companion).toMatchObject({ companionId });
    const pass = passOf(token);
    await opens(pass);
    expect((await told(teacher.driver, 'connected')).companion).toMatchObject({ companionId });
    expect(await refused(passOf(token))).toBe('companion_used');
    const kept = JSON.stringify([await world.rows('select c::text from companion c'), await world.rows('select payload from event')]);
    for (const secret of [pass.token, pass.key]) expect(kept).not.toContain(secret);
    expect(await events('companion:joined')).toEqual([{ sessionId: expect.any(String) as string, companionId, personId: world.school.teacher.personId }]);
  });

  test('is refused by what is wrong with it', async () => {
    const { clock, school, deps } = world;
    await teacher.starts();
    const { token } = await invited();
    const { lessonId: other } = await addLesson(deps.orm, school, clock.now());
    expect(await refused(passOf(drawKey()))).toBe('companion_unknown');
    expect(await refused(passOf(token, drawKey(), other))).toBe('wrong_lesson');
    expect(await refused({ ...passOf(token), key: 'short' })).toBe('bad_request');
    expect(await refused({ ...passOf(token), more: 1 })).toBe('bad_request');
    expect(await refused({})).toBe('bad_request');
    expect(await refused(passOf(token), { origin: 'https://elsewhere.example' })).toBe('forbidden');
    clock.pass(300_000);
    expect(await refused(passOf(token))).toBe('companion_expired');
    expect((await teacher.driver.ask('companion:read', {})).companion).toBeNull();
    const late = await invited();
    await teacher.ends();
    expect(await refused(passOf(late.token))).toBe('lesson_not_live');
  });

  test('is void once it was taken back, or another one was made', async () => {
    await teacher.starts();
    const first = await invited();
    const second = await invited();
    expect(await refused(passOf(first.token))).toBe('companion_ended');
    await teacher.driver.ask('companion:end', { companionId: second.companionId });
    await teacher.driver.ask('companion:end', { companionId: second.companionId });
    expect(await refused(passOf(second.token))).toBe('companion_ended');
    expect((await events('companion:ended')).map(({ companionId, reason }) => [companionId, reason])).toEqual([[first.companionId, 'replaced'], [second.companionId, 'revoked']]);
  });

  test('of somebody else cannot be taken back', async () => {
    await teacher.starts();
    const { phone, companionId } = await connected();
    const assistant = await world.inside(world.school.assistant);
    await assistant.ask('companion:end', { companionId });
    expect((await assistant.ask('companion:read', {})).companion).toBeNull();
    expect((await phone.ask('companion:look', {})).teacherName).toBe('School teacher');
    expect(await events('companion:ended')).toEqual([]);
  });
});

describe('a phone that is in', () => {
  test('is told whose it is and may ask nothing but to send one picture', async () => {
    await teacher.starts();
    const { phone } = await connected();
    expect(await phone.ask('companion:look', {})).toEqual({ lessonTitle: 'First lesson', courseTitle: 'School course', teacherName: 'School teacher', producers: [] });
    const foreign = Object.keys(socketRequests).filter((name) => !(name in phoneRequests));
    expect(foreign).toEqual(expect.arrayContaining(['lesson:enter', 'chat:send', 'hand:raise', 'quiz:answer', 'quiz:open', 'check:ask', 'media:consume', 'companion:invite']));
    for (const name of foreign) expect([name, await phone.refusal(name, {})]).toEqual([name, 'bad_request']);
    const offer = { transportId: 't', kind: 'video', source: 'documentCamera', rtpParameters: {}, paused: false };
    for (const change of [{ source: 'camera' }, { source: 'screen' }, { source: 'microphone', kind: 'audio' }, { kind: 'audio' }, { personId: newId() }]) {
      expect(await phone.refusal('media:produce', { ...offer, ...change })).toBe('bad_request');
    }
    expect(await phone.refusal('media:createTransport', { direction: 'receive' })).toBe('bad_request');
    // Its own requests are let through as far as there are media nodes.
    for (const [name, data] of [['media:join', {}], ['media:createTransport', { direction: 'send' }], ['media:produce', offer]] as const) expect(await phone.refusal(name, data)).toMatch(/^(media_unavailable|not_entered)$/);
  });

  test('has no login: its secrets open no classroom and no route', async () => {
    await teacher.starts();
    const { pass } = await connected();
    for (const secret of [pass.token, pass.key]) {
      const codes = await Promise.all([{ cookie: `${sessionCookie}=${secret}` }, { authorization: `Bearer ${secret}` }].map(async (extraHeaders) => {
        const socket = io(world.url, { transports: ['websocket'], forceNew: true, reconnection: false, auth: { ...pass }, extraHeaders });
        const code = await new Promise((resolve) => {
          socket.once('connect', () => resolve('connected'));
          socket.once('connect_error', (error: Error) => resolve(error.message));
        });
        socket.disconnect();
        return code;
      }));
      expect(codes).toEqual(['unauthenticated', 'unauthenticated']);
      for (const route of Object.keys(restRoutes).filter((name) => restRoutes[name as keyof typeof restRoutes].by !== 'anyone')) {
        const { statusCode } = await world.call(route.replace(/:\w+/g, world.school.lessonId), null, { headers: { cookie: `${sessionCookie}=${secret}` } });
        expect([route, statusCode]).toEqual([route, 401]);
      }
    }
  });

  test('hears nothing of the class', async () => {
    await teacher.starts();
    const { phone } = await connected();
    const student = asStudent(await world.inside(world.school.learner));
    await student.says('hello');
    await teacher.driver.next('chat:sent');
    await student.raisesHand();
    await teacher.driver.next('hand:changed');
    await phone.ask('companion:look', {});
    expect(phone.strange).toEqual([]);
  });

  test('is nobody: no seat, no presence, in no roster and no count', async () => {
    await teacher.starts();
    const before = await world.rows('select id, person_id, device_id from connection order by id');
    await connected();
    await world.classrooms.tick();
    expect(await world.rows('select id, person_id, device_id from connection order by id')).toEqual(before);
    expect(teacher.driver.heard('seat:taken')).toEqual([]);
    const { presentCount, participants } = await (await world.inside(world.school.proctor)).ask('lesson:snapshot', {});
    expect([presentCount, participants.filter(({ present }) => present).map(({ personId }) => personId).sort()])
      .toEqual([2, [world.school.teacher.personId, world.school.proctor.personId].sort()]);
    await teacher.driver.ask('lesson:roster', {});
  });
});

describe('cuts', () => {
  test('a phone that is cut is told of, and comes back by its key, long after the link has expired', async () => {
    await teacher.starts();
    const { phone, pass, companionId } = await connected();
    phone.cut();
    expect((await told(teacher.driver, 'away')).companion).toMatchObject({ companionId });
    world.clock.pass(20 * 60_000);
    await world.classrooms.flush();
    const again = await opens(pass);
    await told(teacher.driver, 'connected');
    expect((await again.ask('companion:look', {})).lessonTitle).toBe('First lesson');
    expect(await refused(passOf(pass.token))).toBe('companion_used');
    expect(await events('companion:joined')).toHaveLength(1);
  });

  test('the same phone in another page: the newer one goes on, the older one is told to stop', async () => {
    await teacher.starts();
    const { phone, pass } = await connected();
    const newer = await opens(pass);
    expect(await phone.next('companion:ended')).toEqual({ reason: 'other_page' });
    await phone.gone();
    await newer.ask('companion:look', {});
    expect((await teacher.driver.ask('companion:read', {})).companion?.state).toBe('connected');
  });

  test('a phone whose process died without a word is away when its lease is over', async () => {
    await teacher.starts();
    const { companionId } = await connected();
    await world.rows(`update companion set connection_id = ?, seen_at = ? where id = ? returning id`, [newId(), world.clock.now(), companionId]);
    phones.splice(0).forEach((phone) => phone.close());
    world.clock.pass(29_000);
    await world.classrooms.tick();
    expect((await teacher.driver.ask('companion:read', {})).companion?.state).toBe('connected');
    world.clock.pass(1_000);
    await world.classrooms.tick();
    await told(teacher.driver, 'away');
  });

  test('the teacher’s page comes back, also on another device: the phone stays', async () => {
    const { school, clock } = world;
    await teacher.starts();
    const { phone, companionId } = await connected();
    teacher.driver.cut();
    await expect.poll(() => world.rows('select 1 from connection where person_id = ? and left_at is null', [school.teacher.personId])).toEqual([]);
    clock.pass(20_000);
    await world.classrooms.tick();
    const page = await world.inside(school.teacher);
    expect((await page.ask('companion:read', {})).companion).toMatchObject({ companionId, state: 'connected' });
    const laptop = await world.inside(school.teacher);
    await page.next('seat:taken');
    await world.classrooms.tick();
    expect((await laptop.ask('companion:read', {})).companion).toMatchObject({ companionId, state: 'connected' });
    await phone.ask('companion:look', {});
    phone.cut();
    await told(laptop, 'away');
  });
});

describe('the end', () => {
  const ended = async (phone: PhoneDriver, pass: object, reason: string, code = 'companion_ended') => {
    expect(await phone.next('companion:ended')).toEqual({ reason });
    await phone.gone();
    expect(await refused(pass)).toBe(code);
  };

  test('comes with the teacher’s leaving', async () => {
    await teacher.starts();
    const { phone, pass } = await connected();
    await teacher.driver.ask('lesson:leave', {});
    await world.classrooms.tick();
    await ended(phone, pass, 'seat_over');
    expect((await (await world.inside(world.school.teacher)).ask('companion:read', {})).companion).toBeNull();
  });

  test('comes when a teacher who was cut does not return', async () => {
    const { clock, school } = world;
    await teacher.starts();
    const { phone, pass } = await connected();
    teacher.driver.cut();
    await expect.poll(() => world.rows('select 1 from connection where person_id = ? and left_at is null', [school.teacher.personId])).toEqual([]);
    clock.pass(29_999);
    await world.classrooms.tick();
    await phone.ask('companion:look', {});
    clock.pass(1);
    await world.classrooms.tick();
    await ended(phone, pass, 'seat_over');
  });

  test('comes with the lesson’s', async () => {
    await teacher.starts();
    const { phone, pass } = await connected();
    await teacher.ends();
    await world.classrooms.tick();
    await ended(phone, pass, 'lesson_over', 'lesson_not_live');
  });

  test('comes when the teacher says so, or makes another link', async () => {
    await teacher.starts();
    const one = await connected();
    await teacher.driver.ask('companion:end', { companionId: one.companionId });
    await ended(one.phone, one.pass, 'revoked');
    await told(teacher.driver, null);
    const two = await connected();
    await invited();
    await ended(two.phone, two.pass, 'replaced');
    await told(teacher.driver, 'waiting');
  });

  test('a stopping process leaves phones away, not ended', async () => {
    await teacher.starts();
    const { phone, companionId } = await connected();
    await world.classrooms.close();
    await phone.gone();
    expect(phone.heard.some(({ name }) => name === 'companion:ended')).toBe(false);
    expect(await world.rows('select connection_id, ended_at from companion where id = ?', [companionId])).toEqual([{ connection_id: null, ended_at: null }]);
  });
});
