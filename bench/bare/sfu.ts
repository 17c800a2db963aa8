// The bare library as the limit of an sfu: one mediasoup worker, one router, no recording, no trace, no observer, no pipe.
import { createWorker } from 'mediasoup';
import type { types as ms } from 'mediasoup';
import type { TransportInfo } from '#contracts/media.ts';
import { mediaCodecs } from '../../sfu/codecs.ts';
import { viewerCapabilities } from '../receiver/receiver.ts';
import { pin, type Cores } from '../sfu-processes.ts';
import type { SfuWorld } from '../sfu-world.ts';

/** As ours, so that the same packets flow. */
const transportOptions = { enableUdp: true, enableTcp: true, preferUdp: true, enableSctp: false, initialAvailableOutgoingBitrate: 2_000_000 } as const;
const infoOf = ({ id, iceParameters, iceCandidates, dtlsParameters }: ms.WebRtcTransport): TransportInfo => ({ transportId: id, iceParameters, iceCandidates, dtlsParameters });

export async function startBareSfu(workerBin: string | undefined, cores: Cores): Promise<SfuWorld> {
  const worker = await createWorker({ logLevel: 'error', ...(workerBin && { workerBin }) });
  pin(worker.pid, cores.tested);
  const webRtcServer = await worker.createWebRtcServer({ listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }, { protocol: 'tcp', ip: '127.0.0.1' }] });
  const router = await worker.createRouter({ mediaCodecs });
  const producers: ms.Producer[] = [];
  const open = async (dtlsParameters: ms.DtlsParameters): Promise<ms.WebRtcTransport> => {
    const transport = await router.createWebRtcTransport({ webRtcServer, ...transportOptions });
    await transport.connect({ dtlsParameters });
    return transport;
  };
  return {
    testedPid: () => worker.pid,
    otherPids: () => ({}),
    async openTeacher(dtlsParameters) {
      const transport = await open(dtlsParameters);
      return {
        transport: infoOf(transport),
        async produce({ video, audio }) {
          producers.push(await transport.produce({ kind: 'video', rtpParameters: video, keyFrameRequestDelay: 340 }), await transport.produce({ kind: 'audio', rtpParameters: audio }));
        },
      };
    },
    async openViewer(dtlsParameters) {
      const transport = await open(dtlsParameters);
      let consumers: ms.Consumer[] = [];
      return {
        transport: infoOf(transport),
        async consume() {
          consumers = await Promise.all(producers.map(({ id }) => transport.consume({ producerId: id, rtpCapabilities: viewerCapabilities(router.rtpCapabilities), paused: true })));
          return consumers.map(({ id, producerId, kind, rtpParameters, producerPaused }) => ({ consumerId: id, producerId, kind, rtpParameters, producerPaused }));
        },
        async resume() { for (const consumer of consumers) await consumer.resume(); },
      };
    },
    close: () => { worker.close(); return Promise.resolve(); },
  };
}
