// A viewer without a browser: gets every layer of a producer as it arrives at one of this node's routers.
import type { types as ms } from 'mediasoup';
import { recordingCapabilities } from '../capture/recording-capabilities.ts';
import type { MediaWorker } from '../media-worker.ts';
import type { Room } from '../room.ts';
import { numberIn } from './made-rtp.ts';

export interface Watched { consumer: ms.Consumer; numbers: Map<number, number[]>; readonly packets: number }

export async function watchAll(room: Room, producerId: string, worker: MediaWorker = room.routers.originWorker): Promise<Watched> {
  await room.producer(producerId);
  await room.routers.bring(producerId, worker);
  const router = await room.routers.on(worker);
  const transport = await router.createDirectTransport();
  const consumer = await transport.consume({ producerId, rtpCapabilities: recordingCapabilities(router.rtpCapabilities), pipe: true, paused: true, enableRtx: false });
  const numbers = new Map<number, number[]>();
  let packets = 0;
  consumer.on('rtp', (packet) => {
    const ssrc = packet.readUInt32BE(8);
    numbers.set(ssrc, [...numbers.get(ssrc) ?? [], numberIn(packet, consumer.kind)]);
    packets++;
  });
  await consumer.resume();
  return { consumer, numbers, get packets() { return packets; } };
}
