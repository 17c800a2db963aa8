// One lesson over two real media nodes whose first is used so far that learners sit at the other: guests there, the link between the two, and the last seats.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { knownNodes } from '#db/queries/media-nodes.ts';
import { newId } from '#domain/id.ts';
import { freePort } from '#runtime/free-port.ts';
import type { ClassroomDriver } from '#testing/classroom-driver.ts';
import { CutLine } from '#testing/cut-line.ts';
import { asStudent, asTeacher } from '#testing/role-drivers.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';
import type { Known } from '../testing/http-world.ts';
import { joined, offer } from '../testing/media-offer.ts';
import { startSfu, type SfuProcess } from '../testing/sfu-process.ts';

const secret = 'a secret of the edge tests';
const names = ['sfu-a', 'sfu-b'] as const;
type Name = (typeof names)[number];
/** 25 people each, of whom the last is staff. */
const streams = 50;
let folder: string;
let internalPort: number;
const ports = new Map<Name, number>();
const nodes: SfuProcess[] = [];
/** To sfu-a, as all others reach it. */
let line: CutLine;
let world: ClassroomWorld;
const ends: (() => unknown)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edges-media-'));
  internalPort = await freePort();
  for (const name of names) ports.set(name, await freePort());
  line = await CutLine.to(ports.get('sfu-a')!);
  nodes.push(...await Promise.all(names.map((name) => startSfu(folder, ports.get(name)!, secret, {
    SIGNALING_INTERNAL_PORT: internalPort, NODE_ID: name, MEDIA_VIEWER_STREAMS: streams, ...(name === 'sfu-a' && { SFU_CONTROL_URL: line.url }),
  }))));
});
afterAll(async () => {
  for (const node of nodes) await node.kill();
  line.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  world = await openClassroomWorld({ SIGNALING_INTERNAL_PORT: internalPort, SFU_SECRET: secret });
  await loadIs(({ rooms, seats }) => rooms === 0 && seats === 0);
  // Signaling's own line; the edge's comes later.
  line.spare();
});
afterEach(async () => {
  line.mend();
  for (const end of ends.splice(0).reverse()) await end();
  await world.close();
});

interface Load { rooms: number; seats: number; full: boolean }
/** As the nodes say, and as signaling has read it. */
async function loadIs(wanted: (load: Load, name: Name) => boolean): Promise<void> {
  await world.classrooms.mediaReady(2);
  await expect.poll(async () => (await knownNodes(world.deps.orm.em.fork())).map(({ nodeId, load }) => wanted(load, nodeId as Name)), { timeout: 10_000 }).toEqual([true, true]);
  await world.classrooms.mediaReady(2);
}
async function connected(name: Name, as?: 'node'): Promise<Socket> {
  const socket = io(`http://127.0.0.1:${ports.get(name)}`, { auth: { secret, ...(as && { as }) }, transports: ['websocket'], forceNew: true });
  ends.push(() => socket.close());
  await new Promise<void>((resolve, reject) => { socket.once('connect', resolve).once('connect_error', reject); });
  return socket;
}
/** People of another lesson. */
async function fill(name: Name, seats: number): Promise<void> {
  const socket = await connected(name);
  const roomId = newId();
  ends.push(() => socket.emitWithAck('room:close', { roomId }));
  await socket.emitWithAck('room:open', { roomId, epoch: 1, origin: null, capture: null });
  for (let seat = 0; seat < seats; seat++) await socket.emitWithAck('peer:join', { roomId, peerId: newId() });
}
const seatOf = async ({ personId }: Known) => (await world.rows<{ node_id: string }>('select node_id from media_seat where person_id = ?', [personId]))[0]?.node_id;

/** The teacher sends at sfu-a, which is more than half used. */
async function lessonAtA(): Promise<{ teacher: ClassroomDriver; receiveCapabilities: Awaited<ReturnType<typeof joined>>['rtpCapabilities']; camera: string }> {
  const teacher = await world.inside(world.school.teacher);
  await teacher.ask('lesson:start', {});
  const { transportId, rtpCapabilities } = await joined(teacher);
  const { producerId } = await teacher.ask('media:produce', offer(transportId, 'camera'));
  await fill('sfu-a', streams / 4);
  await loadIs(({ seats }, name) => name === 'sfu-b' || seats > streams / 4);
  return { teacher, receiveCapabilities: rtpCapabilities, camera: producerId };
}
async function watches(driver: ClassroomDriver, producerId: string) {
  const { rtpCapabilities, transportId } = await joined(driver);
  const { consumerId } = await driver.ask('media:consume', { producerId, rtpCapabilities });
  await driver.ask('media:resumeConsumer', { consumerId });
  return { transportId, rtpCapabilities };
}

test('a guest on the stage sends at an edge: seen and recorded at the origin; sent down, nothing of it is left', async () => {
  const { school } = world;
  const { teacher, receiveCapabilities, camera } = await lessonAtA();
  const student = asStudent(await world.inside(school.learner));
  const { transportId } = await watches(student.driver, camera);
  expect(await seatOf(school.learner)).toBe('sfu-b');
  await student.raisesHand();
  await asTeacher(teacher).invites(school.learner.personId);
  await student.driver.next('stage:invited');
  await student.answersInvitation(true);
  const { producerId } = await student.driver.ask('media:produce', offer(transportId, 'microphone'));
  expect(await teacher.next('media:produced')).toEqual({ producerId, personId: school.learner.personId, kind: 'audio', source: 'microphone', paused: false });
  expect(await teacher.ask('media:consume', { producerId, rtpCapabilities: receiveCapabilities })).toMatchObject({ producerId, kind: 'audio' });
  await expect.poll(async () => (await readdir(join(folder, 'capture', school.lessonId), { recursive: true })).filter((file) => file.endsWith(`/${producerId}`)).map((file) => file.includes('/sfu-a-')))
    .toEqual([true]);
  await asTeacher(teacher).sendsDown(school.learner.personId);
  expect(await teacher.next('media:producerClosed')).toEqual({ producerId, personId: school.learner.personId, source: 'microphone' });
  expect(await student.driver.refusal('media:pauseProducer', { producerId })).toBe('producer_not_found');
  expect(await student.driver.refusal('media:produce', offer(transportId, 'microphone'))).toBe('not_on_stage');
});

test('a link that is away too long: who sits at the edge comes again and is seated where the lesson is', async () => {
  const { school } = world;
  const { teacher, camera } = await lessonAtA();
  const student = await world.inside(school.learner);
  await watches(student, camera);
  expect(await seatOf(school.learner)).toBe('sfu-b');
  line.cut();
  await student.next('media:reset');
  await watches(student, camera);
  expect(await seatOf(school.learner)).toBe('sfu-a');
  // The lesson itself stood nowhere still.
  expect([teacher.heard('media:reset'), await world.rows('select 1 from interruption')]).toEqual([[], []]);
});

test('an edge with a new way to the origin: its viewers hear what they may have again, and have it', async () => {
  const { school } = world;
  const { camera } = await lessonAtA();
  const student = await world.inside(school.learner);
  const { rtpCapabilities } = await watches(student, camera);
  // The origin forgets the edge's pipe: another one comes in its name, and leaves.
  const other = await connected('sfu-a', 'node');
  const end = { ip: '127.0.0.9', port: 41_000, srtpParameters: { cryptoSuite: 'AEAD_AES_256_GCM', keyBase64: Buffer.alloc(44, 1).toString('base64') } };
  expect(await other.emitWithAck('link:open', { roomId: school.lessonId, epoch: 1, nodeId: 'sfu-b', end, again: false, producerIds: [] })).toMatchObject({ ok: true });
  other.close();
  line.cut();
  line.mend();
  await student.next('media:consumerClosed');
  expect(await student.next('media:produced', ({ producerId }) => producerId === camera)).toMatchObject({ personId: school.teacher.personId, source: 'camera' });
  // On the transport there is.
  expect(await student.ask('media:consume', { producerId: camera, rtpCapabilities })).toMatchObject({ kind: 'video' });
  expect([await seatOf(school.learner), student.heard('media:reset')]).toEqual(['sfu-b', []]);
});

test('nobody else gets a seat, and the teacher who comes last does; the guest called on stage had one before', async () => {
  const { school } = world;
  const teacher = await world.inside(school.teacher);
  await teacher.ask('lesson:start', {});
  const guest = asStudent(await world.inside(school.learner));
  const { transportId } = await joined(guest.driver);
  await Promise.all(names.map((name) => fill(name, streams / 2 - 1)));
  await loadIs(({ full }) => full);
  const other = await world.inside(school.other);
  expect(await other.refusal('media:join', {})).toBe('media_full');
  const front = await joined(teacher);
  await teacher.ask('media:produce', offer(front.transportId, 'camera'));
  await guest.raisesHand();
  await asTeacher(teacher).invites(school.learner.personId);
  await guest.driver.next('stage:invited');
  await guest.answersInvitation(true);
  await guest.driver.ask('media:produce', offer(transportId, 'microphone'));
  expect(await other.refusal('media:join', {})).toBe('media_full');
  expect([await seatOf(school.teacher), await seatOf(school.learner)]).toEqual(['sfu-a', 'sfu-a']);
});
