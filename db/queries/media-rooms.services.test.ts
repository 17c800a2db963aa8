// One origin per room whatever happens at once, and seats that are void with their epoch.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '#domain/id.ts';
import { platform, unitOfWork } from '../orm.ts';
import { testDatabase, type TestDatabase } from '../testing/database.ts';
import { knownNodes, registerNode } from './media-nodes.ts';
import { dropRoom, freeMediaSeat, leftRooms, mediaSeat, mediaSeats, moveRoom, nodesOfRoom, placeRoom, roomPlace, takeMediaSeat } from './media-rooms.ts';

let database: TestDatabase;
const load = { workers: [], egressBitsPerSecond: 0, seats: 0, rooms: 0, full: false, draining: false };
const run = (name: string) => ({ nodeId: name, bootId: `boot of ${name}` });
const em = () => database.orm.em.fork();
beforeAll(async () => {
  database = await testDatabase();
  for (const name of ['a', 'b', 'c']) {
    await unitOfWork(database.orm, platform, (work) => registerNode(work, { ...run(name), controlUrl: `http://${name}:1`, capacity: { workers: 1, streamsPerWorker: 1, egressMbps: 0 }, load }));
  }
});
afterAll(() => database.close());
let roomId: string;
beforeEach(() => { roomId = newId(); });

test('two processes at once choose two origins: one row, and both go by it', async () => {
  const both = await Promise.all(['a', 'b', 'c', 'a', 'b'].map((name) => placeRoom(database.orm, { roomId, lessonId: roomId }, run(name))));
  expect(both[0]).toMatchObject({ roomId, epoch: 1 });
  for (const one of both) expect(one).toEqual(both[0]);
});
test('many see the origin die: one moves the room, once', async () => {
  const room = (await placeRoom(database.orm, { roomId, lessonId: roomId }, run('a')))!;
  const moved = await Promise.all(['b', 'c', 'b', 'c'].map((name) => moveRoom(database.orm, room, run(name))));
  expect(moved.filter((one) => one !== null)).toHaveLength(1);
  expect(await roomPlace(em(), roomId)).toEqual(moved.find((one) => one !== null));
  expect((await roomPlace(em(), roomId))!.epoch).toBe(2);
  expect(await moveRoom(database.orm, room, run('a'))).toBeNull();
});
test('a seat is taken, changed, counted, freed; it is void after a move, and cannot be taken in a past epoch', async () => {
  const personId = newId();
  const room = (await placeRoom(database.orm, { roomId, lessonId: roomId }, run('a')))!;
  const at = (name: string) => ({ roomId, lessonId: roomId, personId, epoch: 1, ...run(name) });
  expect(await takeMediaSeat(database.orm, at('a'))).toBe(true);
  expect(await takeMediaSeat(database.orm, at('b'))).toBe(true);
  expect(await mediaSeat(em(), roomId, personId)).toEqual({ seat: at('b'), room });
  expect(await mediaSeats(em(), [{ roomId, personId }, { roomId, personId: newId() }])).toEqual([at('b')]);
  expect(await nodesOfRoom(em(), room)).toEqual(['b']);
  expect((await knownNodes(em())).map(({ nodeId, seats }) => [nodeId, seats])).toEqual([['a', 0], ['b', 1], ['c', 0]]);
  // What was left behind at `a` does not free the seat at `b`.
  await freeMediaSeat(database.orm, at('a'));
  expect(await mediaSeats(em(), [{ roomId, personId }])).toHaveLength(1);
  await moveRoom(database.orm, room, run('c'));
  expect(await mediaSeat(em(), roomId, personId)).toBeNull();
  expect(await takeMediaSeat(database.orm, at('b'))).toBe(false);
  expect(await takeMediaSeat(database.orm, { ...at('c'), epoch: 2 })).toBe(true);
  await freeMediaSeat(database.orm, at('c'));
  expect(await mediaSeats(em(), [{ roomId, personId }])).toEqual([]);
});
test('a room that is over takes its seats along and is nowhere', async () => {
  await placeRoom(database.orm, { roomId, lessonId: roomId }, run('a'));
  await takeMediaSeat(database.orm, { roomId, personId: newId(), epoch: 1, ...run('a') });
  await dropRoom(database.orm, roomId);
  expect(await roomPlace(em(), roomId)).toBeNull();
  expect(await takeMediaSeat(database.orm, { roomId, personId: newId(), epoch: 1, ...run('a') })).toBe(false);
  expect(await em().execute('select 1 from media_seat where room_id = ?', [roomId])).toEqual([]);
});
test('a room without an open lesson is left over after a minute, by the database\'s clock', async () => {
  await placeRoom(database.orm, { roomId, lessonId: roomId }, run('a'));
  expect(await leftRooms(em())).not.toContain(roomId);
  await em().execute(`update media_room set moved_at = now() - interval '61 seconds' where room_id = ?`, [roomId]);
  expect(await leftRooms(em())).toContain(roomId);
});
