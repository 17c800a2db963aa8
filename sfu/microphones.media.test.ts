// Six open microphones: the loudest four reach viewers on every core and node, whoever speaks gets through, and the recording has all six.
import { expect, test, vi } from 'vitest';
import type { types as ms } from 'mediasoup';
import { newId } from '#domain/id.ts';
import type { Room } from './room.ts';
import { captureGoal, microphone, node, placeOf, soon } from './testing/linked-nodes.ts';
import type { MadeRtp } from './testing/made-rtp.ts';
import { readCapture } from './testing/read-capture.ts';
import { watchAll, type Watched } from './testing/watching.ts';

async function speaker(room: Room, ssrc: number): Promise<{ id: string; made: MadeRtp }> {
  const { producer, made } = await microphone(room, ssrc);
  // Below what counts as heard.
  made.level = -90;
  return { id: producer.id, made };
}
/** Which of them something arrives of within a moment. */
async function arriving(watched: Map<string, Watched>): Promise<string[]> {
  const before = new Map([...watched].map(([id, { packets }]) => [id, packets]));
  await new Promise((resolve) => setTimeout(resolve, 200));
  return [...watched].filter(([id, { packets }]) => packets > before.get(id)!).map(([id]) => id);
}

test('the loudest four are forwarded over pipes and cores, and recorded are all', async () => {
  const [origin, edge] = [await node('origin', '127.0.0.1', { workerCount: 2 }), await node('edge', '127.0.0.2', { workerCount: 2 })];
  const roomId = newId();
  await origin.client.ask('room:open', { roomId, epoch: 1, origin: null, capture: captureGoal() });
  await edge.client.ask('room:open', { roomId, epoch: 1, origin: placeOf(origin), capture: null });
  const [here, there] = [await origin.node.rooms.get(roomId), await edge.node.rooms.get(roomId)];
  const all = [];
  for (let ssrc = 201; ssrc <= 205; ssrc++) all.push(await speaker(here, ssrc));
  // The sixth is a guest at the edge.
  all.push(await speaker(there, 206));
  const ids = all.map(({ id }) => id);
  const edgeCore = edge.node.workers.alive.find((worker) => worker !== there.routers.originWorker)!;
  const guestThere = new Map([[ids[5]!, await watchAll(there, ids[5]!, edgeCore)]]);
  const watched = new Map(await Promise.all(ids.slice(0, 5).map(async (id) => [id, await watchAll(there, id)] as const)));
  await vi.waitFor(async () => expect(await arriving(watched)).toEqual(ids.slice(0, 4)), soon);
  // What the origin does not forward, the edge keeps from its own viewers too.
  await vi.waitFor(async () => expect(await arriving(guestThere)).toEqual([]), soon);

  // A viewer on the core where everything is sent to, and one on the other core.
  const consumers = new Map<string, ms.Consumer>();
  here.routers.origin.observer.on('newtransport', (transport) => transport.observer.on('newconsumer', (consumer) => {
    if (transport.type === 'webrtc') consumers.set(consumer.producerId, consumer);
  }));
  const peerId = newId();
  const otherCore = origin.node.workers.alive.find((worker) => worker !== here.routers.originWorker)!;
  otherCore.load.seats += 100;
  await origin.client.ask('peer:join', { roomId, peerId });
  otherCore.load.seats -= 100;
  expect(here.peer(peerId).seat).toBe(here.routers.originWorker);
  await origin.client.ask('transport:create', { roomId, peerId, direction: 'receive' });
  for (const producerId of ids) {
    const { consumerId } = await origin.client.ask('consumer:create', { roomId, peerId, producerId, rtpCapabilities: here.routers.origin.rtpCapabilities });
    await origin.client.ask('consumer:resume', { roomId, peerId, consumerId });
  }
  const apart = new Map(await Promise.all(ids.map(async (id) => [id, await watchAll(here, id, otherCore)] as const)));
  const flowing = (): string[] => ids.filter((id) => !consumers.get(id)!.paused);
  expect(flowing()).toEqual(ids.slice(0, 4));
  await vi.waitFor(async () => expect(await arriving(apart)).toEqual(ids.slice(0, 4)), soon);

  // The fifth and the sixth speak; the first one, the teacher, is silent and stays.
  all[4]!.made.level = -25;
  all[5]!.made.level = -25;
  await vi.waitFor(async () => expect(await arriving(watched)).toEqual([ids[0], ids[1], ids[4]]), soon);
  const heard = [ids[0], ids[1], ids[4], ids[5]];
  await vi.waitFor(async () => expect([flowing(), await arriving(apart)]).toEqual([heard, heard]), soon);
  expect(await arriving(guestThere)).toEqual([ids[5]]);
  await origin.client.ask('room:close', { roomId });
  for (const { id, made } of all) {
    const sent = [...made.sent.values()][0]!.length;
    const { rtp } = await readCapture(origin.dataDirectory, id);
    expect(rtp.length).toBeGreaterThan(sent * 0.9);
  }
});
