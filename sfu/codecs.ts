// What rooms carry: Opus and VP8 only. Every browser sends and receives both, and the recorder needs one depacketiser for each.
import type { types as ms } from 'mediasoup';

export const mediaCodecs: ms.RouterRtpCodecCapability[] = [
  { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2, parameters: { useinbandfec: 1, usedtx: 1 } },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
];

const orientation = 'urn:3gpp:video-orientation';
/**
 * What a browser is told of the router. Without this extension a phone turns its pictures before it encodes them; with it each picture would carry how it has to be turned,
 * which neither the recorder nor every browser reads: a phone held upright would lie on its side in the replay.
 */
export const offeredCapabilities = (router: ms.RtpCapabilities): ms.RtpCapabilities =>
  ({ ...router, headerExtensions: (router.headerExtensions ?? []).filter(({ uri }) => uri !== orientation) });
