// What each control request does. Data is checked already; a missing handler does not compile.
import type { Static } from 'typebox';
import type { SfuRequests } from '#contracts/sfu-control.ts';
import { offeredCapabilities } from '../codecs.ts';
import type { Capacity } from '../load/capacity.ts';
import { closeProducer, type MediaProducer } from '../media-producer.ts';
import type { Peer } from '../peer.ts';
import type { Rooms } from '../rooms.ts';

export type SfuHandlers = {
  [K in keyof SfuRequests]: (data: Static<SfuRequests[K]['data']>) => Promise<Static<SfuRequests[K]['reply']>>;
};

type Self = { nodeId: string; bootId: string };
const done = (work: Promise<unknown>): Promise<Record<never, never>> => work.then(() => ({}));

type RoomRequests = 'room:open' | 'room:capture' | 'room:note' | 'room:close' | 'node:drain';
function roomHandlers(rooms: Rooms, capacity: Capacity, self: Self): Pick<SfuHandlers, RoomRequests> {
  return {
    'room:open': async ({ roomId, epoch, capture, ...how }) => ({ ...self, producers: (await rooms.open(roomId, epoch, capture, how)).producers }),
    'room:capture': async ({ roomId, capture }) => done((await rooms.get(roomId)).startCapture(capture)),
    'room:note': async ({ roomId, type, data }) => done((await rooms.get(roomId)).note(type, data)),
    'room:close': async ({ roomId, epoch }) => ({ captures: await rooms.close(roomId, 'roomClosed', epoch) }),
    'node:drain': async ({ draining }) => {
      capacity.draining = draining;
      return {};
    },
  };
}

export function createHandlers(rooms: Rooms, capacity: Capacity, self: Self): SfuHandlers {
  const peerOf = async ({ roomId, peerId }: { roomId: string; peerId: string }): Promise<Peer> => (await rooms.get(roomId)).peer(peerId);
  const producerOf = async ({ roomId, peerId, producerId }: { roomId: string; peerId: string; producerId: string }): Promise<MediaProducer> =>
    (await rooms.get(roomId)).producerOf(peerId, producerId);
  return {
    ...roomHandlers(rooms, capacity, self),
    'peer:join': async ({ roomId, peerId, ...how }) => {
      const room = await rooms.get(roomId);
      room.join(peerId, how);
      return { rtpCapabilities: offeredCapabilities(room.routers.origin.rtpCapabilities), producers: room.producers };
    },
    'peer:leave': async ({ roomId, peerId }) => {
      (await rooms.get(roomId)).leave(peerId);
      return {};
    },
    'transport:create': async (data) => (await peerOf(data)).createTransport(data.direction),
    'transport:connect': async (data) => done((await peerOf(data)).connectTransport(data.transportId, data.dtlsParameters)),
    'transport:restartIce': async (data) => ({ iceParameters: await (await peerOf(data)).restartIce(data.transportId) }),
    'producer:create': async (data) => ({ producerId: await (await peerOf(data)).produce(data) }),
    'producer:pause': async (data) => done((await producerOf(data)).pause()),
    'producer:resume': async (data) => done((await producerOf(data)).resume()),
    'producer:close': async (data) => {
      closeProducer(await producerOf(data), 'stopped');
      return {};
    },
    'consumer:create': async (data) => {
      const room = await rooms.get(data.roomId);
      const peer = room.peer(data.peerId);
      return peer.consume(await room.producer(data.producerId), data.rtpCapabilities);
    },
    'consumer:resume': async (data) => done((await peerOf(data)).consumers.resume(data.consumerId)),
    'consumer:pause': async (data) => done((await peerOf(data)).consumers.pause(data.consumerId)),
    'consumer:prefer': async (data) => done((await peerOf(data)).consumers.prefer(data.consumerId, data.spatialLayer)),
  };
}
