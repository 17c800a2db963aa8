// A phone as second camera on a real media node: its picture reaches viewers and the recording as the teacher's, and lives through what happens to phone and page.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { RtpHeader } from 'werift';
import { decodeFrames, frameTypes, type CaptureHeader } from '#runtime/capture-log.ts';
import { freePort } from '#runtime/free-port.ts';
import type { ClassroomDriver } from '#testing/classroom-driver.ts';
import { drawKey, PhoneDriver } from '#testing/phone-driver.ts';
import { asTeacher } from '#testing/role-drivers.ts';
import { ownDtlsParameters, SecureLine } from '#testing/secure-line.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';
import { joined, offer } from '../testing/media-offer.ts';
import { startSfu, type SfuProcess } from '../testing/sfu-process.ts';

const secret = 'a secret of the media tests';
let folder: string;
let internal: { SIGNALING_INTERNAL_PORT: number };
let sfu: SfuProcess;
let world: ClassroomWorld;
let teacher: ReturnType<typeof asTeacher>;
let student: ClassroomDriver;
const toClose: { close(): void }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'companion-media-'));
  internal = { SIGNALING_INTERNAL_PORT: await freePort() };
  sfu = await startSfu(folder, await freePort(), secret, internal);
});
afterAll(async () => {
  await sfu?.kill();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  world = await openClassroomWorld({ ...internal, SFU_SECRET: secret });
  await world.classrooms.mediaReady();
  teacher = asTeacher(await world.inside(world.school.teacher));
  student = await world.inside(world.school.learner);
});
afterEach(async () => {
  for (const one of toClose.splice(0)) one.close();
  await world.close();
});

const nothing = { onRtp: () => undefined, onRtcp: () => undefined, onEnd: () => undefined };
async function opens(pass: object): Promise<PhoneDriver> {
  const phone = await PhoneDriver.connect(world.url, { ...pass });
  toClose.push(phone);
  return phone;
}
async function connected() {
  await teacher.starts();
  const { token, companionId } = await teacher.driver.ask('companion:invite', {});
  const pass = { lessonId: world.school.lessonId, token, key: drawKey() };
  return { phone: await opens(pass), pass, companionId };
}

/** Films from now on: a key frame of VP8 every 20 ms, as real packets over a real line. */
async function films(phone: PhoneDriver): Promise<string> {
  const { rtpCapabilities, producers } = await phone.ask('media:join', {});
  expect(producers).toEqual([]);
  // Phones turn their pictures themselves.
  expect(rtpCapabilities.headerExtensions?.map(({ uri }) => uri)).not.toContain('urn:3gpp:video-orientation');
  const send = await phone.ask('media:createTransport', { direction: 'send' });
  await phone.ask('media:connectTransport', { transportId: send.transportId, dtlsParameters: await ownDtlsParameters() });
  const wish = offer(send.transportId, 'documentCamera');
  const { producerId } = await phone.ask('media:produce', { ...wish, kind: 'video', source: 'documentCamera' });
  const line = await SecureLine.open(send, nothing);
  let sequence = 0;
  const timer = setInterval(() => {
    const header = new RtpHeader({ payloadType: 96, sequenceNumber: sequence, timestamp: sequence * 1800, ssrc: wish.rtpParameters.encodings![0]!.ssrc!, marker: true });
    line.sendRtp(Buffer.concat([Buffer.from([0x10, 0x10, 0, 0, 0x9d, 0x01, 0x2a, 160, 0, 90, 0]), Buffer.alloc(100, sequence)]), header);
    sequence++;
  }, 20);
  toClose.push({ close: () => { clearInterval(timer); line.close(); } });
  return producerId;
}

/** Packets of that picture which arrive over a viewer's own line. */
async function watches(viewer: ClassroomDriver, producerId: string): Promise<() => number> {
  const { rtpCapabilities, producers } = await viewer.ask('media:join', {});
  expect(producers.map((one) => one.producerId)).toContain(producerId);
  const receive = await viewer.ask('media:createTransport', { direction: 'receive' });
  await viewer.ask('media:connectTransport', { transportId: receive.transportId, dtlsParameters: await ownDtlsParameters() });
  const { consumerId, rtpParameters } = await viewer.ask('media:consume', { producerId, rtpCapabilities });
  const ssrc = rtpParameters.encodings![0]!.ssrc!;
  let arrived = 0;
  const line = await SecureLine.open(receive, { ...nothing, onRtp: (packet) => { if (packet.readUInt32BE(8) === ssrc) arrived++; } });
  toClose.push(line);
  await viewer.ask('media:resumeConsumer', { consumerId });
  return () => arrived;
}

test('its picture is the teacher’s: for viewers, for the teacher’s own page and in the recording', async () => {
  const { school } = world;
  const { phone } = await connected();
  const producerId = await films(phone);
  const told = { producerId, personId: school.teacher.personId, kind: 'video', source: 'documentCamera', paused: false };
  expect(await student.next('media:produced')).toEqual(told);
  expect(await teacher.driver.next('media:produced')).toEqual(told);
  expect((await student.enter(school.lessonId)).producers).toEqual([told]);
  expect((await phone.ask('companion:look', {})).producers).toEqual([told]);
  for (const viewer of [student, teacher.driver]) {
    const arrived = await watches(viewer, producerId);
    await expect.poll(arrived).toBeGreaterThan(30);
  }
  // Nobody's presence is made of it.
  expect(await world.rows('select distinct person_id from observation where person_id not in (?, ?)', [school.teacher.personId, school.learner.personId])).toEqual([]);
  await teacher.ends();
  await teacher.driver.next('recording:changed');
  const files = (await readdir(join(folder, 'capture', school.lessonId), { recursive: true })).filter((name) => name.includes(producerId) && name.endsWith('.rtplog'));
  const frames = (await Promise.all(files.map((name) => readFile(join(folder, 'capture', school.lessonId, name))))).flatMap((bytes) => decodeFrames(bytes).frames);
  const header = JSON.parse(frames.find(({ type }) => type === frameTypes.header)!.payload.toString()) as CaptureHeader;
  expect(header).toMatchObject({ peerId: school.teacher.personId, source: 'documentCamera', kind: 'video' });
  expect(frames.filter(({ type }) => type === frameTypes.rtp).length).toBeGreaterThan(60);
});

test('beside the teacher’s own camera it stays while the page joins anew, and the camera while the phone does', async () => {
  const { phone, pass } = await connected();
  const documents = await films(phone);
  const { producerId: camera } = await teacher.driver.ask('media:produce', offer((await joined(teacher.driver)).transportId, 'camera'));
  const seen = async (): Promise<string[]> => (await student.enter(world.school.lessonId)).producers.map(({ producerId }) => producerId).sort();
  expect(await seen()).toEqual([documents, camera].sort());
  const { producerId: anew } = await teacher.driver.ask('media:produce', offer((await joined(teacher.driver)).transportId, 'camera'));
  expect(await seen()).toEqual([documents, anew].sort());
  const desk = await world.inside(world.school.teacher);
  await joined(desk);
  await student.next('media:producerClosed', ({ producerId }) => producerId === anew);
  expect(await seen()).toEqual([documents]);
  phone.cut();
  const again = await opens(pass);
  expect((await again.ask('companion:look', {})).producers.map(({ producerId }) => producerId)).toEqual([documents]);
  const second = await films(again);
  await student.next('media:producerClosed', ({ producerId }) => producerId === documents);
  expect(await seen()).toContain(second);
});

test('a phone that stays away gives its picture up, and joins anew when it is back', async () => {
  const { phone, pass } = await connected();
  const producerId = await films(phone);
  await student.next('media:produced');
  phone.cut();
  await teacher.driver.next('companion:changed', ({ companion }) => companion?.state === 'away');
  world.clock.pass(7_999);
  await world.classrooms.tick();
  expect((await student.enter(world.school.lessonId)).producers).toHaveLength(1);
  world.clock.pass(1);
  await world.classrooms.tick();
  expect(await student.next('media:producerClosed')).toEqual({ producerId, personId: world.school.teacher.personId, source: 'documentCamera' });
  const again = await opens(pass);
  expect((await again.ask('companion:look', {})).producers).toEqual([]);
  expect(await again.refusal('media:createTransport', { direction: 'send' })).toBe('not_entered');
  await films(again);
  await student.next('media:produced', (one) => one.producerId !== producerId);
});

test('its picture ends with it: taken back, replaced, or when the teacher leaves', async () => {
  const first = await connected();
  const one = await films(first.phone);
  await teacher.driver.ask('companion:end', { companionId: first.companionId });
  expect((await student.next('media:producerClosed')).producerId).toBe(one);
  const second = await connected();
  const two = await films(second.phone);
  const third = await connected();
  expect((await student.next('media:producerClosed')).producerId).toBe(two);
  const three = await films(third.phone);
  await teacher.driver.ask('lesson:leave', {});
  await world.classrooms.tick();
  expect((await student.next('media:producerClosed')).producerId).toBe(three);
  expect(await world.rows('select person_id from media_seat where room_id = ?', [world.school.lessonId])).toEqual([]);
});

test('a media node that dies: the phone is asked to come again, and films on the new one', async () => {
  const { phone } = await connected();
  const before = await films(phone);
  await student.next('media:produced');
  await sfu.kill();
  await world.classrooms.mediaLost();
  sfu = await startSfu(folder, await freePort(), secret, internal);
  await phone.next('media:reset');
  await films(phone);
  await student.next('media:produced', (one) => one.producerId !== before);
});

test('where nothing is recorded it is told when nobody looks and when somebody does', async () => {
  await world.rows('update lesson set recorded = false where id = ? returning id', [world.school.lessonId]);
  const { phone } = await connected();
  const producerId = await films(phone);
  const wanted = () => phone.heard.filter(({ name }) => name === 'media:wanted').map(({ data }) => data);
  await expect.poll(wanted).toEqual([{ producerId, maxSpatialLayer: -1 }]);
  await watches(student, producerId);
  await expect.poll(wanted).toEqual([{ producerId, maxSpatialLayer: -1 }, { producerId, maxSpatialLayer: 0 }]);
});
