// A node that is full or drained refuses whoever is new with media_full, keeps what it has, and says so; it registers itself and does what it is told.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterEach, expect, test, vi } from 'vitest';
import { NodeRegistration } from '#contracts/media-node.ts';
import { newId } from '#domain/id.ts';
import { checker } from '#runtime/answer.ts';
import type { NodeOptions } from '../node.ts';
import { MadeRtp } from '../testing/made-rtp.ts';
import { directProducer } from '../testing/rtp-relay.ts';
import { startTestNode, testSecret, type TestNode } from '../testing/test-node.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => { for (const end of ends.splice(0).reverse()) await end(); });

async function node(more: Partial<NodeOptions> = {}): Promise<TestNode> {
  const started = await startTestNode(more);
  ends.push(() => started.close());
  return started;
}
const full = { ok: false, error: { code: 'media_full' } };
const open = (started: TestNode, roomId: string, epoch = 1) => started.client.raw('room:open', { roomId, epoch, origin: null, capture: null });
const soon = { timeout: 15_000, interval: 30 };

test('streams: the last seat is given, the next person and the next room are refused; who is here stays, and a seat that ends is free', async () => {
  const started = await node({ limits: { streamsPerWorker: 5, egressMbps: 0 } });
  const roomId = newId();
  await open(started, roomId);
  const peers = [newId(), newId(), newId()];
  for (const peerId of peers) expect(await started.client.raw('peer:join', { roomId, peerId })).toMatchObject({ ok: true });
  expect(started.node.load).toMatchObject({ seats: 3, full: true, rooms: 1 });
  expect(await started.client.raw('peer:join', { roomId, peerId: newId() })).toMatchObject(full);
  expect(await open(started, newId())).toMatchObject(full);
  // Who has a seat comes back to it, and the room goes on in a later run.
  expect(await started.client.raw('peer:join', { roomId, peerId: peers[0]! })).toMatchObject({ ok: true });
  expect(await open(started, roomId)).toMatchObject({ ok: true });
  await started.client.ask('peer:leave', { roomId, peerId: peers[0]! });
  expect(await started.client.raw('peer:join', { roomId, peerId: newId() })).toMatchObject({ ok: true });
  expect(await open(started, roomId, 2)).toMatchObject({ ok: true });
});

test('the last seats are kept: everybody else is refused while a reserved one still gets in, also to a room that is not here yet, until they are gone too', async () => {
  const started = await node({ limits: { streamsPerWorker: 50, egressMbps: 0 } });
  const roomId = newId();
  await open(started, roomId);
  const join = (more: object = {}) => started.client.raw('peer:join', { roomId, peerId: newId(), ...more });
  for (let seat = 0; seat < 24; seat++) expect(await join()).toMatchObject({ ok: true });
  expect(await join()).toMatchObject(full);
  expect(await open(started, newId())).toMatchObject(full);
  expect(started.node.load).toMatchObject({ seats: 24, full: true, reserveFull: false });
  expect(await started.client.raw('room:open', { roomId: newId(), epoch: 1, origin: null, capture: null, reserved: true })).toMatchObject({ ok: true });
  expect(await join({ reserved: true })).toMatchObject({ ok: true });
  expect(await join({ reserved: true })).toMatchObject(full);
  expect(started.node.load).toMatchObject({ seats: 25, full: true, reserveFull: true });
});

test('every worker is filled before the node is full', async () => {
  const started = await node({ workerCount: 2, limits: { streamsPerWorker: 4, egressMbps: 0 } });
  const roomId = newId();
  await open(started, roomId);
  const join = () => started.client.raw('peer:join', { roomId, peerId: newId() });
  for (let seat = 0; seat < 4; seat++) expect(await join()).toMatchObject({ ok: true });
  expect(started.node.workers.alive.map(({ load }) => load.seats)).toEqual([2, 2]);
  expect(await join()).toMatchObject(full);
});

test('CPU: a worker above 85 % takes nobody, the other one does', async () => {
  const started = await node({ workerCount: 2 });
  const roomId = newId();
  await open(started, roomId);
  const [busy, free] = started.node.workers.alive;
  // Measured every two seconds; here it stays what it is set to.
  const hold = (worker: object, cpuPercent: number): void => { Object.defineProperty(worker, 'cpuPercent', { configurable: true, get: () => cpuPercent, set: () => undefined }); };
  hold(busy!, 86);
  hold(free!, 85);
  await started.client.ask('peer:join', { roomId, peerId: newId() });
  await started.client.ask('peer:join', { roomId, peerId: newId() });
  expect([busy!.load.seats, free!.load.seats]).toEqual([0, 2]);
  hold(free!, 86);
  expect(await started.client.raw('peer:join', { roomId, peerId: newId(), reserved: true })).toMatchObject({ ok: true });
  hold(free!, 96);
  hold(busy!, 96);
  expect(await started.client.raw('peer:join', { roomId, peerId: newId(), reserved: true })).toMatchObject(full);
  expect(await started.client.raw('peer:join', { roomId, peerId: newId() })).toMatchObject(full);
});

test('egress: what really leaves for another node counts, and above the limit nobody new is taken', async () => {
  const origin = await node({ nodeId: 'origin', limits: { streamsPerWorker: 900, egressMbps: 1 } });
  const edge = await node({ nodeId: 'edge', pipeAddress: '127.0.0.2' });
  const roomId = newId();
  await open(origin, roomId);
  const made: MadeRtp[] = [];
  ends.push(() => made.forEach((one) => one.stop()));
  const room = await origin.node.rooms.get(roomId);
  // 50 packets of 140 bytes a second and layer: eight sources of three layers are about 1.3 Mbit/s.
  for (let source = 0; source < 8; source++) {
    const ssrcs = [1, 2, 3].map((layer) => 1000 + source * 10 + layer);
    made.push(new MadeRtp(await directProducer(room, newId(), 'camera', 'video', ssrcs), ssrcs));
  }
  await edge.client.ask('room:open', { roomId, epoch: 1, origin: { nodeId: 'origin', controlUrl: `http://127.0.0.1:${origin.node.controlPort}` }, capture: null });
  const told = await origin.client.event('node:load', ({ load }) => load.full);
  expect(told.load.egressBitsPerSecond).toBeGreaterThan(1_000_000);
  expect(told.load.egressBitsPerSecond).toBeLessThan(2_500_000);
  expect(await origin.client.raw('peer:join', { roomId, peerId: newId() })).toMatchObject(full);
  await edge.client.ask('room:close', { roomId });
  await origin.client.event('node:load', ({ load }) => load.egressBitsPerSecond === 0 && !load.full);
});

test('drained: nothing new, what is here goes on, and it can be taken back', async () => {
  const started = await node();
  const [roomId, peerId] = [newId(), newId()];
  await open(started, roomId);
  await started.client.ask('peer:join', { roomId, peerId });
  await started.client.ask('node:drain', { draining: true });
  expect(await open(started, newId())).toMatchObject(full);
  expect(await started.client.raw('peer:join', { roomId, peerId: newId() })).toMatchObject(full);
  expect(await started.client.raw('peer:join', { roomId, peerId })).toMatchObject({ ok: true });
  await started.client.ask('transport:create', { roomId, peerId, direction: 'receive' });
  expect(started.node.load.draining).toBe(true);
  await started.client.ask('node:drain', { draining: false });
  expect(await open(started, newId())).toMatchObject({ ok: true });
});

interface Asked { registration: ReturnType<ReturnType<typeof checker<typeof NodeRegistration>>>; authorization: string | undefined; path: string | undefined }
/** Signaling's internal port as a node sees it. */
async function signaling(port: number, asked: Asked[], answer: () => { status: number; body: unknown }): Promise<{ server: Server; port: number }> {
  const server = createServer((request: IncomingMessage, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      asked.push({ registration: checker(NodeRegistration)(JSON.parse(Buffer.concat(parts).toString())), authorization: request.headers.authorization, path: request.url });
      const { status, body } = answer();
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(body));
    });
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => { server.closeAllConnections(); server.close(); });
  return { server, port: (server.address() as { port: number }).port };
}

test('a node registers at once and again, drains when told, and goes on while signaling is away or answers nonsense', async () => {
  const asked: Asked[] = [];
  let answer: { status: number; body: unknown } = { status: 200, body: { draining: false, againMs: 100 } };
  const { server, port } = await signaling(0, asked, () => answer);
  const started = await node({ nodeId: 'node-r', workerCount: 2, limits: { streamsPerWorker: 700, egressMbps: 900 }, registerAt: { url: `http://127.0.0.1:${port}`, controlUrl: 'http://10.1.2.3:4400' } });
  await vi.waitFor(() => expect(asked.length).toBeGreaterThan(2), soon);
  expect(asked[0]).toMatchObject({
    path: '/internal/media-nodes', authorization: `Bearer ${testSecret}`,
    registration: {
      nodeId: 'node-r', bootId: started.node.bootId, controlUrl: 'http://10.1.2.3:4400', capacity: { workers: 2, streamsPerWorker: 700, egressMbps: 900 },
      load: { seats: 0, rooms: 0, full: false, draining: false, egressBitsPerSecond: 0 },
    },
  });
  expect(asked[0]!.registration.load.workers).toHaveLength(2);
  answer = { status: 200, body: { draining: true, againMs: 100 } };
  await vi.waitFor(() => expect(started.node.capacity.draining).toBe(true), soon);
  for (const wrong of [{ status: 503, body: {} }, { status: 200, body: { draining: 'no' } }]) {
    answer = wrong;
    const before = asked.length;
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(before + 1), soon);
    expect(started.node.capacity.draining).toBe(true);
  }
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  expect(await started.client.raw('peer:leave', { roomId: newId(), peerId: newId() })).toMatchObject({ error: { code: 'not_found' } });
  const later: Asked[] = [];
  await signaling(port, later, () => ({ status: 200, body: { draining: false, againMs: 60_000 } }));
  await vi.waitFor(() => expect([later.length, started.node.capacity.draining]).toEqual([1, false]), soon);
});

test('plain HTTP on the control port: figures, and nothing else', async () => {
  const started = await node();
  await open(started, newId());
  const answer = await fetch(`http://127.0.0.1:${started.node.controlPort}/metrics`);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain('keshi_sfu_rooms{part="origin"} 1');
  expect((await fetch(`http://127.0.0.1:${started.node.controlPort}/`)).status).toBe(404);
});
