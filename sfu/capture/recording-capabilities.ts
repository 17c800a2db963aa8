// What the recorder says it can receive: the router's codecs without anything that would make mediasoup manage its bitrate.
import type { types as ms } from 'mediasoup';

const bandwidthExtensions = [
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
];

/** With transport-cc or REMB left in, nobody would answer the estimator, and probation packets would enter the log. */
export function recordingCapabilities(router: ms.RtpCapabilities): ms.RtpCapabilities {
  return {
    codecs: (router.codecs ?? []).map((codec) => ({
      ...codec,
      rtcpFeedback: (codec.rtcpFeedback ?? []).filter((feedback) => feedback.type !== 'transport-cc' && feedback.type !== 'goog-remb'),
    })),
    headerExtensions: (router.headerExtensions ?? []).filter((extension) => !bandwidthExtensions.includes(extension.uri)),
  };
}
