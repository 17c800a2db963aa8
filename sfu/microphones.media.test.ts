// Seven open microphones: the teacher's and the loudest four of the others reach viewers on every core and node, whoever speaks gets through, and the recording has all.
import { expect, test, vi } from 'vitest';
import type { types as ms } from 'mediasoup';
import { newId } from '#domain/id.ts';
import type { Room } from './room.ts';
import { captureGoal, lineTo, microphone, node, placeOf, soon } from './testing/linked-nodes.ts';
import type { MadeRtp } from './testing/made-rtp.ts';
import { readCapture } from './testing/read-capture.ts';
import { watchAll, type Watched } from './testing/watching.ts';

async function speaker(room: Room, ssrc: number, always = false): Promise<{ id: string; made: MadeRtp }> {
  const { producer, made } = await microphone(room, ssrc, undefined, always);
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

test('one that is always heard and the loudest four others are forwarded over pipes and cores, and recorded are all', async () => {
  const [origin, edge] = [await node('origin', '127.0.0.1', { workerCount: 2 }), await node('edge', '127.0.0.2', { workerCount: 2 })];
  const roomId = newId();
  await origin.client.ask('room:open', { roomId, epoch: 1, origin: null, capture: captureGoal() });
  const line = await lineTo(origin);
  await edge.client.ask('room:open', { roomId, epoch: 1, origin: placeOf(origin, line), capture: null });
  const [here, there] = [await origin.node.rooms.get(roomId), await edge.node.rooms.get(roomId)];
  const all = [];
  for (let ssrc = 201; ssrc <= 205; ssrc++) all.push(await speaker(here, ssrc));
  // The sixth is a guest at the edge, and the last to open one is the teacher, who sits there too.
  all.push(await speaker(there, 206));
  const teacher = await speaker(there, 207, true);
  const ids = all.map(({ id }) => id);
  const edgeCore = edge.node.workers.alive.find((worker) => worker !== there.routers.originWorker)!;
  const guestThere = new Map([[ids[5]!, await watchAll(there, ids[5]!, edgeCore)]]);
  const watched = new Map(await Promise.all(ids.slice(0, 5).map(async (id) => [id, await watchAll(there, id)] as const)));
  await vi.waitFor(async () => expect(await arriving(watched)).toEqual(ids.slice(0, 4)), soon);
  // What the origin does not forward, the edge keeps from its own viewers too.
  await vi.waitFor(async () => expect(await arriving(guestThere)).toEqual([]), soon);

  const taught = await watchAll(here, teacher.id, origin.node.workers.alive.find((worker) => worker !== here.routers.originWorker));
  await vi.waitFor(async () => expect(await arriving(new Map([[teacher.id, taught]]))).toEqual([teacher.id]), soon);

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

  // The fifth and the sixth speak: two who are silent make room, the teacher, as silent, does not.
  all[4]!.made.level = -25;
  all[5]!.made.level = -25;
  await vi.waitFor(async () => expect(await arriving(watched)).toEqual([ids[0], ids[1], ids[4]]), soon);
  expect(await arriving(new Map([[teacher.id, taught]]))).toEqual([teacher.id]);
  const heard = [ids[0], ids[1], ids[4], ids[5]];
  await vi.waitFor(async () => expect([flowing(), await arriving(apart)]).toEqual([heard, heard]), soon);
  expect(await arriving(guestThere)).toEqual([ids[5]]);

  // The guest falls silent for the others; the edge learns of the end of that also when its line was away.
  all[4]!.made.level = all[5]!.made.level = -90;
  for (const one of all.slice(0, 4)) one.made.level = -25;
  await vi.waitFor(async () => expect(await arriving(guestThere)).toEqual([]), soon);
  line.cut();
  await edge.client.event('room:linked', ({ up }) => !up);
  for (const id of ids.slice(0, 2)) (await here.producer(id)).close();
  line.mend();
  await vi.waitFor(async () => expect(await arriving(guestThere)).toEqual([ids[5]]), soon);
  await origin.client.ask('room:close', { roomId });
  for (const { id, made } of [...all, teacher]) {
    const sent = [...made.sent.values()][0]!.length;
    const { rtp } = await readCapture(origin.dataDirectory, id);
    expect(rtp.length).toBeGreaterThan(sent * 0.9);
  }
});
