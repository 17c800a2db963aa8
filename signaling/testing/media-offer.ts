// What a browser would say to get media, without a browser: transports and offers that a node takes for real.
import type { types as ms } from 'mediasoup';
import { kindOfSource, type Source } from '#domain/media.ts';
import type { ClassroomDriver } from '#testing/classroom-driver.ts';
import { ownDtlsParameters, SecureLine } from '#testing/secure-line.ts';

const fingerprint = { algorithm: 'sha-256' as const, value: Array.from({ length: 32 }, () => 'AB').join(':') };
const nobodys: ms.DtlsParameters = { role: 'client', fingerprints: [fingerprint] };
let nextSsrc = 1000;

/** What a browser would offer for one source, without layers. */
function rtpParameters(source: Source): ms.RtpParameters {
  const codec: ms.RtpCodecParameters = kindOfSource(source) === 'audio'
    ? { mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2, parameters: { useinbandfec: 1 }, rtcpFeedback: [] }
    : { mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000, parameters: {}, rtcpFeedback: [] };
  return { mid: `${nextSsrc}`, codecs: [codec], headerExtensions: [], encodings: [{ ssrc: nextSsrc++ }], rtcp: { cname: 'test' } };
}

/** A media seat with a transport each way, over which nothing connects unless these are somebody's DTLS parameters. */
export async function joined(driver: ClassroomDriver, dtlsParameters = nobodys) {
  const { rtpCapabilities, producers } = await driver.ask('media:join', {});
  const send = await driver.ask('media:createTransport', { direction: 'send' });
  const receive = await driver.ask('media:createTransport', { direction: 'receive' });
  for (const { transportId } of [send, receive]) await driver.ask('media:connectTransport', { transportId, dtlsParameters });
  return { rtpCapabilities, producers, transportId: send.transportId, send, receiveId: receive.transportId };
}

/** A media seat whose sending connects for real, as a browser's does once its first track is accepted; whoever asks closes the line. */
export async function sending(driver: ClassroomDriver, source: Source): Promise<{ producerId: string; connected(): Promise<SecureLine> }> {
  const { transportId, send } = await joined(driver, await ownDtlsParameters());
  const { producerId } = await driver.ask('media:produce', offer(transportId, source));
  return { producerId, connected: () => SecureLine.open(send, { onRtp: () => undefined, onRtcp: () => undefined, onEnd: () => undefined }) };
}

export const offer = (transportId: string, source: Source) => ({ transportId, kind: kindOfSource(source), source, rtpParameters: rtpParameters(source), paused: false });
