// The control socket: who may connect, what is refused and with which code, and that a refusal changes nothing.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#domain/id.ts';
import type { ErrorCode } from '#domain/errors.ts';
import { createLog } from '#runtime/log.ts';
import { productPorts } from '../setup/ports.ts';
import { startMediaWorker } from './media-worker.ts';
import { MediaNode } from './node.ts';
import { ControlClient, startTestNode, testSecret, type TestNode } from './testing/test-node.ts';

let started: TestNode;
beforeAll(async () => { started = await startTestNode(); });
afterAll(async () => { await started.close(); });

const opus = (ssrc: number) => ({
  mid: String(ssrc), codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2, parameters: {}, rtcpFeedback: [] }],
  headerExtensions: [], encodings: [{ ssrc }], rtcp: { cname: 'c' },
});
const vp8 = (ssrcs: number[]) => ({
  mid: String(ssrcs[0]), codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000, parameters: {}, rtcpFeedback: [] }],
  headerExtensions: [], encodings: ssrcs.map((ssrc) => ({ ssrc })), rtcp: { cname: 'c' },
});
async function seated(roomId: string): Promise<{ roomId: string; peerId: string; send: string; receive: string }> {
  const peerId = newId();
  await started.client.ask('peer:join', { roomId, peerId });
  const send = await started.client.ask('transport:create', { roomId, peerId, direction: 'send' });
  const receive = await started.client.ask('transport:create', { roomId, peerId, direction: 'receive' });
  return { roomId, peerId, send: send.transportId, receive: receive.transportId };
}
const openRoom = async (): Promise<string> => {
  const roomId = newId();
  await started.client.ask('room:open', { roomId, epoch: 1, origin: null, capture: null });
  return roomId;
};
const produce = (seat: { roomId: string; peerId: string; send: string }, ssrc: number) => started.client.ask('producer:create', {
  roomId: seat.roomId, peerId: seat.peerId, transportId: seat.send, kind: 'audio', source: 'microphone', rtpParameters: opus(ssrc), paused: false,
});
const codeOf = async (name: string, data: unknown): Promise<ErrorCode | 'ok'> => {
  const reply = await started.client.raw(name, data);
  return reply.ok ? 'ok' : reply.error.code;
};

test('only the secret opens the socket', async () => {
  await expect(ControlClient.connect(started.node.controlPort, `${testSecret}x`)).rejects.toThrow('unauthenticated');
  await expect(ControlClient.connect(started.node.controlPort, '')).rejects.toThrow('unauthenticated');
});

test('a signaling that comes back learns the node, its rooms and what is in them', async () => {
  const roomId = await openRoom();
  const seat = await seated(roomId);
  const { producerId } = await produce(seat, 1);
  const again = await ControlClient.connect(started.node.controlPort);
  const ready = await again.event('node:ready');
  expect(ready).toMatchObject({ nodeId: 'node-a', bootId: started.node.bootId });
  expect(ready.rooms).toContainEqual({ roomId, epoch: 1, edge: false });
  expect(await again.ask('room:open', { roomId, epoch: 1, origin: null, capture: null })).toEqual({
    nodeId: 'node-a', bootId: started.node.bootId, producers: [{ producerId, peerId: seat.peerId, kind: 'audio', source: 'microphone', paused: false }],
  });
  again.close();
});

test('missing and extra fields, wrong types and unknown requests are bad_request', async () => {
  const roomId = await openRoom();
  expect(await codeOf('peer:join', { roomId, peerId: newId(), role: 'teacher' })).toBe('bad_request');
  expect(await codeOf('peer:join', { roomId })).toBe('bad_request');
  expect(await codeOf('peer:join', null)).toBe('bad_request');
  expect(await codeOf('room:open', { roomId: 'x', capture: null })).toBe('bad_request');
  expect(await codeOf('room:note', { roomId, type: 'x'.repeat(65), data: {} })).toBe('bad_request');
  expect(await codeOf('room:explode', {})).toBe('bad_request');
  expect(await codeOf('__proto__', {})).toBe('bad_request');
  expect((await started.client.ask('peer:join', { roomId, peerId: newId() })).producers).toEqual([]);
});

test('unknown rooms, peers, transports, producers and consumers have their own codes', async () => {
  const roomId = await openRoom();
  const seat = await seated(roomId);
  const other = await seated(await openRoom());
  const { producerId: foreign } = await produce(other, 1);
  const { producerId: neighbours } = await produce(await seated(roomId), 2);
  const { peerId } = seat;
  expect(await codeOf('peer:join', { roomId: newId(), peerId })).toBe('not_found');
  expect(await codeOf('transport:create', { roomId, peerId: newId(), direction: 'send' })).toBe('not_entered');
  expect(await codeOf('transport:restartIce', { roomId, peerId, transportId: other.send })).toBe('transport_not_found');
  expect(await codeOf('producer:pause', { roomId, peerId, producerId: neighbours })).toBe('producer_not_found');
  expect(await codeOf('producer:close', { roomId, peerId, producerId: neighbours })).toBe('producer_not_found');
  expect(await codeOf('consumer:create', { roomId, peerId, producerId: foreign, rtpCapabilities: {} })).toBe('producer_not_found');
  expect(await codeOf('consumer:create', { roomId, peerId, producerId: neighbours, rtpCapabilities: {} })).toBe('cannot_consume');
  expect(await codeOf('consumer:resume', { roomId, peerId, consumerId: 'nobody' })).toBe('consumer_not_found');
  expect(await started.client.ask('room:close', { roomId: newId() })).toEqual({ captures: 0 });
  expect((await started.client.ask('room:open', { roomId, epoch: 1, origin: null, capture: null })).producers.map(({ producerId }) => producerId)).toEqual([neighbours]);
});

test('media that makes no sense is refused and nothing is left behind', async () => {
  const roomId = await openRoom();
  const { peerId, send, receive } = await seated(roomId);
  const base = { roomId, peerId, transportId: send, kind: 'video', source: 'camera', paused: false };
  const h264 = { ...vp8([1]), codecs: [{ mimeType: 'video/H264', payloadType: 96, clockRate: 90_000, parameters: {}, rtcpFeedback: [] }] };
  expect(await codeOf('producer:create', { ...base, rtpParameters: h264 })).toBe('bad_request');
  expect(await codeOf('producer:create', { ...base, rtpParameters: {} })).toBe('bad_request');
  expect(await codeOf('producer:create', { ...base, rtpParameters: vp8([1, 2, 3, 4]) })).toBe('bad_request');
  expect(await codeOf('producer:create', { ...base, source: 'microphone', rtpParameters: vp8([1]) })).toBe('bad_request');
  expect(await codeOf('producer:create', { ...base, transportId: receive, rtpParameters: vp8([1]) })).toBe('bad_request');
  expect(await codeOf('transport:connect', { roomId, peerId, transportId: send, dtlsParameters: {} })).toBe('bad_request');
  expect((await started.client.ask('room:open', { roomId, epoch: 1, origin: null, capture: null })).producers).toEqual([]);
});

test('one producer per source: the second closes the first; a second seat closes everything of the first', async () => {
  const { client } = started;
  const roomId = await openRoom();
  const seat = await seated(roomId);
  const first = await produce(seat, 11);
  const second = await produce(seat, 12);
  await client.event('producer:closed', ({ producerId }) => producerId === first.producerId);
  expect(await codeOf('producer:pause', { roomId, peerId: seat.peerId, producerId: first.producerId })).toBe('producer_not_found');
  expect((await client.ask('peer:join', { roomId, peerId: seat.peerId })).producers).toEqual([]);
  await client.event('producer:closed', ({ producerId }) => producerId === second.producerId);
  await client.event('transport:changed', ({ transportId, state }) => transportId === seat.send && state === 'closed');
  expect(await codeOf('producer:close', { roomId, peerId: seat.peerId, producerId: second.producerId })).toBe('producer_not_found');
  expect(await client.ask('peer:leave', { roomId, peerId: seat.peerId })).toEqual({});
  expect(await client.ask('peer:leave', { roomId, peerId: seat.peerId })).toEqual({});
});

test('a consumer starts paused, is replaced by a second one of the same producer, and ends with the producer', async () => {
  const { client, node } = started;
  const roomId = await openRoom();
  const sender = await seated(roomId);
  const viewer = await seated(roomId);
  const { producerId } = await client.ask('producer:create', { roomId, peerId: sender.peerId, transportId: sender.send, kind: 'video', source: 'camera', rtpParameters: vp8([1, 2, 3]), paused: false });
  const rtpCapabilities = (await node.rooms.get(roomId)).routers.origin.rtpCapabilities;
  const request = { roomId, peerId: viewer.peerId, producerId, rtpCapabilities };
  const one = await client.ask('consumer:create', request);
  const two = await client.ask('consumer:create', request);
  expect(await codeOf('consumer:resume', { roomId, peerId: viewer.peerId, consumerId: one.consumerId })).toBe('consumer_not_found');
  expect(await codeOf('consumer:resume', { roomId, peerId: sender.peerId, consumerId: two.consumerId })).toBe('consumer_not_found');
  await client.ask('consumer:resume', { roomId, peerId: viewer.peerId, consumerId: two.consumerId });
  await client.ask('consumer:prefer', { roomId, peerId: viewer.peerId, consumerId: two.consumerId, spatialLayer: 1 });
  expect(await client.event('producer:wanted', (wanted) => wanted.producerId === producerId)).toMatchObject({ maxSpatialLayer: 1, peerId: sender.peerId });
  await client.ask('producer:close', { roomId, peerId: sender.peerId, producerId });
  expect(await client.event('consumer:closed', ({ consumerId }) => consumerId === two.consumerId)).toMatchObject({ peerId: viewer.peerId });
});

test('what somebody unseen watches is nobody’s wish: its sender is told as if they were not there', async () => {
  const { client, node } = started;
  const roomId = await openRoom();
  const sender = await seated(roomId);
  const { producerId } = await client.ask('producer:create', { roomId, peerId: sender.peerId, transportId: sender.send, kind: 'video', source: 'camera', rtpParameters: vp8([21, 22, 23]), paused: false });
  const rtpCapabilities = (await node.rooms.get(roomId)).routers.origin.rtpCapabilities;
  const watches = async (more: object): Promise<{ peerId: string; consumerId: string }> => {
    const peerId = newId();
    await client.ask('peer:join', { roomId, peerId, ...more });
    await client.ask('transport:create', { roomId, peerId, direction: 'receive' });
    const { consumerId } = await client.ask('consumer:create', { roomId, peerId, producerId, rtpCapabilities });
    await client.ask('consumer:resume', { roomId, peerId, consumerId });
    return { peerId, consumerId };
  };
  const told = (layer: number) => client.event('producer:wanted', (wanted) => wanted.producerId === producerId && wanted.maxSpatialLayer === layer);
  const unseen = await watches({ unseen: true });
  // Nobody else watches: nothing is wanted, with them there.
  await told(-1);
  const seen = await watches({});
  await told(2);
  await client.ask('consumer:prefer', { roomId, ...seen, spatialLayer: 0 });
  await told(0);
  await client.ask('consumer:prefer', { roomId, ...unseen, spatialLayer: 1 });
  await client.ask('peer:leave', { roomId, peerId: unseen.peerId });
  await new Promise((resolve) => { setTimeout(resolve, 600); });
  expect(client.events('producer:wanted').filter((wanted) => wanted.producerId === producerId).map(({ maxSpatialLayer }) => maxSpatialLayer)).toEqual([-1, 2, 0]);
});

test('media ports count up from the first; a taken one, and a taken control port, are clear errors', async () => {
  const port = Number((await productPorts(2)).MEDIA_PORT);
  const worker = await startMediaWorker(0, { addresses: [{ ip: '127.0.0.1' }], port });
  const options = { dataDirectory: started.dataDirectory, nodeId: 'node-b', secret: testSecret, controlPort: 0, mediaPort: port, workerCount: 1, announcedAddress: '127.0.0.1', diskLowBytes: 0 };
  await expect(MediaNode.create(options, createLog('sfu', 'error'))).rejects.toThrow(`media port ${port}`);
  worker.worker.close();
  await expect(MediaNode.create({ ...options, controlPort: started.node.controlPort }, createLog('sfu', 'error'))).rejects.toThrow(`control port ${started.node.controlPort}`);
  const node = await MediaNode.create({ ...options, workerCount: 2 }, createLog('sfu', 'error'));
  const ports = await Promise.all(node.workers.alive.map(async ({ server }) => (await server.dump()).udpSockets[0]!.port));
  expect(ports).toEqual([port, port + 1]);
  await node.close();
  await node.close();
});
