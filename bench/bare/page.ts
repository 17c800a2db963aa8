// Runs inside Chromium: mediasoup-client and nothing else, against the bare server. One page sends the camera, others watch.
import { Device, type types as ms } from 'mediasoup-client';
import { cameraLayers } from '#domain/media.ts';

interface Offer { id: string; iceParameters: ms.IceParameters; iceCandidates: ms.IceCandidate[]; dtlsParameters: ms.DtlsParameters }

async function ask<T>(path: string, body: Record<string, unknown> = {}): Promise<T> {
  const response = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return await response.json() as T;
}

const connecting = (transport: ms.Transport): void => {
  transport.on('connect', ({ dtlsParameters }, done, failed) => { ask('/connect', { id: transport.id, dtlsParameters }).then(() => done(), failed); });
};

const barePage = {
  async send(): Promise<void> {
    const device = new Device();
    await device.load({ routerRtpCapabilities: await ask<ms.RtpCapabilities>('/capabilities') });
    const transport = device.createSendTransport(await ask<Offer>('/transport'));
    connecting(transport);
    transport.on('produce', ({ rtpParameters }, done, failed) => { ask<{ id: string }>('/produce', { id: transport.id, rtpParameters }).then(done, failed); });
    const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 1280, height: 720, frameRate: 30 } });
    await transport.produce({ track: stream.getVideoTracks()[0]!, encodings: cameraLayers.map((layer) => ({ ...layer })), codecOptions: { videoGoogleStartBitrate: 2500 } });
  },

  /** Milliseconds from now to the first picture. */
  async watch(): Promise<number> {
    const clickedAt = performance.now();
    const device = new Device();
    const [capabilities, offer] = await Promise.all([ask<ms.RtpCapabilities>('/capabilities'), ask<Offer>('/transport')]);
    await device.load({ routerRtpCapabilities: capabilities });
    const transport = device.createRecvTransport(offer);
    connecting(transport);
    const consumer = await transport.consume(await ask<ms.ConsumerOptions>('/consume', { id: transport.id, rtpCapabilities: device.recvRtpCapabilities }));
    const video = document.createElement('video');
    video.muted = true;
    video.autoplay = true;
    video.srcObject = new MediaStream([consumer.track]);
    document.body.append(video);
    const first = new Promise<number>((resolve) => { video.requestVideoFrameCallback(() => resolve(performance.now() - clickedAt)); });
    await ask('/resume', { consumerId: consumer.id });
    return first;
  },
};
Object.assign(globalThis, { barePage });
