// R16 as the node itself measures it: of two real receivers, one near and one behind a long way, one is within 25 ms; in /metrics, and in what every registration says.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import type { TransportInfo } from '#contracts/media.ts';
import { newId } from '#domain/id.ts';
import { countWithin, rttEdgesMs, totalOf } from '#runtime/metrics-window.ts';
import { ends, microphone, node } from '../../sfu/testing/linked-nodes.ts';
import type { TestNode } from '../../sfu/testing/test-node.ts';
import { feedbackEveryMs, LightReceiver, viewerCapabilities } from './receiver.ts';
import { ownDtlsParameters } from '#testing/secure-line.ts';

const soon = { timeout: 30_000, interval: 100 };
/** Each way. */
const farMs = 40;
const receivers = new Set<LightReceiver>();
afterEach(() => receivers.clear());

async function bound(): Promise<Socket> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  ends.push(() => socket.close());
  await once(socket, 'listening');
  return socket;
}
/** Carries every datagram there and back, later. */
async function farAway(transport: TransportInfo): Promise<TransportInfo> {
  const candidate = transport.iceCandidates.find(({ protocol }) => protocol === 'udp')!;
  const [near, far] = [await bound(), await bound()];
  const timers = new Set<NodeJS.Timeout>();
  const later = (work: () => void): void => { const timer = setTimeout(() => { timers.delete(timer); work(); }, farMs); timers.add(timer); };
  ends.push(() => timers.forEach((timer) => clearTimeout(timer)));
  let viewer = { port: 0, address: '' };
  near.on('message', (packet, from) => {
    viewer = from;
    later(() => far.send(packet, candidate.port, candidate.address || candidate.ip));
  });
  far.on('message', (packet) => later(() => near.send(packet, viewer.port, viewer.address)));
  return { ...transport, iceCandidates: [{ ...candidate, ip: '127.0.0.1', address: '127.0.0.1', port: near.address().port }] };
}

/** A viewer of that producer who receives for real. */
async function receives({ client }: TestNode, roomId: string, producerId: string, way: (transport: TransportInfo) => Promise<TransportInfo>): Promise<string> {
  const peerId = newId();
  const { rtpCapabilities } = await client.ask('peer:join', { roomId, peerId });
  const transport = await client.ask('transport:create', { roomId, peerId, direction: 'receive' });
  await client.ask('transport:connect', { roomId, peerId, transportId: transport.transportId, dtlsParameters: await ownDtlsParameters() });
  const receiver = await LightReceiver.open(await way(transport));
  ends.push(() => receiver.close());
  receivers.add(receiver);
  const consumer = await client.ask('consumer:create', { roomId, peerId, producerId, rtpCapabilities: viewerCapabilities(rtpCapabilities) });
  receiver.expect(consumer.kind, consumer.rtpParameters);
  await client.ask('consumer:resume', { roomId, peerId, consumerId: consumer.consumerId });
  return peerId;
}

test('two receive, one of them from afar: half are within 25 ms; who leaves counts no more', async () => {
  const started = await node('origin', '127.0.0.1');
  const ticking = setInterval(() => { for (const receiver of receivers) receiver.tick(performance.now()); }, feedbackEveryMs);
  ends.push(() => clearInterval(ticking));
  const roomId = newId();
  await started.client.ask('room:open', { roomId, epoch: 1, origin: null, capture: null });
  const { producer } = await microphone(await started.node.rooms.get(roomId));
  const near = await receives(started, roomId, producer.id, async (transport) => transport);
  await receives(started, roomId, producer.id, farAway);
  const figures = () => started.node.load.figures!;
  await vi.waitFor(() => expect([totalOf(figures().rttCounts), countWithin(rttEdgesMs, figures().rttCounts, 25)]).toEqual([2, 1]), soon);
  // There and back, and no shorter.
  expect(countWithin(rttEdgesMs, figures().rttCounts, 50)).toBe(1);
  const gauges = async (): Promise<string[]> => {
    const answer = await fetch(`http://127.0.0.1:${started.node.controlPort}/metrics`);
    return (await answer.text()).split('\n').filter((line) => /^keshi_sfu_receivers_/.test(line)).sort();
  };
  await vi.waitFor(async () => expect(await gauges()).toEqual(['keshi_sfu_receivers_measured 2', 'keshi_sfu_receivers_within_25ms 1']), soon);
  await started.client.ask('peer:leave', { roomId, peerId: near });
  await vi.waitFor(async () => expect(await gauges()).toEqual(['keshi_sfu_receivers_measured 1', 'keshi_sfu_receivers_within_25ms 0']), soon);
});
