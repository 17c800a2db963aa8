// Media through signaling on a real media node: joining, sending, receiving, what is refused, and a node that dies.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ClassroomDriver } from '#testing/classroom-driver.ts';
import { asStudent, asTeacher } from '#testing/role-drivers.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';
import { joined, offer, sending } from '../testing/media-offer.ts';
import { addLesson } from '../testing/school.ts';
import { freePort } from '#runtime/free-port.ts';
import { startSfu, type SfuProcess } from '../testing/sfu-process.ts';

const secret = 'a secret of the media tests';
let folder: string;
let port: number;
let internal: { SIGNALING_INTERNAL_PORT: number };
let sfu: SfuProcess;
let world: ClassroomWorld;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'classroom-media-'));
  port = await freePort();
  internal = { SIGNALING_INTERNAL_PORT: await freePort() };
  sfu = await startSfu(folder, port, secret, internal);
});
afterAll(async () => {
  await sfu?.kill();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  world = await openClassroomWorld({ ...internal, SFU_SECRET: secret });
  await world.classrooms.mediaReady();
});
afterEach(() => world.close());

test('a teacher sends, a student receives; what is not theirs is refused and stays', async () => {
  const { school, deps, clock } = world;
  const waiting = await world.inside(school.learner);
  expect(await waiting.refusal('media:join', {})).toBe('lesson_not_open');
  const teacher = asTeacher(await world.inside(school.teacher));
  const proctor = await world.inside(school.proctor);
  const student = asStudent(waiting);
  await teacher.starts();
  const front = await joined(teacher.driver);
  const { producerId: camera } = await teacher.driver.ask('media:produce', offer(front.transportId, 'camera'));
  const { producerId: microphone } = await teacher.driver.ask('media:produce', offer(front.transportId, 'microphone'));
  expect(await student.driver.next('media:produced', (one) => one.source === 'camera')).toEqual({
    producerId: camera, personId: school.teacher.personId, kind: 'video', source: 'camera', paused: false,
  });
  expect(teacher.driver.heard('media:produced')).toEqual([]);
  const back = await joined(student.driver);
  expect(back.producers.map((one) => one.producerId).sort()).toEqual([camera, microphone].sort());
  const consumer = await student.driver.ask('media:consume', { producerId: microphone, rtpCapabilities: back.rtpCapabilities });
  expect(consumer).toMatchObject({ producerId: microphone, kind: 'audio' });
  await student.driver.ask('media:resumeConsumer', { consumerId: consumer.consumerId });
  await student.driver.ask('media:pauseConsumer', { consumerId: consumer.consumerId });
  expect((await student.driver.ask('media:restartIce', { transportId: back.receiveId })).iceParameters).toBeTruthy();

  const refused = (driver: ClassroomDriver, name: string, data: object) => driver.refusal(name, data);
  expect(await refused(student.driver, 'media:produce', offer(back.transportId, 'camera'))).toBe('not_on_stage');
  expect(await refused(student.driver, 'media:produce', offer(back.transportId, 'screen'))).toBe('forbidden');
  expect(await refused(proctor, 'media:produce', offer(back.transportId, 'camera'))).toBe('forbidden');
  expect(await refused(teacher.driver, 'media:produce', { ...offer(front.transportId, 'camera'), kind: 'audio' })).toBe('bad_request');
  expect(await refused(teacher.driver, 'media:produce', { ...offer(front.transportId, 'camera'), source: 'desk' })).toBe('bad_request');
  expect(await refused(teacher.driver, 'media:produce', offer(back.transportId, 'camera'))).toBe('transport_not_found');
  for (const request of ['media:closeProducer', 'media:pauseProducer', 'media:resumeProducer']) {
    expect(await refused(student.driver, request, { producerId: microphone }), request).toBe('producer_not_found');
  }
  expect(await refused(student.driver, 'media:consume', { producerId: 'none', rtpCapabilities: back.rtpCapabilities })).toBe('producer_not_found');
  expect(await refused(teacher.driver, 'media:resumeConsumer', { consumerId: consumer.consumerId })).toBe('consumer_not_found');

  const { lessonId } = await addLesson(deps.orm, school, clock.now());
  const elsewhere = await world.person(school.assistant);
  await elsewhere.enter(lessonId);
  const there = await joined(elsewhere);
  expect(there.producers).toEqual([]);
  expect(await elsewhere.refusal('media:consume', { producerId: camera, rtpCapabilities: there.rtpCapabilities })).toBe('producer_not_found');
  expect(await elsewhere.refusal('media:closeProducer', { producerId: camera })).toBe('producer_not_found');

  await teacher.driver.ask('media:pauseProducer', { producerId: microphone });
  expect((await student.driver.next('media:producerChanged')).paused).toBe(true);
  expect(await world.person(school.learner).then((driver) => driver.enter(school.lessonId)).then(({ producers }) => producers.map((one) => [one.source, one.paused]).sort()))
    .toEqual([['camera', false], ['microphone', true]]);
});

test('who looks in receives, sends nothing, and asks no sender of an unrecorded class for anything', async () => {
  const { school } = world;
  await world.rows('update lesson set recorded = false where id = ? returning id', [school.lessonId]);
  const teacher = asTeacher(await world.inside(school.teacher));
  const student = asStudent(await world.inside(school.learner));
  await teacher.starts();
  const front = await joined(teacher.driver);
  const { producerId: camera } = await teacher.driver.ask('media:produce', offer(front.transportId, 'camera'));
  const watches = async (driver: ClassroomDriver): Promise<void> => {
    const back = await joined(driver);
    const { consumerId } = await driver.ask('media:consume', { producerId: camera, rtpCapabilities: back.rtpCapabilities });
    await driver.ask('media:resumeConsumer', { consumerId });
  };
  // Nobody watches: the sender is told to send nothing.
  expect(await teacher.driver.next('media:wanted')).toEqual({ producerId: camera, maxSpatialLayer: -1 });
  const observer = await world.inside(school.regulator);
  await watches(observer);
  for (const source of ['camera', 'microphone', 'screen'] as const) expect(await observer.refusal('media:produce', offer((await joined(observer)).transportId, source))).toBe('forbidden');
  await watches(observer);
  await new Promise((resolve) => { setTimeout(resolve, 600); });
  expect(teacher.driver.heard('media:wanted')).toEqual([]);
  await watches(student.driver);
  expect((await teacher.driver.next('media:wanted')).maxSpatialLayer).toBeGreaterThanOrEqual(0);
  await observer.ask('lesson:leave', {});
  await new Promise((resolve) => { setTimeout(resolve, 600); });
  expect(teacher.driver.heard('media:wanted')).toEqual([]);
  expect(student.driver.heard('media:produced').map(({ personId }) => personId)).not.toContain(school.regulator.personId);
});

test('on stage a student sends camera and microphone; sent down, nothing of it is left', async () => {
  const { school } = world;
  const teacher = asTeacher(await world.inside(school.teacher));
  const student = asStudent(await world.inside(school.learner));
  const other = await world.inside(school.other);
  await teacher.starts();
  await student.raisesHand();
  await teacher.invites(school.learner.personId);
  await student.driver.next('stage:invited');
  const seat = await joined(student.driver);
  expect(await student.driver.refusal('media:produce', offer(seat.transportId, 'microphone'))).toBe('not_on_stage');
  await student.answersInvitation(true);
  const first = await student.driver.ask('media:produce', offer(seat.transportId, 'microphone'));
  const second = await student.driver.ask('media:produce', offer(seat.transportId, 'microphone'));
  expect((await other.next('media:producerClosed')).producerId).toBe(first.producerId);
  expect(await student.driver.refusal('media:produce', offer(seat.transportId, 'screenAudio'))).toBe('forbidden');
  await teacher.sendsDown(school.learner.personId);
  expect(await other.next('media:producerClosed')).toEqual({ producerId: second.producerId, personId: school.learner.personId, source: 'microphone' });
  expect(await student.driver.refusal('media:produce', offer(seat.transportId, 'microphone'))).toBe('not_on_stage');
  expect((await other.enter(school.lessonId)).producers).toEqual([]);
});

test('a second device takes the media seat too, and leaving gives it up', async () => {
  const { school } = world;
  const teacher = asTeacher(await world.inside(school.teacher));
  const student = await world.inside(school.learner);
  const { producerId } = await teacher.driver.ask('media:produce', offer((await joined(teacher.driver)).transportId, 'camera'));
  await student.next('media:produced');
  const desk = asTeacher(await world.inside(school.teacher));
  await teacher.driver.next('seat:taken');
  const again = await joined(desk.driver);
  expect((await student.next('media:producerClosed')).producerId).toBe(producerId);
  const { producerId: replaced } = await desk.driver.ask('media:produce', offer(again.transportId, 'camera'));
  await desk.driver.ask('lesson:leave', {});
  expect((await student.next('media:producerClosed', (one) => one.producerId === replaced)).personId).toBe(school.teacher.personId);
});

test('the recording starts with the lesson and is sealed and handed over at its end', async () => {
  const { school } = world;
  const teacher = asTeacher(await world.inside(school.teacher));
  const seat = await joined(teacher.driver);
  await teacher.driver.ask('media:produce', offer(seat.transportId, 'camera'));
  const place = join(folder, 'capture', school.lessonId);
  expect(await readdir(place).catch(() => [])).toEqual([]);
  await teacher.starts();
  const { producerId } = await teacher.driver.ask('media:produce', offer(seat.transportId, 'microphone'));
  await teacher.ends();
  expect((await teacher.driver.next('recording:changed')).status).toBe('processing');
  const files = await readdir(place, { recursive: true });
  expect(files.some((file) => file.includes(producerId))).toBe(true);
  expect(await teacher.driver.refusal('media:join', {})).toBe('lesson_ended');
});

test('a media node that dies: honest refusals, a new one within seconds, everybody told, the time put down', async () => {
  const { school, clock } = world;
  const teacher = asTeacher(await world.inside(school.teacher));
  const student = await world.inside(school.learner);
  await teacher.starts();
  await joined(teacher.driver);
  await sfu.kill();
  await world.classrooms.mediaLost();
  expect(await teacher.driver.refusal('media:join', {})).toBe('media_unavailable');
  expect((await student.enter(school.lessonId)).mediaAvailable).toBe(false);
  clock.pass(2_000);
  await world.classrooms.tick();
  await world.classrooms.tick();
  expect(await world.rows('select reason, ended_at from interruption')).toEqual([{ reason: 'platform', ended_at: null }]);
  sfu = await startSfu(folder, port, secret, internal);
  const upMs = Date.now();
  await Promise.all([teacher.driver.next('media:reset'), student.next('media:reset')]);
  expect(Date.now() - upMs).toBeLessThan(5_000);
  const line = await (await sending(teacher.driver, 'camera')).connected();
  await student.next('media:produced');
  await expect.poll(() => world.rows('select 1 from interruption where ended_at is null')).toEqual([]);
  line.close();
});

test('a leader mutes a learner on stage, who may speak again until microphones are locked; who is taken out sends and hears nothing more', async () => {
  const { school } = world;
  const { personId } = school.learner;
  const teacher = asTeacher(await world.inside(school.teacher));
  const student = asStudent(await world.inside(school.learner));
  await teacher.starts();
  await student.raisesHand();
  await teacher.invites(personId);
  await student.answersInvitation(true);
  const front = await joined(teacher.driver);
  const { producerId: ofTeacher } = await teacher.driver.ask('media:produce', offer(front.transportId, 'microphone'));
  const seat = await joined(student.driver);
  const { producerId } = await student.driver.ask('media:produce', offer(seat.transportId, 'microphone'));
  const { producerId: camera } = await student.driver.ask('media:produce', offer(seat.transportId, 'camera'));
  const paused = async () => Object.fromEntries((await teacher.driver.ask('lesson:snapshot', {})).producers.map((one) => [one.producerId, one.paused]));

  await teacher.driver.ask('microphone:mute', {});
  expect(await paused()).toEqual({ [ofTeacher]: false, [producerId]: true, [camera]: false });
  expect((await teacher.driver.next('media:producerChanged')).producerId).toBe(producerId);
  await student.driver.ask('media:resumeProducer', { producerId });
  expect(await paused()).toMatchObject({ [producerId]: false });

  await teacher.driver.ask('microphone:lock', { locked: true });
  expect(await paused()).toEqual({ [ofTeacher]: false, [producerId]: true, [camera]: false });
  expect(await student.driver.refusal('media:resumeProducer', { producerId })).toBe('microphone_locked');
  expect(await student.driver.refusal('media:produce', offer(seat.transportId, 'microphone'))).toBe('microphone_locked');
  expect(await paused()).toMatchObject({ [producerId]: true });
  await student.driver.ask('media:pauseProducer', { producerId: camera });
  await student.driver.ask('media:resumeProducer', { producerId: camera });
  await teacher.driver.ask('media:pauseProducer', { producerId: ofTeacher });
  await teacher.driver.ask('media:resumeProducer', { producerId: ofTeacher });
  const { producerId: silent } = await student.driver.ask('media:produce', { ...offer(seat.transportId, 'microphone'), paused: true });
  await teacher.driver.ask('microphone:lock', { locked: false });
  await student.driver.ask('media:resumeProducer', { producerId: silent });

  await teacher.driver.ask('door:remove', { personId, reason: 'disturbing', note: '' });
  expect(Object.keys(await paused())).toEqual([ofTeacher]);
  await student.driver.disconnected();
});
