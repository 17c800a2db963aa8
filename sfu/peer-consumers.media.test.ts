// What a viewer asks for in quick succession: the last word counts, for what is sent and for what the sender is told.
import { expect, test } from 'vitest';
import { newId } from '#domain/id.ts';
import { camera, node } from './testing/linked-nodes.ts';
import { PeerConsumers } from './peer-consumers.ts';
import { openTransport } from './peer-transport.ts';
import type { Wish } from './wanted-layers.ts';

test('paused and resumed at once: it flows, and is wanted; hidden from whoever is hushed meanwhile', async () => {
  const { node: media, client } = await node('origin', '127.0.0.1');
  const roomId = newId();
  await client.ask('room:open', { roomId, epoch: 1, origin: null, capture: null });
  const { routers } = await media.rooms.get(roomId);
  const { producer } = await camera(await media.rooms.get(roomId));
  const wishes: (Wish | undefined)[] = [];
  const consumers = new PeerConsumers({ onWish: (_producerId, _consumerId, wish) => { wishes.push(wish); }, onClosed: () => undefined });
  const worker = routers.originWorker;
  const transport = await openTransport(routers.origin, worker, () => undefined);
  const made: { paused: boolean }[] = [];
  transport.observer.on('newconsumer', (consumer) => made.push(consumer));
  const line = { transport, worker, router: routers.origin };
  const { rtpCapabilities } = routers.origin;
  const { consumerId } = await consumers.add(line, producer, rtpCapabilities, () => false);
  await consumers.resume(consumerId);
  await Promise.all([consumers.pause(consumerId), consumers.resume(consumerId)]);
  expect([wishes.at(-1), made[0]!.paused]).toEqual([2, false]);

  // Hushed while the consumer is being made.
  let hushed = false;
  const adding = consumers.add(line, producer, rtpCapabilities, () => hushed);
  hushed = true;
  const second = await adding;
  await consumers.resume(second.consumerId);
  expect([wishes.at(-1), made[1]!.paused]).toEqual([2, true]);
  producer.close();
  await expect(consumers.add(line, producer, rtpCapabilities, () => false)).rejects.toThrow('the producer is closed');
});
