// Breakout groups on a real media node: each group is a room of its own, out of reach for everybody else, and everybody comes back.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { timelineFile } from '#contracts/places.ts';
import type { ClassroomDriver } from '#testing/classroom-driver.ts';
import { freePort } from '#runtime/free-port.ts';
import { dividesInTwo, openClass, type DividedClass } from '../testing/breakout-class.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';
import { joined, offer } from '../testing/media-offer.ts';
import { startSfu, type SfuProcess } from '../testing/sfu-process.ts';

const secret = 'a secret of the media tests';
let folder: string;
let internal: { SIGNALING_INTERNAL_PORT: number };
let sfu: SfuProcess;
let world: ClassroomWorld;
let four: DividedClass;
const driver = (index: number): ClassroomDriver => four.learners[index]!.driver;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'breakout-media-'));
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
  four = await openClass(world);
});
afterEach(() => world.close());

const rooms = () => world.rows<{ room_id: string; lesson_id: string }>('select room_id, lesson_id from media_room order by room_id');
const seatRooms = async (): Promise<Map<string, string>> =>
  new Map((await world.rows<{ room_id: string; person_id: string }>('select room_id, person_id from media_seat')).map((row) => [row.person_id, row.room_id]));

test('a learner hears and reaches nothing of another group, also not by its ids; all of a group may talk without the stage', async () => {
  const { teacher, learners } = four;
  const front = await joined(teacher);
  const { producerId: ofTeacher } = await teacher.ask('media:produce', offer(front.transportId, 'camera'));
  const before = await joined(driver(0));
  expect(await driver(0).refusal('media:produce', offer(before.transportId, 'camera'))).toBe('not_on_stage');
  const [first, second] = await dividesInTwo(four);
  // What was taken in the class before is gone.
  expect(await driver(0).refusal('media:consume', { producerId: ofTeacher, rtpCapabilities: before.rtpCapabilities })).toBe('not_entered');
  const seats = await Promise.all(learners.map(({ driver: one }) => joined(one)));
  for (const seat of seats) expect(seat.producers).toEqual([]);
  const { producerId: mine } = await driver(0).ask('media:produce', offer(seats[0]!.transportId, 'microphone'));
  const { producerId: theirs } = await driver(2).ask('media:produce', offer(seats[2]!.transportId, 'camera'));
  expect((await driver(1).next('media:produced', ({ producerId }) => producerId === mine)).personId).toBe(learners[0]!.personId);
  expect((await driver(3).next('media:produced', ({ producerId }) => producerId === theirs)).source).toBe('camera');
  expect(await driver(1).ask('media:consume', { producerId: mine, rtpCapabilities: seats[1]!.rtpCapabilities })).toMatchObject({ producerId: mine });
  for (const producerId of [theirs, ofTeacher]) {
    expect(await driver(1).refusal('media:consume', { producerId, rtpCapabilities: seats[1]!.rtpCapabilities })).toBe('producer_not_found');
  }
  expect(await teacher.refusal('media:consume', { producerId: mine, rtpCapabilities: front.rtpCapabilities })).toBe('producer_not_found');
  expect(await driver(0).refusal('media:produce', offer(seats[0]!.transportId, 'screen'))).toBe('forbidden');
  expect((await driver(1).ask('lesson:snapshot', {})).producers.map(({ producerId }) => producerId)).toEqual([mine]);
  expect((await teacher.ask('lesson:snapshot', {})).producers.map(({ producerId }) => producerId)).toEqual([ofTeacher]);
  for (const [index, foreign] of [[0, theirs], [1, theirs], [2, mine], [3, mine]] as const) expect(driver(index).heard('media:produced').filter(({ producerId }) => producerId === foreign)).toEqual([]);
  expect(teacher.heard('media:produced')).toEqual([]);
  expect((await rooms()).map(({ room_id }) => room_id)).toEqual([world.school.lessonId, first, second].sort());
  expect(new Set((await rooms()).map(({ lesson_id }) => lesson_id))).toEqual(new Set([world.school.lessonId]));
});

test('the teacher looks in with own media, leaves again, and after the end all are in one room', async () => {
  const { teacher, learners } = four;
  const [first] = await dividesInTwo(four);
  await joined(teacher);
  const seats = await Promise.all(learners.map(({ driver: one }) => joined(one)));
  const { producerId: mine } = await driver(0).ask('media:produce', offer(seats[0]!.transportId, 'microphone'));
  await teacher.ask('breakout:visit', { groupId: first });
  await teacher.next('media:reset');
  const inside = await joined(teacher);
  expect(inside.producers.map(({ producerId }) => producerId)).toEqual([mine]);
  const { producerId: ofTeacher } = await teacher.ask('media:produce', offer(inside.transportId, 'camera'));
  await driver(1).next('media:produced', ({ producerId }) => producerId === ofTeacher);
  expect(driver(2).heard('media:produced').filter(({ producerId }) => producerId === ofTeacher)).toEqual([]);
  await teacher.ask('microphone:mute', { personId: learners[0]!.personId });
  expect(await driver(1).next('media:producerChanged')).toMatchObject({ producerId: mine, paused: true });
  await teacher.ask('microphone:lock', { locked: true });
  expect(await driver(0).refusal('media:resumeProducer', { producerId: mine })).toBe('microphone_locked');
  await teacher.ask('breakout:visit', { groupId: null });
  expect((await driver(1).next('media:producerClosed', ({ producerId }) => producerId === ofTeacher)).source).toBe('camera');
  await teacher.next('media:reset');
  const outside = await joined(teacher);
  const { producerId: again } = await teacher.ask('media:produce', offer(outside.transportId, 'camera'));
  world.clock.pass(10 * 60_000);
  await world.classrooms.tick();
  await Promise.all(learners.map(({ driver: one }) => one.next('media:reset')));
  const back = await Promise.all(learners.map(({ driver: one }) => joined(one)));
  for (const seat of back) expect(seat.producers.map(({ producerId }) => producerId)).toEqual([again]);
  expect(await driver(0).refusal('media:produce', offer(back[0]!.transportId, 'camera'))).toBe('not_on_stage');
  world.clock.pass(5_000);
  await world.classrooms.tick();
  expect((await rooms()).map(({ room_id }) => room_id)).toEqual([world.school.lessonId]);
  expect(new Set((await seatRooms()).values())).toEqual(new Set([world.school.lessonId]));
});

test('moved to another group, or taken out, nothing stays behind; who is away leaves no seat in the room they were in', async () => {
  const { teacher, learners } = four;
  const cut = await joined(driver(3));
  await driver(3).ask('media:consume', { producerId: 'none', rtpCapabilities: cut.rtpCapabilities }).catch(() => undefined);
  driver(3).cut();
  await teacher.next('participant:changed', (one) => one.personId === learners[3]!.personId && !one.present);
  const ids = learners.map(({ personId }) => personId);
  await teacher.ask('breakout:start', { groups: [ids.slice(0, 2), ids.slice(2)], minutes: 10, recorded: false });
  await driver(0).next('media:reset');
  await world.classrooms.tick();
  expect((await seatRooms()).has(ids[3]!)).toBe(false);
  const [first, second] = (await teacher.ask('lesson:snapshot', {})).breakout!.groups.map(({ groupId }) => groupId);
  const seat = await joined(driver(0));
  const { producerId } = await driver(0).ask('media:produce', offer(seat.transportId, 'camera'));
  await joined(driver(1));
  await teacher.ask('breakout:move', { personId: ids[0]!, groupId: second! });
  await driver(0).next('media:reset');
  expect((await driver(1).next('media:producerClosed')).producerId).toBe(producerId);
  expect(await driver(0).refusal('media:produce', offer(seat.transportId, 'camera'))).toBe('not_entered');
  await joined(driver(0));
  expect((await seatRooms()).get(ids[0]!)).toBe(second);
  expect((await seatRooms()).get(ids[1]!)).toBe(first);
  await teacher.ask('door:remove', { personId: ids[0]!, reason: 'disturbing', note: '' });
  await driver(0).gone();
  await expect.poll(async () => (await seatRooms()).has(ids[0]!)).toBe(false);
});

const captures = async (roomId: string): Promise<string[]> =>
  (await readdir(join(folder, 'capture', world.school.lessonId), { recursive: true }).catch(() => [])).filter((name) => name.split('/')[1] === roomId);
const capturesOf = async (roomId: string, producerId: string): Promise<boolean> => (await captures(roomId)).some((name) => name.includes(producerId));
const timelineOf = async (roomId: string): Promise<string> => {
  const name = (await captures(roomId)).find((one) => one.endsWith(timelineFile));
  return name === undefined ? '' : readFile(join(folder, 'capture', world.school.lessonId, name), 'utf8');
};

test('a recorded group is captured in a folder of its own from the first track on, and sealed when it is over; one that is not leaves nothing', async () => {
  const { teacher, learners } = four;
  const front = await joined(teacher);
  const { producerId: ofTeacher } = await teacher.ask('media:produce', offer(front.transportId, 'camera'));
  const [first, second] = await dividesInTwo(four, { recorded: true });
  const seats = await Promise.all(learners.map(({ driver: one }) => joined(one)));
  const { producerId: mine } = await driver(0).ask('media:produce', offer(seats[0]!.transportId, 'microphone'));
  const { producerId: theirs } = await driver(2).ask('media:produce', offer(seats[2]!.transportId, 'camera'));
  const rooms = [world.school.lessonId, first, second];
  await expect.poll(async () => Promise.all([capturesOf(rooms[0]!, ofTeacher), capturesOf(first, mine), capturesOf(second, theirs)])).toEqual([true, true, true]);
  for (const [room, foreign] of [[rooms[0]!, mine], [rooms[0]!, theirs], [first, theirs], [second, mine], [first, ofTeacher]] as const) expect(await capturesOf(room, foreign)).toBe(false);
  await teacher.ask('breakout:end', {});
  await Promise.all(learners.map(({ driver: one }) => one.next('media:reset')));
  world.clock.pass(5_000);
  await world.classrooms.tick();
  for (const room of [first, second]) await expect.poll(() => timelineOf(room)).toContain('"type":"capture:ended"');
  expect(await timelineOf(rooms[0]!)).not.toContain('"type":"capture:ended"');

  const [third] = await dividesInTwo(four);
  const again = await joined(driver(0));
  await driver(0).ask('media:produce', offer(again.transportId, 'microphone'));
  expect(await captures(third)).toEqual([]);
});

test('a media node that dies takes the groups along: they go on elsewhere, nothing of the class stands still for them', async () => {
  const { teacher, learners } = four;
  await dividesInTwo(four);
  await joined(teacher);
  await Promise.all(learners.map(({ driver: one }) => joined(one)));
  const old = await rooms();
  await sfu.kill();
  await world.classrooms.mediaLost();
  sfu = await startSfu(folder, await freePort(), secret, internal);
  await world.classrooms.mediaReady();
  await Promise.all([teacher, ...learners.map(({ driver: one }) => one)].map((one) => one.next('media:reset')));
  const seats = await Promise.all(learners.map(({ driver: one }) => joined(one)));
  const { producerId } = await driver(2).ask('media:produce', offer(seats[2]!.transportId, 'microphone'));
  await driver(3).next('media:produced', (one) => one.producerId === producerId);
  expect(await rooms()).toEqual(old);
});
