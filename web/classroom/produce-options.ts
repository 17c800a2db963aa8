// How each source is encoded.
import type { types as client } from 'mediasoup-client';
import type { Source } from '#domain/media.ts';
import { cameraEncodings, screenEncodings } from './layer-choice.ts';

/**
 * Kilobits per second a sender assumes at first. Enough for all layers of a camera at once: a lower guess leaves the top layer off, and with an easy
 * picture (little to send, so little to measure) it stayed off for more than a minute. A weak uplink is noticed within a second or two.
 */
const startBitrate = 2500;

export function produceOptions(source: Source, track: MediaStreamTrack): Pick<client.ProducerOptions, 'encodings' | 'codecOptions'> {
  switch (source) {
    case 'microphone': return { codecOptions: { opusDtx: true, opusFec: true } };
    // Music and films stop sounding right when silence is cut out.
    case 'screenAudio': return { codecOptions: { opusStereo: true, opusDtx: false, opusFec: true } };
    case 'screen': return { encodings: screenEncodings, codecOptions: { videoGoogleStartBitrate: startBitrate } };
    case 'camera':
    case 'documentCamera': {
      const { width = 1280, height = 720 } = track.getSettings();
      return { encodings: cameraEncodings(width, height), codecOptions: { videoGoogleStartBitrate: startBitrate } };
    }
  }
}
