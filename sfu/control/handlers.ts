// What each control request does. Data is checked already; a missing handler does not compile.
import type { Static } from 'typebox';
import type { SfuRequests } from '#contracts/sfu-control.ts';
import type { Peer } from '../peer.ts';
import type { Rooms } from '../rooms.ts';

export type SfuHandlers = {
  [K in keyof SfuRequests]: (data: Static<SfuRequests[K]['data']>) => Promise<Static<SfuRequests[K]['reply']>>;
};

function roomHandlers(rooms: Rooms, self: { nodeId: string; bootId: string }): Pick<SfuHandlers, 'room:open' | 'room:capture' | 'room:note' | 'room:close'> {
  return {
    'room:open': async ({ roomId, epoch, capture }) => ({ ...self, producers: (await rooms.open(roomId, epoch, capture)).producers }),
    'room:capture': async ({ roomId, capture }) => {
      await (await rooms.get(roomId)).startCapture(capture);
      return {};
    },
    'room:note': async ({ roomId, type, data }) => {
      await (await rooms.get(roomId)).note(type, data);
      return {};
    },
    'room:close': async ({ roomId }) => ({ captures: await rooms.close(roomId, 'roomClosed') }),
  };
}

export function createHandlers(rooms: Rooms, self: { nodeId: string; bootId: string }): SfuHandlers {
  const peerOf = async ({ roomId, peerId }: { roomId: string; peerId: string }): Promise<Peer> => (await rooms.get(roomId)).peer(peerId);
  const done = (work: Promise<unknown>): Promise<Record<never, never>> => work.then(() => ({}));
  return {
    ...roomHandlers(rooms, self),
    'node:drain': async ({ draining }) => {
      rooms.draining = draining;
      return {};
    },
    'peer:join': async ({ roomId, peerId }) => {
      const room = await rooms.get(roomId);
      room.join(peerId);
      return { rtpCapabilities: room.routers.origin.rtpCapabilities, producers: room.producers };
    },
    'peer:leave': async ({ roomId, peerId }) => {
      (await rooms.get(roomId)).leave(peerId);
      return {};
    },
    'transport:create': async (data) => (await peerOf(data)).createTransport(data.direction),
    'transport:connect': async (data) => done((await peerOf(data)).connectTransport(data.transportId, data.dtlsParameters)),
    'transport:restartIce': async (data) => ({ iceParameters: await (await peerOf(data)).restartIce(data.transportId) }),
    'producer:create': async (data) => ({ producerId: await (await peerOf(data)).produce(data) }),
    'producer:pause': async (data) => done((await peerOf(data)).pauseProducer(data.producerId)),
    'producer:resume': async (data) => done((await peerOf(data)).resumeProducer(data.producerId)),
    'producer:close': async (data) => {
      (await peerOf(data)).closeProducer(data.producerId);
      return {};
    },
    'consumer:create': async (data) => {
      const room = await rooms.get(data.roomId);
      return room.peer(data.peerId).consume(room.producer(data.producerId), data.rtpCapabilities);
    },
    'consumer:resume': async (data) => done((await peerOf(data)).consumers.resume(data.consumerId)),
    'consumer:pause': async (data) => done((await peerOf(data)).consumers.pause(data.consumerId)),
    'consumer:prefer': async (data) => done((await peerOf(data)).consumers.prefer(data.consumerId, data.spatialLayer)),
  };
}
