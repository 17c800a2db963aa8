// One lesson over two real media nodes: where people sit, and what happens when an edge dies, the origin dies, a node hangs, is drained, full, or not who it says.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { mediaNodesPath } from '#contracts/media-node.ts';
import { platform, unitOfWork } from '#db/orm.ts';
import { knownNodes, setDraining } from '#db/queries/media-nodes.ts';
import { freePort } from '#runtime/free-port.ts';
import type { ClassroomDriver } from '#testing/classroom-driver.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';
import type { Known } from '../testing/http-world.ts';
import { joined, offer, sending } from '../testing/media-offer.ts';
import { startSfu, type SfuProcess } from '../testing/sfu-process.ts';

const secret = 'a secret of the node tests';
const names = ['sfu-a', 'sfu-b'] as const;
type Name = (typeof names)[number];
let folder: string;
let internalPort: number;
const ports = new Map<Name, number>();
const nodes = new Map<Name, SfuProcess>();
let world: ClassroomWorld;

/** Each takes two people: past the first one the origin is half used. */
async function start(name: Name): Promise<void> {
  nodes.set(name, await startSfu(folder, ports.get(name)!, secret, { SIGNALING_INTERNAL_PORT: internalPort, NODE_ID: name, MEDIA_VIEWER_STREAMS: 4 }));
}
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nodes-media-'));
  internalPort = await freePort();
  for (const name of names) ports.set(name, await freePort());
  await Promise.all(names.map(start));
});
afterAll(async () => {
  for (const node of nodes.values()) await node.kill();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  world = await openClassroomWorld({ SIGNALING_INTERNAL_PORT: internalPort, SFU_SECRET: secret });
  await idle();
});
afterEach(() => world.close());

/** Both are there and have let go of what an earlier test had there: its rows are gone, so this world closes it. */
const idle = async (): Promise<void> => {
  await world.classrooms.mediaReady(2);
  await expect.poll(async () => (await knownNodes(world.deps.orm.em.fork())).map(({ load }) => [load.rooms, load.draining]), { timeout: 10_000 }).toEqual([[0, false], [0, false]]);
  await world.classrooms.mediaReady(2);
};
const drained = async (name: Name, draining: boolean): Promise<void> => {
  await unitOfWork(world.deps.orm, platform, (em) => setDraining(em, name, draining));
  // The node itself has heard it, and says so.
  await expect.poll(async () => (await knownNodes(world.deps.orm.em.fork())).find((node) => node.nodeId === name)?.load.draining, { timeout: 8_000 }).toBe(draining);
  await world.classrooms.mediaReady(2);
};
const room = async () => (await world.rows<{ node_id: string; epoch: number }>('select node_id, epoch from media_room'))[0];
const seatOf = async ({ personId }: Known) => (await world.rows<{ node_id: string }>('select node_id from media_seat where person_id = ?', [personId]))[0]?.node_id;
/** The teacher sends from sfu-a, where the room is: of two idle nodes the first by name. */
async function lessonAtA(): Promise<{ teacher: ClassroomDriver; camera: string }> {
  const teacher = await world.inside(world.school.teacher);
  await teacher.ask('lesson:start', {});
  const { transportId } = await joined(teacher);
  const { producerId } = await teacher.ask('media:produce', offer(transportId, 'camera'));
  expect(await room()).toEqual({ node_id: 'sfu-a', epoch: 1 });
  return { teacher, camera: producerId };
}
async function watches(driver: ClassroomDriver, producerId: string): Promise<void> {
  const { rtpCapabilities } = await joined(driver);
  const { consumerId } = await driver.ask('media:consume', { producerId, rtpCapabilities });
  await driver.ask('media:resumeConsumer', { consumerId });
}
const roomsAt = (name: Name): Promise<unknown[]> => new Promise((resolve, reject) => {
  const socket = io(`http://127.0.0.1:${ports.get(name)}`, { auth: { secret }, transports: ['websocket'], forceNew: true });
  socket.once('node:ready', ({ rooms }: { rooms: unknown[] }) => { socket.close(); resolve(rooms); });
  socket.once('connect_error', reject);
});

const stoodStill = (): Promise<unknown[]> => world.rows('select reason, ended_at is not null as over from interruption order by started_at');

test('an edge dies: its people come again and sit at the origin, nobody else notices', async () => {
  const { school } = world;
  const { teacher, camera } = await lessonAtA();
  const student = await world.inside(school.learner);
  await watches(student, camera);
  expect([await seatOf(school.teacher), await seatOf(school.learner)]).toEqual(['sfu-a', 'sfu-b']);
  await nodes.get('sfu-b')!.kill();
  await student.next('media:reset');
  await watches(student, camera);
  expect([await seatOf(school.learner), await room()]).toEqual(['sfu-a', { node_id: 'sfu-a', epoch: 1 }]);
  expect([teacher.heard('media:reset'), student.heard('media:reset')]).toEqual([[], []]);
  expect(await world.rows('select 1 from interruption')).toEqual([]);
  await start('sfu-b');
});

test('the origin dies: the lesson goes on at the other node in a new epoch, recorded there, and the gap is put down', async () => {
  const { school } = world;
  const { teacher, camera } = await lessonAtA();
  const student = await world.inside(school.learner);
  await watches(student, camera);
  await nodes.get('sfu-a')!.kill();
  await Promise.all([teacher.next('media:reset'), student.next('media:reset')]);
  const { producerId, connected } = await sending(teacher, 'camera');
  // The room stands open again and the track is accepted, but nobody teaches in it yet.
  await world.classrooms.tick();
  expect(await stoodStill()).toEqual([{ reason: 'platform', over: false }]);
  const line = await connected();
  await expect.poll(stoodStill).toEqual([{ reason: 'platform', over: true }]);
  await watches(student, producerId);
  expect(await room()).toEqual({ node_id: 'sfu-b', epoch: 2 });
  const files = await readdir(join(folder, 'capture', school.lessonId), { recursive: true });
  const timelines = files.filter((file) => file.endsWith('timeline.jsonl'));
  const second = timelines.find((file) => file.includes('/sfu-b-'))!;
  expect(timelines.some((file) => file.includes('/sfu-a-'))).toBe(true);
  // The same session's recording, in another node's folder.
  expect(new Set(timelines.map((file) => file.split('/')[0])).size).toBe(1);
  await expect.poll(async () => (await readFile(join(folder, 'capture', school.lessonId, second), 'utf8')).split('\n').filter(Boolean)
    .map((line) => (JSON.parse(line) as { type: string }).type)).toEqual(expect.arrayContaining(['room:moved', 'recording:layout']));
  // Its first packets reach the disk a moment later.
  await expect.poll(async () => (await readdir(join(folder, 'capture', school.lessonId), { recursive: true }))
    .some((file) => file.includes(`/sfu-b-`) && file.includes(producerId))).toBe(true);
  line.close();
  await start('sfu-a');
  await world.classrooms.mediaReady(2);
  expect(await room()).toEqual({ node_id: 'sfu-b', epoch: 2 });
});

test('an origin dies while only an assistant sends: the lesson goes on when the lead has had time to come back, not before', async () => {
  const { school } = world;
  await lessonAtA();
  const assistant = await world.inside(school.assistant);
  await nodes.get('sfu-a')!.kill();
  await assistant.next('media:reset');
  const { transportId } = await joined(assistant);
  await assistant.ask('media:produce', offer(transportId, 'camera'));
  await world.classrooms.tick();
  expect(await stoodStill()).toEqual([{ reason: 'platform', over: false }]);
  await world.rows(`update media_room set moved_at = now() - interval '16 seconds' returning 1`);
  await world.classrooms.tick();
  expect(await stoodStill()).toEqual([{ reason: 'platform', over: true }]);
  await start('sfu-a');
  await world.classrooms.mediaReady(2);
});

test('an origin that hangs is replaced; when it wakes it speaks for nobody, and its room is closed', async () => {
  const { school } = world;
  const { teacher } = await lessonAtA();
  const student = await world.inside(school.learner);
  await joined(student);
  nodes.get('sfu-a')!.freeze();
  await teacher.next('media:reset', () => true);
  expect(await room()).toEqual({ node_id: 'sfu-b', epoch: 2 });
  nodes.get('sfu-a')!.thaw();
  await expect.poll(() => roomsAt('sfu-a'), { timeout: 10_000 }).toEqual([]);
  expect(await roomsAt('sfu-b')).toEqual([{ roomId: school.lessonId, epoch: 2, edge: false }]);
  // Its producers ended there; that is not told as if it were the room's.
  expect(student.heard('media:producerClosed')).toEqual([]);
  expect(await room()).toEqual({ node_id: 'sfu-b', epoch: 2 });
}, 60_000);

test('an edge that answers late loses its newcomers to the next node', async () => {
  const { school } = world;
  await lessonAtA();
  nodes.get('sfu-b')!.freeze();
  try {
    await joined(await world.inside(school.learner));
    expect(await seatOf(school.learner)).toBe('sfu-a');
  } finally {
    nodes.get('sfu-b')!.thaw();
  }
});

test('every seat taken: media_full, the rest of the lesson works; a seat given up is had by the next', async () => {
  const { school } = world;
  await lessonAtA();
  const [assistant, learner, other, proctor] = await Promise.all([school.assistant, school.learner, school.other, school.proctor].map((one) => world.inside(one)));
  await joined(assistant!);
  await joined(learner!);
  await joined(other!);
  expect(await world.rows('select node_id, count(*)::int as n from media_seat group by 1 order by 1')).toEqual([{ node_id: 'sfu-a', n: 2 }, { node_id: 'sfu-b', n: 2 }]);
  expect(await proctor!.refusal('media:join', {})).toBe('media_full');
  expect(await proctor!.refusal('media:createTransport', { direction: 'receive' })).toBe('not_entered');
  expect((await proctor!.ask('lesson:roster', {})).participants.length).toBeGreaterThan(3);
  // Whoever sits may sit down again.
  await joined(learner!);
  await learner!.ask('lesson:leave', {});
  expect(await seatOf(school.learner)).toBeUndefined();
  await expect.poll(() => joined(proctor!).then(() => 'seated', (error: Error) => error.message), { timeout: 8_000, interval: 500 }).toBe('seated');
});

test('a drained node takes nobody new and keeps whom it has; all drained is full', async () => {
  const { school } = world;
  const { camera } = await lessonAtA();
  const learner = await world.inside(school.learner);
  await watches(learner, camera);
  expect(await seatOf(school.learner)).toBe('sfu-b');
  await drained('sfu-b', true);
  await joined(await world.inside(school.other));
  expect(await seatOf(school.other)).toBe('sfu-a');
  await watches(learner, camera);
  expect([await seatOf(school.learner), learner.heard('media:reset')]).toEqual(['sfu-b', []]);
  await drained('sfu-a', true);
  const proctor = await world.inside(school.proctor);
  expect(await proctor.refusal('media:join', {})).toBe('media_full');
  await drained('sfu-a', false);
  await drained('sfu-b', false);
  await (await world.inside(school.teacher)).ask('lesson:end', {});
  await expect.poll(() => room()).toBeUndefined();
  await expect.poll(async () => [await roomsAt('sfu-a'), await roomsAt('sfu-b')], { timeout: 8_000 }).toEqual([[], []]);
});

test('a node that names another one\'s address is not used, however idle it says it is', async () => {
  const { school } = world;
  const liar = {
    nodeId: 'sfu-0', bootId: 'boot', controlUrl: `http://127.0.0.1:${ports.get('sfu-b')}`, capacity: { workers: 64, streamsPerWorker: 9000, egressMbps: 0 },
    load: { workers: [], egressBitsPerSecond: 0, seats: 0, rooms: 0, full: false, draining: false },
  };
  const answer = await fetch(`http://127.0.0.1:${internalPort}${mediaNodesPath}`, { method: 'POST', body: JSON.stringify(liar), headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' } });
  expect(answer.status).toBe(200);
  const teacher = await world.inside(school.teacher);
  await joined(teacher);
  expect(names).toContain(await seatOf(school.teacher));
});
