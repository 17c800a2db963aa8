// What rooms carry: Opus and VP8 only. Every browser sends and receives both, and the recorder needs one depacketiser for each.
import type { types as ms } from 'mediasoup';

export const mediaCodecs: ms.RouterRtpCodecCapability[] = [
  { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2, parameters: { useinbandfec: 1, usedtx: 1 } },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
];
