// Runs inside Chromium: a mediasoup-client peer whose signaling is the test's control connection (`askSfu`).
import { Device, type types as ms } from 'mediasoup-client';
import { cameraLayers, kindOfSource, type Source } from '#domain/media.ts';

type Ask = (name: string, data: Record<string, unknown>) => Promise<Record<string, unknown>>;
declare global {
  interface Window { askSfu: Ask; mediaPage: typeof mediaPage }
}

const device = new Device();
let seat: { roomId: string; peerId: string };
let sending: ms.Transport;
let receiving: ms.Transport;

async function transport(direction: 'send' | 'receive'): Promise<ms.Transport> {
  const { transportId, ...parameters } = await window.askSfu('transport:create', { ...seat, direction });
  const options = { ...parameters, id: transportId } as ms.TransportOptions;
  const made = direction === 'send' ? device.createSendTransport(options) : device.createRecvTransport(options);
  made.on('connect', ({ dtlsParameters }, done, failed) => {
    window.askSfu('transport:connect', { ...seat, transportId, dtlsParameters }).then(() => done(), failed);
  });
  made.on('produce', ({ kind, rtpParameters, appData }, done, failed) => {
    window.askSfu('producer:create', { ...seat, transportId, kind, source: appData['source'], rtpParameters, paused: false })
      .then(({ producerId }) => done({ id: producerId as string }), failed);
  });
  return made;
}

async function trackFor(source: Source): Promise<MediaStreamTrack> {
  const video = { width: 1280, height: 720, frameRate: 30 };
  const stream = source === 'screen'
    ? await navigator.mediaDevices.getDisplayMedia({ video: true })
    : await navigator.mediaDevices.getUserMedia(kindOfSource(source) === 'audio' ? { audio: true } : { video });
  return stream.getTracks()[0]!;
}

const mediaPage = {
  async join(roomId: string, peerId: string): Promise<void> {
    seat = { roomId, peerId };
    const { rtpCapabilities } = await window.askSfu('peer:join', seat);
    await device.load({ routerRtpCapabilities: rtpCapabilities as ms.RtpCapabilities });
    [sending, receiving] = await Promise.all([transport('send'), transport('receive')]);
  },

  hangUp(): void {
    sending.close();
    receiving.close();
  },

  /** The camera goes out in layers, everything else in one. */
  async produce(source: Source): Promise<string> {
    const track = await trackFor(source);
    const layers = cameraLayers.map((layer) => ({ ...layer }));
    const producer = await sending.produce({
      track, appData: { source }, ...(source === 'camera' && { encodings: layers }), ...(source === 'screen' && { encodings: [{ maxBitrate: 2_500_000 }] }),
      // Without a start bitrate Chromium needs many seconds to dare the top layer.
      codecOptions: kindOfSource(source) === 'audio' ? { opusFec: true, opusDtx: true } : { videoGoogleStartBitrate: 2500 },
    });
    return producer.id;
  },

  /** Milliseconds from asking for the consumer until it is made, resumed, connected and shows its first picture, and that picture's height. */
  async watch(producerId: string): Promise<{ consumerId: string; madeMs: number; resumedMs: number; connectedMs: number; firstPictureMs: number; height: number }> {
    const startedAt = performance.now();
    const since = (): number => Math.round(performance.now() - startedAt);
    let connectedMs = 0;
    receiving.on('connectionstatechange', (state) => { if (state === 'connected') connectedMs = since(); });
    const { consumerId, kind, rtpParameters } = await window.askSfu('consumer:create', { ...seat, producerId, rtpCapabilities: device.recvRtpCapabilities });
    const consumer = await receiving.consume({ id: consumerId as string, producerId, kind: kind as ms.MediaKind, rtpParameters: rtpParameters as ms.RtpParameters });
    const madeMs = since();
    const video = document.createElement('video');
    video.id = `v-${producerId}`;
    video.muted = true;
    video.autoplay = true;
    video.srcObject = new MediaStream([consumer.track]);
    document.body.append(video);
    const first = new Promise<number>((resolve) => video.requestVideoFrameCallback((_now, frame) => resolve(frame.height)));
    await window.askSfu('consumer:resume', { ...seat, consumerId });
    const resumedMs = since();
    const height = await first;
    return { consumerId: consumerId as string, madeMs, resumedMs, connectedMs, firstPictureMs: since(), height };
  },

  /** Sound received so far, in samples' energy: more than nothing once somebody speaks. */
  async listen(producerId: string): Promise<{ consumerId: string; packets: () => Promise<number> }> {
    const { consumerId, kind, rtpParameters } = await window.askSfu('consumer:create', { ...seat, producerId, rtpCapabilities: device.recvRtpCapabilities });
    const consumer = await receiving.consume({ id: consumerId as string, producerId, kind: kind as ms.MediaKind, rtpParameters: rtpParameters as ms.RtpParameters });
    await window.askSfu('consumer:resume', { ...seat, consumerId });
    const packets = async (): Promise<number> => {
      const stats = [...(await consumer.getStats()).values()] as { type: string; packetsReceived?: number }[];
      return stats.find(({ type }) => type === 'inbound-rtp')?.packetsReceived ?? 0;
    };
    return { consumerId: consumerId as string, packets };
  },

  async packetsHeard(producerId: string, atLeast: number): Promise<number> {
    const { packets } = await mediaPage.listen(producerId);
    for (;;) {
      const heard = await packets();
      if (heard >= atLeast) return heard;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  },
};
window.mediaPage = mediaPage;
