// Two and three media nodes on addresses of their own: what is sent at one is at the others, whatever breaks between them.
import { expect, test, vi } from 'vitest';
import { newId } from '#domain/id.ts';
import type { Room } from './room.ts';
import { camera, captureGoal, lineTo, microphone, node, placeOf, soon } from './testing/linked-nodes.ts';
import { readCapture } from './testing/read-capture.ts';
import { ControlClient } from './testing/test-node.ts';
import { watchAll } from './testing/watching.ts';

const inOrder = (numbers: number[]): boolean => numbers.every((number, index) => index === 0 || number === numbers[index - 1]! + 1);

test('the edge has what the origin has: all layers, every packet, pauses and ends', async () => {
  const [origin, edge] = [await node('origin', '127.0.0.1'), await node('edge', '127.0.0.2')];
  const roomId = newId();
  const goal = captureGoal();
  await origin.client.ask('room:open', { roomId, epoch: 3, origin: null, capture: goal });
  const here = await origin.node.rooms.get(roomId);
  const video = await camera(here);
  const opened = await edge.client.ask('room:open', { roomId, epoch: 3, origin: placeOf(origin), capture: goal });
  const { peerId } = video.producer.appData;
  expect(opened).toMatchObject({ nodeId: 'edge', producers: [{ producerId: video.producer.id, peerId, kind: 'video', source: 'camera', paused: false }] });
  const there = await edge.node.rooms.get(roomId);
  const watched = await watchAll(there, video.producer.id);
  expect((await edge.client.ask('room:open', { roomId, epoch: 3, origin: placeOf(origin), capture: null })).producers).toEqual(opened.producers);
  // What is asked for before it arrives is waited for.
  const sound = microphone(here);
  const heard = await watchAll(there, (await sound).producer.id);
  await vi.waitFor(() => expect([watched.packets > 150, heard.packets > 20]).toEqual([true, true]), soon);
  expect(watched.numbers.size).toBe(3);
  for (const numbers of [...watched.numbers.values(), ...heard.numbers.values()]) expect(inOrder(numbers)).toBe(true);

  await video.producer.pause();
  await vi.waitFor(() => expect(there.producers.find(({ producerId }) => producerId === video.producer.id)?.paused).toBe(true), soon);
  await video.producer.resume();
  await vi.waitFor(() => expect(there.producers.find(({ producerId }) => producerId === video.producer.id)?.paused).toBe(false), soon);
  video.producer.close();
  await vi.waitFor(() => expect(watched.consumer.closed).toBe(true), soon);
  expect(await origin.client.event('producer:closed')).toEqual({ roomId, epoch: 3, peerId, producerId: video.producer.id, source: 'camera' });
  // The origin alone tells; an edge records nothing and says so when it is asked to.
  expect(edge.client.events('producer:closed')).toEqual([]);
  for (const [name, data] of [['room:capture', { roomId, capture: goal }], ['room:note', { roomId, type: 'x', data: {} }]] as const) {
    expect(await edge.client.raw(name, data)).toMatchObject({ ok: false, error: { code: 'room_moved' } });
  }
  const load = await edge.client.event('node:load');
  expect(load).toMatchObject({ nodeId: 'edge', load: { rooms: 1, full: false, draining: false } });
  await vi.waitFor(async () => expect((await origin.client.event('node:load', ({ load: { egressBitsPerSecond } }) => egressBitsPerSecond > 10_000)).nodeId).toBe('origin'), soon);
});

test('a guest at an edge is recorded at the origin, seen at the other edge, and paused and closed from either side', async () => {
  const [origin, edge, other] = [await node('origin', '127.0.0.1'), await node('edge', '127.0.0.2'), await node('other', '127.0.0.3')];
  const roomId = newId();
  await origin.client.ask('room:open', { roomId, epoch: 1, origin: null, capture: captureGoal() });
  for (const one of [edge, other]) await one.client.ask('room:open', { roomId, epoch: 1, origin: placeOf(origin), capture: null });
  const [here, there, elsewhere] = await Promise.all([origin, edge, other].map((one) => one.node.rooms.get(roomId))) as [Room, Room, Room];
  const guest = newId();
  const voice = await microphone(there, 201, guest);
  const picture = await camera(there, guest);
  // Adopted when the guest's request is answered.
  expect(here.producers.map(({ producerId }) => producerId)).toEqual([voice.producer.id, picture.producer.id]);
  const heard = await watchAll(elsewhere, voice.producer.id);
  const seen = await watchAll(elsewhere, picture.producer.id);
  await vi.waitFor(() => expect([heard.packets > 50, seen.numbers.size]).toEqual([true, 3]), soon);
  expect(await origin.client.event('speaker:changed')).toEqual({ roomId, epoch: 1, peerId: guest });

  const about = { roomId, peerId: guest, producerId: voice.producer.id };
  await origin.client.ask('producer:pause', about);
  await vi.waitFor(() => expect(voice.producer.paused).toBe(true), soon);
  await voice.producer.resume();
  await vi.waitFor(() => expect([...here.producers, ...elsewhere.producers].filter(({ producerId, paused }) => producerId === about.producerId && !paused)).toHaveLength(2), soon);
  expect(await origin.client.raw('producer:pause', { ...about, peerId: newId() })).toMatchObject({ ok: false, error: { code: 'not_entered' } });
  // The teacher takes the guest's picture off at the origin, the guest ends the sound at the edge.
  await origin.client.ask('producer:close', { ...about, producerId: picture.producer.id });
  expect(await edge.client.event('producer:closed')).toEqual({ roomId, epoch: 1, peerId: guest, producerId: picture.producer.id, source: 'camera' });
  voice.producer.close();
  expect(await origin.client.event('producer:closed', ({ source }) => source === 'microphone')).toMatchObject({ epoch: 1, producerId: voice.producer.id });
  await vi.waitFor(() => expect([heard.consumer.closed, seen.consumer.closed, here.producers, elsewhere.producers]).toEqual([true, true, [], []]), soon);
  expect(await origin.client.ask('room:close', { roomId })).toEqual({ captures: 2 });

  const recorded = await readCapture(origin.dataDirectory, voice.producer.id);
  expect(recorded.headers[0]).toMatchObject({ nodeId: 'origin', peerId: guest, source: 'microphone', kind: 'audio' });
  expect(recorded.events.map(({ type }) => type)).toEqual(['opened', 'paused', 'resumed', 'closed']);
  expect(recorded.rtp.length).toBeGreaterThan(50);
  const layers = await readCapture(origin.dataDirectory, picture.producer.id);
  expect(new Set(layers.rtp.map(({ payload }) => payload.readUInt32BE(8))).size).toBe(3);
  await expect(readCapture(edge.dataDirectory, voice.producer.id)).rejects.toThrow('ENOENT');
});

test('the line to the origin breaks: told, media go on, and what changed meanwhile is made good when it is back', async () => {
  const [origin, edge] = [await node('origin', '127.0.0.1'), await node('edge', '127.0.0.2')];
  const line = await lineTo(origin);
  const roomId = newId();
  await origin.client.ask('room:open', { roomId, epoch: 1, origin: null, capture: captureGoal() });
  const here = await origin.node.rooms.get(roomId);
  const [kept, paused, ended] = [await camera(here), await microphone(here, 201), await microphone(here, 202)];
  await edge.client.ask('room:open', { roomId, epoch: 1, origin: placeOf(origin, line), capture: null });
  const there = await edge.node.rooms.get(roomId);
  const guest = await microphone(there, 301);
  const watched = await watchAll(there, kept.producer.id);
  await vi.waitFor(() => expect(watched.packets).toBeGreaterThan(30), soon);
  expect(edge.client.events('room:linked')).toEqual([]);

  line.cut();
  expect(await edge.client.event('room:linked')).toEqual({ roomId, epoch: 1, up: false });
  const before = watched.packets;
  await vi.waitFor(() => expect(watched.packets).toBeGreaterThan(before + 60), soon);
  await paused.producer.pause();
  ended.producer.close();
  const fresh = await microphone(here, 203);
  const late = await microphone(there, 302);
  await guest.producer.pause();
  line.mend();
  expect(await edge.client.event('room:linked', ({ up }) => up)).toEqual({ roomId, epoch: 1, up: true });
  const state = (room: Room) => room.producers.map(({ producerId, paused: still }) => `${producerId} ${still}`).sort();
  const wanted = [`${kept.producer.id} false`, `${paused.producer.id} true`, `${fresh.producer.id} false`, `${guest.producer.id} true`, `${late.producer.id} false`].sort();
  await vi.waitFor(() => expect([state(here), state(there)]).toEqual([wanted, wanted]), soon);
  // The same pipe: whoever watched goes on without a new consumer.
  expect(watched.consumer.closed).toBe(false);
  for (const numbers of watched.numbers.values()) expect(inOrder(numbers)).toBe(true);
});

test('an edge that was away too long has a new pipe, and what its guests sent has ended', async () => {
  const [origin, edge] = [await node('origin', '127.0.0.1', { linkPatienceMs: 300 }), await node('edge', '127.0.0.2')];
  const line = await lineTo(origin);
  const roomId = newId();
  await origin.client.ask('room:open', { roomId, epoch: 1, origin: null, capture: captureGoal() });
  const here = await origin.node.rooms.get(roomId);
  const teacher = await camera(here);
  await edge.client.ask('room:open', { roomId, epoch: 1, origin: placeOf(origin, line), capture: null });
  const there = await edge.node.rooms.get(roomId);
  const guest = await microphone(there, 301);
  const watched = await watchAll(there, teacher.producer.id);
  line.cut();
  expect(await origin.client.event('producer:closed')).toMatchObject({ producerId: guest.producer.id });
  line.mend();
  await edge.client.event('room:linked', ({ up }) => up);
  expect(await edge.client.event('producer:closed')).toMatchObject({ producerId: guest.producer.id });
  expect(watched.consumer.closed).toBe(true);
  // Said once it can be had again, and of nothing else.
  expect(await edge.client.event('producer:renewed')).toMatchObject({ roomId, epoch: 1, producer: { producerId: teacher.producer.id, source: 'camera' } });
  await vi.waitFor(() => expect(there.producers.map(({ producerId }) => producerId)).toEqual([teacher.producer.id]), soon);
  expect(edge.client.events('producer:renewed')).toHaveLength(1);
  const again = await watchAll(there, teacher.producer.id);
  await vi.waitFor(() => expect(again.numbers.size).toBe(3), soon);
  // The guest sends anew, and is recorded anew.
  const anew = await microphone(there, 302);
  expect(here.producers.map(({ producerId }) => producerId)).toEqual([teacher.producer.id, anew.producer.id]);
  await origin.client.ask('room:close', { roomId });
  const { events } = await readCapture(origin.dataDirectory, guest.producer.id);
  expect(events.at(-1)).toEqual({ type: 'closed', data: { reason: 'transportClosed' } });
});

test('who comes back over another node with the same source ends what was left of the former', async () => {
  const [origin, edge] = [await node('origin', '127.0.0.1'), await node('edge', '127.0.0.2')];
  const line = await lineTo(origin);
  const roomId = newId();
  await origin.client.ask('room:open', { roomId, epoch: 1, origin: null, capture: null });
  await edge.client.ask('room:open', { roomId, epoch: 1, origin: placeOf(origin, line), capture: null });
  const [here, there] = [await origin.node.rooms.get(roomId), await edge.node.rooms.get(roomId)];
  const guest = newId();
  const former = await camera(there, guest);
  line.cut();
  await edge.client.event('room:linked', ({ up }) => !up);
  const latter = await camera(here, guest);
  expect(here.producers.map(({ producerId }) => producerId)).toEqual([latter.producer.id]);
  line.mend();
  // The edge offers the former once more, in vain.
  expect(await edge.client.event('producer:closed')).toMatchObject({ producerId: former.producer.id });
  await vi.waitFor(() => expect(there.producers.map(({ producerId }) => producerId)).toEqual([latter.producer.id]), soon);
});

test('a room that is over at the origin ends the link: nothing is tried again until a later epoch', async () => {
  const [origin, edge] = [await node('origin', '127.0.0.1'), await node('edge', '127.0.0.2')];
  const line = await lineTo(origin);
  const roomId = newId();
  await origin.client.ask('room:open', { roomId, epoch: 1, origin: null, capture: null });
  await edge.client.ask('room:open', { roomId, epoch: 1, origin: placeOf(origin, line), capture: null });
  const there = await edge.node.rooms.get(roomId);
  const guest = await microphone(there);
  await origin.client.ask('room:close', { roomId });
  expect(await edge.client.event('room:linked')).toEqual({ roomId, epoch: 1, up: false });
  expect([guest.producer.closed, there.producers, there.over]).toEqual([true, [], true]);
  const tried = line.tried;
  expect(await edge.client.raw('room:open', { roomId, epoch: 1, origin: placeOf(origin, line), capture: null })).toMatchObject({ ok: false, error: { code: 'room_moved' } });
  expect(line.tried).toBe(tried + 1);
  expect(await edge.client.raw('peer:join', { roomId, peerId: newId() })).toMatchObject({ ok: false, error: { code: 'not_found' } });
  await origin.client.ask('room:open', { roomId, epoch: 2, origin: null, capture: null });
  expect((await edge.client.ask('room:open', { roomId, epoch: 2, origin: placeOf(origin, line), capture: null })).producers).toEqual([]);
});

test('a later epoch ends the earlier run; an earlier one, and a second origin, are refused', async () => {
  const [first, second] = [await node('first', '127.0.0.1'), await node('second', '127.0.0.2')];
  const roomId = newId();
  const goal = captureGoal();
  const order = (epoch: number, origin: ReturnType<typeof placeOf> | null) => ({ roomId, epoch, origin, capture: origin ? null : goal });
  await first.client.ask('room:open', order(2, null));
  const before = await first.node.rooms.get(roomId);
  const teacher = await microphone(before);
  await second.client.ask('room:open', order(2, placeOf(first)));
  const refused = { ok: false, error: { code: 'room_moved' } };
  expect(await first.client.raw('room:open', order(1, null))).toMatchObject(refused);
  expect(await first.client.raw('room:open', order(2, placeOf(second)))).toMatchObject(refused);
  expect(await second.client.raw('room:open', order(2, null))).toMatchObject(refused);
  expect(await first.client.raw('room:open', order(3, placeOf(first)))).toMatchObject({ ok: false, error: { code: 'bad_request' } });
  expect(before.producers).toHaveLength(1);

  // The room moves: the former edge is the origin of the next run, the former origin an edge of it.
  await second.client.ask('room:open', order(3, null));
  const anew = await microphone(await second.node.rooms.get(roomId), 202);
  expect((await first.client.ask('room:open', order(3, placeOf(second)))).producers.map(({ producerId }) => producerId)).toEqual([anew.producer.id]);
  expect(teacher.producer.closed).toBe(true);
  expect((await readCapture(first.dataDirectory, teacher.producer.id)).files).toEqual(['000001.rtplog']);
  expect(first.client.events('producer:closed')).toEqual([]);
  expect(await first.client.raw('room:open', order(2, null))).toMatchObject(refused);
  // Whoever means an earlier run closes none.
  expect(await second.client.ask('room:close', { roomId, epoch: 2 })).toEqual({ captures: 0 });
  expect(anew.producer.closed).toBe(false);
  // Also when it is closed: an earlier run never begins again.
  await first.client.ask('room:close', { roomId });
  expect(await first.client.raw('room:open', order(2, null))).toMatchObject(refused);
  const back = await ControlClient.connect(second.node.controlPort);
  expect((await back.event('node:ready')).rooms).toEqual([{ roomId, epoch: 3, edge: false }]);
  back.close();
});
