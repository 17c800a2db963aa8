// A companion: a peer of its own whose pictures are its owner's, on one node and across two.
import { expect, test } from 'vitest';
import { newId } from '#domain/id.ts';
import { captureGoal, node, placeOf } from './testing/linked-nodes.ts';
import { readCapture } from './testing/read-capture.ts';
import type { TestNode } from './testing/test-node.ts';

let nextSsrc = 5000;

async function films({ client }: TestNode, roomId: string, peerId: string, ownerId?: string): Promise<string> {
  await client.ask('peer:join', { roomId, peerId, ...(ownerId && { ownerId }) });
  const { transportId } = await client.ask('transport:create', { roomId, peerId, direction: 'send' });
  const rtpParameters = {
    mid: '0', codecs: [{ mimeType: 'video/VP8' as const, payloadType: 96, clockRate: 90_000, parameters: {}, rtcpFeedback: [] }], headerExtensions: [], encodings: [{ ssrc: nextSsrc++ }], rtcp: { cname: 'phone' },
  };
  return (await client.ask('producer:create', { roomId, peerId, transportId, kind: 'video', source: 'documentCamera', rtpParameters, paused: false })).producerId;
}

test('what it sends at an edge is told and recorded as its owner’s; the owner joining anew ends nothing, another companion replaces it', async () => {
  const [origin, edge] = [await node('origin', '127.0.0.1'), await node('edge', '127.0.0.2')];
  const roomId = newId();
  const [owner, phone, second] = [newId(), newId(), newId()];
  const opened = () => origin.client.ask('room:open', { roomId, epoch: 1, origin: null, capture: null });
  await origin.client.ask('room:open', { roomId, epoch: 1, origin: null, capture: captureGoal() });
  await edge.client.ask('room:open', { roomId, epoch: 1, origin: placeOf(origin), capture: null });
  const one = await films(edge, roomId, phone, owner);
  const told = { producerId: one, peerId: owner, kind: 'video', source: 'documentCamera', paused: false };
  expect((await opened()).producers).toEqual([told]);
  for (let turn = 0; turn < 2; turn++) expect((await origin.client.ask('peer:join', { roomId, peerId: owner })).producers).toEqual([told]);
  // Neither is the other: what one sends the other cannot close.
  expect(await origin.client.raw('producer:close', { roomId, peerId: owner, producerId: one })).toMatchObject({ ok: false, error: { code: 'producer_not_found' } });
  const two = await films(origin, roomId, second, owner);
  expect(await origin.client.event('producer:closed')).toEqual({ roomId, epoch: 1, peerId: owner, producerId: one, source: 'documentCamera' });
  expect((await opened()).producers).toEqual([{ ...told, producerId: two }]);
  await origin.client.ask('peer:leave', { roomId, peerId: second });
  expect(await origin.client.event('producer:closed', ({ producerId }) => producerId === two)).toMatchObject({ peerId: owner });
  expect(await origin.client.ask('room:close', { roomId })).toEqual({ captures: 2 });
  for (const producerId of [one, two]) expect((await readCapture(origin.dataDirectory, producerId)).headers[0]).toMatchObject({ peerId: owner, source: 'documentCamera' });
});
