// Links that cannot be: an origin out of reach, a network that lets no media through, and whoever asks for what is not his.
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { newId } from '#domain/id.ts';
import { ends, lineTo, microphone, node, placeOf, soon } from './testing/linked-nodes.ts';
import { ControlClient } from './testing/test-node.ts';
import { watchAll } from './testing/watching.ts';

test('an origin that cannot be reached: the edge opens all the same, says so, and has everything once it can', async () => {
  const [origin, edge] = [await node('origin', '127.0.0.1'), await node('edge', '127.0.0.2')];
  const line = await lineTo(origin);
  line.cut();
  const roomId = newId();
  await origin.client.ask('room:open', { roomId, epoch: 1, origin: null, capture: null });
  const teacher = await microphone(await origin.node.rooms.get(roomId));
  const opened = edge.client.ask('room:open', { roomId, epoch: 1, origin: placeOf(origin, line), capture: null });
  expect(await edge.client.event('room:linked')).toEqual({ roomId, epoch: 1, up: false });
  line.mend();
  await edge.client.event('room:linked', ({ up }) => up);
  expect((await opened).producers.length).toBeLessThanOrEqual(1);
  const heard = await watchAll(await edge.node.rooms.get(roomId), teacher.producer.id);
  await vi.waitFor(() => expect(heard.packets).toBeGreaterThan(10), soon);
});

test('a network that lets no media through between the nodes is told to the operator', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) });
  const origin = await node('origin', '127.0.0.1');
  // The system refuses to send there.
  const edge = await node('edge', '255.255.255.255', { log });
  const roomId = newId();
  await origin.client.ask('room:open', { roomId, epoch: 1, origin: null, capture: null });
  await microphone(await origin.node.rooms.get(roomId));
  await edge.client.ask('room:open', { roomId, epoch: 1, origin: placeOf(origin), capture: null });
  await vi.waitFor(() => expect(lines.join()).toContain('UDP of MEDIA_PIPE_PORTS must pass between the nodes'), soon);
});

test('nodes ask for links only, signaling for everything else; neither hears what is told to the other', async () => {
  const origin = await node('origin', '127.0.0.1');
  const asNode = await ControlClient.connect(origin.node.controlPort, undefined, 'node');
  ends.push(() => asNode.close());
  const linked: string[] = [];
  asNode.socket.on('link:produced', ({ producer }: { producer: { producerId: string } }) => linked.push(producer.producerId));
  const roomId = newId();
  const refused = { ok: false, error: { code: 'bad_request', message: 'no such request' } };
  expect(await asNode.raw('room:open', { roomId, epoch: 1, origin: null, capture: null })).toMatchObject(refused);
  await origin.client.ask('room:open', { roomId, epoch: 1, origin: null, capture: null });
  expect(await origin.client.raw('link:close', { roomId, producerId: 'x' })).toMatchObject(refused);
  const end = { ip: '127.0.0.9', port: 41_000, srtpParameters: { cryptoSuite: 'AEAD_AES_256_GCM', keyBase64: 'AAAA' } };
  const open = { roomId, epoch: 1, nodeId: 'edge', end, again: false, producerIds: [] };
  const code = async (name: string, data: unknown) => {
    const reply = await asNode.raw(name, data);
    return reply.ok ? 'ok' : reply.error.code;
  };
  expect(await code('link:open', { ...open, epoch: 2 })).toBe('room_moved');
  expect(await code('link:open', { ...open, roomId: newId() })).toBe('room_moved');
  expect(await code('link:open', open)).toBe('bad_request');
  expect(await code('link:open', { ...open, nodeId: 'origin' })).toBe('bad_request');
  expect(await code('link:open', { ...open, again: true })).toBe('not_found');
  expect(await code('link:pause', { roomId, producerId: 'x', paused: true })).toBe('room_moved');
  expect(await code('link:close', { roomId: newId(), producerId: 'x' })).toBe('room_moved');
  const { producer } = await microphone(await origin.node.rooms.get(roomId));
  await origin.client.event('speaker:changed');
  // With a link an edge is given everything, and speaks for its own guests only.
  const keyBase64 = Buffer.alloc(44, 1).toString('base64');
  expect(await code('link:open', { ...open, end: { ...end, srtpParameters: { cryptoSuite: 'AEAD_AES_256_GCM', keyBase64 } } })).toBe('ok');
  await vi.waitFor(() => expect(linked).toEqual([producer.id]), soon);
  expect(await code('link:pause', { roomId, producerId: producer.id, paused: true })).toBe('producer_not_found');
  expect(await code('link:close', { roomId, producerId: producer.id })).toBe('producer_not_found');
  expect([producer.paused, producer.closed]).toEqual([false, false]);
  expect([asNode.events('node:ready'), asNode.events('speaker:changed')]).toEqual([[], []]);
});
